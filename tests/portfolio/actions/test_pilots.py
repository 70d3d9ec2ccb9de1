from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.access import roles_of
from accounts.models import Role
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import people, pilots, removals
from portfolio.models import Channel, Event, Pilot
from tests.factories import Cast, person, pilot, unit


def test_registering_tells_the_whole_story(cast: Cast) -> None:
    today = clock.today()
    one = pilots.register(
        by=cast.alice, channel="web", name="  Invoice\u202e   reader ", unit=unit(),
        problem="Two days of typing a week.\nEvery week.", monthly_burn=Decimal("1200.50"),
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.ref, one.name) == (f"PIL-{one.pk}", "Invoice reader")
    assert one.name_key == "invoice reader"
    assert (one.stage, one.stage_since, one.stage_since_bound) == ("idea", None, today)
    assert not one.shipped
    interval = one.stage_intervals.get()
    assert (interval.stage, interval.since, interval.since_bound) == ("idea", None, today)
    event = Event.objects.get(pilot=one)
    assert (event.verb, event.actor, event.channel) == ("pilot.registered", cast.alice, "web")
    assert event.after["monthly_burn"] == "1200.50"
    assert event.after["unit"] == {"id": one.unit_id, "name": "Sales"}


def test_a_poc_must_be_decided_within_a_quarter(cast: Cast) -> None:
    entered = clock.today() - timedelta(days=10)
    one = pilot(cast.mona, stage="poc", stage_since=entered)
    assert one.decide_by == entered + timedelta(days=91)
    asked = pilot(cast.mona, "B", stage="poc", stage_since=entered, decide_by=date(2030, 1, 1))
    assert asked.decide_by == date(2030, 1, 1)


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u200f", "x" * 501])
def test_a_name_that_is_none(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        pilot(cast.mona, name)
    assert refusal.value.field == "name"
    assert not Pilot.objects.exists()


def test_a_viewer_registers_nothing_and_a_manager_of_a_unit_only_there(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        pilot(cast.vera)
    max_ = person("Max", Role.PORTFOLIO_MANAGER, unit=unit("Sales"))
    pilot(max_, unit=unit("Sales", "North"))
    assert not roles_of(max_).manages(unit("Finance").lineage)


def test_only_what_a_form_may_set_can_be_set(cast: Cast) -> None:
    one = pilot(cast.mona)
    for field in ("stage", "health", "shipped", "registered_on", "id"):
        with pytest.raises(Refused, match=field):
            pilots.edit(pilot=one, by=cast.mona, channel="web", **{field: 1})


def test_editing_writes_what_changed_and_nothing_else(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, summary="Reads.")
    pilots.edit(
        pilot=one, by=cast.alice, channel="web", version=1, name="Bill reader", summary="Reads."
    )
    one.refresh_from_db()
    assert (one.name, one.name_key, one.version) == ("Bill reader", "bill reader", 2)
    event = Event.objects.filter(pilot=one, verb="pilot.edited").get()
    assert (event.before, event.after) == ({"name": "Invoice reader"}, {"name": "Bill reader"})


def test_nothing_changed_leaves_no_event(cast: Cast) -> None:
    one = pilot(cast.mona)
    pilots.edit(pilot=one, by=cast.mona, channel="web", name="Invoice reader")
    one.refresh_from_db()
    assert one.version == 1
    assert not Event.objects.filter(verb="pilot.edited").exists()


def test_the_second_of_two_editors_is_told(cast: Cast) -> None:
    one = pilot(cast.mona)
    pilots.edit(pilot=one, by=cast.mona, channel="web", version=1, summary="First.")
    with pytest.raises(Conflict):
        pilots.edit(pilot=one, by=cast.mona, channel="web", version=1, summary="Second.")
    one.refresh_from_db()
    assert one.summary == "First."


def test_a_stranger_may_not_edit_or_hold(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    with pytest.raises(NotAllowed):
        pilots.edit(pilot=one, by=cast.bob, channel="web", name="Mine")
    with pytest.raises(NotAllowed):
        pilots.hold(pilot=one, by=cast.bob, channel="web", reason="Mine", until=date(2099, 1, 1))


def test_a_hold_has_a_reason_and_an_end(cast: Cast) -> None:
    one = pilot(cast.mona)
    tomorrow = clock.today() + timedelta(days=1)
    for until, reason in ((clock.today(), "Late."), (tomorrow, " ")):
        with pytest.raises(Refused):
            pilots.hold(pilot=one, by=cast.mona, channel="web", until=until, reason=reason)
    pilots.hold(pilot=one, by=cast.mona, channel="web", until=tomorrow, reason="Waiting for legal.")
    assert Pilot.objects.on_hold(clock.today()).get() == one
    assert not Pilot.objects.not_on_hold(clock.today()).exists()
    assert Pilot.objects.not_on_hold(tomorrow + timedelta(days=1)).exists()
    pilots.hold(pilot=one, by=cast.mona, channel="web", until=None)
    verbs = list(Event.objects.filter(pilot=one).order_by("id").values_list("verb", flat=True))
    assert verbs == ["pilot.registered", "pilot.held", "pilot.resumed"]


def test_a_pilot_moves_only_where_one_may_register(cast: Cast) -> None:
    claims, sales = unit("Claims"), unit("Sales", "North")
    lena = person("Lena", Role.PRODUCT_OWNER, unit=claims)
    one = pilot(cast.mona, unit=claims, owner=lena)
    with pytest.raises(Refused, match="you cannot move one there") as refusal:
        pilots.edit(pilot=one, by=lena, channel="web", unit=sales)
    assert refusal.value.field == "unit"
    charlies = pilot(cast.mona, "Other", unit=claims)
    people.assign(pilot=charlies, person=cast.charlie, by=cast.mona, channel="web", role="sponsor")
    with pytest.raises(Refused):
        pilots.edit(pilot=charlies, by=cast.charlie, channel="web", unit=sales)
    pilots.edit(pilot=charlies, by=cast.charlie, channel="web", summary="Still may edit.")
    inside = unit("Claims", "Motor")
    assert pilots.edit(pilot=one, by=lena, channel="web", unit=inside).unit == inside
    assert pilots.edit(pilot=one, by=cast.mona, channel="web", unit=sales).unit == sales


def test_nothing_new_belongs_to_a_retired_unit(cast: Cast) -> None:
    old, one = unit("Old"), pilot(cast.mona)
    old.retired_on = clock.today()
    old.save()
    with pytest.raises(Refused, match="was retired"):
        pilot(cast.mona, "New", unit=old)
    with pytest.raises(Refused, match="was retired"):
        pilots.edit(pilot=one, by=cast.mona, channel="web", unit=old)


def test_a_reference_that_is_taken_is_refused_in_one_sentence(cast: Cast) -> None:
    """Whoever asks, and whether it is seen, hidden, removed, or both."""
    pilot(cast.mona, "Secret", restricted=True, external_id="A-1")
    pilot(cast.mona, "Open", external_id="A-2")
    gone = pilot(cast.mona, "Gone", external_id="A-3")
    removals.remove(pilot=gone, by=cast.mona, channel=Channel.WEB, reason="Twice")
    mine, said = pilot(cast.mona, "Mine", owner=cast.alice), set()
    for who in (cast.alice, cast.mona):
        for value in ("A-1", "A-2", "A-3"):
            with pytest.raises(Refused) as edited:
                pilots.edit(pilot=mine, by=who, channel=Channel.WEB, external_id=value)
            with pytest.raises(Refused) as made:
                pilot(who, "Another", external_id=value)
            assert edited.value.field == made.value.field == "external_id"
            said |= {edited.value.sentence, made.value.sentence}
    assert len(said) == 1


@pytest.mark.parametrize("both", ["made", "edited"])
def test_a_reference_taken_between_look_and_write_is_refused(
    cast: Cast, both: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot(cast.mona, "First", external_id="A-1")
    mine = pilot(cast.mona, "Mine")
    monkeypatch.setattr(pilots, "check_external_id", lambda *args, **kwargs: None)
    acts: dict[str, Callable[[], Pilot]] = {
        "made": lambda: pilot(cast.mona, "Second", external_id="A-1"),
        "edited": lambda: pilots.edit(
            pilot=mine, by=cast.mona, channel=Channel.WEB, external_id="A-1"
        ),
    }
    with pytest.raises(Refused, match="not free"):
        acts[both]()
    assert Pilot.objects.count() == 2
