"""A query that is written once and asked again with other ids.

Django makes the SQL of a queryset anew every time, which for the rows of a page costs more than
running it. Here it is made once per process. Reads only; filter by access before: the ids come
from a query that did.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value

# Stand-ins for what each question brings: no row has such a key, no date is so early.
_IDS = [-(2**62)]
DAY = date(1, 2, 3)


class _Among(Func):
    """pk = ANY(ids)"""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("

    def __init__(self) -> None:
        ids = Value(_IDS, output_field=ArrayField(BigIntegerField()))
        super().__init__(F("pk"), ids, output_field=BooleanField())


class Prepared:
    """`build` makes a values_list query; it may compare dates with the day it is given."""

    def __init__(self, build: Callable[[date], QuerySet[Any, Any]]) -> None:
        self._build = build

    @cached_property
    def _made(self) -> tuple[str, tuple[Any, ...]]:
        asked = self._build(DAY).filter(_Among()).order_by()
        sql, params = asked.query.sql_with_params()
        if list(params).count(_IDS) != 1:
            raise ValueError("A prepared query compares its key with the ids exactly once.")
        return sql, tuple(params)

    def ask(self, ids: Sequence[int], day: date) -> list[tuple[Any, ...]]:
        """The rows of these ids, in no order. One statement, none without ids."""
        if not ids:
            return []
        sql, params = self._made
        asked = [list(ids) if p == _IDS else day if p == DAY else p for p in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
