"""Nothing of a person, and no secret, is stored, logged or shown, whatever the trackers tell."""

from __future__ import annotations

import base64
import json
import zipfile
from io import BytesIO

import pytest

from sandbox.faults import Answer
from sandbox.jira.models import Person
from sandbox.quarter.agenda import credentials
from sandbox.quarter.replay import PEOPLE, world_at
from syncer.report.formats import FORMATS
from tests.journeys.office import Office

NAME = "Ottilie Marchbanks"
ADDRESS = "ottilie.marchbanks@demo.example"
ACCOUNT = "5b10a2844c20165700ede21g"
OTHER_ACCOUNT = "712020:8fd3a9c1-7f1e-4c1c-a6f0-0f6f2d9c7b11"
HANDLE = "ottiliemarchbanks"
AVATAR = "https://avatar.invalid/initials/OM-48.png"
COMMENT = "Thanks a lot, see you on Monday at the lake"
COMMANDS = [
    ("check",),
    ("sync",),
    ("sync", "--full", "--json"),
    ("status",),
    ("status", "--json"),
    ("explain", "PUB-1"),
    ("explain", "SRCH-1", "--json"),
    ("explain", "ACC-3", "--json"),
    ("history", "PUB-1"),
    ("history", "ACC-2", "--json"),
    *(("report", "--format", name) for name in FORMATS),
]


def persons():
    """Every sign of a person that is planted: words to be found nowhere, in lower case."""
    names = [part for name in PEOPLE for part in name.split()]
    signs = [*names, ADDRESS, ACCOUNT, OTHER_ACCOUNT, HANDLE, "avatar.invalid", COMMENT, "@demo.ex"]
    return [sign.lower() for sign in signs]


def secrets():
    """Every secret of the environment, plain and as Basic auth has it."""
    known = credentials()
    signed = "{}:{}".format(*list(known.values())[:2])
    hidden = [*known.values(), base64.b64encode(signed.encode()).decode()]
    return [secret.lower() for secret in hidden]


def everything(folder):
    """All that is on the disk but the operator's own file: names and bytes, archives opened."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "okrs.yaml":
            content = path.read_bytes()
            yield path.name, content
            if content.startswith(b"PK"):
                with zipfile.ZipFile(BytesIO(content)) as archive:
                    yield from ((name, archive.read(name)) for name in archive.namelist())


def signs_in(signs, *texts):
    """Which of these signs stand in one of the texts."""
    low = [text.lower() for text in texts]
    return {sign for sign in signs if any(sign in text for text in low)}


def on_disk(signs, folder):
    """Which of these signs stand in a file: in UTF-8, or as SQLite may keep them, in UTF-16."""
    return {
        (name, sign)
        for name, content in everything(folder)
        for sign in signs
        if sign.encode() in content.lower() or sign.encode("utf-16-le") in content.lower()
    }


def plant(quarter):
    """Put people everywhere that the trackers have a place for them."""
    person = Person(NAME, ADDRESS, ACCOUNT)
    for issue in list(quarter.jira.issues.values()):
        quarter.jira.put(
            type(issue)(
                **{name: getattr(issue, name) for name in issue.__slots__}
                | {"assignee": person, "reporter": person, "description": f"{NAME}: {COMMENT}"}
            )
        )
    member = quarter.trello.add_member(NAME)
    for card in quarter.trello.cards.values():
        card["idMembers"] = [member]
        card["desc"] = f"{NAME} <{ADDRESS}>: {COMMENT}"
    for board in quarter.trello.boards.values():
        quarter.trello.note("commentCard", board, text=f"@{HANDLE} {COMMENT}")


@pytest.fixture(scope="module")
def life(tmp_path_factory, street):
    """A whole life of the program among people: every command, as talkative as can be."""
    street.settle()
    office = Office(tmp_path_factory.mktemp("nobody"), street)
    quarter = world_at()
    plant(quarter)
    office.steps.at = quarter.moment
    office.serve(quarter.jira, quarter.trello)
    office.environ |= credentials()
    office.write(quarter.okrs_yaml("JIRA", "TRELLO"))
    outputs = []
    for style in ("text", "json"):
        for command in COMMANDS:
            result = office.run("--log-format", style, "-v", "-v", *command)
            outputs.append(result.output)
            assert result.code == 0, result.output
    asked = [*office.jira_serving.log.exchanges, *office.trello_serving.log.exchanges]
    return office, outputs, asked


def test_the_trackers_do_tell_of_people(life):
    """The planted signs come to whoever asks for them: the search below can find something."""
    office, _, _ = life
    site = office.jira
    drawn = json.dumps(
        [(issue.assignee.name, issue.assignee.email) for issue in site.issues.values()]
    )
    actions = json.dumps(office.trello.actions)
    assert signs_in(persons(), drawn, actions) >= {"ottilie", "marchbanks", ADDRESS, HANDLE}


def test_nothing_of_a_person_is_said(life):
    """No output and no log line holds a name, an address, an account, a picture or a comment."""
    _, outputs, _ = life
    assert signs_in(persons(), *outputs) == set()


def test_nothing_of_a_person_is_on_the_disk(life):
    """Neither is there one in the database, its journals or a report, in any format."""
    office, _, _ = life
    names = {name for name, _ in everything(office.folder)}
    assert "okr-sync.db" in names
    assert any(name.endswith(".html") for name in names)
    assert on_disk(persons(), office.folder) == set()


def test_no_secret_is_said_or_kept(life):
    """The tokens are nowhere but in the environment and in the requests."""
    office, outputs, _ = life
    assert signs_in(secrets(), *outputs) == set()
    assert on_disk(secrets(), office.folder) == set()


def test_nobody_is_asked_for(life):
    """No request asks a tracker for assignees, reporters, members, comments or all fields."""
    _, _, exchanges = life
    assert len(exchanges) > 20
    for exchange in exchanges:
        asked = (exchange.path + exchange.query + exchange.body.decode()).lower()
        unwanted = ("assignee", "reporter", "creator", "comment", "watch", "*all", "*navigable")
        assert not [word for word in unwanted if word in asked]
        assert "members" not in asked.replace("/1/members/me", "")


SAYS = [
    f"{NAME} has no permission to do this",
    f"The user {NAME} ({ADDRESS}) does not exist",
    f"The value '{NAME}' does not exist for the field 'assignee'.",
    f"User with accountId {OTHER_ACCOUNT} or {ACCOUNT} is not active",
    f"Hello @{HANDLE}, your picture is {AVATAR}",
    f"Ask your administrator, {NAME}.",
]


@pytest.mark.parametrize(
    "answer",
    [
        lambda text: Answer(400, text, "text/plain; charset=utf-8"),
        lambda text: Answer(403, json.dumps({"errorMessages": [text], "errors": {}})),
        lambda text: Answer(404, json.dumps({"message": text, "error": "NOT_FOUND"})),
        lambda text: Answer(400, json.dumps({"errorMessages": [], "errors": {"jql": text}})),
        lambda text: Answer(500, f"<html><body>{text}</body></html>", "text/html"),
        lambda text: Answer(503, text, "text/plain"),
        lambda text: Answer(200, f"<html><body>{text}</body></html>", "text/html"),
        lambda text: Answer(200, text, "application/json"),
        lambda text: Answer(200, json.dumps({"issues": text, "cards": text, "values": text})),
        lambda text: Answer(302, headers=(("Location", f"https://x.example/{text}"),)),
        lambda text: Answer(429, text, headers=(("Retry-After", "9999"),)),
        lambda text: Answer(
            200, "{}", headers=(("X-Seraph-LoginReason", f"AUTHENTICATED_FAILED, {text}"),)
        ),
    ],
    ids=[
        *("400 text", "403", "404", "400 errors", "500 page", "503 text", "200 page"),
        *("200 no JSON", "200 wrong JSON", "302", "429", "200 header"),
    ],
)
@pytest.mark.parametrize("path", ["/rest/api/3/(search/jql|issue/bulkfetch|label)|/1/boards/"])
def test_a_failing_answer_that_names_people(team, answer, path):
    """What a tracker says of people when it fails comes into no problem, log or file."""
    team.sync()
    outputs = []
    for text in SAYS:
        for faults in (team.jira_faults, team.trello_faults):
            faults.clear()
            faults.answer(path, answer(text), times=None)
        outputs.append(team.sync("-v", "-v", code=1).output)
    outputs += [team.run("-v", "-v", *command).output for command in (("check",), ("status",))]
    assert team.kr("SPEED")["stale"]
    team.run("report")
    assert signs_in(persons(), *outputs) == set()
    assert on_disk(persons(), team.folder) == set()
