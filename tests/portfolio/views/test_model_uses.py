"""Models in use, and who uses which, through HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from common import clock
from portfolio.actions import model_uses
from portfolio.models import Channel, Event, Flag, ModelUse, Pilot
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, statements, text

WEB = Channel.WEB


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    return factories.pilot(cast.mona, owner=cast.alice, stage="poc")


def add(cast: Cast, pilot: Pilot, **values: Any) -> Any:
    sent = {
        "vendor": "OpenAI", "name": "GPT-4o", "version": "2024-05-13",
        "since": f"{clock.today()}", "token": str(uuid4()), **values,
    }  # fmt: skip
    return as_(cast.alice).post(f"/pilots/{pilot.ref}/models/", sent)


def use(pilot: Pilot, by: Any, name: str = "GPT-4o", **values: Any) -> ModelUse:
    given = {"vendor": "OpenAI", "version": "1", **values}
    return model_uses.add(pilot=pilot, by=by, channel=WEB, name=name, **given)


def test_a_model_with_its_retirement_and_its_planner(cast: Cast, pilot: Pilot) -> None:
    soon = clock.today() + timedelta(days=20)
    answer = add(
        cast, pilot, retires_on=f"{soon}", planner="bob@example.com", plan="Move to the next one"
    )
    assert answer.status_code == 302
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    for words in (
        "OpenAI GPT-4o", "2024-05-13", "in 20 days", "Bob plans the way out: Move to the next one",
        "Model retiring", "/models/openai-gpt-4o/", "named a model in use",
    ):  # fmt: skip
        assert words in html, words
    assert Flag.objects.open().get(rule="MODEL_RETIRING").severity == "H"
    row = ModelUse.objects.get()
    url = f"/pilots/{pilot.ref}/models/{row.pk}/"
    form = as_(cast.alice).get(url).context["form"]
    assert form["planner"].value() == "bob@example.com"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "required"),
        ("name", "x" * 10_000, "at most 150"),
        ("name", "\u202e", "needs a name"),
        ("vendor", "x" * 101, "at most 100"),
        ("since", "", "required"),
        ("since", "2099-01-01", "day to come"),
        ("retires_on", "never", "valid date"),
        ("planner", "nobody@example.com", "Nobody here"),
    ],
)
def test_bad_input_is_said_beside_its_field(
    cast: Cast, pilot: Pilot, field: str, value: str, says: str
) -> None:
    answer = add(cast, pilot, **{field: value})
    assert answer.status_code == 422
    assert says in text(answer)
    assert not ModelUse.objects.exists()


def test_one_form_one_row_and_two_editors(cast: Cast, pilot: Pilot) -> None:
    token = str(uuid4())
    add(cast, pilot, token=token)
    add(cast, pilot, token=token)
    row = ModelUse.objects.get()
    model_uses.change(use=row, by=cast.mona, channel=WEB, revision=1, plan="Mona's plan")
    url = f"/pilots/{pilot.ref}/models/{row.pk}/"
    sent = {"name": "GPT-4o", "since": f"{clock.today()}", "plan": "My plan", "revision": "1"}
    answer = as_(cast.alice).post(url, sent)
    assert answer.status_code == 409
    assert "Mona&#x27;s plan" in text(answer)
    assert "My plan" in text(answer)
    assert as_(cast.alice).post(url, sent | {"revision": "2"}).status_code == 302
    assert Event.objects.filter(verb="model.changed").count() == 2


def test_ending_it_and_taking_that_back(cast: Cast, pilot: Pilot) -> None:
    row = use(pilot, cast.alice)
    url = f"/pilots/{pilot.ref}/models/{row.pk}/end/"
    html = text(as_(cast.alice).post(url, headers=HTMX))
    assert "No model is named yet." in html
    assert f'action="{url}?undo"' in html
    as_(cast.alice).post(url + "?undo")
    assert ModelUse.objects.get().until is None


@pytest.mark.parametrize(
    ("vendor", "name", "address"),
    [
        ("OpenAI", "GPT-4o", "openai-gpt-4o"),
        ("openai", "gpt 4o", "openai-gpt-4o"),
        ("", "文心", "文心"),
        ("", "///", "model"),
        ("Ω" * 100, "ﷺ" * 150, model_uses.slug("Ω" * 100, "ﷺ" * 150)),
    ],
)
def test_one_model_has_one_address(
    cast: Cast, pilot: Pilot, vendor: str, name: str, address: str
) -> None:
    row = use(pilot, cast.alice, name, vendor=vendor)
    assert row.slug == address
    assert as_(cast.vera).get(f"/models/{address}/").status_code == 200


def test_who_uses_a_model(cast: Cast, pilot: Pilot) -> None:
    other = factories.pilot(cast.mona, "Route planner", stage="pilot")
    ended = factories.pilot(cast.mona, "Old one", stage="stopped")
    soon = clock.today() + timedelta(days=40)
    use(pilot, cast.mona)
    use(other, cast.mona, "gpt 4o", version="2", retires_on=soon)
    use(ended, cast.mona)
    html = text(as_(cast.vera).get("/models/"))
    assert "<b>1</b> of them has one that is retired within 90 days" in html
    assert "in 40 days" in html
    html = text(as_(cast.vera).get("/models/openai-gpt-4o/"))
    for words in ("Used by 2 pilots", "Route planner", pilot.name, "on <b>1</b> of them nobody"):
        assert words in html, words
    assert "Old one" not in html
    assert as_(cast.vera).get("/models/nothing/").status_code == 404


def test_a_version_that_is_gone_is_not_soon_to_go(cast: Cast, pilot: Pilot) -> None:
    use(pilot, cast.mona, "GPT-3", retires_on=clock.today() - timedelta(days=1))
    html = text(as_(cast.vera).get("/models/"))
    assert '<b class="lack">1</b> of them has a version that its vendor has retired.' in html
    assert "within 90 days" not in html


def test_models_of_restricted_pilots_are_nowhere(cast: Cast, pilot: Pilot) -> None:
    secret = factories.pilot(cast.mona, "Takeover", owner=cast.alice, restricted=True, stage="poc")
    use(secret, cast.alice, "Nightingale", vendor="Skunkworks")
    use(secret, cast.alice)
    use(pilot, cast.mona)
    bob = factories.pilot(cast.mona, "Bob's", owner=cast.bob, stage="poc")
    for client, seen in ((as_(cast.bob), False), (as_(cast.mona), True)):
        everything = "".join(
            text(client.get(url))
            for url in ("/models/", "/models/openai-gpt-4o/", f"/pilots/{bob.ref}/models/")
        )
        assert ("Nightingale" in everything) is seen
        assert ("Skunkworks" in everything) is seen
        found = client.get("/models/skunkworks-nightingale/").status_code
        assert found == (200 if seen else 404)
    assert "Used by 1 pilot " in text(as_(cast.bob).get("/models/openai-gpt-4o/"))


def test_the_statements_do_not_grow(cast: Cast, pilot: Pilot) -> None:
    use(pilot, cast.mona)
    client = as_(cast.vera)
    few = [statements(client, url) for url in ("/models/", "/models/openai-gpt-4o/")]
    for n in range(12):
        one = factories.pilot(cast.mona, f"Pilot {n}", stage="poc")
        use(one, cast.mona, version=f"{n}")
        use(one, cast.mona, f"Model {n}", planner=cast.bob)
    assert [statements(client, url) for url in ("/models/", "/models/openai-gpt-4o/")] == few
    assert max(few) <= 6
