from datetime import timedelta
from uuid import uuid4

import pytest

from common import clock
from common.errors import NotAllowed, Refused
from portfolio.actions import updates
from portfolio.models import Event, Flag, Pilot, Update
from tests.factories import Cast, pilot


def test_posting_tells_the_whole_story(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    due = clock.today() + timedelta(days=7)
    updates.post(
        pilot=one, by=cast.alice, channel="web", health="at_risk", note="Data is late.\nAgain.",
        next_step="Ask finance", next_step_due=due,
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.health, one.last_update_on) == ("at_risk", clock.today())
    posted = Update.objects.get()
    assert (posted.note, posted.next_step, posted.next_step_due, posted.channel) == (
        "Data is late.\nAgain.", "Ask finance", due, "web",
    )  # fmt: skip
    event = Event.objects.filter(verb="update.posted").get()
    assert event.before == {"health": "", "last_update_on": None}


def test_an_update_never_resets_the_age(cast: Cast) -> None:
    entered = clock.today() - timedelta(days=200)
    one = pilot(cast.mona, owner=cast.alice, stage="poc", stage_since=entered)
    updates.post(pilot=one, by=cast.alice, channel="web", health="on_track")
    one.refresh_from_db()
    assert one.stage_since == entered


def test_the_same_form_twice_is_one_update(cast: Cast) -> None:
    one, token = pilot(cast.mona), uuid4()
    first, second = (
        updates.post(pilot=one, by=cast.mona, channel="web", health="on_track", token=token)
        for _ in range(2)
    )
    assert first == second
    assert Event.objects.filter(verb="update.posted").count() == 1


def test_input_that_cannot_be_kept(cast: Cast) -> None:
    one = pilot(cast.mona)
    for values, field in (
        ({"health": "green"}, "health"),
        ({"health": "on_track", "next_step_due": clock.today()}, "next_step"),
        ({"health": "on_track", "next_step": "x" * 501}, "next_step"),
        ({"health": "at_risk", "blocker": "weather"}, "blocker"),
        ({"health": "on_track", "blocker": "data"}, "blocker"),
    ):
        with pytest.raises(Refused) as refusal:
            updates.post(pilot=one, by=cast.mona, channel="web", **values)
        assert refusal.value.field == field


def test_a_stranger_posts_nothing(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    with pytest.raises(NotAllowed):
        updates.post(pilot=one, by=cast.vera, channel="web", health="on_track")
    assert not Update.objects.exists()


def test_taking_back_shows_the_update_before(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    updates.post(pilot=one, by=cast.alice, channel="web", health="at_risk")
    second = updates.post(pilot=one, by=cast.alice, channel="web", health="on_track")
    updates.take_back(update=second, by=cast.alice, channel="web")
    updates.take_back(update=second, by=cast.alice, channel="web")
    one.refresh_from_db()
    assert (one.health, one.last_update_on) == ("at_risk", clock.today())
    event = Event.objects.filter(verb="update.taken_back").get()
    assert (event.before["health"], event.after["health"]) == ("on_track", "at_risk")


def test_taking_back_opens_the_flags_again(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    old = clock.today() - timedelta(days=30)
    Pilot.objects.filter(pk=one.pk).update(registered_on=old)
    said = updates.post(pilot=one, by=cast.alice, channel="web", health="at_risk")
    assert not Flag.objects.open().filter(pilot=one, rule="NO_UPDATE").exists()
    updates.take_back(update=said, by=cast.alice, channel="web")
    assert Flag.objects.open().filter(pilot=one, rule="NO_UPDATE").exists()


def test_only_its_author_takes_it_back(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    said = updates.post(pilot=one, by=cast.alice, channel="web", health="at_risk")
    with pytest.raises(NotAllowed):
        updates.take_back(update=said, by=cast.mona, channel="web")
