"""Where things about a pilot stand."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Refused
from common.links import web_link
from portfolio.actions import records
from portfolio.models import Link, LinkKind, Pilot


@transaction.atomic
def add(*, pilot: Pilot, by: User, channel: str, token: UUID | None = None, **values: Any) -> Link:
    """Keep a link to a repository, registry, dashboard, contract or anything else on the web."""
    pilot = records.editable(pilot, by)
    existing = records.sent_before(Link, token, pilot=pilot)
    if existing:
        return existing
    row = Link(pilot=pilot, since=clock.today(), **_cleaned(pilot, {}, values))
    return records.add(row, pilot=pilot, by=by, channel=channel, token=token)


@transaction.atomic
def change(
    *, link: Link, by: User, channel: str, revision: int | None = None, **values: Any
) -> Link:
    """Correct a link."""
    pilot = records.editable(link.pilot, by)
    row = records.locked_row(link)
    kept = {name: getattr(row, name) for name in ("kind", "name", "url")}
    values = _cleaned(pilot, kept, values, row)
    return records.change(row, values, pilot=pilot, by=by, channel=channel, revision=revision)


@transaction.atomic
def end(*, link: Link, by: User, channel: str, back: bool = False) -> Link:
    """Take a link off the page, as of today; it stays in the history."""
    return records.end(link, by=by, channel=channel, back=back)


def _cleaned(
    pilot: Pilot, kept: dict[str, Any], given: dict[str, Any], row: Link | None = None
) -> dict[str, Any]:
    values = kept | records.cleaned(Link, given)
    values["url"] = web_link(values.get("url", ""), field="url")
    if not values["url"]:
        raise Refused("A link needs its address.", field="url")
    if values.get("kind") not in LinkKind.values:
        raise Refused("What does it lead to?", field="kind")
    values["name"] = values.get("name") or str(LinkKind(values["kind"]).label)
    others = pilot.links.filter(url=values["url"], until=None)
    if row:
        others = others.exclude(pk=row.pk)
    if others.exists():
        raise Refused("That address is in the list already.", field="url")
    return values
