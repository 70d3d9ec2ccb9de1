"""The twelve-month questions (source map B29): who owns it, who answers, who decides."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Expression, Q, Value, When

from portfolio.flags import limits
from portfolio.flags.registry import rules
from portfolio.models import OwnershipAnswer, Pilot

RULE = "OWNERSHIP_UNCONFIRMED"
NAMES = ("owner", "operations_owner", "feedback_owner")
QUESTIONS = {
    "owner": "Who owns it in twelve months?",
    "operations_owner": "Who is accountable when it breaks?",
    "feedback_owner": "Who collects feedback and decides what changes?",
}


@dataclass(frozen=True)
class TwelveMonths:
    """The last answer. `holds`: all three are still inside the company; `due`: asked again then."""

    names: tuple[tuple[str, str], ...]
    answered_on: date
    by: str
    holds: bool
    due: date
    overdue: bool


def here() -> Expression:
    """Whether all three people of an answer are active and internal."""
    everybody = Q()
    for name in NAMES:
        everybody &= Q(**{f"{name}__is_active": True, f"{name}__is_internal": True})
    return Case(When(everybody, then=Value(value=True)), default=Value(value=False))


def days_allowed(pilot: Pilot) -> int:
    """After how many days the questions are asked again; one query."""
    return limits.of(rules.get(RULE), limits.load(), stage=pilot.stage, audience=pilot.audience)


def twelve_months(pilot: Pilot, as_of: date) -> TwelveMonths | None:
    """The latest answer up to a day, None when there is none; one query, a second for the limit."""
    answers = OwnershipAnswer.objects.filter(pilot=pilot, answered_on__lte=as_of)
    people = answers.select_related(*NAMES, "by").annotate(holds=here())
    last = people.order_by("-answered_on", "-pk").first()
    if last is None:
        return None
    due = last.answered_on + timedelta(days=days_allowed(pilot) + 1)
    return TwelveMonths(
        names=tuple((QUESTIONS[name], str(getattr(last, name))) for name in NAMES),
        answered_on=last.answered_on, by=str(last.by or "Pilotage"), holds=last.holds, due=due,
        overdue=as_of >= due,
    )  # fmt: skip


def twelve_month_answered(pilot: Pilot, as_of: date) -> bool:
    """Whether the three questions are answered by people who are here, less than a year ago."""
    last = twelve_months(pilot, as_of)
    return last is not None and last.holds and not last.overdue


def suggested(pilot: Pilot) -> dict[str, str]:
    """Addresses to begin with: who was named last, else who holds the role now; two queries."""
    last = OwnershipAnswer.objects.filter(pilot=pilot).order_by("-answered_on", "-pk")
    row = last.values(*(f"{name}__email" for name in NAMES)).first()
    if row:
        return {name: row[f"{name}__email"] for name in NAMES}
    held = pilot.people.open().filter(role__in=NAMES).order_by("since", "pk")
    return dict(held.values_list("role", "person__email"))
