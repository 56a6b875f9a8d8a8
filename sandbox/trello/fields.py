"""The field names that Trello knows, from its description and from recorded boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.trello.shapes import Json


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


CARD = _names("""
    id address badges cardRole checkItemStates closed coordinates cover creationMethod dateClosed
    dateCompleted dateLastActivity dateViewedByCreator desc descData due dueComplete dueReminder
    email idAttachmentCover idBoard idChecklists idLabels idList idMemberCreator idMembers
    idMembersVoted idOrganization idShort isTemplate labels limits locationName
    manualCoverAttachment mirrorSourceId mirrorSourceNodeId name nodeId pinned pos shortLink
    shortUrl start staticMapUrl subscribed url
""")
BOARD = _names("""
    id name desc descData closed creationMethod dateClosed dateLastActivity dateLastView
    datePluginDisable enterpriseOwned idBoardSource idEnterprise idMemberCreator idOrganization
    idTags ixUpdate labelNames limits memberships nodeId pinned powerUps prefs premiumFeatures
    shortLink shortUrl starred subscribed templateGallery url
""")
BOARD_DEFAULT = "name,desc,descData,closed,idOrganization,pinned,url,shortUrl,prefs,labelNames"
LIST = _names("""
    id name closed color creationMethod datasource idBoard idOrganization limits nodeId pos
    softLimit subscribed type
""")
LIST_DEFAULT = "name,closed,color,idBoard,pos,subscribed,softLimit"
MEMBER = _names("""
    id activityBlocked avatarHash avatarUrl bio bioData confirmed fullName idEnterprise
    idMemberReferrer idPremOrgsAdmin initials memberType nonPublic nonPublicAvailable products
    status url username
""")


def pick(record: Json, names: frozenset[str]) -> Json:
    """Return a board, a list or a card with its id and these of its fields, in their own order.

    A field that it doesn't have stays out.
    """
    return {key: value for key, value in record.items() if key in names or key == "id"}


def pick_all(records: Iterable[Json], names: frozenset[str]) -> list[Json]:
    """Return each of them with its id and these of its fields."""
    return [pick(record, names) for record in records]
