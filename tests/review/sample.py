"""A believable quarter, simulated day by day from a seed: what the review is developed against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from config.okrs import KeyResult, Link, Metric, Objective, Okrs, Source
from config.reviews import Review
from syncer.core.ledger import compare
from syncer.core.outbox import TargetState, ToolStanding
from syncer.core.records import Change, CheckIn, JudgedCard, KrState, Reading, State, ThreadName
from syncer.core.sums import count
from syncer.review.history import KrHistory

HELD = "somebody set it to 70 there; okr-sync push --approve writes ours over it"
TOOLS = {
    "PUB-1": (
        ToolStanding(
            "goals", "ACME-12", TargetState.WRITTEN, 43.5, datetime(2026, 12, 1, 6, 15, tzinfo=UTC)
        ),
        ToolStanding(
            "sheet",
            "PUB-1",
            TargetState.HELD,
            43.5,
            datetime(2026, 11, 30, 6, 15, tzinfo=UTC),
            HELD,
        ),
    ),
}
START = datetime(2026, 10, 1, 6, 15, tzinfo=UTC)
NOW = datetime(2026, 12, 2, 10, 30, tzinfo=UTC)
REVIEW = Review(every="2 weeks", starts="2026-10-08T10:00", timezone="Europe/London")
LAST_REVIEW = datetime(2026, 11, 19, 10, tzinfo=UTC)
FIRST = ("Cache", "Retry", "Rebuild", "Rate-limit", "Trace", "Draw", "Export", "Check", "Simplify")
WHAT = ("publish queue", "search facets", "sign-in page", "runbook", "preview", "asset store")
WHY = ("for mobile", "behind a flag", "with back-off", "for screen readers", "before launch day")


@dataclass(frozen=True)
class Plot:
    """How a KR's quarter goes: its pace, growth and mood."""

    id: str
    title: str
    metric: Metric | None
    first: int = 12
    pace: float = 0.35
    growth: float = 0.12
    halts: int = 99
    mood: tuple[int, ...] = (7, 7, 7, 8, 8, 8, 8, 9, 9)
    values: tuple[float, ...] = ()
    quality: str | None = None
    risk: str = ""
    ask: str = ""
    problem: str | None = None
    scored_until: int = 99
    points: bool = True
    sources: tuple[str, ...] = ("jira",)
    change: Change | None = None


PUBLISHING = (
    Plot(
        "PUB-1",
        "Publishing pipeline takes 10 % less time",
        Metric(start=100, target=90, current=96, unit="s"),
        first=14,
        pace=0.32,
        growth=0.22,
        values=(100, 99, 99, 98, 97, 97, 96, 95.5, 95),
        quality="and no more failed publishes than before",
    ),
    Plot(
        "PUB-2",
        "45 developers have used our SDK",
        Metric(start=3, target=45, current=9, unit="developers"),
        first=16,
        pace=0.5,
        growth=0.02,
        mood=(8, 8, 7, 7, 7, 7, 5, 4, 3),
        values=(3, 3, 4, 5, 5, 9, 9, 9, 9),
        quality="and 12 still use it after three weeks",
        risk="The sandbox account of two departments ends on 11 December.",
        ask="Two departments that will pilot the SDK before Christmas.",
    ),
    Plot(
        "PUB-3",
        "Failed publishes fall to 2 in a thousand",
        Metric(start=9, target=2, current=4, unit="‰"),
        first=10,
        pace=0.22,
        values=(9, 9, 8, 7, 7, 6, 5, 4, 3.4),
        points=False,
        sources=("jira", "trello"),
    ),
    Plot(
        "PUB-4",
        "Editors need one tool instead of three to schedule a launch",
        None,
        first=8,
        pace=0.12,
        halts=40,
        mood=(6, 6, 6, 6, 5, 5, 5, 5, 5),
    ),
)
SEARCH = (
    Plot(
        "SEA-1",
        "Half of all searches end in a click on the first three results",
        Metric(start=31, target=50, current=44, unit="%"),
        first=18,
        pace=0.4,
        growth=0.2,
        values=(31, 33, 33, 36, 38, 39, 41, 43, 44),
        mood=(6, 6, 7, 7, 8, 8, 8, 8, 8),
    ),
    Plot(
        "SEA-2",
        "Search answers in under 200 ms for 95 in 100 queries",
        Metric(start=420, target=200, current=410, unit="ms"),
        first=9,
        pace=0.5,
        growth=0.0,
        values=(420, 420, 418, 415, 418, 415, 415, 415, 415),
        mood=(7, 7, 7, 7, 7, 7, 6, 6, 6),
    ),
    Plot(
        "SEA-3",
        "Synonyms kept by editors, not by us",
        Metric(start=0, target=120, current=66, unit="synonyms"),
        first=11,
        pace=0.25,
        values=(0, 0, 12, 20, 31, 44, 52, 60, 66),
        problem="trello: the board AbCd1234 isn't there or can't be seen; check its id and the "
        "token's rights",
        sources=("trello",),
    ),
    Plot("SEA-4", "Know which three journeys search should serve first", None, first=0, pace=0.0),
)
ACCOUNTS = (
    Plot(
        "ACC-1",
        "9 of 10 people sign in at the first try",
        Metric(start=71, target=90, current=84, unit="%"),
        first=15,
        pace=0.35,
        values=(71, 72, 74, 76, 77, 79, 81, 83, 84),
        scored_until=6,
    ),
    Plot(
        "ACC-2",
        "Support calls about passwords halve",
        Metric(start=1840, target=920, current=1210, unit="calls a week"),
        first=13,
        pace=0.33,
        growth=0.08,
        values=(1840, 1800, 1750, 1690, 1500, 1430, 1390, 1280, 1210),
        change=Change("ACC-2", datetime(2026, 11, 24, 6, 15, tzinfo=UTC), "target", "1100", "920"),
    ),
    Plot(
        "ACC-3",
        "Account pages pass WCAG 2.2 AA",
        Metric(start=0, target=24, current=24, unit="pages"),
        first=10,
        pace=0.6,
        growth=0.0,
        values=(0, 4, 9, 14, 18, 21, 24, 24, 24),
        mood=(8, 8, 8, 9, 9, 9, 10, 10, 10),
    ),
    Plot(
        "ACC-4",
        "Sessions survive a release without a new sign-in",
        Metric(start=0, target=95, current=62, unit="%"),
        first=9,
        pace=0.2,
        growth=0.15,
        values=(0, 0, 0, 10, 25, 40, 48, 55, 62),
    ),
)
TEAMS = (
    ("PUB", "Prepare publishing for the scale demands of launch day", "Publishing", PUBLISHING),
    ("SEA", "People find what they came for at the first try", "Search", SEARCH),
    ("ACC", "Signing in is the easiest part of using a service", "Accounts", ACCOUNTS),
)


def objective(id_, title, team, plots):
    """An objective of the quarter with its KRs."""
    krs = tuple(
        KeyResult(
            id=plot.id,
            title=plot.title,
            metric=plot.metric,
            quality=plot.quality,
            links=tuple(Link(source=source) for source in plot.sources),
        )
        for plot in plots
    )
    return Objective(id=id_, title=title, team=team, period="2026-Q4", key_results=krs)


def okrs():
    """The file of the three teams."""
    return Okrs(
        sources={"jira": Source(kind="jira"), "trello": Source(kind="trello")},
        objectives=tuple(objective(*team) for team in TEAMS),
        review=REVIEW,
    )


def histories(now=NOW, seed=7):
    """The quarter of the three teams up to a moment."""
    return tuple(
        simulate(made, kr, plot, now, Random(f"{seed}{kr.id}"))
        for made, (_, _, _, plots) in zip(okrs().objectives, TEAMS, strict=True)
        for kr, plot in zip(made.key_results, plots, strict=True)
    )


def simulate(made, kr, plot, now, rng):
    """One KR, read each morning from the first of the quarter: cards, readings, ledger, scores."""
    if not plot.first:
        return KrHistory(made, kr)
    cards = [card(plot, made.id, n, START, rng) for n in range(plot.first)]
    readings, entries, day = [Reading(kr.id, START, count(cards))], [], START
    entries += compare(kr.id, (), cards, START)
    while (day := day + timedelta(days=1)) <= now and not (plot.problem and day > NOW - TWO_DAYS):
        before, cards = cards, live(plot, made.id, cards, day, rng)
        happened = compare(kr.id, before, cards, day)
        entries += happened
        if happened:
            readings.append(Reading(kr.id, day, count(cards)))
    looked = dict.fromkeys(plot.sources, day - timedelta(days=1))
    state = KrState(readings[-1], tuple(cards), looked, plot.problem)
    changes = (plot.change,) if plot.change and plot.change.at <= now else ()
    lists = (tuple(readings), tuple(entries), scores(plot, now), changes)
    return KrHistory(made, kr, state, *lists, tools=TOOLS.get(kr.id, ()))


TWO_DAYS = timedelta(days=2)


def live(plot, prefix, cards, day, rng):
    """What a day does to a board: some cards done, some added, now and then the mess."""
    out = list(cards)
    halted = (day - START).days >= plot.halts
    for index, judged in enumerate(cards):
        if judged.state is State.REMAINING and not halted and rng.random() < plot.pace / 8:
            out[index] = judged._replace(state=State.DONE, rule="its status is in category done")
        elif judged.state is State.REMAINING and rng.random() < 0.003:
            out[index] = judged._replace(state=State.DROPPED, rule="its status is Won't Do")
        elif judged.state is State.DONE and not halted and rng.random() < 0.002:
            out[index] = judged._replace(state=State.REMAINING, rule="no rule makes it done")
    if rng.random() < plot.growth * 2:
        out.append(card(plot, prefix, len(out) + 40, day, rng))
    return out


def card(plot, prefix, n, at, rng):
    """A remaining card with a title, a thread and sometimes an estimate."""
    thread = ThreadName.DISCOVERY if rng.random() < 0.25 else ThreadName.DELIVERY
    key = f"{prefix}-{plot.id[-1]}{n:02}"
    return JudgedCard(
        source=plot.sources[n % len(plot.sources)],
        id=key,
        key=key,
        title=f"{rng.choice(FIRST)} the {rng.choice(WHAT)} {rng.choice(WHY)}",
        url=f"https://acme.atlassian.net/browse/{key}",
        state=State.REMAINING,
        rule="no rule makes it done",
        via=(f"label {plot.id} on {key}",),
        thread=thread,
        points=rng.choice((1.0, 2.0, 3.0, 5.0, None)) if plot.points else None,
        created=at,
    )


def scores(plot, now):
    """A check-in each Friday."""
    out = []
    for week, score in enumerate(plot.mood[: plot.scored_until]):
        at = datetime(2026, 10, 2, 15, tzinfo=UTC) + timedelta(weeks=week)
        if at <= now:
            value = plot.values[week] if week < len(plot.values) else None
            last = week == len(plot.mood) - 1
            risk, ask = (plot.risk, plot.ask) if last else ("", "")
            out.append(CheckIn(plot.id, at, score, value, "", risk, ask))
    return tuple(out)
