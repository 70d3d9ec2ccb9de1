"""Calendar days in SQL: PostgreSQL's own date arithmetic, without casts."""

from typing import Any

from django.db.models import DateField, Func, IntegerField


class DaysAfter(Func):
    """DaysAfter("demo_on", F("limit")): a date so many days later."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = DateField()

    def __init__(self, day: Any, *days: Any) -> None:
        super().__init__(day, *days)


class DaysBetween(Func):
    """DaysBetween("until", "since"): the first date minus the second, in days."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()

    def __init__(self, later: Any, earlier: Any) -> None:
        super().__init__(later, earlier)


class Nth(Func):
    """Nth(dates, n): the n-th element of an array, NULL outside it."""

    template = "((%(expressions)s])"
    arg_joiner = ")["
    output_field = DateField()
