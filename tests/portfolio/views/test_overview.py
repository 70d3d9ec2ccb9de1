"""The Overview over HTTP: what people see, what they may not see, and what it costs."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from portfolio.actions import rollup
from tests import factories
from tests.factories import Cast
from tests.portfolio.charts.numbers import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel("2026-06-30T12:00:00Z", tick=False):
        yield factories.make_cast()


def page(user: User) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("overview"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_strangers_are_sent_to_the_sign_in() -> None:
    answer = Client().get(reverse("overview"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_an_empty_portfolio_shows_three_doors_and_fetches_no_chart_library(cast: Cast) -> None:
    html = page(cast.vera)
    assert "Import a spreadsheet" in html
    assert "./run up --demo" in html
    assert "plotly" not in html


def test_one_pilot_is_spoken_of_in_the_singular(cast: Cast) -> None:
    factories.pilot(cast.mona, "Lonely")
    html = page(cast.vera)
    assert ">1 pilot</a>" in html
    assert 'data-chart="/charts/stages.json"' in html


def test_the_page_has_its_numbers_without_any_script(cast: Cast) -> None:
    make(cast, 60, 11)
    html = page(cast.vera)
    for code in ("stages", "ageing", "gaps"):
        assert f'id="chart-{code}"' in html
        assert f"/charts/{code}.csv" in html
    assert html.count('class="tile"') == 6
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]* src=)", html)


def test_a_name_is_text_and_a_long_one_is_cut(cast: Cast) -> None:
    factories.pilot(
        cast.mona, "<b>Bold</b> " + "long " * 60, stage="production", stage_since=date(2026, 6, 20)
    )
    html = page(cast.vera)
    assert "&lt;b&gt;Bold" in html
    assert "<b>Bold" not in html


def test_a_restricted_pilot_is_nowhere_on_the_page(cast: Cast) -> None:
    factories.pilot(
        cast.mona, "Operation Nightfall", restricted=True, stage="production",
        stage_since=date(2026, 6, 20), unit=factories.unit("Secret works"),
    )  # fmt: skip
    factories.pilot(cast.mona, "Known")
    for live in (5_000, 0):
        rollup.refresh(live=live)
        for stranger in (cast.vera, cast.ed, cast.ada):
            html = page(stranger)
            assert "Nightfall" not in html
            assert "Secret works" not in html
            assert ">1 pilot</a>" in html
        assert "Nightfall" in page(cast.mona)
        assert "Nightfall" in page(cast.otto)


@pytest.mark.parametrize(("live", "queries"), [(5_000, 8), (0, 5)])
def test_at_most_eight_queries_whatever_the_size(cast: Cast, live: int, queries: int) -> None:
    client = Client()
    client.force_login(cast.vera)
    found = []
    for size in (20, 200):
        make(cast, size, 12)
        rollup.refresh(live=live)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("overview"))
        found.append(len(captured))
    assert found == [queries, queries]


def test_kept_numbers_say_when_they_were_counted(cast: Cast) -> None:
    factories.pilot(cast.mona)
    assert "counted" not in page(cast.vera)
    rollup.refresh(live=0)
    assert "counted 30 Jun 2026, 12:00" in page(cast.vera)
