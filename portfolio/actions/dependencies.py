"""Systems that a pilot leans on, and what they did to it."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Refused
from common.links import web_link
from portfolio.actions import records
from portfolio.models import Dependency, Incident, IncidentKind, Pilot
from portfolio.models.dependency import SHEET


@transaction.atomic
def add(
    *, pilot: Pilot, by: User, channel: str, token: UUID | None = None, **values: Any
) -> Dependency:
    """Say that a pilot leans on a system; the same token again returns the row that exists."""
    pilot = records.editable(pilot, by)
    existing = records.sent_before(Dependency, token, pilot=pilot)
    if existing:
        return existing
    row = Dependency(pilot=pilot, since=clock.today(), **_cleaned(pilot, values, None))
    return records.add(row, pilot=pilot, by=by, channel=channel, token=token)


@transaction.atomic
def change(
    *, dependency: Dependency, by: User, channel: str, revision: int | None = None, **values: Any
) -> Dependency:
    """Change what is known; `revision` is the one the form showed, another one is a Conflict."""
    pilot = records.editable(dependency.pilot, by)
    row = records.locked_row(dependency)
    kept = {name: getattr(row, name) for name in ("is_source", *SHEET)}
    values = _cleaned(pilot, kept | values, row)
    return records.change(row, values, pilot=pilot, by=by, channel=channel, revision=revision)


@transaction.atomic
def end(*, dependency: Dependency, by: User, channel: str, back: bool = False) -> Dependency:
    """The pilot leans on it no more, as of today; an open incident has to be closed first."""
    if not back and dependency.incidents.filter(closed_on=None).exists():
        raise Refused("Close its open incident first.")
    return records.end(dependency, by=by, channel=channel, back=back)


@transaction.atomic
def report(
    *, dependency: Dependency, by: User, channel: str, token: UUID | None = None, **values: Any
) -> Incident:
    """Record what an upstream did. While a silent drift is open, the pilot is flagged."""
    pilot = records.editable(dependency.pilot, by)
    existing = records.sent_before(Incident, token, dependency=dependency)
    if existing:
        return existing
    row = Incident(dependency=dependency, author=by, **_incident(values))
    return records.add(row, pilot=pilot, by=by, channel=channel, token=token)


@transaction.atomic
def amend(
    *, incident: Incident, by: User, channel: str, revision: int | None = None, **values: Any
) -> Incident:
    """Correct an incident, close it or open it again."""
    pilot = records.editable(incident.dependency.pilot, by)
    row = records.locked_row(incident)
    names = ("kind", "what", "opened_on", "closed_on", "cure")
    values = _incident({name: getattr(row, name) for name in names} | values)
    return records.change(row, values, pilot=pilot, by=by, channel=channel, revision=revision)


def _cleaned(pilot: Pilot, values: dict[str, Any], row: Dependency | None) -> dict[str, Any]:
    values = records.cleaned(Dependency, values)
    if "name" in values or row is None:
        _check_name(pilot, values.get("name", ""), row)
    if "agreement_url" in values:
        values["agreement_url"] = web_link(values["agreement_url"], field="agreement_url")
    records.in_past(values.get("api_docs_on"), "api_docs_on", "The documentation")
    rate = values.get("null_rate")
    if rate is not None and not (rate.is_finite() and 0 <= rate <= 100):
        raise Refused("A share lies between 0 and 100 percent.", field="null_rate")
    if not values.get("is_source"):
        _check_no_sheet(values)
    return values


def _check_no_sheet(values: dict[str, Any]) -> None:
    """What was measured belongs to a source; of another system nobody can keep it."""
    filled = [name for name in SHEET if values.get(name) not in (None, "")]
    if filled:
        raise Refused(
            "Only a data source has these. Say that its data feed the pilot, or empty them.",
            field=filled[0],
        )


def _check_name(pilot: Pilot, name: str, row: Dependency | None) -> None:
    if not name:
        raise Refused("A system needs a name.", field="name")
    others = pilot.dependencies.filter(name__iexact=name, until=None)
    if row:
        others = others.exclude(pk=row.pk)
    if others.exists():
        raise Refused(f"“{name}” is in the list already.", field="name")


def _incident(values: dict[str, Any]) -> dict[str, Any]:
    values = {"kind": IncidentKind.SILENT_DRIFT, **records.cleaned(Incident, values)}
    if not values.get("what"):
        raise Refused("Say what happened.", field="what")
    opened, closed = values.get("opened_on") or clock.today(), values.get("closed_on")
    records.in_past(opened, "opened_on", "An incident")
    records.in_past(closed, "closed_on", "Its end")
    records.in_order(opened, closed, "closed_on", "It cannot be over before it began.")
    return values | {"opened_on": opened}
