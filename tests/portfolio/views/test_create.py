"""The form of a new pilot, sent more than once."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from portfolio.actions.registration import register_once
from portfolio.models import Channel, Event, Pilot
from portfolio.queries.history import changes
from tests import factories
from tests.factories import Cast, unit
from tests.portfolio.actions.test_proposals_at_once import both
from tests.portfolio.views.screen import as_, text

URL = reverse("pilot-create")


def sent(**more: Any) -> dict[str, Any]:
    return {"name": "Sorter", "unit": unit().pk, "stage": "idea", "token": str(uuid4()), **more}


def test_the_form_carries_its_token(cast: Cast) -> None:
    assert 'name="token" value="' in text(as_(cast.mona).get(URL))


@pytest.mark.parametrize("confirmed", ["", "on"])
def test_sent_twice_it_is_one_pilot_and_leads_to_it(cast: Cast, confirmed: str) -> None:
    given = sent(confirmed=confirmed)
    first = as_(cast.mona).post(URL, given)
    again = as_(cast.mona).post(URL, given)
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert Pilot.objects.count() == 1
    event = Event.objects.get(verb="pilot.registered")
    said = " ".join(f"{one.label} {one.after}" for one in changes(event.before, event.after))
    assert given["token"] not in said


def test_another_form_asks_whether_it_is_the_same(cast: Cast) -> None:
    as_(cast.mona).post(URL, sent())
    assert "Not saved yet" in text(as_(cast.mona).post(URL, sent()))
    as_(cast.mona).post(URL, sent(confirmed="on"))
    assert Pilot.objects.count() == 2


def test_the_form_of_somebody_else_tells_nothing(cast: Cast) -> None:
    given = sent()
    as_(cast.mona).post(URL, given)
    Pilot.objects.update(restricted=True)
    answer = as_(cast.alice).post(URL, given)
    assert answer.status_code == 422
    assert "used already" in text(answer)
    assert Pilot.objects.get().ref not in text(answer)


@pytest.mark.parametrize("token", ["", "x", "1" * 500])
def test_any_token_is_taken_or_refused(cast: Cast, token: str) -> None:
    answer = as_(cast.mona).post(URL, sent(token=token))
    assert answer.status_code == (302 if not token else 422)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_pilot(transactional_db: None) -> None:
    cast, token = factories.make_cast(), uuid4()
    place = unit()
    click = lambda: register_once(  # noqa: E731 - the same twice
        token=token, by=cast.mona, channel=Channel.WEB, name="Sorter", unit=place
    )
    assert both(click, click) == ["", ""]
    assert Pilot.objects.count() == 1
