"""The rollout of a pilot: the plan, the waves, and how far it is in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from portfolio.models import Rollout, Verdict, Wave, WaveKind
from portfolio.queries import labels
from portfolio.queries.kept import Row, day, label, rows_of


@dataclass(frozen=True, slots=True)
class WaveLine:
    """`state` is planned, running or over, as of the day of reading."""

    id: int
    team: str
    kind: str
    shadow: bool
    starts_on: date | None
    ends_on: date | None
    users: int | None
    feedback: str
    verdict: str
    verdict_label: str
    state: str


@dataclass(frozen=True, slots=True)
class RolloutLine:
    """`words` is the progress; `owner_here` is False when the owner left or is external."""

    id: int
    scope: str
    poc_scope: str
    increments: tuple[str, ...]
    budget: str
    owner: str
    owner_here: bool
    target_from: date | None
    target_until: date | None
    until: date | None
    waves: tuple[WaveLine, ...]
    words: str
    late: bool

    @property
    def single(self) -> bool:
        """One increment, or none named: the whole process at once (source map B28)."""
        return len(self.increments) < 2


@dataclass(frozen=True, slots=True)
class Rollouts:
    now: RolloutLine | None
    former: tuple[RolloutLine, ...]

    @property
    def filled(self) -> bool:
        return bool(self.now or self.former)


def rows() -> ArraySubquery:
    """All rollouts of the pilot of the outer query, the open one first, with their waves."""
    waves = Wave.objects.filter(rollout=OuterRef("pk"))
    waves = waves.order_by(F("starts_on").asc(nulls_last=True), "pk")
    found = rows_of(
        waves, "id", "team", "kind", "starts_on", "ends_on", "users", "feedback", "verdict"
    )
    mine = Rollout.objects.filter(pilot=OuterRef("pk"))
    return rows_of(
        mine.order_by(F("until").desc(nulls_first=True), "-pk"), "id", "scope", "poc_scope",
        "increments", "target_from", "target_until", "until",
        # As text: a JSON number would lose the cents of a large amount.
        budget=Cast("budget", TextField()),
        owner=Coalesce(NullIf("owner__name", Value("")), "owner__email"),
        active="owner__is_active", internal="owner__is_internal", waves=found,
    )  # fmt: skip


def read(found: Sequence[Row], as_of: date) -> Rollouts:
    lines = [_line(row, as_of) for row in found]
    return Rollouts(
        now=next((line for line in lines if line.until is None), None),
        former=tuple(line for line in lines if line.until is not None),
    )


def _line(row: Row, as_of: date) -> RolloutLine:
    waves = tuple(_wave(one, as_of) for one in row["waves"])
    due = day(row["target_until"])
    return RolloutLine(
        id=row["id"], scope=row["scope"], poc_scope=row["poc_scope"],
        increments=tuple(row["increments"]), budget=labels.amount(Decimal(row["budget"])),
        owner=row["owner"], owner_here=row["active"] and row["internal"],
        target_from=day(row["target_from"]), target_until=due, until=day(row["until"]),
        waves=waves, words=progress(waves), late=bool(due and due < as_of and not row["until"]),
    )  # fmt: skip


def _wave(row: Row, as_of: date) -> WaveLine:
    starts, ends = day(row["starts_on"]), day(row["ends_on"])
    return WaveLine(
        id=row["id"], team=row["team"], kind=label(WaveKind, row["kind"]),
        shadow=row["kind"] == WaveKind.SHADOW, starts_on=starts, ends_on=ends, users=row["users"],
        feedback=row["feedback"], verdict=row["verdict"],
        verdict_label=label(Verdict, row["verdict"]), state=state(starts, ends, as_of),
    )  # fmt: skip


def state(starts: date | None, ends: date | None, as_of: date) -> str:
    """Where a wave is: planned until it begins, over after its last day."""
    if starts is None or starts > as_of:
        return "planned"
    return "over" if ends and ends < as_of else "running"


def progress(waves: Sequence[WaveLine]) -> str:
    """How far the rollout is, in one or two sentences."""
    if not waves:
        return "No wave is planned."
    begun = [wave for wave in waves if wave.state != "planned"]
    over = sum(1 for wave in waves if wave.state == "over")
    users = sum(wave.users or 0 for wave in begun if not wave.shadow)
    noun, verb = "wave" if len(waves) == 1 else "waves", "is" if 1 in (over, len(waves)) else "are"
    parts = [f"{over} of {len(waves)} {noun} {verb} over"]
    running = [wave.team for wave in waves if wave.state == "running"]
    if running:
        parts.append(f"{_and(running)} {'is' if len(running) == 1 else 'are'} at work")
    if users:
        parts.append(f"{users:,} {'user' if users == 1 else 'users'} so far")
    said = ", ".join(parts) + "."
    stops = [wave.team for wave in begun if wave.verdict == Verdict.STOP]
    fixes = [wave.team for wave in begun if wave.verdict == Verdict.FIX]
    if stops:
        said += f" After {_and(stops)} the verdict was to stop."
    elif fixes:
        said += f" After {_and(fixes)} something has to be fixed first."
    silent = sum(1 for wave in waves if wave.state == "over" and not wave.verdict)
    if silent:
        said += f" {silent} that {'is' if silent == 1 else 'are'} over had no verdict."
    return said


def _and(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
