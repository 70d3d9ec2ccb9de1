"""Lists, sums and digests say of money what the pilot's page says."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from portfolio.actions import costs
from portfolio.models import Pilot
from portfolio.queries.burn import monthly, monthly_of_many, spent
from portfolio.queries.digests import Batch
from portfolio.queries.figures import by_stage_and_age, summed
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import as_, text

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        yield


def one(cast: Cast, name: str, stated: str | None = None, **months: str) -> Pilot:
    """A stalled pilot, long in PoC; `m09="300"` is an entry of September."""
    amount = Decimal(stated) if stated else None
    pilot = factories.pilot(
        cast.mona, name, owner=cast.alice, stage="poc", stage_since=date(2026, 3, 1),
        monthly_burn=amount, spend_to_date=amount,
    )  # fmt: skip
    for month, spend in months.items():
        costs.record(
            pilot=pilot, by=cast.alice, channel="web", month=date(2026, int(month[1:]), 1),
            kind="run", amount=Decimal(spend),
        )  # fmt: skip
    return pilot


@pytest.fixture
def told(cast: Cast) -> dict[str, Pilot]:
    return {
        "stated": one(cast, "Only stated", "7"),
        "recent": one(cast, "Recent entries", "7", m07="1000", m09="300.5", m10="100", m11="9"),
        "old": one(cast, "Old entries", "7", m07="1000"),
        "unknown": one(cast, "Nobody knows"),
    }


def test_the_burn_is_that_of_dated_entries_else_as_stated(told: dict[str, Pilot]) -> None:
    wanted = {"stated": 7, "recent": Decimal("200.25"), "old": 7, "unknown": None}
    for expression in (monthly(TODAY), monthly_of_many(TODAY)):
        found = dict(Pilot.objects.annotate(burn=expression).values_list("pk", "burn"))
        assert {name: found[pilot.pk] for name, pilot in told.items()} == wanted


def test_the_month_that_runs_and_what_was_taken_out_do_not_count(
    cast: Cast, told: dict[str, Pilot]
) -> None:
    entry = told["recent"].costs.get(amount=Decimal("300.5"))
    costs.withdraw(row=entry, by=cast.alice, channel="web", reason="Wrong pilot.")
    found = dict(Pilot.objects.annotate(all=spent()).values_list("pk", "all"))
    assert found[told["recent"].pk] == 1109
    assert Pilot.objects.annotate(burn=monthly(TODAY)).get(pk=told["recent"].pk).burn == 100


def test_the_list_says_what_the_page_says(cast: Cast, told: dict[str, Pilot]) -> None:
    rows = as_(cast.vera).get("/pilots.csv?columns=burn,spend").getvalue().decode()
    assert "Monthly burn (EUR),Spent to date (EUR)" in rows
    assert "200.25,1409.50" in rows
    assert "7.00,1000.00" in rows
    html = text(as_(cast.vera).get("/pilots/?columns=burn,spend"))
    assert {"200.25", "1,409.50", "7", "1,000"} <= set(re.findall(r"<td[^>]*>([^<\n]+)", html))
    page = text(as_(cast.vera).get(f"/pilots/{told['recent'].ref}/"))
    assert "200.25 EUR" in page
    assert "1,409.50 EUR" in page


def test_the_sums_say_what_the_pages_say(cast: Cast, told: dict[str, Pilot]) -> None:
    counts = summed(by_stage_and_age(Pilot.objects.all(), TODAY).values())
    assert (counts.stalled, counts.burn, counts.burn_unknown) == (4, 214, 1)
    mine = Batch([cast.alice, cast.mona], TODAY)
    assert (mine.own()[cast.alice.pk].burn, mine.own()[cast.alice.pk].unknown_burn) == (
        Decimal("214.25"), 1,
    )  # fmt: skip
    rest = mine.rest()[cast.mona.pk]
    assert (rest.burn, rest.unknown_burn) == (Decimal("214.25"), 1)
