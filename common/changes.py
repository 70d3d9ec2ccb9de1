"""What a change was, in the form events keep it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them: dates in ISO form, decimals as text, rows by their id."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value


def changed(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What setting these values on the row would change: (before, after), equal ones left out."""
    before = {name: getattr(row, name) for name in values}
    differing = [name for name in values if before[name] != values[name]]
    return {n: before[n] for n in differing}, {n: values[n] for n in differing}
