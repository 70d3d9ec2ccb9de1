"""The tree and the page of a unit, as each may see them; and the doors to change it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import company
from accounts.models import Channel, Unit
from common import clock
from portfolio.queries import units as queries
from tests.factories import Cast, pilot, unit
from tests.portfolio.views.screen import as_ as signed_in

pytestmark = pytest.mark.django_db


def body(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


@pytest.fixture
def claims(cast: Cast) -> Unit:
    ago = clock.today() - timedelta(days=120)
    pilot(cast.mona, "Open one", unit=unit("Claims"), stage="poc", stage_since=ago)
    pilot(cast.mona, "Deep one", unit=unit("Claims", "Motor"))
    pilot(cast.mona, "Nightingale", unit=unit("Claims", "Motor"), restricted=True)
    unit("Logistics")
    return unit("Claims")


def test_numbers_hold_what_stands_below_and_what_one_may_see(cast: Cast, claims: Unit) -> None:
    today = clock.today()
    for who, number in ((cast.vera, 2), (cast.mona, 3)):
        rows = {row.name: row for row in queries.tree(who, today)}
        assert [row.depth for row in queries.tree(who, today)] == [0, 1, 0]
        assert rows["Claims"].counts.all == number
        assert rows["Motor"].counts.active == number - 1
        assert rows["Claims"].counts.stalled >= 1
        assert rows["Logistics"].counts == queries.Counts()
        page = body(signed_in(who), "units")
        assert f"{number} pilots that you can see" in page


def test_the_page_of_a_unit(cast: Cast, claims: Unit) -> None:
    page = body(signed_in(cast.vera), "unit", claims.pk)
    assert "Open one" in page
    assert "Deep one" in page
    assert "Nightingale" not in page
    assert f"/pilots/?unit={claims.pk}&amp;stage=poc" in page
    assert "120 days" in page
    assert "Rename" not in page
    motor = unit("Claims", "Motor")
    assert f'<a href="{reverse("unit", args=[claims.pk])}">Claims</a>' in body(
        signed_in(cast.vera), "unit", motor.pk
    )
    assert signed_in(cast.vera).get(reverse("unit", args=[10**9])).status_code == 404


@pytest.mark.parametrize("more", [0, 20])
def test_queries_do_not_grow(
    cast: Cast, claims: Unit, more: int, django_assert_num_queries: object
) -> None:
    for n in range(more):
        pilot(cast.mona, f"More {n}", unit=unit("Claims", f"Team {n}"))
    client = signed_in(cast.vera)
    client.get(reverse("units"))
    with django_assert_num_queries(5):
        client.get(reverse("units"))
    with django_assert_num_queries(9):
        client.get(reverse("unit", args=[claims.pk]))


def test_the_limit_of_pocs_is_pointed_out(cast: Cast, claims: Unit) -> None:
    assert "limit is" not in body(signed_in(cast.vera), "units")
    company.change(by=cast.ada, channel=Channel.WEB, version=0, wip_limit=1)
    assert "the company's limit is 1" in body(signed_in(cast.vera), "units")


def test_a_move_is_tried_first(cast: Cast, claims: Unit) -> None:
    client, motor = signed_in(cast.ada), unit("Claims", "Motor")
    there, url = unit("Logistics"), reverse("unit-move", args=[unit("Claims", "Motor").pk])
    page = client.post(url, {"parent": there.pk}).content.decode()
    assert "1 unit moves, with 1 pilot that you can see" in page
    assert Unit.objects.get(pk=motor.pk).parent == claims
    page = client.post(url, {"parent": there.pk, "save": "0"}).content.decode()
    assert "This would change" in page, "what was shown was another place"
    assert client.post(url, {"parent": there.pk, "save": str(there.pk)}).status_code == 302
    assert Unit.objects.get(pk=motor.pk).path == "Logistics / Motor"
    for wrong in (motor.pk, "x", 10**9):
        assert client.post(url, {"parent": wrong, "save": "1"}).status_code == 422


def test_two_who_rename_see_both_versions(cast: Cast, claims: Unit) -> None:
    client, url = signed_in(cast.ada), reverse("unit-rename", args=[claims.pk])
    assert client.post(url, {"name": "Damage", "version": claims.version}).status_code == 302
    page = client.post(url, {"name": "Loss", "version": claims.version})
    assert page.status_code == 409
    assert "<td>Damage</td><td>Loss</td>" in page.content.decode()
    fresh = Unit.objects.get(pk=claims.pk).version
    assert f'name="version" value="{fresh}"' in page.content.decode()
    assert client.post(url, {"name": "Loss", "version": fresh}).status_code == 302
    assert client.post(url, {"name": " ", "version": fresh + 1}).status_code == 422


def test_adding_merging_retiring(cast: Cast, claims: Unit) -> None:
    client = signed_in(cast.ada)
    form = {"name": "<b>New</b>", "parent": claims.pk}
    assert client.post(reverse("unit-add"), form).status_code == 302
    made = Unit.objects.get(name="<b>New</b>")
    assert client.post(reverse("unit-add"), form).status_code == 422
    page = body(client, "unit", made.pk)
    assert "&lt;b&gt;New&lt;/b&gt;" in page
    assert "<b>New</b>" not in page
    assert "Added as" in page
    merge = reverse("unit-merge", args=[claims.pk])
    refused = client.post(merge, {"into": unit("Logistics").pk})
    assert refused.status_code == 422
    assert "Move them first" in refused.content.decode()
    assert client.post(reverse("unit-retire", args=[claims.pk])).status_code == 422
    merge = reverse("unit-merge", args=[made.pk])
    assert client.post(merge, {"into": unit("Logistics").pk}).status_code == 302
    assert "retired" in body(client, "unit", made.pk)
    assert client.post(reverse("unit-retire", args=[made.pk])).status_code == 302
    assert Unit.objects.get(pk=made.pk).retired_on is None


def test_an_empty_company_is_told_what_to_do(cast: Cast) -> None:
    assert "No unit yet" in body(signed_in(cast.ada), "units")
    assert "New unit" not in body(signed_in(cast.vera), "units")
