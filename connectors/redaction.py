"""What must never be said: what secrets look like, and people, in any text; pure."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 200
EXCERPT = 40
MOST_READ = 2000
"""Letters of a foreign text that are looked at; a message takes 200 of them."""
MARKUP = re.compile(r"<[^>]*>")
SPACE = re.compile(r"\s+")
EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
CREDENTIALS = re.compile(
    r"(?i)\b(token|key|secret|password|authorization|oauth_[a-z_]+)(\s*[=:]\s*)(\"[^\"]*\"|[^\s&,;]+)"
)
TOKENS = re.compile(r"\bAT[AC]TT3[\w=.-]+|\bATTA[0-9a-f]{8,}|\b[0-9a-f]{64}\b")
"""Tokens in a service's answer, where a few letters too many are no loss."""
SHAPES = re.compile(
    r"""
      AT[A-Z]TT3x[\w=-]{8,}                              # an Atlassian API token, glued or not
    | ATTA[0-9A-Za-z]{32,}                               # a Trello token
    | (?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])        # a Trello token as it was until 2022
    | eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?             # an OAuth access token
    | (?<=://)[^\s/?\#@]*:[^\s/?\#@]*(?=@)               # a user and password in a URL
    | (?i:(?<=[?&])(?:api_?)?(?:key|token|secret|password|sig)=[^\s&]+)
    | (?<=hooks\.slack\.com/)[\w/-]{8,}                # a Slack webhook
    | (?i:\bBearer\s+(?=\S*[0-9])[\w.~+/=-]{16,})
    """,
    re.VERBOSE,
)
BASIC = re.compile(r"\bBasic\s+([A-Za-z0-9+/]{8,}={0,2})", re.IGNORECASE)
"""Secrets in what an operator wrote, where nothing else may be taken for one."""
WORD = re.compile(r"[A-Z][A-Z0-9]+-\d+|\w+(?:['\u2019]\w+)*")
BLANKS = re.compile(r"\*\*\*(?:[\W_]*\*\*\*)+")
PLAIN = re.compile(r"\d{1,6}|[A-Z][A-Z0-9]+-\d+|[A-Z]+(?:_[A-Z]+)+|customfield_\d+")
"""A number, an issue's key, an error's code, a field's id."""

WORDS = frozenset(
    """
    a able about above absolute accepted access account active add address admin administrator
    after again agent all allowed already also an and anonymous another any anything api apis
    app application are as ask asset at atlassian attempt auth authenticate authenticated
    authentication author authorization available back bad based basic be bearer because been
    before being below between block blocked board boards body both bounded browse bulk
    bulkfetch busy but by call calls can can't cannot captcha card cards category certificate
    challenge change changed changelog changes character check checklists clause client closed
    cloud code column columns com comma complete component components condition configuration
    confirm confluence connect connection contact content context control correct could couldn't
    count crashed create created credential credentials current custom data database date day
    days deactivated default deleted denied deprecated deprecation description details developer
    did didn't different disabled disconnect disk do document documentation does doesn't domain
    don't down due during each either email empty enabled encountered end endpoint enhanced
    enough epic error errormessages errors exceed exceeded exception execute exhausted exist
    existing exists expected expecting expired expression extension fail failed failure false
    field fields file filter find for forbidden form format found from full function functions
    gateway get give given go gone got group guideline had handle has have header headers help
    here hierarchy hour hours how html http https id identifier ids if illegal in inactive
    incorrect index information input inside instance instead integer internal invalid is isn't
    issue issues issuetype it item items its javascript jira job jql json key keys label labels
    language large last later least length less like limit limited limits line link links list
    lists load loading log logged login long made mail maintenance make many match max maximum
    maxresults may memory message messages method migrate migration minute minutes missing more
    most moved must name named names near need needed new next no none not nothing now null
    number numbers oauth object of off offline on once one only oops open operand operands
    operation operator operators option or order ordered org original other otherwise our out
    over overloaded own page pages parameter parameters parent parse part party password
    passwords path payload per permission permissions permitted please point points post private
    problem process project projects property proxy public put queries query quota quoted rank
    rate read reading ready reason received refresh refused rejected release reload relogin
    remaining remove removed request requested requests require required requires reserved reset
    resolution resource response rest restriction result results retry role run same say scope
    scopes search second seconds secure see seem seems send sent server service session set
    several should sign signed single site size slow some something sort space sprint sprints
    sso start startat started state status statuscategory statuses still stop stopped story
    string style such support supported switched system task team temporarily temporary text
    than that the their them then there these they this throttled time timed timeout times to
    today token tokens too total traffic transport trello true try trying type unable
    unauthorized unavailable unbounded under understand understood unexpected unknown unlicensed
    unreachable until up update upgrade upstream url use used user users using valid value
    values version view viewed visible wait was way web week went were what when where whether
    which while why window with within without word words work worked workspace write wrong www
    you your zone
    """.split()  # noqa: SIM905 - as a list it would fill pages
)
"""What services say when they fail; a word that isn't among these may be somebody's name."""


def hide(text: str) -> str:
    """Replace everything in the text that has the shape of a secret."""
    return BASIC.sub(_without_credentials, SHAPES.sub("***", text))


def holds_secret(text: str) -> bool:
    """Tell whether something in the text has the shape of a secret."""
    return hide(text) != text


def quoted(text: str) -> str:
    """Quote what the operator wrote: no secrets, no unprintables, of a readable length."""
    text = hide(text)
    return repr(text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…")


def quote(text: str, secrets: Iterable[str] = (), asked: str = "") -> str:
    """Make a foreign text fit for an error: one line of at most 200 characters, secrets blanked.

    People are blanked too, who come into error texts by name, address or
    account: of the words only those pass that services use for errors, and
    those of `asked`, our own question.
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    # What follows takes time by the square of the length; a word that is cut in two is left out.
    if len(text) > MOST_READ:
        text = text[:MOST_READ].rpartition(" ")[0]
    line = SPACE.sub(" ", MARKUP.sub(" ", text)).strip()
    line = EMAIL.sub("***", line)
    line = CREDENTIALS.sub(r"\1\2***", TOKENS.sub("***", hide(line)))
    own = frozenset(word.casefold() for word in WORD.findall(asked))
    line = WORD.sub(lambda word: _known(word[0], own), line)
    line = BLANKS.sub("***", line)
    return line if len(line) <= MOST else line[: MOST - 1] + "…"


def _known(word: str, own: frozenset[str]) -> str:
    folded = word.casefold().replace("\u2019", "'")
    return word if folded in WORDS or folded in own or PLAIN.fullmatch(word) else "***"


def _without_credentials(credentials: re.Match[str]) -> str:
    """Hide what decodes to user:password; "Basic training" is none."""
    try:
        decoded = b64decode(credentials[1] + "=" * (-len(credentials[1]) % 4))
    except Base64Error:
        return credentials[0]
    return "***" if b":" in decoded else credentials[0]
