"""What must hold always: the invariants, each against the model."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Any

from syncer.report.index import INDEX
from tests.torture.world import DONE, DROPPED, REMAINING, Link, States

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from tests.torture.life import Life, Result

Snapshot = dict[Link, States]
Counts = tuple[int, int, int]

RULES = {
    "true or marked": "a stored number was true at some moment of its reading, or is marked",
    "converges": "once the services answer truly, every number is true, fresh and unmarked",
    "kept when marked": "a number that is marked is the one from before",
    "doubts": "where a number's cards vanish at once it stays, marked, until --force",
    "links aren't progress": "without an edit, no card is linked or unlinked",
    "one run at a time": "a run beside another ends with 4",
    "no check-in lost": "each check-in that was accepted is stored once, and no other",
    "no delivery lost": "each meeting's report arrives once, or is said not to have",
    "seals stand": "a meeting's report never changes once it is made",
    "no report unlisted": "the folder's list of reports has every page that was made",
    "whole": "a number, its cards and its ledger are of one piece",
    "nothing leaked": "no secret, no person and no foreign body in any output or file",
    "nothing stuck": "every command ends",
    "no traceback": "whatever a service does is one message",
    "exit codes": "every command ends with a code that docs/command-line.md has",
}


def believe(life: Life, at: datetime, result: Result, seen: Sequence[Snapshot]) -> None:
    """See that each number is marked and as before, or fresh and true at some moment."""
    if result.code not in (0, 1):
        return
    rows = life.status()
    marked = [kr for kr in life.links if rows[kr]["problem"]]
    if result.code != int(bool(marked)):
        life.broken("exit codes", f"sync ended with {result.code} and marked {marked}")
    for kr, links in life.links.items():
        row = rows[kr]
        if not _fresh(life, row, at):
            if not (row["stale"] or row["problem"]):
                life.broken("true or marked", f"{kr} wasn't read and isn't marked")
            before = life.rows.get(kr)
            if before and _counts(row) != _counts(before) and before["done"] is not None:
                life.broken("kept when marked", f"{kr}: {_counts(before)} became {_counts(row)}")
        elif _counts(row) not in set(possible(links, seen)):
            true = sorted(set(possible(links, seen)))[:4]
            life.broken("true or marked", f"{kr} is {_counts(row)}, and was {true}; {result.err}")
    life.rows = rows


def possible(links: Iterable[Link], seen: Sequence[Snapshot]) -> Iterable[Counts]:
    """Give every number that a reading may have: each card as it was at some moment of it."""
    by_card: dict[str, set[str | None]] = {}
    for snapshot in seen:
        states = merged(links, snapshot)
        for card in by_card.keys() | states.keys():
            by_card.setdefault(card, set()).add(states.get(card))
    for snapshot in seen:
        states = merged(links, snapshot)
        for card, known in by_card.items():
            if card not in states:
                known.add(None)
    fixed = Counter(next(iter(each)) for each in by_card.values() if len(each) == 1)
    torn = [tuple(each) for each in by_card.values() if len(each) > 1]
    for choice in product(*torn):
        counts = fixed + Counter(choice)
        yield counts[DONE], counts[REMAINING], counts[DROPPED]


def merged(links: Iterable[Link], snapshot: Snapshot) -> States:
    """Give a KR's cards, each once."""
    return {card: state for link in links for card, state in snapshot[link].items()}


def converged(life: Life, at: datetime, result: Result, now: Snapshot) -> None:
    """See that with healthy services everything is as it is."""
    if result.code != 0:
        life.broken("converges", f"sync ended with {result.code}: {result.err or result.out}")
    rows = life.status()
    for kr, links in life.links.items():
        row, (true,) = rows[kr], tuple(possible(links, [now]))
        if _counts(row) != true:
            life.broken("converges", f"{kr} is {_counts(row)}, and should be {true}")
        if row["stale"] or row["problem"] or not _fresh(life, row, at):
            life.broken("converges", f"{kr}: {row['problem']} of {row['synced_at']} at {at}")
    life.rows = rows


def vanishing(life: Life) -> list[str]:
    """Name the KRs of which more than half of the cards are gone, or all of a source's."""
    now, doubtful = life.snapshot(), []
    stored = life.query(
        "SELECT kr, source, key FROM cards JOIN card_names n ON n.id = card_name "
        "WHERE state <> 'ignored'"
    )
    for kr, links in life.links.items():
        had = {(source, key) for name, source, key in stored if name == kr}
        present = {(link.source, key) for link in links for key in now[link]}
        # An epic that has something under it is no card any more (rule 1), and is there.
        present |= {(link.source, link.name) for link in links if link.epic}
        gone = had - present
        emptied = {source for source, _ in gone} - {source for source, _ in present}
        if 2 * len(gone) > len(had) or emptied:
            doubtful.append(kr)
    return doubtful


def doubted(life: Life, doubtful: Sequence[str], result: Result) -> None:
    """See that what vanished at once wasn't believed."""
    rows = life.status() if doubtful else {}
    for kr in doubtful:
        if not rows[kr]["problem"]:
            life.broken("doubts", f"{kr}'s cards are gone, and that was believed: {result.err}")


def progress_is_no_edit(life: Life) -> None:
    """See that nothing was linked or unlinked where nobody edited a link."""
    events = [event for (event,) in life.query("SELECT event FROM entries ORDER BY id")]
    linked = [event for event in events[life.entries :] if event.endswith("linked")]
    if life.well and linked:
        life.broken("links aren't progress", f"{linked}: by an edit that there wasn't")
    life.entries = len(events)


def check_ins(life: Life) -> None:
    """See that no check-in is lost, doubled or made up."""
    noted = life.query("SELECT note FROM checkins WHERE note <> '' OR form IS NULL")
    stored = Counter(note for (note,) in noted)
    for note, accepted in life.notes.items():
        fits = {"yes": (1,), "no": (0,), "perhaps": (0, 1)}[accepted]
        times = stored.pop(note, 0)
        if times not in fits:
            life.broken("no check-in lost", f"{note!r} is stored {times} times ({accepted})")
    if stored:
        life.broken("no check-in lost", f"nobody said {list(stored)}")


def delivered(life: Life, day: date, posts: int, results: Sequence[Result]) -> None:
    """See that a meeting's report came once, or that somebody was told.

    A run that is killed may have told it into its own output: those after it say it too.
    """
    missed = f"the report of {day}: "
    was_told = any((result.code == 1 and result.err) or missed in result.err for result in results)
    if posts > 1 or (posts == 0 and not was_told):
        errors = [result.err or result.out for result in results]
        life.broken("no delivery lost", f"{posts} posts for one meeting: {errors}")


def files_stand(life: Life) -> None:
    """See that what was made for an earlier meeting is as it was, and that the list has each page.

    The list of reports is no report: it grows with each.
    """
    made = sorted((life.folder / "reports").glob("*"))
    pages = [path.name for path in made if path.suffix == ".html" and path.name != INDEX]
    listed = life.folder / "reports" / INDEX
    text = listed.read_text(encoding="utf-8") if listed.exists() else ""
    if missing := [name for name in pages if f'href="{name}"' not in text]:
        life.broken("no report unlisted", f"{INDEX} lacks {missing}")
    for path in made:
        if path.name == INDEX:
            continue
        digest = sha256(path.read_bytes()).digest()
        if life.sealed.setdefault(path.name, digest) != digest:
            life.broken("seals stand", f"{path.name} has changed")


def whole(life: Life) -> None:
    """See that the history of each KR adds up to its number."""
    for kr in life.links:
        cards = _json(life, "explain", kr, "--json")["cards"]
        counts = Counter(card["state"] for card in cards)
        if (counts[DONE], counts[REMAINING], counts[DROPPED]) != _counts(life.rows[kr]):
            life.broken("whole", f"{kr}: {counts} cards behind {_counts(life.rows[kr])}")
        keys = Counter((card["source"], card["key"]) for card in cards)
        if keys and max(keys.values()) > 1:
            life.broken("whole", f"{kr}: a card counts twice")
        readings = _json(life, "history", kr, "--json")["readings"]
        if readings and _counts(readings[-1]) != _counts(life.rows[kr]):
            life.broken("whole", f"{kr}: the last reading is {readings[-1]}")


def _json(life: Life, *command: str) -> Any:
    import json  # noqa: PLC0415

    result = life.run(*command)
    if result.code != 0:
        life.broken("exit codes", f"{command[0]} ended with {result.code}: {result.err}")
    return json.loads(result.out)


def _counts(row: Mapping[str, Any]) -> Counts:
    return row["done"], row["remaining"], row["dropped"]


def _fresh(life: Life, row: Mapping[str, Any], began: datetime) -> bool:
    """Tell whether a number was read by the run that began then and has just ended."""
    read_at = row["synced_at"] and datetime.fromisoformat(row["synced_at"])
    return bool(read_at and began.replace(microsecond=0) <= read_at <= life.now())
