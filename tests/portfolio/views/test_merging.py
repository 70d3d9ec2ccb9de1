"""Two pilots that are one: compared, merged, followed, and taken apart again."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import merging, metrics, people, pilots, updates
from portfolio.actions.merging import Choice
from portfolio.models import Event, Flag, Merge, Metric, Pilot, RoleAssignment, Update
from portfolio.queries.merging import compare, duplicates
from tests import factories
from tests.factories import Cast
from tests.factories.answers import answer

HANGING: tuple[Any, ...] = (Update, RoleAssignment, Metric)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def two(cast: Cast, **values: Any) -> tuple[Pilot, Pilot]:
    one = factories.pilot(cast.mona, "Invoice reader", owner=cast.alice, budget=Decimal(100))
    values = {"summary": "Reads bills", "budget": Decimal(200), **values}
    other = factories.pilot(cast.mona, "Invoice reading", owner=cast.bob, **values)
    return one, other


def merged(cast: Cast, one: Pilot, other: Pilot, **choice: Any) -> Merge:
    return merging.merge(
        survivor=one, merged=other, by=cast.mona, channel="web", reason="Registered twice",
        choice=Choice(**choice),
    )  # fmt: skip


def everything() -> dict[str, list[Any]]:
    """Every row a merge may touch, without the versions of the pilots."""
    pilots = [
        {name: value for name, value in dict(row.items()).items() if name != "version"}
        for row in Pilot.everything.order_by("pk").values()
    ]
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in HANGING}
    return {"pilots": pilots, **rows}


def test_fields_are_compared(cast: Cast) -> None:
    one, other = two(cast)
    found = {c.name: c.state for c in compare(one, other)}
    assert found["name"] == "differs"
    assert found["budget"] == "differs"
    assert found["summary"] == "right"
    assert found["unit"] == "same"
    assert "problem" not in found
    assert not {"stage", "health", "id", "restricted"} & set(found)


def test_what_hangs_on_the_other_moves(cast: Cast) -> None:
    one, other = two(cast, external_id="X-2")
    people.assign(pilot=other, person=cast.ed, by=cast.mona, channel="web", role="sponsor")
    people.assign(pilot=one, person=cast.bob, by=cast.mona, channel="web", role="reviewer")
    people.assign(pilot=other, person=cast.bob, by=cast.mona, channel="web", role="reviewer")
    updates.post(pilot=other, by=cast.bob, channel="web", health="at_risk", note="Waits")
    for pilot in (one, other):
        metrics.add(pilot=pilot, by=cast.mona, channel="web", name="Hours")
    metric = other.metrics.get()
    metrics.read(metric=metric, by=cast.mona, channel="web", value=Decimal(5))
    answer(other, "latency", cast.bob)
    merged(cast, one, other, take=frozenset({"name"}))
    one, other = Pilot.objects.get(), Pilot.everything.get(pk=other.pk)
    assert (one.name, one.name_key, one.summary) == (
        "Invoice reading", "invoice reading", "Reads bills",
    )  # fmt: skip
    assert (one.budget, one.external_id, other.external_id) == (Decimal(100), "X-2", "")
    assert (one.health, one.last_update_on) == ("at_risk", clock.today())
    assert one.updates.count() == 1
    assert set(one.metrics.values_list("name", flat=True)) == {"Hours", f"Hours ({other.ref})"}
    assert one.metrics.get(pk=metric.pk).readings.count() == 1
    held = one.people.filter(until=None).values_list("role", "person__name")
    assert set(held) == {("owner", "Alice"), ("sponsor", "Ed"), ("reviewer", "Bob")}
    assert one.people.get(role="owner", person=cast.bob).until == clock.today()
    assert one.readiness_answers.count() == 1  # type: ignore[attr-defined]
    assert (other.merged_into_id, Flag.objects.open().filter(pilot=other).exists()) == (
        one.pk,
        False,
    )
    verbs = set(
        Event.objects.filter(verb__in=("pilot.merged", "pilot.absorbed")).values_list(
            "pilot", "verb"
        )
    )
    assert verbs == {(other.pk, "pilot.merged"), (one.pk, "pilot.absorbed")}


def test_taken_apart_everything_is_as_it_was(cast: Cast) -> None:
    one, other = two(cast, external_id="X-2")
    people.assign(pilot=other, person=cast.ed, by=cast.mona, channel="web", role="sponsor")
    updates.post(pilot=other, by=cast.bob, channel="web", health="at_risk", note="Waits")
    for pilot in (one, other):
        metrics.add(pilot=pilot, by=cast.mona, channel="web", name="Hours")
    before = everything()
    merged(cast, one, other, take=frozenset({"name", "budget"}), take_owner=True)
    assert Pilot.objects.get().people.get(role="owner", until=None).person == cast.bob
    left = merging.take_apart(merged=other, by=cast.mona, channel="web")
    after = everything()
    one = Pilot.objects.get(pk=one.pk)
    assert left == 0
    assert {k: v for k, v in after.items() if k != "pilots"} == {
        k: v for k, v in before.items() if k != "pilots"
    }
    differing = [
        {n for n in a if a[n] != b[n]}
        for a, b in zip(before["pilots"], after["pilots"], strict=True)
    ]
    assert differing == [set(), set()]
    assert Event.objects.filter(verb="merge.undone").count() == 2
    with pytest.raises(Conflict):
        merging.take_apart(merged=other, by=cast.mona, channel="web")
    merged(cast, one, Pilot.objects.get(pk=other.pk))


def test_what_changed_since_stays(cast: Cast) -> None:
    one, other = two(cast)
    merged(cast, one, other)
    pilots.edit(pilot=one, by=cast.mona, channel="web", summary="Reads bills and letters")
    assert merging.take_apart(merged=other, by=cast.mona, channel="web") == 1
    assert Pilot.objects.get(pk=one.pk).summary == "Reads bills and letters"


def test_what_is_refused(cast: Cast) -> None:
    one, other = two(cast, restricted=True)
    with pytest.raises(Refused, match="what the result is"):
        merged(cast, one, other)
    with pytest.raises(Refused, match="itself"):
        merged(cast, one, one)
    with pytest.raises(NotAllowed):
        merging.merge(
            survivor=one, merged=other, by=cast.alice, channel="web", reason="x",
            choice=Choice(restricted=True),
        )  # fmt: skip
    with pytest.raises(Conflict):
        merging.merge(
            survivor=one, merged=other, by=cast.mona, channel="web", reason="x",
            choice=Choice(restricted=True), versions=(one.version + 1, other.version),
        )  # fmt: skip
    with pytest.raises(Refused, match="field"):
        merged(cast, one, other, restricted=True, take=frozenset({"stage"}))
    merged(cast, one, other, restricted=True)
    assert Pilot.objects.get().restricted


def test_the_screens(cast: Cast) -> None:
    one, other = two(cast)
    client = signed_in(cast.mona)
    url = reverse("pilot-merge", args=[one.ref])
    assert other.ref in client.get(url).content.decode()
    assert other.ref in client.get(url, {"q": "invioce"}).content.decode()
    page = client.get(url, {"with": other.ref})
    assert "Which is right?" in page.content.decode()
    sent = {
        "with": other.ref, "left_version": one.version, "right_version": other.version,
        "name": "right", "budget": "left", "owner": "left", "reason": "Twice",
    }  # fmt: skip
    assert client.post(url, {**sent, "reason": ""}).status_code == 422
    assert client.post(url, {**sent, "left_version": 99}).status_code == 409
    assert client.post(url, {**sent, "stage": "production"}).status_code == 302
    assert Pilot.objects.get().name == "Invoice reading"
    assert Pilot.objects.get().stage == one.stage
    for name in ("pilot", "pilot-history", "pilot-edit"):
        away = client.get(reverse(name, args=[other.ref]))
        assert (away.status_code, away["Location"]) == (302, reverse(name, args=[one.ref]))
    gone = client.post(reverse("pilot-update", args=[other.ref]))
    assert gone.status_code == 404
    assert f"merged into {one.ref}" in gone.content.decode()
    assert "Take apart" in client.get(reverse("pilots-removed")).content.decode()
    apart = reverse("pilot-unmerge", args=[other.ref])
    assert "This will" in client.get(apart).content.decode()
    assert client.post(apart).status_code == 302
    assert Pilot.objects.count() == 2


def test_pilots_called_alike_are_listed(cast: Cast) -> None:
    one, other = two(cast)
    factories.pilot(cast.mona, "Route planner")
    factories.pilot(cast.mona, "Invoice reader", unit=factories.unit("Claims"))
    [pair] = duplicates(cast.mona).pairs
    assert {pair.one.ref, pair.other.ref} == {one.ref, other.ref}
    with CaptureQueriesContext(connection) as asked:
        duplicates(cast.mona)
    assert len(asked) == 2
    assert one.ref in signed_in(cast.mona).get(reverse("pilots-duplicates")).content.decode()
    assert signed_in(cast.vera).get(reverse("pilots-duplicates")).status_code == 403


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"reason": ""}, "portfolio_merge_has_a_reason"),
        ({"same": True}, "portfolio_merge_is_of_two"),
        ({"again": True}, "portfolio_merge_is_into_one"),
    ],
)
def test_the_database_holds_it_too(cast: Cast, values: dict[str, Any], name: str) -> None:
    one, other = two(cast)
    merge = {"at": clock.now(), "by": cast.mona, "reason": values.get("reason", "x")}
    if "again" in values:
        Merge.objects.create(survivor=one, merged=other, **merge)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Merge.objects.create(survivor=one, merged=one if "same" in values else other, **merge)


def test_the_history_of_an_open_pilot_names_no_restricted_one(cast: Cast) -> None:
    one, other = two(cast)
    merged(cast, one, other)
    merging.take_apart(merged=other, by=cast.mona, channel="web")
    Pilot.objects.filter(pk=one.pk).update(restricted=True)
    for address in (f"/pilots/{other.ref}/history/", "/timeline/", "/timeline/?format=csv"):
        seen = signed_in(cast.vera).get(address)
        assert seen.status_code == 200
        shown = seen.getvalue().decode()
        assert one.name not in shown, address
        assert "merged it into another pilot" in shown, address
