"""Money through HTTP: dated costs, the calculator, approval, and what is unknown."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.actions import company
from common.errors import Conflict, Refused
from portfolio.actions import costs, metrics
from portfolio.models import CostEntry, CostEstimate, Event, Pilot
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text

WEB = "web"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        yield


def one(cast: Cast, **values: Any) -> Pilot:
    entered = values.pop("stage_since", date(2026, 9, 15))
    return factories.pilot(
        cast.mona, "Coin counter", owner=cast.alice, stage="pilot", stage_since=entered, **values
    )


def spend(cast: Cast, pilot: Pilot, month: str, amount: str, kind: str = "run") -> CostEntry:
    return costs.record(
        pilot=pilot, by=cast.alice, channel=WEB, month=date.fromisoformat(f"{month}-01"),
        kind=kind, amount=Decimal(amount),
    )  # fmt: skip


def test_what_was_spent_is_added_up_from_dated_entries(cast: Cast) -> None:
    pilot = one(cast, spend_to_date=Decimal(99), monthly_burn=Decimal(7))
    for month, amount in (("2026-07", "1000"), ("2026-09", "300.5"), ("2026-10", "100")):
        spend(cast, pilot, month, amount)
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    for words in ("1,400.50 EUR", "entries since Jul 2026", "200.25 EUR", "mean of Sep 2026",
                  "400.50 EUR", "since 15 Sep 2026, whole months"):  # fmt: skip
        assert words in html, words
    assert "as stated" not in html


def test_without_entries_it_says_who_stated_it_when(cast: Cast) -> None:
    pilot = one(cast, spend_to_date=Decimal(41_000))
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert "41,000 EUR" in html
    assert "as stated on 20 Nov 2026" in html
    assert "no dated entries" in html
    assert "unknown" in html


def test_unknown_is_not_zero(cast: Cast) -> None:
    html = text(as_(cast.vera).get(f"/pilots/{one(cast).ref}/costs/"))
    assert "0 EUR" not in html
    assert html.count('<span class="muted">unknown</span>') == 5


def test_a_unit_of_value_has_a_price(cast: Cast) -> None:
    pilot = one(cast)
    spend(cast, pilot, "2026-10", "1200")
    value = metrics.add(pilot=pilot, by=cast.alice, channel=WEB, name="Cases", value_per="month")
    client = as_(cast.alice)
    assert "“Cases” has no value yet" in text(client.get(f"/pilots/{pilot.ref}/"))
    metrics.read(metric=value, by=cast.alice, channel=WEB, value=Decimal(100))
    assert "12 EUR" in text(client.get(f"/pilots/{pilot.ref}/"))


def test_a_cost_is_recorded_once_and_taken_out_with_a_reason(cast: Cast) -> None:
    pilot = one(cast)
    client, here = as_(cast.alice), f"/pilots/{pilot.ref}/costs/add/"
    token = client.get(here).context["form"]["token"].value()
    sent = {"month": "2026-10", "kind": "licences", "amount": "1 250.50", "token": token,
            "source": "<script>alert(1)</script>"}  # fmt: skip
    assert client.post(here, sent).status_code == 302
    assert client.post(here, sent).status_code == 302
    entry = pilot.costs.get()
    assert (entry.amount, entry.month) == (Decimal("1250.50"), date(2026, 10, 1))
    html = text(client.get(f"/pilots/{pilot.ref}/costs/"))
    assert "&lt;script&gt;" in html
    assert "1,250.50" in html
    there = f"/pilots/{pilot.ref}/costs/entry/{entry.pk}/withdraw/"
    assert client.post(there, {"reason": ""}).status_code == 422
    assert client.post(there, {"reason": "Twice"}).status_code == 302
    assert client.post(there, {"reason": "Twice"}).status_code == 409
    assert "<del>1,250.50</del>" in text(client.get(f"/pilots/{pilot.ref}/costs/"))
    assert (
        client.get(f"/pilots/{one(cast).ref}/costs/entry/{entry.pk}/withdraw/").status_code == 404
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "NaN"), ("amount", "1e400"), ("amount", "-1"), ("amount", ""), ("kind", "gold"),
     ("month", "2026-12"), ("month", "1949-01"), ("month", "soon"), ("month", "2026-13"),
     ("source", "x" * 10_000)],
)  # fmt: skip
def test_costs_that_cannot_be(cast: Cast, field: str, value: str) -> None:
    pilot = one(cast)
    client, here = as_(cast.alice), f"/pilots/{pilot.ref}/costs/add/"
    token = client.get(here).context["form"]["token"].value()
    sent = {"month": "2026-10", "kind": "run", "amount": "5", "token": token} | {field: value}
    response = client.post(here, sent)
    assert response.status_code == 422
    assert "errorlist" in text(response)
    assert not CostEntry.objects.exists()


def calculator(client: Any, pilot: Pilot, **values: str) -> Any:
    here = f"/pilots/{pilot.ref}/costs/estimate/"
    token = client.get(here).context["form"]["token"].value()
    sent = {"demo_cost": "30", "demo_units": "1500", "unit_name": "request",
            "volume_per_day": "100000", "days_per_month": "30", "fixed_per_month": "450",
            "units_per_value": "3", "value_name": "case", "token": token}  # fmt: skip
    return client.post(here, sent | values)


def test_the_calculator_shows_first_and_keeps_then(cast: Cast) -> None:
    pilot = one(cast, run_cost_forecast=Decimal(5))
    client = as_(cast.alice)
    response = calculator(client, pilot, show="1")
    assert response.status_code == 200
    for words in ("0.02 EUR", "60,450 EUR", "0.0604 EUR"):
        assert words in text(response), words
    assert not CostEstimate.objects.exists()
    assert calculator(client, pilot).status_code == 302
    html = text(client.get(f"/pilots/{pilot.ref}/"))
    for words in ("60,450 EUR", "not approved by finance", "0.02 EUR a request"):
        assert words in html, words


@pytest.mark.parametrize(
    ("field", "value"),
    [("demo_cost", "Infinity"), ("demo_cost", "1e400"), ("demo_units", "0"), ("unit_name", ""),
     ("volume_per_day", "-1"), ("volume_per_day", "9" * 30), ("days_per_month", "32"),
     ("units_per_value", "0"), ("fixed_per_month", "NaN")],
)  # fmt: skip
def test_estimates_that_cannot_be(cast: Cast, field: str, value: str) -> None:
    assert calculator(as_(cast.alice), one(cast), **{field: value}).status_code == 422
    assert not CostEstimate.objects.exists()


def test_finance_approves_and_not_the_author(cast: Cast) -> None:
    pilot = one(cast)
    client = as_(cast.alice)
    calculator(client, pilot)
    made = pilot.estimates.get()
    here = f"/pilots/{pilot.ref}/costs/estimate/{made.pk}/approve/"
    own = client.post(here, {"approver": "alice@example.com", "on": "2026-11-20"})
    assert own.status_code == 422
    assert "does not approve it" in text(own)
    future = client.post(here, {"approver": "ed@example.com", "on": "2026-11-21"})
    assert future.status_code == 422
    sent = {"approver": "ed@example.com", "on": "2026-11-20"}
    assert client.post(here, sent).status_code == 302
    assert client.post(here, sent).status_code == 409
    assert "approved by Ed on 20 Nov 2026" in text(client.get(f"/pilots/{pilot.ref}/"))
    assert Event.objects.filter(verb="estimate.approved").get().after["approver"]["name"] == "Ed"
    with pytest.raises(Conflict):
        costs.approve(row=made, by=cast.alice, channel=WEB, approver=cast.mona, on=made.on)
    with pytest.raises(Refused):
        costs.withdraw(row=made, by=cast.alice, channel=WEB, reason=" ")


def test_the_entries_go_on_and_statements_do_not(cast: Cast) -> None:
    pilot = one(cast)
    client, here = as_(cast.vera), f"/pilots/{pilot.ref}/costs/"
    spend(cast, pilot, "2026-01", "1")
    calculator(as_(cast.alice), pilot)
    few, page = statements(client, here), statements(client, f"/pilots/{pilot.ref}/")
    for n in range(40):
        spend(cast, pilot, f"2025-{n % 12 + 1:02d}", "10", "build")
    assert statements(client, here) == few <= 9
    assert statements(client, f"/pilots/{pilot.ref}/") == page
    first = client.get(here)
    older = client.get(f"{here}?cursor={first.context['page'].entries.next}", headers=HTMX)
    assert text(first).count("<tr><td>") + text(older).count("<tr><td>") == 41


@pytest.mark.parametrize(
    ("starts", "label", "amount"),
    [(1, "Spent in 2026", "1,500 EUR"), (10, "Spent in fiscal year 2027", "100 EUR")],
)
def test_the_present_fiscal_year_is_summed(
    cast: Cast, starts: int, label: str, amount: str
) -> None:
    company.change(by=None, channel=WEB, version=0, fiscal_month=starts)
    pilot = one(cast)
    for month, spent in (("2025-11", "7000"), ("2026-09", "1400"), ("2026-10", "100")):
        spend(cast, pilot, month, spent)
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    assert f"<dt>{label}</dt><dd><b>{amount}</b>" in html
