"""Records to fill a store with, and strategies that draw any record at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from config.okrs import KeyResult, Link, Metric, Objective, Okrs
from syncer.core.records import (
    CheckIn,
    Entry,
    Event,
    JudgedCard,
    PointsTally,
    Progress,
    Reading,
    State,
    Tally,
    ThreadName,
    Write,
)

NOW = datetime(2026, 11, 21, 6, 15, 2, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def key_result(name: str, **more: object) -> KeyResult:
    fields = {"title": f"Title of {name}", "links": (Link(source="jira"),)}
    return KeyResult.model_validate({"id": name, **fields, **more})


def objective(name: str = "PUB", **more: object) -> Objective:
    fields = {"title": "Prepare for launch day", "team": "Publishing", "period": "2026-Q4"}
    key_results = tuple(key_result(f"{name}-{n}") for n in (1, 2, 3))
    return Objective.model_validate({"id": name, **fields, "key_results": key_results, **more})


def okrs(*objectives: Objective, **more: object) -> Okrs:
    fields = {"sources": {}, "objectives": objectives or (objective(),)}
    return Okrs.model_validate({**fields, **more})


def metric(start: float = 100, target: float = 90, **more: object) -> Metric:
    return Metric.model_validate({"start": start, "target": target, **more})


def judged(number: int = 1, state: State = State.DONE, **more: object) -> JudgedCard:
    fields = {
        "source": "jira",
        "id": str(number),
        "key": f"PUB-{number}",
        "title": f"Card {number}",
        "url": f"https://acme.example/browse/PUB-{number}",
        "state": state,
        "rule": "status category done",
        "via": ("label PUB-1",),
    }
    return JudgedCard(**{**fields, **more})  # type: ignore[arg-type]


def entry(number: int = 1, event: Event = Event.ADDED, at: datetime = NOW, **more: object) -> Entry:
    card = judged(number)
    fields = {"source": card.source, "id": card.id, "key": card.key, "title": card.title}
    fields["kr"] = "PUB-1"
    return Entry(at=at, event=event, url=card.url, **{**fields, **more})  # type: ignore[arg-type]


def reading(
    done: int = 1, at: datetime = NOW, kr: str = "PUB-1", *, rebuilt: bool = False
) -> Reading:
    progress = Progress(done=done, delivery=Tally(done, 0))
    return Reading(kr, at, progress, rebuilt=rebuilt)


def write(numbers: range, at: datetime = NOW, kr: str = "PUB-1", **more: object) -> Write:
    """A whole state: a reading, as many cards done and as many entries."""
    fields = {
        "reading": reading(len(numbers), at, kr),
        "upserts": tuple(judged(n) for n in numbers),
        "entries": tuple(entry(n, at=at, kr=kr) for n in numbers),
    }
    return Write(kr, {"jira": at}, **{**fields, **more})  # type: ignore[arg-type]


_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-10 * HOUR)])

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
moments = st.datetimes(datetime(1970, 1, 3), datetime(2100, 1, 1), timezones=_ZONES)  # noqa: DTZ001
counts = st.integers(0, 2**31 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
tallies = st.builds(Tally, counts, counts)
cards = st.builds(
    JudgedCard,
    source=texts,
    id=texts,
    key=texts,
    title=texts,
    url=texts,
    state=st.sampled_from(State),
    rule=texts,
    via=st.lists(texts, max_size=3).map(tuple),
    thread=st.sampled_from(ThreadName),
    points=st.none() | numbers,
    created=st.none() | moments,
    finished=st.none() | moments,
)
card_sets = st.lists(cards, max_size=5, unique_by=lambda card: (card.source, card.id)).map(tuple)
progresses = st.builds(
    Progress,
    *(counts, counts, counts),
    points=st.none() | st.builds(PointsTally, numbers, numbers, counts),
    discovery=tallies,
    delivery=tallies,
)
checkins = st.builds(
    CheckIn,
    subject=texts,
    at=moments,
    confidence=st.none() | st.integers(0, 10),
    value=st.none() | numbers,
    note=texts,
    risk=texts,
    ask=texts,
)


def readings(kr: str) -> st.SearchStrategy[Reading]:
    return st.builds(Reading, st.just(kr), moments, progresses, rebuilt=st.booleans())


def entries(kr: str) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        kr=st.just(kr),
        at=moments,
        event=st.sampled_from(Event),
        source=texts,
        id=texts,
        key=texts,
        title=texts,
        url=texts,
        was=st.none() | st.sampled_from(State),
        thread=st.sampled_from(ThreadName),
        rebuilt=st.booleans(),
        state=st.none() | st.sampled_from(State),
    )
