from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.keyset import filter_hash, paginate
from portfolio.actions import metrics, updates
from portfolio.models import Channel, Health, Pilot
from portfolio.queries import pilots as queries
from tests import factories

DAY = date(2026, 6, 1)
some_date = st.none() | st.sampled_from([DAY + timedelta(days=n) for n in range(3)])
row = st.tuples(st.sampled_from(["a", "A", "b", "ß"]), some_date, some_date, st.integers(0, 2))
pytestmark = pytest.mark.django_db


def make(rows: list[tuple[str, date | None, date | None, int]]) -> None:
    """Bare rows, quick to make: only what lists sort by."""
    Pilot.objects.all().delete()
    unit = factories.unit()
    Pilot.objects.bulk_create(
        Pilot(
            name=name, name_key=name.casefold(), unit=unit, registered_on=DAY,
            stage_since_bound=DAY + timedelta(days=entered), last_update_on=updated, decide_by=due,
        )
        for name, updated, due, entered in rows
    )  # fmt: skip


def expected(code: str) -> list[int]:
    """The order in plain Python: unknown last both ways, ids break ties."""
    field = {
        "name": "name_key", "entered": "stage_since_bound", "updated": "last_update_on",
        "decide": "decide_by", "ref": "id",
    }[code.lstrip("-")]  # fmt: skip
    found = list(Pilot.objects.values_list("id", field))
    down = code.startswith("-")
    known = sorted(((k, i) for i, k in found if k is not None), reverse=down)
    unknown = sorted((i for i, k in found if k is None), reverse=down)
    return [i for _, i in known] + unknown


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(row, max_size=12),
    code=st.sampled_from(sorted(queries.ORDERS)),
    size=st.integers(1, 5),
)
def test_walking_the_pages_is_the_sorted_list(rows: Any, code: str, size: int) -> None:  # fmt: skip
    make(rows)
    order = queries.ORDERS[code]
    walked: list[int] = []
    places: list[list[int]] = []
    cursor = ""
    while True:
        page = paginate(Pilot.objects.values("id"), order, cursor=cursor, filters="", size=size)
        ids = [row["id"] for row in page.rows]
        walked += ids
        if places:
            back = paginate(
                Pilot.objects.values("id"), order, cursor=page.previous, filters="", size=size
            )
            assert [row["id"] for row in back.rows] == places[-1]
        else:
            assert page.previous == ""
        places.append(ids)
        if not page.next:
            break
        cursor = page.next
    assert walked == expected(code)


def test_a_cursor_of_another_list_starts_again_and_says_so() -> None:
    make([("a", None, None, 0), ("b", None, None, 0)])
    base, name = Pilot.objects.values("id"), queries.ORDERS["name"]
    cursor = paginate(base, name, cursor="", filters="x", size=1).next
    assert cursor
    assert not paginate(base, name, cursor=cursor, filters="x", size=1).restarted
    for order, filters, given_cursor in (
        (name, "y", cursor),
        (queries.ORDERS["-name"], "x", cursor),
        (name, "x", cursor[:-2] + "zz"),
        (name, "x", "nonsense"),
    ):
        page = paginate(base, order, cursor=given_cursor, filters=filters, size=1)
        assert page.restarted
        assert (
            page.rows[0]["id"] == paginate(base, order, cursor="", filters="", size=1).rows[0]["id"]
        )


def test_a_place_behind_which_everything_is_gone_shows_the_first_page() -> None:
    make([("a", None, None, 0), ("b", None, None, 0)])
    base, name = Pilot.objects.values("id"), queries.ORDERS["name"]
    cursor = paginate(base, name, cursor="", filters="", size=1).next
    Pilot.objects.filter(name="b").delete()
    page = paginate(base, name, cursor=cursor, filters="", size=1)
    assert len(page.rows) == 1
    assert not page.previous


def test_empty_parameters_do_not_make_another_filter() -> None:
    assert filter_hash({"q": "", "stage": "poc"}) == filter_hash({"stage": "poc"})
    assert filter_hash({"stage": "poc"}) != filter_hash({"stage": "idea"})


@pytest.mark.parametrize("code", sorted(queries.ORDERS))
@pytest.mark.parametrize("deep", [False, True])
def test_every_order_walks_its_index(code: str, deep: bool) -> None:
    make([("a", DAY, None, 0), ("b", None, DAY, 1), ("c", None, None, 2)])
    order = queries.ORDERS[code]
    cursor = paginate(Pilot.objects.values("id"), order, cursor="", filters="", size=1).next
    seen: list[str] = []
    with connection.cursor() as cur:
        cur.execute("SET LOCAL enable_seqscan = off")
        cur.execute("SET LOCAL enable_sort = off")
        cur.execute("SET LOCAL enable_bitmapscan = off")

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raw = context["cursor"].cursor
        raw.execute(f"EXPLAIN {sql}", params)
        seen.extend(line for (line,) in raw.fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        paginate(
            Pilot.objects.values("id"), order, cursor=cursor if deep else "", filters="", size=1
        )
    plan = "\n".join(seen)
    assert order.index in plan
    assert "Sort" not in plan
    if deep:
        assert "Index Cond" in plan


def test_a_row_carries_everything_it_shows() -> None:
    cast = factories.make_cast()
    unit = factories.unit("Treasury", "Mint", "Coins")
    pilot = factories.pilot(
        cast.mona, "Coin counter", owner=cast.alice, unit=unit, stage="poc",
        decide_by=date(2026, 8, 1),
    )  # fmt: skip
    updates.post(
        pilot=pilot, by=cast.alice, channel=Channel.WEB, health=Health.AT_RISK,
        next_step="Call the mint", next_step_due=date(2026, 7, 1),
    )  # fmt: skip
    metrics.add(pilot=pilot, by=cast.alice, channel=Channel.WEB, name="Coins a day")
    as_of = pilot.registered_on + timedelta(days=9)
    (found,) = queries.pilot_list(Pilot.objects.all(), as_of=as_of).page.rows
    assert found.ref == pilot.ref
    assert (found.root, found.unit) == ("Treasury", "Coins")
    assert (found.days, found.at_least) == (9, True)
    assert (found.health, found.freshness, found.days_since_update) == ("at_risk", "due", 9)
    assert found.owner == "Alice"
    assert found.next_date
    assert (found.next_date.what, found.next_date.on) == ("Next step", date(2026, 7, 1))


def test_units_drill_down() -> None:
    mint = factories.unit("Treasury", "Mint")
    factories.unit("Treasury", "Mint", "Coins")
    factories.unit("Energy", "Grid")
    assert [u.label.strip() for u in queries.unit_choices(None)] == ["Energy", "Treasury"]
    chosen = queries.unit_choices(mint.pk)
    assert [u.label.strip() for u in chosen] == ["Energy", "Treasury", "Mint", "Coins"]
    assert [u.chosen for u in chosen] == [False, False, True, False]
