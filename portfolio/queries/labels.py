"""Fields and values of a pilot in the words people read."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from common.numbers import plain
from portfolio.models import Blocker, Pilot, RoleKind
from portfolio.queries import sections
from portfolio.queries.record_labels import RECORDS

OTHERS = {
    "stage": "Stage",
    "stage_since": "In stage since",
    "health": "Health",
    "last_update_on": "Last update",
    "on_hold_until": "On hold until",
    "hold_reason": "Reason of the hold",
    "snoozed_until": "Snoozed until",
    "snooze_reason": "Reason of the snooze",
    "extended_to": "Extended to",
    "item": "Question",
    "evidence_url": "Evidence link",
    "valid_until": "Counts until",
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
LABELS = {**sections.LABELS, **OTHERS}
MONEY = frozenset(sections.BY_CODE["money"].fields)
MEASURED = frozenset({"value", "baseline", "target"})
UNKNOWN = "unknown"
# What an empty list says; unknown is None.
NOTHING = {"not_proven": "nothing is left open"}


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
    if isinstance(value, list):
        return "; ".join(str(_choices(field).get(one, one)) for one in value) or NOTHING.get(
            field, "none"
        )
    if field in MONEY:
        return amount(value)
    if isinstance(value, Decimal):
        return plain(value)
    text = str(value)
    if field in MEASURED:
        return _measured(text)
    choice = _choices(field).get(text)
    if choice is not None:
        return str(choice)
    return _date_words(text) or text


def _measured(text: str) -> str:
    """A measured value as an event kept it, without the zeros of its column."""
    try:
        return plain(Decimal(text))
    except InvalidOperation:
        return text


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
    base = getattr(found[0], "base_field", found[0]) if found else None
    return dict(base.flatchoices) if base else {}


def _date_words(text: str) -> str:
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return day(date.fromisoformat(text))
        except ValueError:
            return ""
    return ""
