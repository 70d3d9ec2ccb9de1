"""Views of the list through HTTP: private, shared, default, and columns."""

import pytest
from django.http import HttpResponse

from portfolio.actions import saved_views
from portfolio.actions.saved_views import Shown
from portfolio.models import Channel, Event, ListPreference, SavedView
from portfolio.queries.starter_views import STARTERS
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text
from tests.portfolio.views.test_pilots import heads, names

URL = "/pilots/views/"


def keep(cast_member: object, name: str = "Mine", **values: object) -> SavedView:
    shared = bool(values.pop("shared", False))
    return saved_views.save(
        by=cast_member, channel=Channel.WEB, name=name, shared=shared, shown=Shown(**values)
    )


def followed(response: HttpResponse) -> str:
    assert response.status_code == 302
    return str(response["Location"])


def test_a_list_is_kept_and_opens_as_it_was(cast: Cast) -> None:
    factories.pilot(cast.mona, "Alpha", stage="poc")
    factories.pilot(cast.mona, "Beta", stage="poc")
    factories.pilot(cast.mona, "Gamma")
    client = as_(cast.alice)
    client.get("/pilots/?stage=poc")
    query = "stage=poc&sort=-name&columns=owner,stage&size=25&nonsense=1&health=wrong"
    sent = {"name": "PoCs upside down", "query": query}
    there = followed(client.post(URL, sent))
    view = SavedView.objects.get()
    assert (view.filter, view.sort, view.columns, view.size) == (
        "stage=poc", "-name", ["owner", "stage"], 25,
    )  # fmt: skip
    html = text(client.get(there))
    assert names(html) == ["Beta", "Alpha"]
    assert heads(html) == ["Pilot", "Owner", "Stage"]
    assert "PoCs upside down" in html
    assert followed(client.get(f"{URL}{view.slug}/")) == there
    assert Event.objects.filter(verb="view.saved", actor=cast.alice).count() == 1


def test_a_changed_list_says_so_and_can_be_kept_under_the_view(cast: Cast) -> None:
    factories.pilot(cast.mona, "Alpha", stage="poc")
    view = keep(cast.alice, filter="stage=poc")
    client = as_(cast.alice)
    assert "</b>, changed" not in text(client.get(f"/pilots/?stage=poc&view={view.slug}"))
    assert "</b>, changed" in text(client.get(f"/pilots/?stage=idea&view={view.slug}"))
    edit = f"{URL}{view.slug}/edit/"
    assert f'href="{edit}?stage=idea&amp;view=' in text(
        client.get(f"/pilots/?stage=idea&view={view.slug}")
    )
    assert "Keep the list I come from" in text(client.get(f"{edit}?stage=idea"))
    sent = {"name": "Ideas", "query": "stage=idea", "renew": "on"}
    followed(client.post(edit, sent))
    now = SavedView.objects.get()
    assert (now.name, now.filter, now.slug) == ("Ideas", "stage=idea", view.slug)


def test_private_views_of_others_do_not_exist(cast: Cast) -> None:
    view = keep(cast.alice, "Secret plan")
    client = as_(cast.mona)
    for address in ("", "edit/"):
        assert client.get(f"{URL}{view.slug}/{address}").status_code == 404
    for address in ("edit/", "copy/", "delete/"):
        assert client.post(f"{URL}{view.slug}/{address}").status_code == 404
    assert "Secret plan" not in text(client.get(URL))
    html = text(client.get(f"/pilots/?view={view.slug}"))
    assert "Secret plan" not in html
    assert client.post(f"{URL}default/", {"view": view.slug}).status_code == 422


def test_shared_views_are_changed_by_their_maker_and_managers(cast: Cast) -> None:
    view = keep(cast.alice, "For all", shared=True)
    assert "For all" in text(as_(cast.vera).get(URL))
    assert as_(cast.vera).get(f"{URL}{view.slug}/").status_code == 302
    assert as_(cast.vera).post(f"{URL}{view.slug}/edit/", {"name": "X"}).status_code == 403
    assert as_(cast.vera).post(f"{URL}{view.slug}/delete/").status_code == 403
    refused = as_(cast.mona).post(f"{URL}{view.slug}/edit/", {"name": "X"})
    assert refused.status_code == 422
    followed(as_(cast.mona).post(f"{URL}{view.slug}/edit/", {"name": "X", "shared": "on"}))
    followed(as_(cast.mona).post(f"{URL}{view.slug}/delete/"))
    assert not SavedView.objects.exists()


def test_a_shared_view_widens_nothing(cast: Cast) -> None:
    factories.pilot(cast.mona, "Secret merger", restricted=True)
    factories.pilot(cast.mona, "Open one")
    view = keep(cast.mona, "Everything", shared=True)
    there = followed(as_(cast.vera).get(f"{URL}{view.slug}/"))
    html = text(as_(cast.vera).get(there))
    assert names(html) == ["Open one"]
    assert "<b>1 pilot</b>" in html


def test_a_copy_is_private_and_free(cast: Cast) -> None:
    view = keep(cast.mona, "Team", shared=True, filter="stage=poc")
    there = followed(as_(cast.vera).post(f"{URL}{view.slug}/copy/"))
    made = SavedView.objects.get(maker=cast.vera)
    assert made.slug in there
    assert (made.name, made.shared, made.filter) == ("Copy of Team", False, "stage=poc")


@pytest.mark.parametrize("built_in", [True, False])
def test_the_bare_list_opens_the_default_and_everything_stays_reachable(
    cast: Cast, built_in: bool
) -> None:
    factories.pilot(cast.mona, "Alpha", stage="poc")
    factories.pilot(cast.mona, "Beta")
    slug = "past-the-quarter" if built_in else keep(cast.alice, filter="stage=poc").slug
    client = as_(cast.alice)
    followed(client.post(f"{URL}default/", {"view": slug}))
    there = followed(client.get("/pilots/"))
    assert f"view={slug}" in there
    html = text(client.get(there))
    assert "/pilots/?view=all" in html
    assert names(text(client.get("/pilots/?view=all"))) == ["Alpha", "Beta"]
    answer = client.get("/pilots/?stage=&q=", headers=HTMX)
    assert answer["HX-Push-Url"] == "/pilots/?view=all"
    followed(client.post(f"{URL}default/", {}))
    assert client.get("/pilots/").status_code == 200


def test_a_default_that_is_taken_back_or_deleted_leaves_the_whole_list(cast: Cast) -> None:
    view = keep(cast.alice, shared=True, filter="stage=poc")
    other = keep(cast.alice, "Other", shared=True)
    followed(as_(cast.vera).post(f"{URL}default/", {"view": view.slug}))
    followed(as_(cast.bob).post(f"{URL}default/", {"view": other.slug}))
    followed(as_(cast.alice).post(f"{URL}{view.slug}/edit/", {"name": "Mine again"}))
    followed(as_(cast.alice).post(f"{URL}{other.slug}/delete/"))
    for person in (cast.vera, cast.bob):
        assert as_(person).get("/pilots/").status_code == 200
    assert set(ListPreference.objects.values_list("opens_with", flat=True)) == {""}


def test_every_starter_view_opens_a_list(cast: Cast) -> None:
    factories.pilot(cast.mona, "Alpha", owner=cast.alice)
    for slug, view in STARTERS.items():
        client = as_(cast.alice)
        html = text(client.get(followed(client.get(f"{URL}{slug}/"))))
        assert "means nothing here" not in html
        assert f'aria-current="page">{view.name}</a>' in html
        assert "</b>, changed" not in html


@pytest.mark.parametrize("name", ["", " \u202e ", "x" * 101, "x" * 10_000])
def test_names_that_cannot_be(cast: Cast, name: str) -> None:
    answer = as_(cast.alice).post(URL, {"name": name, "query": "stage=poc"})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_a_name_with_markup_is_shown_as_text(cast: Cast) -> None:
    keep(cast.alice, "<script>alert(1)</script>")
    html = text(as_(cast.alice).get(URL))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_kept_view_costs_the_list_one_statement(cast: Cast) -> None:
    """What a person prefers comes with the person; only a view that is kept has to be read."""
    factories.pilot(cast.mona, "Alpha")
    view = keep(cast.alice, filter="stage=idea")
    client = as_(cast.alice)
    none, kept, starter = (
        statements(client, f"/pilots/?stage=idea&view={slug}")
        for slug in ("", view.slug, "stalled")
    )
    assert (kept, starter) == (none + 1, none)
    assert kept <= 8
    ListPreference.objects.create(person=cast.alice)
    assert statements(client, "/pilots/?stage=idea") == none


def test_columns_are_chosen_by_links_and_kept_for_a_person(cast: Cast) -> None:
    factories.pilot(cast.mona, "Alpha")
    client = as_(cast.alice)
    html = text(client.get("/pilots/columns/?stage=idea&columns=owner,stage"))
    assert "columns=stage,owner" in html  # one moved
    assert "columns=owner,stage,budget" in html  # one added
    assert 'href="?stage=idea&amp;columns=stage"' in html  # one taken away
    partial = text(client.get("/pilots/columns/?columns=owner", headers=HTMX))
    assert partial.lstrip().startswith('<div id="list-columns"')
    sent = {"columns": "budget,owner", "query": "stage=idea"}
    assert followed(client.post("/pilots/columns/", sent)) == "/pilots/?stage=idea"
    assert heads(text(client.get("/pilots/"))) == ["Pilot", "Budget", "Owner"]
    assert heads(text(client.get("/pilots/?columns=stage"))) == ["Pilot", "Stage"]
    assert client.post("/pilots/columns/", {"columns": "nonsense"}).status_code == 422
    followed(client.post("/pilots/columns/", {"columns": ""}))
    assert len(heads(text(client.get("/pilots/")))) > 3


def test_a_person_chooses_the_length_of_pages_on_their_account(cast: Cast) -> None:
    from tests.portfolio.views.test_pilots import many

    many(cast, 60)
    cast.mona.page_size = 25
    cast.mona.save()
    client = as_(cast.mona)
    assert len(names(text(client.get("/pilots/")))) == 25
    assert len(names(text(client.get("/pilots/?size=50")))) == 50


def test_too_many_views_are_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 1)
    client = as_(cast.alice)
    followed(client.post(URL, {"name": "One"}))
    answer = client.post(URL, {"name": "Two"})
    assert answer.status_code == 422
    assert "delete one first" in text(answer)
