"""Tags through HTTP."""

import pytest

from portfolio.actions import tags
from portfolio.models import Channel, Event, Pilot, Tag
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, text
from tests.portfolio.views.test_pilots import names


def tag(pilot: Pilot, cast: Cast, *wanted: str) -> None:
    tags.change(pilot=pilot, by=cast.mona, channel=Channel.WEB, add=wanted)


def on(pilot: Pilot) -> list[str]:
    return list(
        Tag.objects.filter(tagged__pilot=pilot).order_by("key").values_list("name", flat=True)
    )


def test_tags_are_given_and_taken_on_the_page(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    client = as_(cast.alice)
    assert "Add a tag" in text(client.get(f"/pilots/{pilot.ref}/"))
    answer = client.post(f"/pilots/{pilot.ref}/tags/", {"tag": "Voice AI,  board , voice  ai"})
    assert answer.status_code == 302
    assert on(pilot) == ["board", "Voice AI"]
    html = text(client.get(f"/pilots/{pilot.ref}/"))
    assert "?tag=voice%20ai" in html
    answer = client.post(f"/pilots/{pilot.ref}/tags/remove/", {"tag": "Voice AI"}, headers=HTMX)
    assert answer["HX-Retarget"] == "#pilot"
    assert on(pilot) == ["board"]
    events = Event.objects.filter(pilot=pilot, verb="pilot.tagged").order_by("pk")
    assert [(e.before["tags"], e.after["tags"]) for e in events] == [
        ("", "board, Voice AI"), ("board, Voice AI", "board"),
    ]  # fmt: skip
    assert "changed the tags" in text(client.get(f"/pilots/{pilot.ref}/history/"))


def test_the_same_tag_twice_changes_nothing(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    tag(pilot, cast, "Voice")
    tag(pilot, cast, "VOICE")
    assert on(pilot) == ["Voice"]
    assert Event.objects.filter(verb="pilot.tagged").count() == 1


@pytest.mark.parametrize("name", ["", " , ", "x" * 61, "x" * 601, "\u202e"])
def test_tags_that_cannot_be(cast: Cast, name: str) -> None:
    pilot = factories.pilot(cast.mona)
    answer = as_(cast.mona).post(f"/pilots/{pilot.ref}/tags/", {"tag": name})
    assert answer.status_code in (302, 422)
    assert on(pilot) == []
    assert not Tag.objects.exists()


def test_a_pilot_has_so_many_tags_and_no_more(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    tag(pilot, cast, *(f"t{n}" for n in range(tags.MOST)))
    answer = as_(cast.mona).post(f"/pilots/{pilot.ref}/tags/", {"tag": "one more"})
    assert answer.status_code == 422
    assert f"at most {tags.MOST} tags" in text(answer)


def test_markup_in_a_tag_is_text(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    tag(pilot, cast, "<img src=x onerror=alert(1)>")
    client = as_(cast.mona)
    for url in (f"/pilots/{pilot.ref}/", "/tags/", "/pilots/tags/?tag=%3Cimg",
                "/pilots/?columns=tags"):  # fmt: skip
        html = text(client.get(url))
        assert "<img src=x" not in html
        assert "&lt;img src=x" in html


def test_tags_of_restricted_pilots_do_not_leak(cast: Cast) -> None:
    secret = factories.pilot(cast.mona, "Secret", restricted=True, owner=cast.bob)
    shown = factories.pilot(cast.mona, "Open")
    tag(secret, cast, "Merger", "Both")
    tag(shown, cast, "Both")
    number = Tag.objects.get(key="merger").pk
    for person, sees in ((cast.vera, False), (cast.ed, False), (cast.bob, True), (cast.mona, True)):
        client = as_(person)
        assert ("Merger" in text(client.get("/tags/"))) is sees
        assert ("Merger" in text(client.get("/pilots/tags/?tag=mer"))) is sees
        assert (client.get(f"/tags/{number}/").status_code == 200) is sees
        assert (names(text(client.get("/pilots/?tag=merger"))) == ["Secret"]) is sees
        counted = 2 if sees else 1
        assert f'<td class="num">{counted}</td>' in text(client.get("/tags/"))


def test_suggestions_follow_the_last_tag_typed(cast: Cast) -> None:
    tag(factories.pilot(cast.mona), cast, "Voice AI", "Board")
    html = text(as_(cast.vera).get("/pilots/tags/?tag=Board,+ai"))
    assert html == '<option value="Board, Voice AI">'


def test_managers_of_everything_rename_merge_and_delete(cast: Cast) -> None:
    one, two = factories.pilot(cast.mona, "One"), factories.pilot(cast.mona, "Two")
    tag(one, cast, "LLM", "GenAI")
    tag(two, cast, "GenAI")
    number = Tag.objects.get(key="genai").pk
    assert as_(cast.alice).post(f"/tags/{number}/", {"name": "llm"}).status_code == 403
    client = as_(cast.mona)
    assert client.post(f"/tags/{number}/", {"name": "a,b"}).status_code == 422
    assert client.post(f"/tags/{number}/", {"name": "llm"}).status_code == 302
    assert (on(one), on(two)) == (["LLM"], ["LLM"])
    left = Tag.objects.get()
    assert client.post(f"/tags/{left.pk}/", {"name": "Language models"}).status_code == 302
    assert on(two) == ["Language models"]
    assert as_(cast.alice).post(f"/tags/{left.pk}/delete/").status_code == 403
    assert client.post(f"/tags/{left.pk}/delete/").status_code == 302
    assert on(one) == []
    verbs = Event.objects.filter(verb__startswith="tag.").order_by("pk")
    assert [e.verb for e in verbs] == ["tag.merged", "tag.renamed", "tag.deleted"]


def test_a_manager_of_one_unit_does_not_tidy_for_all(cast: Cast) -> None:
    from accounts.models import Role

    lena = factories.person("Lena", Role.PORTFOLIO_MANAGER, unit=factories.unit("Claims"))
    tag(factories.pilot(cast.mona), cast, "Voice")
    number = Tag.objects.get().pk
    assert "Rename or delete" not in text(as_(lena).get("/tags/"))
    assert as_(lena).post(f"/tags/{number}/", {"name": "x"}).status_code == 403


def test_the_spelling_of_a_hidden_tag_tells_nothing(cast: Cast) -> None:
    hidden = factories.pilot(cast.mona, "Secret", restricted=True)
    shown = factories.pilot(cast.mona, "Open", owner=cast.alice)
    tag(hidden, cast, "Project NIGHTingale")
    as_(cast.alice).post(f"/pilots/{shown.ref}/tags/", {"tag": "project nightingale"})
    assert on(shown) == ["project nightingale"]
    tag(shown, cast, "Voice AI")
    other = factories.pilot(cast.mona, "Other", owner=cast.alice)
    as_(cast.alice).post(f"/pilots/{other.ref}/tags/", {"tag": "voice ai"})
    assert on(other) == ["Voice AI"]  # One that everybody sees keeps its spelling.
