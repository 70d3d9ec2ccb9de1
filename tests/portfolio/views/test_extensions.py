"""More time to decide: proposed, approved by somebody else, at most twice, and said on the page."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import Role, User
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import extensions, flags, pilots
from portfolio.models import Channel, Event, Extension, Flag, Pilot
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import HTMX, as_, text

WEB = Channel.WEB
START = date(2026, 1, 5)
DUE = START + timedelta(days=91)
LATER = DUE + timedelta(days=40)


@pytest.fixture
def second() -> User:
    return factories.person("Nora", Role.PORTFOLIO_MANAGER)


def poc(cast: Cast, name: str = "Coin counter", **values: Any) -> Pilot:
    values = {"stage": "poc", "stage_since": START, "owner": cast.alice} | values
    return factories.pilot(cast.mona, name, **values)


def proposed(cast: Cast, pilot: Pilot, to_day: date = LATER) -> Extension:
    return extensions.propose(
        pilot=pilot, by=cast.mona, channel=WEB, to_day=to_day, reason="The vendor is late."
    )


def on(day: date) -> Any:
    return time_machine.travel(f"{day}T12:00:00Z", tick=False)


def test_a_manager_proposes_and_somebody_else_approves(cast: Cast) -> None:
    with on(DUE - timedelta(days=5)):
        pilot = poc(cast)
        url = f"/pilots/{pilot.ref}/extension/"
        mona, ed = as_(cast.mona), as_(cast.ed)
        assert "Propose an extension" in text(mona.get(f"/pilots/{pilot.ref}/"))
        sent = {"to_day": str(LATER), "reason": "The vendor is late."}
        response = mona.post(url, sent, headers=HTMX)
        assert response["HX-Retarget"] == "#pilot"
        assert "More time is asked for." in text(response)
        assert mona.post(url, sent).status_code == 422  # One waits already.
        one = Extension.objects.get()
        assert mona.post(f"{url}{one.pk}/approve/").status_code == 403
        assert as_(cast.alice).post(f"{url}{one.pk}/approve/").status_code == 403
        assert "Approve" in text(ed.get(f"/pilots/{pilot.ref}/"))
        waiting = "Mona proposes 16 May 2026 instead of 6 Apr 2026."
        assert waiting in text(ed.get("/my/"))
        assert waiting not in text(mona.get("/my/"))
        assert waiting not in text(as_(cast.alice).get("/my/"))
        assert ed.post(f"{url}{one.pk}/approve/").status_code == 302
        assert ed.post(f"{url}{one.pk}/approve/").status_code == 409  # Twice pressed, once done.
        assert waiting not in text(ed.get("/my/"))
        html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/"))
    pilot.refresh_from_db()
    assert pilot.decide_by == LATER
    assert "Extended to 16 May 2026 by Ed (1 of 2): The vendor is late." in html
    event = Event.objects.get(verb="extension.approved")
    assert (event.before, event.after) == ({"decide_by": str(DUE)}, {"decide_by": str(LATER)})
    assert (event.actor, event.reason) == (cast.ed, "The vendor is late.")


def test_another_manager_may_approve_and_one_of_elsewhere_not(cast: Cast, second: User) -> None:
    there = factories.person("Ella", Role.PORTFOLIO_MANAGER, unit=factories.unit("Logistics"))
    over = factories.person("Xavi", Role.EXECUTIVE, unit=factories.unit("Logistics"))
    with on(DUE):
        one = proposed(cast, poc(cast))
        for stranger in (there, over, cast.alice, cast.vera):
            with pytest.raises(NotAllowed):
                extensions.approve(extension=one, by=stranger, channel=WEB)
        extensions.approve(extension=one, by=second, channel=WEB)


def test_declining_needs_a_reason_and_withdrawing_none(cast: Cast) -> None:
    with on(DUE):
        pilot = poc(cast)
        one = proposed(cast, pilot)
        url = f"/pilots/{pilot.ref}/extension/{one.pk}/decline/"
        assert as_(cast.ed).post(url, {"answer": " "}).status_code == 422
        assert as_(cast.ed).post(url, {"answer": "Decide now."}).status_code == 302
        pilot.refresh_from_db()
        assert pilot.decide_by == DUE
        assert Event.objects.get(verb="extension.declined").reason == "Decide now."
        two = proposed(cast, pilot)
        url = f"/pilots/{pilot.ref}/extension/{two.pk}/decline/"
        assert "Withdraw" in text(as_(cast.mona).get(url))
        assert as_(cast.mona).post(url, {}).status_code == 302
        assert Event.objects.filter(verb="extension.withdrawn").count() == 1


def test_at_most_twice(cast: Cast) -> None:
    with on(DUE):
        pilot = poc(cast)
        for n in (1, 2):
            one = proposed(cast, pilot, LATER + timedelta(days=n))
            extensions.approve(extension=one, by=cast.ed, channel=WEB)
        with pytest.raises(Refused, match="twice already"):
            proposed(cast, pilot, LATER + timedelta(days=9))
        assert "Propose an extension" not in text(as_(cast.mona).get(f"/pilots/{pilot.ref}/"))


@pytest.mark.parametrize(
    ("to_day", "says"),
    [
        (DUE, "choose a later one"),
        (DUE - timedelta(days=1), "choose a later one"),
        (DUE + timedelta(days=181), "180 days at most"),
    ],
)
def test_days_that_cannot_be(cast: Cast, to_day: date, says: str) -> None:
    with on(DUE):
        pilot = poc(cast)
        response = as_(cast.mona).post(
            f"/pilots/{pilot.ref}/extension/", {"to_day": str(to_day), "reason": "x"}
        )
        assert response.status_code == 422
        assert says in str(response.context["form"].errors["to_day"])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"stage": "idea"}, "no day yet that binds"),
        ({"stage": "pilot"}, "no day yet that binds"),
        ({"stage": "stopped"}, "nothing left to decide"),
        ({"stage": "production"}, "nothing left to decide"),
    ],
)
def test_pilots_that_have_nothing_to_extend(cast: Cast, values: Any, says: str) -> None:
    with on(DUE), pytest.raises(Refused, match=says):
        proposed(cast, poc(cast, **values))


def test_from_poc_on_only_an_extension_moves_the_day(cast: Cast) -> None:
    with on(DUE - timedelta(days=9)):
        pilot = poc(cast)
        with pytest.raises(Refused, match="approved extension"):
            pilots.edit(pilot=pilot, by=cast.mona, channel=WEB, decide_by=LATER)
        form = as_(cast.alice).get(f"/pilots/{pilot.ref}/edit/charter/")
        assert "decide_by" not in form.context["form"].fields
        assert "extension</a> moves that day" in text(form)
        sent = {"seen": form.context["form"].initial["seen"], "decide_by": str(LATER)}
        as_(cast.alice).post(f"/pilots/{pilot.ref}/edit/charter/", sent)
        pilot.refresh_from_db()
        assert pilot.decide_by == DUE
        # A day nobody has set may be set once.
        Pilot.objects.filter(pk=pilot.pk).update(decide_by=None)
        pilots.edit(pilot=pilot, by=cast.alice, channel=WEB, decide_by=DUE)


def test_a_day_that_changed_since_is_a_conflict(cast: Cast) -> None:
    with on(DUE):
        pilot = poc(cast)
        one = proposed(cast, pilot)
        Pilot.objects.filter(pk=pilot.pk).update(decide_by=DUE + timedelta(days=1))
        with pytest.raises(Conflict):
            extensions.approve(extension=one, by=cast.ed, channel=WEB)


def stale(pilot: Pilot) -> Flag:
    return Flag.objects.open().get(pilot=pilot, rule="STALE_POC")


def test_an_open_flag_is_snoozed_until_the_day_and_never_closed(cast: Cast) -> None:
    with on(DUE + timedelta(days=3)):
        pilot = poc(cast)
        flags.sweep()
        since = stale(pilot).since
        extensions.approve(extension=proposed(cast, pilot), by=cast.ed, channel=WEB)
        found = stale(pilot)
        assert (found.snoozed_until, found.snoozed_by, found.since) == (LATER, cast.ed, since)
        assert found.snooze_reason == "The vendor is late."
        assert pilot not in Pilot.objects.flagged("STALE_POC", clock.today())
    with on(LATER + timedelta(days=1)):
        flags.sweep()
        assert stale(pilot).pk == found.pk
        assert pilot in Pilot.objects.flagged("STALE_POC", clock.today())


@pytest.mark.parametrize("by_edit", [False, True])
def test_a_flag_that_opens_later_opens_snoozed(cast: Cast, by_edit: bool) -> None:
    with on(DUE - timedelta(days=10)):
        pilot = poc(cast)
        extensions.approve(extension=proposed(cast, pilot), by=cast.ed, channel=WEB)
    with on(DUE + timedelta(days=1)):
        if by_edit:
            pilots.edit(pilot=pilot, by=cast.alice, channel=WEB, summary="Counts.")
        else:
            flags.sweep()
        assert stale(pilot).snoozed_until == LATER
        # Who wakes it has the last word.
        flags.unsnooze(flag=stale(pilot), by=cast.alice, channel=WEB)
        poc(cast, "Another")
        flags.sweep()
        assert stale(pilot).snoozed_until is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("portfolio_extension_state_is_known", {"state": "maybe", "settled": True}),
        ("portfolio_extension_ends_later", {"to_day": DUE}),
        ("portfolio_extension_has_a_reason", {"reason": ""}),
        ("portfolio_extension_is_the_first_or_second", {"number": 1}),
        (
            "portfolio_extension_is_the_first_or_second",
            {"state": "approved", "number": 3, "settled": True, "approved": True},
        ),
        (
            "portfolio_extension_approver_is_another",
            {"state": "approved", "number": 1, "settled": True, "approved": "self"},
        ),
        ("portfolio_extension_is_settled_once", {"settled": True}),
        ("portfolio_extension_one_waits", {}),
        (
            "portfolio_extension_at_most_two",
            {"state": "approved", "number": 1, "settled": True, "approved": True},
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(cast: Cast, name: str, values: Any) -> None:
    pilot = poc(cast)
    common = {
        "pilot": pilot, "from_day": DUE, "to_day": LATER, "reason": "x",
        "proposed_by": cast.mona, "proposed_at": clock.now(),
    }  # fmt: skip
    if name.endswith(("one_waits", "most_two")):
        first = {"state": "approved", "number": 1, "approver": cast.ed, "settled_at": clock.now()}
        Extension.objects.create(**common | (first if values else {}))
    values = dict(values)
    if values.pop("settled", False):
        values["settled_at"] = clock.now()
    approved = values.pop("approved", None)
    if approved:
        values["approver"] = cast.mona if approved == "self" else cast.ed
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Extension.objects.create(**common | values)
