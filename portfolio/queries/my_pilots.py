"""The pilots on which a person holds a role, worst first, each with its one reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import User
from common import bars
from portfolio.flags import health
from portfolio.models import Pilot, RoleAssignment, Stage, Update
from portfolio.queries import freshness, labels
from portfolio.queries.flags import OpenFlag, open_flags

MOST = 200
SOON = 7  # days before its day that a next step is worth a word
# What an update alone can clear; the other flags want something done on the pilot's page.
BY_UPDATE = frozenset(
    {"NO_UPDATE", "GONE_QUIET", "NEXT_STEP_OVERDUE", "READING_OVERDUE", "ZOMBIE", "WATERMELON"}
)
DOORS = {
    "NO_METRIC": ("pilot-metric", "Add a metric"),
    "NO_OWNER": ("pilot-assign", "Find an owner"),
    "NO_OUTLET": ("pilot-edit", "Name the outlet"),
}


@dataclass(frozen=True, slots=True)
class Mine:
    """One pilot of mine. `door` is the URL name of the one thing to do, `button` its words;
    `flags` counts the open ones that speak,
    `also` is the gravest of them that the button does not clear."""

    id: int
    ref: str
    name: str
    unit: str
    restricted: bool
    stage: str
    stage_label: str
    days: int
    at_least: bool
    health: str
    computed: str
    days_since_update: int | None
    flags: int
    reason: str
    also: str
    grave: bool
    needs_update: bool
    needs_me: bool
    door: str
    button: str


@dataclass(frozen=True)
class Turn:
    """Where one pilot stands among those that wait for my update; refs are "" at the ends."""

    position: int
    total: int
    previous: str
    next: str


@dataclass(frozen=True)
class MyPilots:
    rows: tuple[Mine, ...]

    @property
    def urgent(self) -> tuple[Mine, ...]:
        return tuple(row for row in self.rows if row.needs_me)

    @property
    def calm(self) -> tuple[Mine, ...]:
        return tuple(row for row in self.rows if not row.needs_me)

    @property
    def waiting(self) -> int:
        return sum(row.needs_update for row in self.rows)

    @property
    def first(self) -> str:
        """The ref of the worst pilot that waits for an update; "" when none does."""
        return next((row.ref for row in self.rows if row.needs_update), "")

    def reason(self, pilot_id: int) -> str:
        return next((row.reason for row in self.rows if row.id == pilot_id), "")

    def turn(self, pilot_id: int) -> Turn:
        """The way through those that wait, round and round; the pilot itself need not wait."""
        refs = [row.ref for row in self.rows if row.needs_update]
        here = f"{Pilot.REF_PREFIX}{pilot_id}"
        if here not in refs:
            return Turn(0, len(refs), "", refs[0] if refs else "")
        at = refs.index(here)
        others = len(refs) > 1
        return Turn(
            at + 1, len(refs), refs[at - 1] if others else "",
            refs[(at + 1) % len(refs)] if others else "",
        )  # fmt: skip


def my_pilots(user: User, as_of: date) -> MyPilots:
    """At most MOST pilots; two queries.

    The owner is the one who is waited for; where nobody owns, everybody with a role is.
    """
    owners = RoleAssignment.objects.open().owners().filter(pilot=OuterRef("pk"))
    held = RoleAssignment.objects.open().filter(person=user).values("pilot")
    mine = Pilot.objects.visible_to(user).active().filter(pk__in=held).order_by("id")
    latest = Update.objects.standing().filter(pilot=OuterRef("pk")).order_by("-posted_at", "-pk")
    found = list(
        mine.annotate(
            answers=Q(Exists(owners.filter(person=user))) | ~Q(Exists(owners)),
            days_allowed=freshness.limit(),
            next_step=Subquery(latest.values("next_step")[:1]),
            next_due=Subquery(latest.values("next_step_due")[:1]),
        ).values(*_COLUMNS)[:MOST]
    )
    flags = open_flags([row["id"] for row in found], as_of)
    rows = [(_row(row, flags[row["id"]], as_of), flags[row["id"]]) for row in found]
    rows.sort(key=_worst_first)
    return MyPilots(tuple(row for row, _ in rows))


_COLUMNS = (
    "id", "name", "unit__path", "restricted", "stage", "stage_since", "stage_since_bound",
    "health", "last_update_on", "on_hold_until", "registered_on",
    "answers", "days_allowed", "next_step", "next_due",
)  # fmt: skip


def _row(row: Mapping[str, Any], flags: Sequence[OpenFlag], as_of: date) -> Mine:
    silent = (as_of - row["last_update_on"]).days if row["last_update_on"] else None
    fresh = freshness.code(silent, row["days_allowed"])
    hold = row["on_hold_until"]
    held = bool(hold and hold >= as_of)
    speaking = [flag for flag in flags if not flag.snoozed]
    stale = fresh != "fresh" or any(flag.rule in BY_UPDATE for flag in speaking)
    says = not held and row["answers"] and stale
    graver = [flag for flag in speaking if flag.severity != "L"]
    # The one reason is what the one button does away with.
    mine = [flag for flag in speaking if flag.rule in BY_UPDATE] if says else speaking
    worst = mine[0] if mine else None
    also = next((flag for flag in speaking if flag is not worst), None)
    door, button = ("pilot", "Open")
    if says:
        door, button = "my-pilot", "Update"
    elif worst:
        door, button = DOORS.get(worst.rule, (door, button))
    return Mine(
        id=row["id"], ref=f"{Pilot.REF_PREFIX}{row['id']}", name=row["name"],
        unit=row["unit__path"], restricted=row["restricted"], stage=row["stage"],
        stage_label=Stage(row["stage"]).label, days=(as_of - row["stage_since_bound"]).days,
        at_least=row["stage_since"] is None, health=row["health"],
        computed=health.computed(flags).health, days_since_update=silent, flags=len(speaking),
        reason=_reason(row, worst, fresh, silent, as_of, held=held),
        also=also.why if also and not held else "",
        grave=bool(worst and worst.severity == "H") and not held,
        needs_update=says, needs_me=not held and row["answers"] and (says or bool(graver)),
        door=door, button=button,
    )  # fmt: skip


def _reason(
    row: Mapping[str, Any], worst: OpenFlag | None, fresh: str, silent: int | None, as_of: date,
    *, held: bool,
) -> str:  # fmt: skip
    """One sentence without a full stop: the gravest thing there is to say."""
    if held:
        return f"On hold until {labels.day(row['on_hold_until'])}"
    if worst:
        return worst.why
    if fresh == "never":
        return "Nobody has said yet how it goes"
    if fresh != "fresh":
        return f"The last update is {bars.age_words(silent or 0)} old; the next one is due"
    if row["next_due"]:
        left = (row["next_due"] - as_of).days
        when = "today" if left == 0 else f"in {bars.age_words(left)}"
        return f"Next step due {when}" if left <= SOON else f"Next: {row['next_step']}"
    return "Up to date"


def _worst_first(pair: tuple[Mine, Sequence[OpenFlag]]) -> tuple[int, ...]:
    """What needs me, then what needs words; graver, more, longer silent, further past a quarter."""
    row, flags = pair
    speaking = [flag for flag in flags if not flag.snoozed]
    high = sum(flag.severity == "H" for flag in speaking)
    silent = row.days_since_update if row.days_since_update is not None else row.days
    past = 0 if row.stage == Stage.PRODUCTION else max(0, row.days - bars.QUARTER)
    return (
        -int(row.needs_me), -int(row.needs_update), -high, -len(speaking), -past, -silent, row.id,
    )  # fmt: skip
