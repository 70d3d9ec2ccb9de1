"""Fields and values of a pilot in the words people read."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from common.numbers import plain
from portfolio.models import Blocker, Pilot, RoleKind
from portfolio.queries.record_labels import RECORDS

# Sections of the pilot page and of the edit form, in their order; labels of every field.
SECTIONS: dict[str, dict[str, str]] = {
    "Identity": {
        "name": "Name",
        "unit": "Unit",
        "summary": "What it does today",
        "task_type": "Kind of task",
        "audience": "Used by",
        "data_class": "Data",
        "third_party": "Data goes to a third party",
        "influences_decisions": "Influences decisions about people",
        "form": "Form",
        "external_id": "Reference in another list",
        "restricted": "Restricted",
    },
    "Charter": {
        "problem": "Why",
        "hypothesis": "Hypothesis",
        "ready_when": "Ready when",
        "stop_when": "Stop when",
        "planned_outlet": "Planned outlet",
        "decide_by": "Decide by",
        "demo_on": "Demo",
        "poc_success_on": "PoC succeeded",
    },
    "Systems": {
        "hosting": "Runs on",
        "last_seen_working": "Last seen working",
        "build_basis": "Built from",
        "deploy": "Deployed",
        "integration": "Integration",
    },
    "Money": {
        "budget": "Budget",
        "data_work_budget": "Of it for data work",
        "spend_to_date": "Spent to date",
        "monthly_burn": "Monthly burn",
        "run_cost_forecast": "Run cost forecast, a month",
    },
}
OTHERS = {
    "stage": "Stage",
    "stage_since": "In stage since",
    "health": "Health",
    "last_update_on": "Last update",
    "on_hold_until": "On hold until",
    "hold_reason": "Reason of the hold",
    "snoozed_until": "Snoozed until",
    "snooze_reason": "Reason of the snooze",
    "rule": "Flag",
    "metric": "Metric",
    "asked": "Asked to own it",
    "later_owner": "Owns it in twelve months",
    "later_operations_owner": "Accountable when it breaks",
    "later_feedback_owner": "Collects feedback and decides",
    "cares": "Cares how it turns out",
    "collects": "Collects what its users say",
    "decides": "May decide what happens to it",
    "blocker": "Held up by",
    "value_per": "Stands for value",
    "cadence_days": "Read every (days)",
    **{kind.value: str(kind.label) for kind in RoleKind},
    **RECORDS,
}
LABELS = {**{k: v for section in SECTIONS.values() for k, v in section.items()}, **OTHERS}
MONEY = frozenset(SECTIONS["Money"])
UNKNOWN = "unknown"


def label(field: str) -> str:
    return LABELS.get(field) or field.replace("_", " ").capitalize()


number = plain


def day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def words(field: str, value: Any) -> str:
    """A value as people read it. It may come from a row or, as JSON, from an event."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return str(value.get("name") or UNKNOWN)
    if isinstance(value, date):
        return day(value)
    if field in MONEY:
        return amount(value)
    if isinstance(value, Decimal):
        return plain(value)
    text = str(value)
    choice = _choices(field).get(text)
    if choice is not None:
        return str(choice)
    return _date_words(text) or text


def amount(value: Any) -> str:
    """Money without cents where there are none; the page says the currency."""
    decimal = Decimal(str(value))
    return f"{decimal:,.0f}" if decimal == decimal.to_integral_value() else f"{decimal:,.2f}"


@cache
def _choices(field: str) -> Mapping[Any, Any]:
    """The words of a field with choices; none for whatever else an event may carry."""
    if field == "blocker":
        return dict(Blocker.choices)
    found = [f for f in Pilot._meta.concrete_fields if f.name == field]
    return dict(found[0].flatchoices) if found else {}


def _date_words(text: str) -> str:
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return day(date.fromisoformat(text))
        except ValueError:
            return ""
    return ""
