"""Rows that PostgreSQL hands over as JSON: how they are asked for and how they are read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, QuerySet
from django.db.models.functions import JSONObject

Row = Mapping[str, Any]


def rows_of(rows: "QuerySet[Model]", *names: str, **computed: Any) -> ArraySubquery:
    """Each row as one JSON object of these fields."""
    fields = {name: name for name in names}
    return ArraySubquery(rows.values(kept=JSONObject(**fields, **computed)))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def label(choices: Any, code: str) -> str:
    """The label of a choice; "" for unknown, and the code itself for one that is gone."""
    return str(dict(choices.choices).get(code, code))
