"""What Norddal's people say of pilots in use: month by month, and after launch."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random

from accounts.models import User
from config.demo import chronicle
from config.demo.moments import at
from config.demo.plots import PILOT, PRODUCTION, ROLLOUT
from config.demo.shapes import Told
from portfolio.models import Channel, Event, Pilot
from readiness.models import Attestation, LaunchCheck, Verdict
from readiness.queries.aftercare import MONTHS, month_asked, month_words, months_before

People = Mapping[str, User]
LIVE = (PILOT, ROLLOUT, PRODUCTION)
WORDS = {
    "useful": ("Two people in the team finish an hour earlier.", "Saves the second reading.", ""),
    "not_useful": ("Everybody copies the result back by hand.", "Three log-ins all month."),
    "unknown": ("Nobody counted.", "The team was short; I would need the hours per case.", ""),
}
RESULTS = {
    "held": "Right without rework: 91 % at launch, 90 % now (weekly report).",
    "degraded": "Right without rework: 91 % at launch, 78 % now. The form changed in spring.",
    "not_used": "",
}


def attestations(
    one: Told, pilot: Pilot, people: People, today: date
) -> Iterator[tuple[Attestation, Event]]:
    """Useful mostly; of some nobody can tell, and some months nobody says a word."""
    dice = Random(f"in use {one.name}")  # noqa: S311 - dice, not secrets
    spinning, faithful = dice.random() < 0.12, dice.random() < 0.6
    for back in reversed(range(MONTHS)):
        month = months_before(month_asked(today), back)
        over = months_before(month, -1)
        span = one.stage_on(month)
        if span is None or span.stage not in LIVE or one.registered >= over:
            continue
        verdict = _verdict(dice, spinning=spinning and back < 2, spoken=faithful or back > 0)
        day = over + timedelta(days=dice.randint(0, 5))
        author = _author(one, day, people)
        if not verdict or author is None or day > today or one.stage_on(day) is None:
            continue
        note = dice.choice(WORDS[verdict])
        row = Attestation(
            pilot=pilot, month=month, verdict=verdict, note=note, author=author,
            recorded_at=at(day, 13),
        )  # fmt: skip
        said = {"month": month_words(month), "verdict": str(Verdict(verdict).label)}
        yield row, _event("value_attested", row.recorded_at, author, pilot, said, note)


def _verdict(dice: Random, *, spinning: bool, spoken: bool) -> str:
    drawn = dice.choices(["useful", "not_useful", "unknown", ""], [60, 10, 10, 20])[0]
    if spinning:
        return "unknown"
    return drawn if spoken else ""


def _author(one: Told, day: date, people: People) -> User | None:
    """The value owner of that day, else the owner."""
    value = next((h.person for h in one.people if h.role == "value_owner" and h.covers(day)), None)
    return people.get(value or chronicle.owner_on(one, day) or "")


def checks(
    one: Told, pilot: Pilot, people: People, today: date
) -> Iterator[tuple[LaunchCheck, Event]]:
    """Most were made in time; those that were not make themselves afterwards, and stay open."""
    dice = Random(f"check of {one.name}")  # noqa: S311
    launched = pilot.first_production_on
    if launched is None:
        return
    for days in LaunchCheck.DAYS:
        due = launched + timedelta(days=days)
        day = due + timedelta(days=dice.randint(-3, 6))
        result = dice.choices(list(RESULTS), [70, 22, 8])[0]
        stage, author = one.stage_on(day), _author(one, day, people)
        made = dice.random() < 0.75 and day <= today and due >= one.registered
        if not made or author is None or stage is None or stage.stage != PRODUCTION:
            continue
        row = LaunchCheck(
            pilot=pilot, days=days, due_on=due, result=result, measured=RESULTS[result],
            done_on=day, done_by=author,
        )  # fmt: skip
        said = {"check": f"{days} days after launch", "result": row.get_result_display()}
        yield row, _event("launch_checked", at(day, 13), author, pilot, said, row.measured)


def _event(
    verb: str, moment: datetime, actor: User, pilot: Pilot, after: dict[str, str], reason: str
) -> Event:
    return Event(
        at=moment, pilot=pilot, actor=actor, verb=f"readiness.{verb}", channel=Channel.WEB,
        before={}, after=after, reason=reason,
    )  # fmt: skip
