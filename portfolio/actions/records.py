"""What all records of a pilot share: a form sent twice is one row, an edit that lost a race is a
Conflict, every change leaves one event in words, and the flags follow."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from django.db import connection, models

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events, flags
from portfolio.actions.pilots import locked
from portfolio.models import Pilot, Record

USED = "This form was used already. Open it again."
SILENT = frozenset({"slug"})  # Follows from other fields.


def editable(pilot: Pilot, by: User) -> Pilot:
    """The pilot, locked, if the person may change it; call it first in every action."""
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change {pilot.ref}.")
    return pilot


def sent_before[M: models.Model](
    model: type[M], token: UUID | None, **place: models.Model
) -> M | None:
    """The row that this form made already; Refused when it was made somewhere else.

    Call it inside the transaction that makes the row.
    """
    if token is None:
        return None
    one_at_a_time(token)
    found = model._default_manager.filter(token=token).first()
    if found and any(getattr(found, name) != value for name, value in place.items()):
        raise Refused(USED)
    return found


def one_at_a_time(token: UUID) -> None:
    """Whoever sends the same form at the same moment waits here until this transaction ends, and
    then finds what it made: for another pilot too, whose lock is another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [token.int >> 65])


def add[R: Record](row: R, *, pilot: Pilot, by: User, channel: str, token: UUID | None = None) -> R:
    """Store a new row and tell about it; the verb is "<table>.added"."""
    row.token, row.recorded_at = token or uuid4(), clock.now()
    row.save()
    verb, after = told(row)
    events.record(verb=verb, by=by, channel=channel, pilot=pilot, after=after)
    flags.sweep_pilots(pilots=[pilot.pk])
    return row


def told(row: Record) -> tuple[str, dict[str, Any]]:
    """What the history says of a new row: the verb, and every field that is known."""
    fields = [f.name for f in _said_fields(row)]
    named = _named(row)
    unsaid = {None, "", *named.values()}
    known = {name: said for name, said in words(row, fields).items() if said not in unsaid}
    return f"{_code(row)}.added", named | known


def change[R: Record](
    row: R, values: Mapping[str, Any], *, pilot: Pilot, by: User, channel: str,
    revision: int | None = None, verb: str = "changed", reason: str = "",
) -> R:  # fmt: skip
    """Set these values, if any differs; `revision` is the one the form showed."""
    if revision is not None and revision != row.revision:
        raise Conflict("Somebody else changed this while you were writing.")
    before, after = events.changed(row, values)
    if not after:
        return row
    old = words(row, before)
    for name, value in after.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    events.record(
        verb=f"{_code(row)}.{verb}", by=by, channel=channel, pilot=pilot, before=old,
        after=_named(row) | words(row, after), reason=reason,
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return row


def locked_row[R: Record](row: R) -> R:
    """The row as it is now; its pilot is locked, so nobody else writes it."""
    model = type(row)
    return model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


def end[R: Record](row: R, *, by: User, channel: str, back: bool = False) -> R:
    """End a dated row today, or (`back`) take that back; it stays in the history."""
    pilot = editable(cast(Any, row).pilot, by)
    row = locked_row(row)
    until = None if back else clock.today()
    if back == (cast(Any, row).until is None):
        return row
    verb = "reopened" if back else "ended"
    return change(row, {"until": until}, pilot=pilot, by=by, channel=channel, verb=verb)


def cleaned(model: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as stored; Refused for one that is longer than its column, and for unknown choices."""
    return {name: _clean(model._meta.get_field(name), value) for name, value in values.items()}


def _clean(field: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = text.clean(value, lines=isinstance(field, models.TextField))
    if field.max_length and len(value) > field.max_length:
        raise Refused(f"That is longer than {field.max_length:,} characters.", field=field.name)
    if field.choices and value and value not in dict(field.flatchoices):
        raise Refused(f"“{value}” is not one of the choices.", field=field.name)
    return value


def in_past(day: date | None, field: str, what: str) -> None:
    """Refused when something is said to have happened on a day to come."""
    if day and day > clock.today():
        raise Refused(f"{what} cannot be on a day to come.", field=field)


def in_order(first: date | None, last: date | None, field: str, sentence: str) -> None:
    if first and last and last < first:
        raise Refused(sentence, field=field)


def words(row: Record, names: Any) -> dict[str, Any]:
    """These fields as people read them: choices by their labels, lists as one text."""
    return {name: _words(row, row._meta.get_field(name)) for name in names if name not in SILENT}


def _words(row: Record, field: Any) -> Any:
    value = getattr(row, field.name)
    if isinstance(value, list):
        labels = dict(getattr(field.base_field, "flatchoices", ()))
        return ", ".join(str(labels.get(one, one)) for one in value) or "none"
    if isinstance(value, str) and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return value


def _said_fields(row: Record) -> list[Any]:
    hidden = {"id", "pilot", "token", "revision", "recorded_at", "author", "since", *SILENT}
    fields = [f for f in row._meta.concrete_fields if f.name not in hidden]
    return [
        f for f in fields if not (f.is_relation and issubclass(cast(Any, f.related_model), Record))
    ]


def _named(row: Record) -> dict[str, str]:
    return {_code(row): str(row)[:200]}


def _code(row: Record) -> str:
    return CODES.get(row._meta.model_name or "", row._meta.model_name or "")


CODES = {"modeluse": "model"}
