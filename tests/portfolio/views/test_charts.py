"""Every registered chart: strict and small JSON, an honest CSV, nothing for strangers."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from common import charts
from common.charts import Cell, Chart, Table
from tests import factories
from tests.factories import Cast
from tests.portfolio.charts.numbers import make

pytestmark = pytest.mark.django_db
CODES = ["ageing", "gaps", "stages", "units"]


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel("2026-06-30T12:00:00Z", tick=False):
        yield factories.make_cast()


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.vera)
    return client


def test_the_four_are_found() -> None:
    assert set(CODES) <= set(charts.charts)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size", [0, 1, 90])
def test_the_figure_is_strict_json_of_bars(
    client: Client, cast: Cast, code: str, size: int
) -> None:
    make(cast, size, 21)
    answer = client.get(reverse("chart-json", args=[code]))
    assert answer.headers["Content-Type"] == "application/json"
    assert len(answer.content) < charts.MOST_BYTES
    figure = json.loads(answer.content)
    assert "template" not in figure["layout"]
    assert {trace["type"] for trace in figure["data"]} <= {"bar"}


@pytest.mark.parametrize("code", CODES)
def test_csv_is_the_table_of_the_page(client: Client, cast: Cast, code: str) -> None:
    make(cast, 60, 22)
    answer = client.get(reverse("chart-csv", args=[code]))
    assert f'filename="{code}.csv"' in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.content.decode()))
    assert rows
    assert all(len(row) == len(head) for row in rows)


def test_the_bars_of_a_figure_open_lists_of_ours(client: Client, cast: Cast) -> None:
    make(cast, 60, 23)
    for code in CODES:
        figure = client.get(reverse("chart-json", args=[code])).json()
        for trace in figure["data"]:
            for url in trace["customdata"]:
                assert url == "" or url.startswith("/pilots/?")


def test_an_unknown_chart_is_not_there(client: Client) -> None:
    assert client.get(reverse("chart-json", args=["nope"])).status_code == 404
    assert client.get(reverse("chart-csv", args=["nope"])).status_code == 404


def test_charts_are_for_people_who_are_signed_in() -> None:
    for name in ("chart-json", "chart-csv"):
        assert Client().get(reverse(name, args=["stages"])).status_code == 302


def test_a_restricted_pilot_is_in_no_figure_and_no_file(client: Client, cast: Cast) -> None:
    unit = factories.unit("Secret works")
    factories.pilot(cast.mona, "Nightfall", restricted=True, unit=unit, stage="poc")
    for code in CODES:
        for name in ("chart-json", "chart-csv"):
            content = client.get(reverse(name, args=[code])).content.decode()
            assert "Secret works" not in content
            assert "Nightfall" not in content


def sample(**more: Any) -> Chart:
    fixed: dict[str, Any] = {
        "code": "sample", "title": "Sample", "load": lambda user, day: 1,
        "table": lambda n: Table(("Unit", "Active"), ((Cell("=1+1"), Cell(3)),)),
        "words": lambda n: "One.", "nothing": "None.",
        "figure": lambda n: {"data": [], "layout": {}},
    }  # fmt: skip
    return Chart(**(fixed | more))


def test_no_formula_leaves_in_a_csv() -> None:
    assert charts.as_csv(sample(), 1) == "Unit,Active\r\n'=1+1,3\r\n"


def test_infinity_and_figures_that_are_too_large_are_refused() -> None:
    for wrong in (float("inf"), float("nan"), "x" * 60_000):
        with pytest.raises(ValueError, match=r"JSON|bytes"):
            charts.as_json(sample(figure=lambda n, w=wrong: {"data": [w], "layout": {}}), 1)
