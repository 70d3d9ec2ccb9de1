"""Boards over HTTP: prepared, changed, held, closed, mailed; who sees what; what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Letter, Role, User
from common import clock
from portfolio.models import Channel, Pilot
from readiness.actions import board_outcomes, decisions
from readiness.models import Meeting
from tests.factories import Cast, person, unit
from tests.factories.boards import board, item_of, late, names

HTMX = {"HX-Request": "true"}
WEB = Channel.WEB


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def text(answer: Any) -> str:
    return str(answer.content.decode())


def new(user: User, **values: object) -> Any:
    given = {"unit": "0", "on": clock.today().isoformat(), "minutes": "60", "note": "",
             "token": "00000000-0000-4000-8000-000000000001"}  # fmt: skip
    return client(user).post(reverse("board-new"), {**given, **values})


def test_an_empty_list_says_what_to_do(cast: Cast) -> None:
    page = text(client(cast.mona).get(reverse("boards")))
    assert "New board" in page
    assert "New board" not in text(client(cast.vera).get(reverse("boards")))


def test_a_board_is_prepared_changed_and_closed_without_javascript(cast: Cast) -> None:
    late(cast.mona, "Invoices", 34)
    made = new(cast.mona)
    assert made.status_code == 302
    page = text(client(cast.mona).get(made.url))
    assert "Decide-by passed 34 days ago" in page
    assert "15 of 60 minutes; 45 to spare" in " ".join(re.sub("<[^>]+>", "", page).split())
    meeting = Meeting.objects.get()
    ref = Pilot.objects.get().ref
    mona = client(cast.mona)
    begun = mona.post(reverse("board-start", args=[meeting.pk]))
    assert begun.url == reverse("board-item", args=[meeting.pk, ref])
    shown = text(mona.get(begun.url))
    assert reverse("pilot-packet", args=[ref]) in shown
    assert "ignoreTitle:true" in shown  # The tab keeps the name of the board's page.
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version
    said = {"note": "Legal first.", "version": version[1], "state": "discussed"}
    assert mona.post(begun.url, said).url == reverse("board", args=[meeting.pk])
    closed = mona.post(reverse("board-close", args=[meeting.pk]), {"next_on": ""})
    assert closed.status_code == 302
    minutes = text(client(cast.vera).get(closed.url))
    assert "Legal first." in minutes
    assert "1 pilot: 1 discussed." in minutes


@pytest.mark.parametrize(
    "values",
    [
        {"minutes": "0"}, {"minutes": "1e9"}, {"minutes": "999"}, {"minutes": ""}, {"on": ""},
        {"on": "1000000000-01-01"}, {"on": "2001-01-01"}, {"on": "2099-12-31"}, {"unit": "77777"},
        {"unit": "²"}, {"token": "x"}, {"note": "x" * 9000},
    ],
)  # fmt: skip
def test_bad_input_is_said_beside_the_box(cast: Cast, values: dict[str, str]) -> None:
    answer = new(cast.mona, **values)
    assert answer.status_code == 422
    assert "errorlist" in text(answer)
    assert not Meeting.objects.exists()


def test_a_unit_one_does_not_run_cannot_be_chosen(cast: Cast) -> None:
    freight = unit("Freight")
    lena = person("Lena", Role.PORTFOLIO_MANAGER, unit=unit("Claims"))
    for given in ("0", str(freight.pk)):
        assert new(lena, unit=given).status_code == 422
    assert new(lena, unit=str(unit("Claims").pk)).status_code == 302


def test_closing_names_everything_that_was_not_reached(cast: Cast) -> None:
    """What was marked so by hand too, not only what nobody touched."""
    late(cast.mona, "Invoices", 34)
    new(cast.mona)
    meeting, ref = Meeting.objects.get(), Pilot.objects.get().ref
    mona = client(cast.mona)
    there = mona.post(reverse("board-start", args=[meeting.pk])).url
    version = re.search(r'name="version" value="(\d+)"', text(mona.get(there)))
    assert version
    mona.post(there, {"note": "", "version": version[1], "state": "not_reached"})
    shown = text(mona.get(reverse("board-close", args=[meeting.pk])))
    assert f"{ref}</span> was not reached." in shown
    assert "Every pilot has its outcome." not in shown


def test_the_agenda_is_put_in_order_with_buttons(cast: Cast) -> None:
    heavy, light = late(cast.mona, "Heavy", 90), late(cast.mona, "Light", 9)
    meeting, mona = board(cast.mona), client(cast.mona)
    move = reverse("board-move", args=[meeting.pk, light.ref])
    answer = mona.post(move, {"before": item_of(meeting, heavy).pk}, headers=HTMX)
    assert answer.status_code == 200
    assert text(answer).strip().startswith('<div id="agenda"')
    assert names(meeting) == ["Light", "Heavy"]
    other = board(cast.mona)
    foreign = item_of(other, heavy).pk
    for given in ({"before": foreign}, {"before": "²"}, {"after": "9" * 30}, {}):
        assert mona.post(move, given).status_code == 404
    off = reverse("board-off", args=[meeting.pk, heavy.ref])
    assert "is off the agenda" in text(mona.post(off, headers=HTMX))
    assert names(meeting) == ["Light"]
    mona.post(f"{off}?undo")
    assert set(names(meeting)) == {"Light", "Heavy"}


def test_minutes_of_each_are_kept_or_all_refused(cast: Cast) -> None:
    one = late(cast.mona, "One", 90)
    meeting, mona = board(cast.mona), client(cast.mona)
    box, url = f"minutes_{item_of(meeting, one).pk}", reverse("board-minutes", args=[meeting.pk])
    assert mona.post(url, {box: "40"}).status_code == 302
    for wrong in ("0", "-1", "many", "1e400", "9" * 400):
        answer = mona.post(url, {box: wrong}, headers=HTMX)
        assert answer.status_code == 422
        assert "Nothing was kept" in text(answer)
    assert item_of(meeting, one).minutes == 40


def test_pilots_are_found_and_added(cast: Cast) -> None:
    late(cast.mona, "Heavy", 90)
    meeting, mona = board(cast.mona, 15), client(cast.mona)
    late(cast.mona, "Waits", 9, unit=unit("Claims"))
    hidden = late(cast.mona, "Secret", 5, restricted=True)
    url = reverse("board-add", args=[meeting.pk])
    assert "Waits" in text(mona.get(url))
    assert "Secret" in text(mona.get(url, {"q": "Secret"}))
    ed = client(cast.ed)
    assert "Secret" not in text(ed.get(url))
    assert hidden.ref not in text(ed.get(url, {"q": "Secret"}))
    assert ed.post(url, {"ref": hidden.ref}).status_code == 404
    ref = Pilot.objects.get(name="Waits").ref
    assert ed.post(url, {"ref": ref}).status_code == 302
    assert ed.post(url, {"ref": ref}).status_code == 422
    assert names(meeting) == ["Heavy", "Waits"]


def test_two_who_type_at_once_see_both_texts(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    meeting = board(cast.mona)
    seen = item_of(meeting, one).version
    url = reverse("board-item", args=[meeting.pk, one.ref])
    given = {"version": seen, "state": "discussed"}
    client(cast.ed).post(url, {**given, "note": "Ed's words"})
    answer = client(cast.mona).post(url, {**given, "note": "Mona's words"}, headers=HTMX)
    assert answer.status_code == 409
    assert answer["HX-Reswap"] == "outerHTML"
    page = text(answer)
    assert "Ed&#x27;s words" in page
    assert page.count("Mona&#x27;s words") == 2
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    again = {**given, "version": version[1], "note": "Both"}
    assert client(cast.mona).post(url, again).status_code == 302
    assert item_of(meeting, one).note == "Both"


def test_what_is_typed_is_refused_with_everything_kept(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    meeting = board(cast.mona)
    url, mona = reverse("board-item", args=[meeting.pk, one.ref]), client(cast.mona)
    for given in (
        {"note": "", "state": "discussed", "version": "1"},
        {"note": "<b>x</b>", "state": "splendid", "version": "1"},
        {"note": "Kept words", "state": "discussed", "version": "x"},
    ):
        answer = mona.post(url, given)
        assert answer.status_code == 422
        assert "<b>x</b>" not in text(answer)
    assert "Kept words" in text(answer)


def test_proposing_in_the_packet_comes_back_to_the_board(cast: Cast) -> None:
    one = late(cast.mona, "One", 9, owner=cast.alice)
    meeting = board(cast.mona)
    board_outcomes.start(meeting=meeting, by=cast.mona, channel=WEB)
    here = f"/boards/{meeting.pk}/{one.ref}/"
    until = (clock.today() + timedelta(days=30)).isoformat()
    answer = client(cast.mona).post(
        reverse("pilot-packet-propose", args=[one.ref]),
        {"outcome": "hold", "reason": "No data.", "until": until,
         "token": "00000000-0000-4000-8000-000000000002"},
        headers={**HTMX, "HX-Current-URL": f"http://testserver{here}"},
    )  # fmt: skip
    assert answer["HX-Redirect"] == here
    page = text(client(cast.ed).get(here))
    assert "Proposed: hold" in page
    assert "Proposed by Mona; waits for a second person" in page
    decisions.approve(proposal=one.proposals.get(), by=cast.ed, channel=WEB)
    assert "Decided: hold" in text(client(cast.vera).get(reverse("board", args=[meeting.pk])))


def test_a_restricted_pilot_leaves_no_gap(cast: Cast) -> None:
    late(cast.mona, "First", 99)
    hidden = late(cast.mona, "Secret", 50, restricted=True)
    late(cast.mona, "Last", 9)
    meeting = board(cast.mona)
    page = text(client(cast.vera).get(reverse("board", args=[meeting.pk])))
    assert re.findall(r'class="num place">(\d+)<', page) == ["1", "2"]
    assert "<b>2 pilots</b>, 30 of 60" in page
    assert hidden.ref not in page
    assert client(cast.vera).get(f"/boards/{meeting.pk}/{hidden.ref}/").status_code == 404
    listed = text(client(cast.vera).get(reverse("boards")))
    assert "2 pilots" in listed
    assert "30 of 60 minutes" in listed
    assert "3 pilots" in text(client(cast.mona).get(reverse("boards")))


def test_minutes_are_mailed_to_chosen_people(cast: Cast) -> None:
    late(cast.mona, "One", 9, owner=cast.alice)
    meeting = board_outcomes.close(meeting=board(cast.mona), by=cast.mona, channel=WEB)
    url, mona = reverse("board-mail", args=[meeting.pk]), client(cast.mona)
    page = text(mona.get(url))
    assert "alice@example.com" in page
    assert "ed@example.com" in page
    assert "charlie@example.com" not in page
    for wrong in ({}, {"people": "99999999"}, {"people": "²"}, {"other": "nobody at all"}):
        assert mona.post(url, wrong).status_code == 422
    given = {"people": [cast.alice.pk], "other": "charlie@example.com"}
    assert mona.post(url, given).status_code == 302
    assert set(Letter.objects.values_list("address", flat=True)) == {
        "alice@example.com", "charlie@example.com",
    }  # fmt: skip
    assert "(alice@example.com)" not in text(mona.get(url)), "Offered no more."


def test_a_closed_board_answers_with_its_minutes(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    meeting = board_outcomes.close(meeting=board(cast.mona), by=cast.mona, channel=WEB)
    mona = client(cast.mona)
    assert mona.get(reverse("board-close", args=[meeting.pk])).status_code == 302
    for name, args in (("board-change", []), ("board-add", []), ("board-item", [one.ref])):
        assert mona.get(reverse(name, args=[meeting.pk, *args])).status_code == 409
    for name, args in (("board-pick", []), ("board-start", []), ("board-off", [one.ref]),
                       ("board-call-off", []), ("board-minutes", [])):  # fmt: skip
        assert mona.post(reverse(name, args=[meeting.pk, *args])).status_code in (404, 409)
    meeting.refresh_from_db()
    assert meeting.closed_at


def test_two_who_change_the_board_see_both(cast: Cast) -> None:
    meeting, url = board(cast.mona), ""
    url = reverse("board-change", args=[meeting.pk])
    given = {"on": clock.today().isoformat(), "minutes": "45", "version": meeting.version}
    assert client(cast.mona).post(url, {**given, "note": "Room 1"}).status_code == 302
    answer = client(cast.ed).post(url, {**given, "note": "Room 2"})
    assert answer.status_code == 409
    assert "Room 1" in text(answer)
    assert "Room 2" in text(answer)


def test_pages_cost_the_same_however_long_they_are(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = late(cast.mona, "First", 500)
    mona = client(cast.mona)
    meeting = board(cast.mona, 480)
    costs = _costs(mona, meeting, first)
    for number in range(12):
        late(cast.mona, f"Late {number}", number + 1)
    mona.post(reverse("board-pick", args=[meeting.pk]))
    for _ in range(3):
        board_outcomes.close(meeting=board(cast.mona), by=cast.mona, channel=WEB)
    board_outcomes.start(meeting=meeting, by=cast.mona, channel=WEB)
    later = _costs(mona, meeting, first)
    # The first time it had not begun: nothing can have happened since.
    assert {name: cost for name, cost in later.items() if cost > costs[name] + 3} == {}
    assert max(later.values()) <= 14


def _costs(mona: Client, meeting: Meeting, first: Pilot) -> dict[str, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    urls = {
        "boards": reverse("boards"), "board": reverse("board", args=[meeting.pk]),
        "item": reverse("board-item", args=[meeting.pk, first.ref]),
    }  # fmt: skip
    found = {}
    for name, url in urls.items():
        mona.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert mona.get(url).status_code == 200
        found[name] = len(caught)
    return found
