"""Versions of models that pilots use."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.actions import records
from portfolio.models import ModelUse, Pilot


@transaction.atomic
def add(
    *, pilot: Pilot, by: User, channel: str, token: UUID | None = None, **values: Any
) -> ModelUse:
    """Say which version of a model a pilot uses, since when, and when its vendor retires it."""
    pilot = records.editable(pilot, by)
    existing = records.sent_before(ModelUse, token, pilot=pilot)
    if existing:
        return existing
    row = ModelUse(pilot=pilot, **_cleaned({"since": clock.today()}, values))
    return records.add(row, pilot=pilot, by=by, channel=channel, token=token)


@transaction.atomic
def change(
    *, use: ModelUse, by: User, channel: str, revision: int | None = None, **values: Any
) -> ModelUse:
    """Correct a use, date its retirement, or plan the way out of it."""
    pilot = records.editable(use.pilot, by)
    row = records.locked_row(use)
    kept = {name: getattr(row, name) for name in ("vendor", "name", "version", "since", "until")}
    values = _cleaned(kept, values)
    return records.change(row, values, pilot=pilot, by=by, channel=channel, revision=revision)


@transaction.atomic
def end(*, use: ModelUse, by: User, channel: str, back: bool = False) -> ModelUse:
    """The pilot does not use it any more, as of today."""
    return records.end(use, by=by, channel=channel, back=back)


def slug(vendor: str, name: str) -> str:
    """The address of a model, the same however it is spelt: "GPT 4o" is "gpt-4o"."""
    return slugify(f"{vendor} {name}", allow_unicode=True)[:255].strip("-") or "model"


def _cleaned(kept: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    values = kept | records.cleaned(ModelUse, values)
    if not values.get("name"):
        raise Refused("A model needs a name.", field="name")
    values["since"] = values.get("since") or clock.today()
    records.in_past(values["since"], "since", "The beginning")
    records.in_order(
        values["since"], values.get("until"), "since", "It cannot begin after it ended."
    )
    _check_planner(values.get("planner"))
    return values | {"slug": slug(values.get("vendor", ""), values["name"])}


def _check_planner(person: User | None) -> None:
    if person and not (person.is_active and person.is_internal):
        raise Refused("Somebody inside the company, who is still here, plans it.", field="planner")
