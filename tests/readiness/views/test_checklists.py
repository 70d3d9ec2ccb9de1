"""Checklists on their pages: read by everyone, their days chosen by few."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from common import clock
from readiness.actions import catalog
from readiness.catalog import Item, Template, parse
from readiness.models import Answer, ChecklistTemplate, Origin
from tests.factories import Cast, person, pilot, unit
from tests.factories.answers import answer

SHARED = Item(
    "fast", "Is it fast?", "Both numbers.", "Measure.", "scale", "controlled", "technical",
    kind="latency", same_as="production.latency",
)  # fmt: skip
NAMED = Item("named", "Is somebody named?", "A name.", "Ask.", "data", "groundwork", "technical")
LIST = Template("own-house", 1, "House rules", "Ours.", "P-7", (SHARED, NAMED))


def test_lists_that_nobody_scores_say_how_they_are_answered(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.vera)
    html = client.get(reverse("checklists")).content.decode()
    assert "read from each pilot" in html
    assert "in self-checks" in html
    assert ">none<" not in html


def test_codes_of_the_sources_are_not_for_readers(cast: Cast) -> None:
    page, client = reverse("checklist", args=["production"]), Client()
    client.force_login(cast.vera)
    html = client.get(page).content.decode()
    assert "E32" not in html
    assert "<code>raw_data</code>" not in html
    client.force_login(cast.mona)
    html = client.get(page).content.decode()
    assert "E32" not in html
    assert "in files <code>raw_data</code>" in html, "who writes lists may need it"


@pytest.fixture
def waiting(cast: Cast) -> ChecklistTemplate:
    """A list that Alice's pilot has a score on, and a next version that would lower it."""
    answer(pilot(cast.mona, "Reader", owner=cast.alice), "latency", cast.alice)
    catalog.sync(templates=[LIST], origin=Origin.FILE)
    harder = replace(NAMED, code="tested", question="Was <b>it</b> tested?")
    changed = replace(NAMED, must_have=False)
    second = replace(LIST, version=2, items=(SHARED, harder, changed, replace(harder, code="x")))
    (row,) = catalog.sync(templates=[second], origin=Origin.FILE)
    return row


def page(client: Client, who: Any, name: str, *args: Any, **query: str) -> str:
    client.force_login(who)
    found = client.get(reverse(name, args=args), query)
    assert found.status_code == 200
    return found.content.decode()


def test_everyone_reads_every_list(client: Client, cast: Cast, waiting: ChecklistTemplate) -> None:
    html = page(client, cast.charlie, "checklists")
    assert "Production readiness in full" in html
    assert "Thirty-minute self-check" in html
    assert "House rules" in html
    assert f"v2 on {waiting.effective_on:%-d %b %Y}" in html
    assert "New list" not in html
    assert "New list" in page(client, cast.mona, "checklists")


def test_scores_are_counted_among_pilots_one_can_see(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    hidden = pilot(cast.mona, "Secret", owner=cast.alice, restricted=True)
    answer(hidden, "latency", cast.alice)
    client.force_login(cast.charlie)
    few = {
        one.version.slug: one.scored for one in client.get(reverse("checklists")).context["lists"]
    }
    client.force_login(cast.mona)
    all_ = {
        one.version.slug: one.scored for one in client.get(reverse("checklists")).context["lists"]
    }
    assert (few["own-house"], all_["own-house"]) == (1, 2)


def test_the_list_of_lists_costs_the_same_however_many_there_are(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.charlie)
    client.get(reverse("checklists"))
    with django_assert_num_queries(6) as few:
        client.get(reverse("checklists"))
    more = [replace(LIST, slug=f"own-{n}", title=f"List {n}") for n in range(20)]
    catalog.sync(templates=more, origin=Origin.FILE)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("checklists"))


def test_a_version_shows_its_questions_and_where_else_they_are_asked(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    html = page(client, cast.vera, "checklist", "own-house")
    assert "Good evidence.</b> Both numbers." in html
    assert "How to close it.</b> Measure." in html
    assert "The same question is in: Production readiness" in html
    assert "Version 2</a> is asked from" in html
    later = page(client, cast.vera, "checklist", "own-house", version="2")
    assert "Was &lt;b&gt;it&lt;/b&gt; tested?" in later
    assert "Waits for its day" in later


def test_the_self_check_shows_its_rungs(client: Client, cast: Cast) -> None:
    html = page(client, cast.charlie, "checklist", "self_assessment")
    assert html.count('<ol class="rungs" start="0">') == 12


@pytest.mark.parametrize("typed", ["9", "0", "-1", "1e400", "x", "9" * 30, "\u0661"])
def test_there_is_no_such_version(client: Client, cast: Cast, typed: str) -> None:
    client.force_login(cast.vera)
    assert (
        client.get(reverse("checklist", args=["production"]), {"version": typed}).status_code == 404
    )
    compare = client.get(reverse("checklist-compare", args=["production"]), {"to": typed})
    assert compare.status_code == 404


def test_what_differs_between_two_versions(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    html = page(client, cast.vera, "checklist-compare", "own-house")
    assert "2 added, 0 removed, 1 changed." in html
    assert '<th scope="row">Must-have</th><td>yes</td><td>no</td>' in html.replace(
        "<p>", ""
    ).replace("</p>", "")
    back = {"from": "2", "to": "1"}
    assert "0 added, 2 removed, 1 changed." in page(
        client, cast.vera, "checklist-compare", "own-house", **back
    )
    same = {"from": "1", "to": "1"}
    assert "Nothing differs." in page(client, cast.vera, "checklist-compare", "own-house", **same)


def test_a_version_leaves_as_the_file_it_came_from(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    client.force_login(cast.charlie)
    found = client.get(reverse("checklist-toml", args=["own-house", 1]))
    assert found["Content-Disposition"] == 'attachment; filename="own-house.toml"'
    assert parse(found.content.decode(), name="own-house.toml") == LIST


def test_the_preview_says_which_pilots_would_fall(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    html = page(client, cast.mona, "checklist-when", "own-house", 2)
    assert "lower <b>1 pilot</b>, raise <b>0</b>, leave <b>0</b>" in html
    assert "Reader" in html
    assert "1/2" in html
    assert "1/4" in html
    assert "-25 points" in html


def test_an_administrator_is_not_told_of_restricted_pilots(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    hidden = pilot(cast.mona, "Nightingale", owner=cast.alice, restricted=True)
    answer(hidden, "latency", cast.alice)
    for who, lowered in ((cast.mona, 2), (cast.ada, 1)):
        client.force_login(who)
        found = client.get(reverse("checklist-when", args=["own-house", 2]))
        assert len(found.context["preview"].lowered) == lowered
        assert ("Nightingale" in found.content.decode()) == (lowered == 2)


def test_another_day_and_none(client: Client, cast: Cast, waiting: ChecklistTemplate) -> None:
    client.force_login(cast.ada)
    there = reverse("checklist-when", args=["own-house", 2])
    on = clock.today() + timedelta(days=2)
    assert client.post(there, {"effective_on": on.isoformat()}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.effective_on == on
    for wrong in ("", "yesterday", "2020-01-01", "9999-12-31", "0000-00-00"):
        again = client.post(there, {"effective_on": wrong})
        assert again.status_code == 422
    off = reverse("checklist-call-off", args=["own-house", 2])
    assert client.post(off).status_code == 302
    assert client.post(off).status_code == 409
    assert "It has no day." in page(client, cast.ada, "checklist-when", "own-house", 2)


def test_a_list_is_retired_and_comes_back(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    client.force_login(cast.mona)
    retire = reverse("checklist-retire", args=["own-house", 1])
    assert client.post(retire, {"reason": "Too <b>long"}).status_code == 302
    assert client.post(retire).status_code == 409
    html = page(client, cast.mona, "checklist", "own-house")
    assert "Not asked any more" in html
    assert "Too &lt;b&gt;long" in html
    assert Answer.objects.open_interval().count() == 1
    back = reverse("checklist-bring-back", args=["own-house", 1])
    assert client.post(back).status_code == 302
    assert ChecklistTemplate.objects.get(slug="own-house", current=True).version == 1


def test_a_shipped_list_is_not_retired(client: Client, cast: Cast) -> None:
    number = ChecklistTemplate.objects.get(slug="production", current=True).version
    client.force_login(cast.mona)
    found = client.post(reverse("checklist-retire", args=["production", number]))
    assert found.status_code == 422
    assert "cannot be retired" in found.content.decode()


def test_a_manager_of_one_unit_reads_only(
    client: Client, cast: Cast, waiting: ChecklistTemplate
) -> None:
    limited = person("Lena", Role.PORTFOLIO_MANAGER, unit=unit("Claims"))
    html = page(client, limited, "checklist", "own-house")
    assert "Retire" not in html
    found = client.get(reverse("checklist-when", args=["own-house", 2]))
    assert found.status_code == 403


def test_a_list_with_one_version_is_compared_with_itself(client: Client, cast: Cast) -> None:
    assert "Nothing differs." in page(client, cast.vera, "checklist-compare", "production")
