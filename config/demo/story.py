"""Makes up 117 pilots with a past of eighteen months: the same ones for the same day."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from config.demo import chapters, evidence, ownership, words
from config.demo.chapters import Draft
from config.demo.plots import PLOTS, STOPPED, Plot
from config.demo.record import record
from config.demo.shapes import Pause, Snoozed, Span, Told

FILE = Path(__file__).parent / "pilots.csv"
RESTRICTED = {
    "Merger document room", "Works council agreement search", "Fraud ring detection",
    "Executive pay benchmark", "Whistleblower translation",
}  # fmt: skip
MANAGER = "Mona Bergström"


def days(number: int) -> timedelta:
    return timedelta(days=number)


def company(today: date) -> list[Told]:
    """Every pilot of the demo, oldest registration first."""
    told = [_tell(row, plot, today) for row, plot in _cast()]
    return sorted(told, key=lambda one: (one.registered, one.name))


def _cast() -> Iterator[tuple[dict[str, str], Plot]]:
    """Which pilot lives which story."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    plots = [plot for plot in PLOTS.values() for _ in range(plot.count)]
    secret = [plot for plot in plots if plot.restricted]
    others = [plot for plot in plots if not plot.restricted]
    Random("Norddal").shuffle(others)  # noqa: S311 - dice, not secrets
    for row in rows:
        yield row, (secret if row["name"] in RESTRICTED else others).pop()


def _tell(row: dict[str, str], plot: Plot, today: date) -> Told:
    # Its own dice, so that a change to one pilot leaves the others alone.
    random = Random(row["name"])  # noqa: S311
    spans = _spans(plot, random, today)
    # Of an unknown entry one knows no more than that it was not after the registration.
    registered = spans[0].bound
    ended = spans[-1].bound if spans[-1].stage in (STOPPED, "retired") else None
    draft = Draft(
        random=random, plot=plot, kind=row["kind"], unit=row["unit"], spans=spans,
        registered=registered, today=today, last=(ended or today) - days(1),
    )  # fmt: skip
    dice = Random(f"ownership of {row['name']}")  # noqa: S311
    people = chapters.people(draft)
    people += tuple(h for h in ownership.areas(draft, dice) if h.since <= draft.last)
    owner = chapters.owner_on(people, draft.last) or MANAGER
    return Told(
        name=row["name"],
        unit=row["unit"],
        summary=row["summary"],
        registered=registered,
        registered_by=random.choice([MANAGER, chapters.first_owner(people) or MANAGER]),
        restricted=plot.restricted,
        spans=spans,
        people=people,
        asked=tuple(ownership.questions(draft, people, dice)),
        foreseen=tuple(ownership.foreseen(draft, people, dice)),
        updates=tuple(chapters.updates(draft, people)),
        metrics=tuple(chapters.metrics(draft)),
        answers=tuple(evidence.answers(draft, owner)),
        holds=tuple(_holds(draft)),
        snoozes=tuple(_snoozes(draft)),
        facts=chapters.facts(draft) | record(draft),
    )


def _spans(plot: Plot, random: Random, today: date) -> tuple[Span, ...]:
    entered = today - days(random.randint(*plot.age))
    before: list[tuple[str, int]] = [(s, random.randint(*length)) for s, length in plot.path]
    spans = [Span(plot.stage, entered, None, plot.entry_known, _move(plot.stage, random))]
    until = entered
    for stage, length in reversed(before):
        since = until - days(length)
        spans.insert(0, Span(stage, since, until, reason=_move(stage, random)))
        until = since
    return tuple(spans)


def _move(stage: str, random: Random) -> str:
    return random.choice(words.STOPS) if stage == STOPPED else words.MOVES.get(stage, "")


def _holds(draft: Draft) -> Iterable[Pause]:
    random, today = draft.random, draft.today
    reason = random.choice(words.HOLDS)
    if draft.plot.hold == "now":
        yield Pause(today - days(random.randint(10, 25)), today + days(30), reason)
    elif draft.plot.hold == "past":
        on = draft.spans[-2].bound + days(5)
        yield Pause(on, on + days(40), reason, resumed=on + days(21))


def _snoozes(draft: Draft) -> Iterable[Snoozed]:
    random, today = draft.random, draft.today
    reason = random.choice(words.SNOOZES)
    if draft.plot.snooze:
        yield Snoozed(draft.plot.snooze, today - days(4), today + days(24), MANAGER, reason)
    elif draft.plot is PLOTS["poc past a quarter"] and random.random() < 0.5:
        entered = draft.spans[-1].bound  # One that has run out: the flag speaks again.
        yield Snoozed("STALE_POC", entered + days(93), today - days(1), MANAGER, reason)
