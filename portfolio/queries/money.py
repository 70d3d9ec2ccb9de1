"""Money of a pilot: from dated entries where there are any, else as somebody stated it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, JSONField, OuterRef, Q, Subquery, Sum, TextField
from django.db.models.functions import Cast, JSONObject

from accounts.models import User
from common import clock, company
from common.keyset import Order, Page, filter_hash, paginate
from common.numbers import money, rounded, with_unit
from portfolio.models import CostEntry, CostEstimate, CostKind, Event, Metric, Pilot, Reading
from portfolio.models.extension import Extension, ExtensionState
from portfolio.queries import labels
from portfolio.scoring import costs

STATED = {"spend_to_date": "Spent to date", "monthly_burn": "Monthly burn",
          "run_cost_forecast": "Run cost forecast, a month"}  # fmt: skip
RECENT = 2_000  # events looked through for the day a number was stated
SIZE = 30
LATEST = Order("-month", F("month"), "portfolio_costentry_last", date.fromisoformat, down=True)


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` is "" when it is unknown; `how` says where it comes from, or what to do."""

    label: str
    amount: str
    how: str


@dataclass(frozen=True, slots=True)
class EstimateLine:
    id: int
    on: date
    demo: str
    volume: str
    per_unit: str
    per_month: str
    per_value: str
    note: str
    who: str
    approved: str
    struck: datetime | None
    reason: str


@dataclass(frozen=True)
class Money:
    lines: tuple[Line, ...]
    estimate: EstimateLine | None
    has_entries: bool


def section(pilot: Pilot, *, user: User, as_of: date) -> Money:
    """What the pilot's page says about money. One query."""
    row = (
        Pilot.objects.visible_to(user)
        .filter(pk=pilot.pk)
        .annotate(spent_by_month=_months(), estimated=_estimate(), said=_stated(pilot.pk),
                  valued=_value(), extended=_extended())
        .values("spent_by_month", "estimated", "said", "valued", "extended")
        .get()
    )  # fmt: skip
    months = {
        date.fromisoformat(one["month"]): Decimal(one["amount"]) for one in row["spent_by_month"]
    }
    stated = _when(row["said"])
    estimate = _line(row["estimated"]) if row["estimated"] else None
    spent = sum(months.values(), Decimal(0)) if months else pilot.spend_to_date
    burn = costs.burn(months, as_of)
    monthly = burn.amount if burn else pilot.monthly_burn
    return Money(
        lines=(
            _spent(pilot, months, stated), *_year(months, as_of), _burn(pilot, burn, stated),
            _since(pilot, months, row["extended"]), _per_value(row["valued"], monthly, spent),
            _forecast(pilot, estimate, stated),
        ),
        estimate=estimate, has_entries=bool(months),
    )  # fmt: skip


def _spent(pilot: Pilot, months: Mapping[date, Decimal], stated: Mapping[str, str]) -> Line:
    if not months:
        return _as_stated(pilot, "spend_to_date", stated)
    first = f"{min(months):%b %Y}"
    return Line("Spent to date", _m(sum(months.values(), Decimal(0))), f"entries since {first}")


def _year(months: Mapping[date, Decimal], as_of: date) -> list[Line]:
    """What the fiscal year of that day has cost so far; nothing without dated entries."""
    if not months:
        return []
    settled = company.current()
    year = settled.fiscal_year(as_of)
    spent = [amount for month, amount in months.items() if settled.fiscal_year(month) == year]
    begun = f"since 1 {settled.fiscal_start}"
    label = f"Spent in fiscal year {year}" if settled.fiscal_month > 1 else f"Spent in {year}"
    return [Line(label, _m(sum(spent, Decimal(0))), begun)]


def _burn(pilot: Pilot, burn: costs.Burn | None, stated: Mapping[str, str]) -> Line:
    if burn is None:
        return _as_stated(pilot, "monthly_burn", stated)
    names = ", ".join(f"{month:%b %Y}" for month in reversed(burn.months))
    return Line("Monthly burn", _m(burn.amount), f"mean of {names}")


def _since(pilot: Pilot, months: Mapping[date, Decimal], extended: datetime | None) -> Line:
    """The last decision is the entry into the stage, or a later approved extension; the month it
    fell in counts whole."""
    label, decided = "Spent since the last decision", pilot.stage_since_bound
    since = f"{'since' if pilot.stage_since else 'at the latest since'} {labels.day(decided)}"
    if extended and clock.local(extended).date() > decided:
        decided = clock.local(extended).date()
        since = f"since the extension of {labels.day(decided)}"
    if not months:
        return Line(label, "", f"{since}: no dated entries")
    later = [amount for month, amount in months.items() if month >= decided.replace(day=1)]
    if not later:
        return Line(label, "", f"{since}: no entries from then on")
    return Line(label, _m(sum(later, Decimal(0))), f"{since}, whole months")


def _per_value(
    row: Mapping[str, Any] | None, monthly: Decimal | None, spent: Decimal | None
) -> Line:
    label = "Cost per unit of value"
    if row is None:
        return Line(label, "", "no metric stands for the value")
    value = Decimal(row["value"]) if row["value"] is not None else None
    found = costs.per_value(value=value, per=row["per"], monthly=monthly, spent=spent)
    if found is not None:
        return Line(label, _m(found), f"by “{row['name']}”")
    if row["per"] == "level":
        return Line(label, "", f"“{row['name']}” is a level, not a count")
    if value is None or value <= 0:
        return Line(label, "", f"“{row['name']}” has no value yet")
    return Line(label, "", "nobody said what it costs")


def _forecast(pilot: Pilot, estimate: EstimateLine | None, stated: Mapping[str, str]) -> Line:
    if estimate is None:
        return _as_stated(pilot, "run_cost_forecast", stated)
    return Line(
        STATED["run_cost_forecast"], estimate.per_month,
        f"estimate of {labels.day(estimate.on)}, {estimate.approved or 'not approved by finance'}",
    )  # fmt: skip


def _as_stated(pilot: Pilot, field: str, stated: Mapping[str, str]) -> Line:
    value = getattr(pilot, field)
    if value is None:
        return Line(STATED[field], "", "")
    return Line(STATED[field], _m(value), f"as stated {stated.get(field, 'on an unknown day')}")


def _months() -> ArraySubquery:
    """An element for each month with entries that count."""
    entries = CostEntry.objects.filter(pilot=OuterRef("pk"), superseded_at=None).order_by()
    months = entries.values("month").annotate(total=Cast(Sum("amount"), TextField()))
    return ArraySubquery(months.values(found=JSONObject(month="month", amount="total")))


ESTIMATED = ("id", "on", "demo_units", "unit_name", "volume_per_day", "days_per_month",
             "value_name", "note", "approved_on")  # fmt: skip
AMOUNTS = ("demo_cost", "fixed_per_month", "units_per_value")


def _estimate() -> Subquery:
    latest = CostEstimate.objects.filter(pilot=OuterRef("pk"), superseded_at=None)
    found = JSONObject(
        **{name: name for name in ESTIMATED},
        **{name: Cast(name, TextField()) for name in AMOUNTS},
        who="author__name", approver="approver__name",
    )  # fmt: skip
    return Subquery(latest.order_by("-on", "-id").values(found=found)[:1], output_field=JSONField())


def _value() -> Subquery:
    """The metric that stands for the value, with its latest reading."""
    newest = Reading.objects.filter(metric=OuterRef("pk"), superseded_at=None)
    value = Cast(Subquery(newest.order_by("-on", "-id").values("value")[:1]), TextField())
    metrics = Metric.objects.filter(pilot=OuterRef("pk"), until=None).exclude(value_per="")
    found = JSONObject(name="name", per="value_per", value=value)
    return Subquery(metrics.values(found=found)[:1], output_field=JSONField())


def _extended() -> Subquery:
    """When the last extension was approved."""
    approved = Extension.objects.filter(pilot=OuterRef("pk"), state=ExtensionState.APPROVED)
    return Subquery(approved.order_by("-settled_at").values("settled_at")[:1])


def _stated(pilot_id: int) -> ArraySubquery:
    """Events that said one of the numbers, newest first, among the latest ones."""
    recent = Event.objects.filter(pilot=pilot_id).order_by("-at", "-id").values("pk")[:RECENT]
    told = Event.objects.filter(pk__in=recent, after__has_any_keys=list(STATED))
    found = JSONObject(at="at", after="after")
    return ArraySubquery(told.order_by("-at", "-id").values(found=found)[:20])


def _when(said: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for event in reversed(said):
        day = datetime.fromisoformat(event["at"]).date()
        found |= {name: f"on {labels.day(day)}" for name in STATED if name in event["after"]}
    return found


def estimates(pilot_id: int) -> tuple[EstimateLine, ...]:
    """The newest estimates, those taken out among them. One query."""
    rows = CostEstimate.objects.filter(pilot=pilot_id).select_related("author", "approver")
    return tuple(
        _line({
            **{name: getattr(row, name) for name in (*ESTIMATED, *AMOUNTS)},
            "who": str(row.author or "unknown"), "struck": row.superseded_at,
            "approver": str(row.approver) if row.approver else None,
            "reason": row.superseded_reason,
        })
        for row in rows.order_by("-on", "-id")[:20]
    )  # fmt: skip


def _line(row: Mapping[str, Any]) -> EstimateLine:
    exact = {name: None if row[name] is None else Decimal(row[name]) for name in AMOUNTS}
    price = exact["demo_cost"] or Decimal(0)
    approved = row["approved_on"] and labels.day(_day(row["approved_on"]))
    found = costs.estimate(
        demo_cost=price, demo_units=row["demo_units"],
        volume_per_day=row["volume_per_day"], days_per_month=row["days_per_month"],
        fixed_per_month=exact["fixed_per_month"] or Decimal(0),
        units_per_value=exact["units_per_value"],
    )  # fmt: skip
    value = row["value_name"] or "unit of value"
    return EstimateLine(
        id=row["id"], on=_day(row["on"]),
        demo=f"{_m(price, 6)} for {row['demo_units']:,} units, each a {row['unit_name']}",
        volume=f"{row['volume_per_day']:,} a day on {row['days_per_month']} days a month",
        per_unit=f"{_m(found.per_unit, 6)} a {row['unit_name']}", per_month=_m(found.per_month),
        per_value=f"{_m(found.per_value, 4)} a {value}" if found.per_value is not None else "",
        note=row["note"], who=row["who"] or "unknown",
        approved=f"approved by {row['approver']} on {approved}" if approved else "",
        struck=row.get("struck"), reason=row.get("reason", ""),
    )  # fmt: skip


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _m(amount: Decimal, places: int = 2) -> str:
    """With the company's currency; small amounts keep more decimals."""
    return with_unit(rounded(amount, places), company.current().currency)


@dataclass(frozen=True, slots=True)
class EntryRow:
    id: int
    month: date
    kind: str
    amount: str
    source: str
    note: str
    who: str
    struck: datetime | None
    reason: str


@dataclass(frozen=True)
class CostPage:
    money: Money
    entries: Page[EntryRow]
    estimates: tuple[EstimateLine, ...]
    by_kind: tuple[tuple[str, str], ...]


def cost_page(pilot: Pilot, *, user: User, as_of: date, cursor: str = "") -> CostPage:
    """Four queries, whatever the number of entries."""
    counted = CostEntry.objects.filter(pilot=pilot.pk, superseded_at=None).order_by()
    totals = dict(counted.values_list("kind").annotate(total=Sum("amount", filter=Q())))
    return CostPage(
        money=section(pilot, user=user, as_of=as_of), entries=entries(pilot.pk, cursor=cursor),
        estimates=estimates(pilot.pk),
        by_kind=tuple((kind.label, _m(totals[kind])) for kind in CostKind if kind in totals),
    )  # fmt: skip


def entries(pilot_id: int, *, cursor: str = "") -> Page[EntryRow]:
    """The newest months first, entries that were taken out among them. One query."""
    rows = CostEntry.objects.filter(pilot=pilot_id).values(
        "id", "month", "kind", "amount", "source", "note", "superseded_at", "superseded_reason",
        "author__name", "author__email",
    )  # fmt: skip
    filters = filter_hash({"costs": pilot_id})
    page = paginate(rows, LATEST, cursor=cursor, filters=filters, size=SIZE)
    return page.with_rows([
        EntryRow(
            row["id"], row["month"], CostKind(row["kind"]).label, money(row["amount"]),
            row["source"], row["note"], row["author__name"] or row["author__email"] or "unknown",
            row["superseded_at"], row["superseded_reason"],
        )
        for row in page.rows
    ])  # fmt: skip


def result(found: costs.Estimated) -> tuple[tuple[str, str], ...]:
    """What a calculation gives, before it is kept."""
    return (
        ("A unit", _m(found.per_unit, 6)), ("A day", _m(found.per_day)),
        ("A month", _m(found.per_month)),
        ("A unit of value", "" if found.per_value is None else _m(found.per_value, 4)),
    )  # fmt: skip
