"""The register: every decision about pilots in sight, what sums it up, and it as a file.

Each is a constant number of statements; the pages are keyset pages over the index of decided_on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import (
    Aggregate,
    CharField,
    Count,
    Exists,
    F,
    FloatField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)  # fmt: skip
from django.db.models.functions import Coalesce, NullIf
from django.utils.http import urlencode

from accounts.models import User
from common import text
from common.keyset import Order, Page, filter_hash, paginate
from portfolio.flags.days import DaysBetween
from portfolio.models import Pilot, Stage, StageInterval
from portfolio.queries.pilots import UnitChoice, unit_choices
from portfolio.querysets import PilotQuerySet
from readiness.access import decided_pilots
from readiness.models import Condition, Decision, Outcome
from readiness.queries import undecided
from readiness.queries.decision_page import moved

SIZE, MOST_ROWS = 50, 10_000
LATEST = Order(
    "on", F("decided_on"), "readiness_decision_latest", read=date.fromisoformat, down=True
)
OUTCOMES = {str(code): str(label) for code, label in Outcome.choices}
STAGES = {str(code): str(label) for code, label in Stage.choices}


@dataclass(frozen=True)
class Filter:
    """What of the register is asked for. What cannot be read is left out and said."""

    outcome: str = ""
    unit: int | None = None
    stage: str = ""
    person: int | None = None
    since: date | None = None
    until: date | None = None
    overridden: bool = False
    unreadable: tuple[str, ...] = ()

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Self:
        wrong: list[str] = []
        return cls(
            outcome=_choice(sent, "outcome", OUTCOMES, wrong),
            unit=_number(sent, "unit", wrong),
            stage=_choice(sent, "stage", STAGES, wrong),
            person=_number(sent, "person", wrong),
            since=_day(sent, "from", wrong),
            until=_day(sent, "to", wrong),
            overridden=bool(sent.get("overridden")),
            unreadable=tuple(wrong),
        )

    @property
    def query(self) -> dict[str, str]:
        """As an address says it."""
        said = {
            "outcome": self.outcome, "unit": self.unit, "stage": self.stage,
            "person": self.person, "from": self.since, "to": self.until,
            "overridden": "1" if self.overridden else "",
        }  # fmt: skip
        return {name: str(value) for name, value in said.items() if value}

    def address(self, **more: str) -> str:
        """The query of the same list with something more; what is empty is left out."""
        return urlencode({name: one for name, one in (self.query | more).items() if one})


def _choice(sent: Mapping[str, str], name: str, known: Mapping[str, str], wrong: list[str]) -> str:
    value = sent.get(name, "")
    if value and value not in known:
        wrong.append(value[:60])
        return ""
    return value


def _number(sent: Mapping[str, str], name: str, wrong: list[str]) -> int | None:
    value = sent.get(name, "")
    found = text.whole(value)
    if value and found is None:
        wrong.append(value[:60])
    return found


def _day(sent: Mapping[str, str], name: str, wrong: list[str]) -> date | None:
    value = sent.get(name, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        wrong.append(value[:60])
        return None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision as the register tells it. `days` are those from the entry into PoC, None when
    that day is not known; `open` of its `conditions` are neither met nor dropped. `into` is the
    pilot that its pilot was merged into since."""

    id: int
    on: date
    ref: str
    name: str
    into: str
    unit: str
    round: int
    outcome: str
    outcome_label: str
    moved: str
    reason: str
    proposed_by: str
    approved_by: str
    overridden: int
    override_reason: str
    conditions: int
    open: int
    days: int | None
    from_stage: str
    to_stage: str
    digest: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What sums the shown decisions up. `median` is in days from the entry into PoC, of the
    `measured` decisions whose entry is known."""

    total: int
    quarter: int
    quarter_from: date
    overridden: int
    median: int | None
    measured: int

    @property
    def share(self) -> int:
        """Percent of decisions that overrode a finding."""
        return round(100 * self.overridden / self.total) if self.total else 0


@dataclass(frozen=True)
class Register:
    """`undecided` counts the pilots in sight that stand past a gate without a decision here."""

    filter: Filter
    page: Page[DecisionLine]
    figures: Figures
    units: tuple[UnitChoice, ...] = ()
    people: tuple[tuple[int, str], ...] = ()
    chosen: bool = False
    undecided: int = 0


class Median(Aggregate):
    """The value in the middle."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def of_filter(pilots: PilotQuerySet, wish: Filter) -> "QuerySet[Decision]":
    """The decisions about these pilots (`decided_pilots` of a person) that the filter asks for."""
    if wish.unit is not None:
        pilots = pilots.within(wish.unit)
    rows = Decision.objects.filter(pilot__in=pilots)
    if wish.outcome:
        rows = rows.filter(outcome=wish.outcome)
    if wish.stage:
        rows = rows.filter(to_stage=wish.stage)
    if wish.person is not None:
        rows = rows.filter(Q(proposed_by=wish.person) | Q(approved_by=wish.person))
    if wish.since:
        rows = rows.filter(decided_on__gte=wish.since)
    if wish.until:
        rows = rows.filter(decided_on__lte=wish.until)
    if wish.overridden:
        rows = rows.exclude(overridden=[])
    return rows


def register(user: User, wish: Filter, *, as_of: date, cursor: str = "") -> Register:
    pilots = decided_pilots(user)
    rows = of_filter(pilots, wish)
    found = paginate(lines(rows), LATEST, cursor=cursor, filters=filter_hash(wish.query), size=SIZE)
    return Register(
        filter=wish, page=found.with_rows([_line(row) for row in found.rows]),
        figures=_figures(rows, as_of), units=tuple(unit_choices(wish.unit)), people=_people(pilots),
        chosen=bool(wish.query),
        undecided=undecided.without(Pilot.objects.visible_to(user)).count(),
    )  # fmt: skip


def _poc_entry() -> Subquery:
    """The day on which the pilot of a decision first entered PoC, if that is known."""
    entered = StageInterval.objects.filter(
        pilot=OuterRef("pilot"), stage=Stage.POC, since__isnull=False
    )
    return Subquery(entered.order_by().values("pilot").values_list(Min("since")))


def _name(who: str) -> Coalesce:
    return Coalesce(NullIf(f"{who}__name", Value("")), f"{who}__email", output_field=CharField())


def lines(rows: "QuerySet[Decision]") -> QuerySet[Any, Any]:
    """What a line of the register needs, without the snapshots."""
    mine = Condition.objects.filter(decision=OuterRef("pk")).order_by().values("decision")
    unsettled = mine.filter(met_on=None, dropped_on=None)
    return rows.annotate(
        days=DaysBetween(F("decided_on"), _poc_entry()),
        asked=Subquery(mine.values_list(Count("pk"))),
        unsettled=Subquery(unsettled.values_list(Count("pk"))),
        name=F("pilot__name"), into=F("pilot__merged_into"), unit=F("pilot__unit__path"),
        proposer=_name("proposed_by"), approver=_name("approved_by"),
    ).values(
        "id", "pilot_id", "name", "into", "unit", "round", "outcome", "from_stage", "to_stage",
        "reason", "proposer", "approver", "overridden", "override_reason", "decided_on", "days",
        "asked", "unsettled", "digest",
    )  # fmt: skip


def _line(row: Mapping[str, Any]) -> DecisionLine:
    days = row["days"]
    return DecisionLine(
        id=row["id"], on=row["decided_on"], ref=f"{Pilot.REF_PREFIX}{row['pilot_id']}",
        name=row["name"], into=f"{Pilot.REF_PREFIX}{row['into']}" if row["into"] else "",
        unit=row["unit"], round=row["round"], outcome=row["outcome"],
        outcome_label=OUTCOMES[row["outcome"]], moved=moved(row["from_stage"], row["to_stage"]),
        reason=row["reason"], proposed_by=row["proposer"], approved_by=row["approver"],
        overridden=len(row["overridden"]), override_reason=row["override_reason"],
        conditions=row["asked"] or 0, open=row["unsettled"] or 0,
        days=days if days is not None and days >= 0 else None,
        from_stage=row["from_stage"], to_stage=row["to_stage"], digest=row["digest"],
    )  # fmt: skip


def _figures(rows: "QuerySet[Decision]", as_of: date) -> Figures:
    quarter = as_of.replace(month=3 * ((as_of.month - 1) // 3) + 1, day=1)
    dated = rows.annotate(days=DaysBetween(F("decided_on"), _poc_entry()))
    found = dated.aggregate(
        total=Count("pk"), late=Count("pk", filter=Q(decided_on__gte=quarter)),
        overridden=Count("pk", filter=~Q(overridden=[])),
    )  # fmt: skip
    usable = dated.filter(days__gte=0).aggregate(median=Median("days"), measured=Count("pk"))
    middle = usable["median"]
    return Figures(
        total=found["total"], quarter=found["late"], quarter_from=quarter,
        overridden=found["overridden"], median=None if middle is None else round(middle),
        measured=usable["measured"],
    )  # fmt: skip


def _people(pilots: PilotQuerySet) -> tuple[tuple[int, str], ...]:
    """Who proposed or approved something that the person may see."""
    seen = Decision.objects.filter(pilot__in=pilots)
    took_part = Exists(seen.filter(proposed_by=OuterRef("pk"))) | Exists(
        seen.filter(approved_by=OuterRef("pk"))
    )
    rows = User.objects.filter(took_part).order_by("name", "email")
    return tuple((pk, name or email) for pk, name, email in rows.values_list("pk", "name", "email"))


CSV_COLUMNS = (
    "decided_on", "pilot", "name", "unit", "round", "outcome", "from_stage", "to_stage", "reason",
    "proposed_by", "approved_by", "overridden", "override_reason", "conditions",
    "open_conditions", "days_from_poc", "digest",
)  # fmt: skip


def csv_rows(user: User, wish: Filter) -> Iterable[dict[str, Any]]:
    """The newest MOST_ROWS of what the register shows, as rows of a file."""
    rows, hashed = of_filter(decided_pilots(user), wish), filter_hash(wish.query)
    cursor, left = "", MOST_ROWS
    while left > 0:
        page = paginate(lines(rows), LATEST, cursor=cursor, filters=hashed, size=min(500, left))
        for row in page.rows:
            yield _csv(_line(row))
        left -= len(page.rows)
        cursor = page.next
        if not cursor:
            return


def _csv(one: DecisionLine) -> dict[str, Any]:
    return {
        "decided_on": one.on, "pilot": one.ref, "name": one.name, "unit": one.unit,
        "round": one.round, "outcome": one.outcome, "from_stage": one.from_stage,
        "to_stage": one.to_stage, "reason": one.reason, "proposed_by": one.proposed_by,
        "approved_by": one.approved_by, "overridden": one.overridden,
        "override_reason": one.override_reason, "conditions": one.conditions,
        "open_conditions": one.open, "days_from_poc": one.days, "digest": one.digest,
    }  # fmt: skip
