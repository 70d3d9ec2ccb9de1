"""A board while it meets and when it is closed; its minutes, mailed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from accounts.actions import letters
from accounts.models import Letter
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import removals
from portfolio.models import Channel, Event, Pilot
from portfolio.queries.history import headline
from readiness.actions import board_outcomes, decisions, meetings, minutes
from readiness.models import AgendaItem, Meeting, MinutesLetter
from readiness.queries.minutes import minutes as minutes_of
from tests.factories import Cast, person, pilot
from tests.factories.boards import board, item_of, late, names

WEB = Channel.WEB
TODAY = clock.today


def settle(meeting: Meeting, one: Pilot, by: Any, state: str = "discussed", **values: Any) -> Any:
    item = item_of(meeting, one)
    given = {"note": "Data come in May.", "version": item.version, **values}
    return board_outcomes.settle(item=item, by=by, channel=WEB, state=state, **given)


def close(meeting: Meeting, by: Any, **values: Any) -> Meeting:
    return board_outcomes.close(meeting=meeting, by=by, channel=WEB, **values)


def states(meeting: Meeting) -> dict[str, str]:
    return {item.pilot.name: item.state for item in meeting.items.select_related("pilot")}


def test_outcomes_are_typed_and_told(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    made = board(cast.mona)
    settle(made, one, cast.ed)
    made.refresh_from_db()
    assert made.started_at, "The first outcome begins the board."
    assert states(made) == {"One": "discussed"}
    told = Event.objects.filter(pilot=one).latest("id")
    assert (told.verb, told.after["board_note"]) == ("board.settled", "Data come in May.")
    assert headline(told.verb) == "said what the board came to"
    settle(made, one, cast.ed, "planned", note="")
    assert states(made) == {"One": "planned"}


def test_wrong_outcomes_are_refused(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    made = board(cast.mona)
    with pytest.raises(Refused, match="in a sentence"):
        settle(made, one, cast.ed, note=" ")
    with pytest.raises(Refused, match="Say whether"):
        settle(made, one, cast.ed, "decided")
    with pytest.raises(Refused, match="longer than"):
        settle(made, one, cast.ed, note="x" * 6000)
    with pytest.raises(NotAllowed):
        settle(made, one, cast.alice)
    early = board(cast.mona, on=TODAY() + timedelta(days=5))
    with pytest.raises(Refused, match="This board meets on"):
        settle(early, one, cast.ed)


def test_of_two_who_type_one_is_told(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    made = board(cast.mona)
    seen = item_of(made, one).version
    settle(made, one, cast.mona, version=seen)
    with pytest.raises(Conflict, match="while you did"):
        settle(made, one, cast.ed, note="Mine", version=seen)
    assert item_of(made, one).note == "Data come in May."


def test_what_was_not_reached_rolls_over_and_weighs_more(cast: Cast) -> None:
    reached, missed = late(cast.mona, "Reached", 90), late(cast.mona, "Missed", 9)
    late(cast.mona, "Heavier", 60)
    made = board(cast.mona, 45)
    first = item_of(made, missed).weight
    settle(made, reached, cast.mona)
    meetings.take_off(
        item=item_of(made, Pilot.objects.get(name="Heavier")), by=cast.mona, channel=WEB
    )
    close(made, cast.mona, next_on=TODAY() + timedelta(days=14))
    following = Meeting.objects.get(closed_at=None)
    assert (following.on, following.minutes) == (TODAY() + timedelta(days=14), 45)
    assert names(following)[0] == "Missed", "It comes first."
    item = item_of(following, missed)
    assert item.rollovers == 1
    assert "Not reached once" in item.reasons
    assert item.weight == first + 15
    assert Event.objects.filter(pilot=missed, verb="board.not_reached").exists()


def test_it_rolls_over_onto_a_board_that_is_prepared_already(cast: Cast) -> None:
    hidden = late(cast.mona, "Secret", 99, restricted=True)
    made = board(cast.mona, 15)
    waiting = board(cast.ed, 15, on=TODAY() + timedelta(days=7))
    assert names(waiting) == []
    close(made, cast.ed)
    assert names(waiting) == ["Secret"], "Whoever closes it, and whatever they may see."
    made.refresh_from_db()
    assert made.next_on == waiting.on
    for _ in range(2):
        Meeting.objects.filter(closed_at=None).update(on=TODAY())
        close(Meeting.objects.get(closed_at=None), cast.mona, next_on=TODAY() + timedelta(days=7))
    assert item_of(Meeting.objects.get(closed_at=None), hidden).rollovers == 3


def test_reaching_it_ends_the_count(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    for state in ("not_reached", "discussed", "not_reached"):
        made = board(cast.mona)
        settle(made, one, cast.mona, state)
        close(made, cast.mona)
    assert item_of(board(cast.mona), one).rollovers == 1


def test_a_decision_made_meanwhile_is_the_outcome(cast: Cast) -> None:
    one, two = late(cast.mona, "One", 9, owner=cast.alice), late(cast.mona, "Two", 9)
    made = board(cast.mona)
    board_outcomes.start(meeting=made, by=cast.ed, channel=WEB)
    until = TODAY() + timedelta(days=30)
    terms = {
        "until": until.isoformat(),
        "conditions": [{"what": "Ask legal", "owner": cast.alice.pk, "due": until.isoformat()}],
    }
    for pilot_ in (one, two):
        proposal = decisions.propose(
            pilot=pilot_, by=cast.mona, channel=WEB, outcome="hold", reason="No data.", terms=terms
        )
    decisions.approve(proposal=one.proposals.get(), by=cast.ed, channel=WEB)
    close(made, cast.ed)
    lines = {line.name: line for line in minutes_of(made, cast.vera).lines}
    assert lines["One"].outcome == "Decided: hold"
    assert lines["One"].who == "Proposed by Mona, approved by Ed"
    assert [c.what for c in lines["One"].conditions] == ["Ask legal"]
    assert lines["One"].conditions[0].owner == "Alice"
    assert lines["Two"].outcome == "Proposed: hold"
    assert item_of(made, two).proposal == proposal
    decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    again = {line.name: line for line in minutes_of(made, cast.vera).lines}
    assert again["Two"].outcome == "Proposed: hold", "Minutes say what was known then."


def test_closed_minutes_cannot_be_changed(cast: Cast) -> None:
    one = late(cast.mona, "One", 9)
    made = board(cast.mona)
    settle(made, one, cast.mona)
    close(made, cast.mona)
    item = item_of(made, one)
    for change in (
        lambda: settle(made, one, cast.mona),
        lambda: close(made, cast.mona),
        lambda: meetings.take_off(item=item, by=cast.mona, channel=WEB),
        lambda: meetings.add(meeting=made, pilot=one, by=cast.mona, channel=WEB),
        lambda: meetings.pick_again(meeting=made, by=cast.mona, channel=WEB),
        lambda: meetings.move(item=item, beside=item, after=True, by=cast.mona),
        lambda: meetings.call_off(meeting=made, by=cast.mona, channel=WEB),
    ):
        with pytest.raises(Conflict, match="closed"):
            change()
    Pilot.objects.filter(pk=one.pk).update(name="Another name")
    assert minutes_of(made, cast.vera).lines[0].name == "One"


IGNORED = (
    "SELECT set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text FROM pg_trigger"
    " WHERE tgname LIKE 'pgtrigger%%'), true);"
)


@pytest.mark.parametrize("quiet", ["", IGNORED], ids=["plain", "triggers told to be quiet"])
@pytest.mark.parametrize(
    "sql",
    [
        (
            "INSERT INTO readiness_agendaitem SELECT (jsonb_populate_record(i, jsonb_build_object("
            "'id', 999999999, 'pilot_id', %(other)s))).* FROM readiness_agendaitem i"
            " WHERE i.id = %(item)s"
        ),
        "UPDATE readiness_agendaitem SET note = 'x' WHERE id = %(item)s",
        "DELETE FROM readiness_agendaitem WHERE id = %(item)s",
        "UPDATE readiness_agendaitem SET meeting_id = %(open)s WHERE id = %(item)s",
        "UPDATE readiness_agendaitem SET meeting_id = %(closed)s WHERE meeting_id = %(open)s",
        "UPDATE readiness_meeting SET note = 'x' WHERE id = %(closed)s",
        "UPDATE readiness_meeting SET closed_at = NULL, closed_by_id = NULL WHERE id = %(closed)s",
        "DELETE FROM readiness_meeting WHERE id = %(closed)s",
    ],
)
def test_not_in_the_database_either(cast: Cast, sql: str, quiet: str) -> None:
    one = late(cast.mona, "One", 9)
    other = pilot(cast.mona, "Other").pk
    made, opened = board(cast.mona), board(cast.mona, on=TODAY() + timedelta(days=3))
    close(made, cast.mona)
    item = item_of(made, one)
    numbers = {"item": item.pk, "closed": made.pk, "open": opened.pk, "other": other}
    with (
        pytest.raises(DatabaseError, match=r"minutes|update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(quiet + sql, numbers)
    assert AgendaItem.objects.get(pk=item.pk).note == ""


def test_a_removed_pilot_leaves_the_agenda_and_stays_in_minutes(cast: Cast) -> None:
    one, two = late(cast.mona, "One", 9), late(cast.mona, "Two", 9)
    made = board(cast.mona)
    settle(made, one, cast.mona)
    removals.remove(pilot=two, by=cast.mona, channel=WEB, reason="By mistake")
    close(made, cast.mona)
    assert [line.name for line in minutes_of(made, cast.mona).lines] == ["One"]
    removals.remove(pilot=one, by=cast.mona, channel=WEB, reason="By mistake")
    assert [line.name for line in minutes_of(made, cast.mona).lines] == ["One"]


def test_minutes_hold_what_one_may_see(cast: Cast) -> None:
    late(cast.mona, "Secret", 99, restricted=True, owner=cast.bob)
    late(cast.mona, "Open", 9)
    made = board(cast.mona)
    close(made, cast.mona)
    for who, seen in ((cast.vera, ["Open"]), (cast.ed, ["Open"]), (cast.bob, ["Secret", "Open"])):
        found = minutes_of(made, who)
        assert [line.name for line in found.lines] == seen
        assert found.sentence.startswith(f"{len(seen)} pilot")


def test_minutes_are_mailed_once_and_hold_what_each_may_see(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    late(cast.mona, "<b>Secret</b> plan", 99, restricted=True, owner=cast.bob)
    late(cast.mona, "Open & free", 9)
    made = close(board(cast.mona), cast.mona, next_on=TODAY() + timedelta(days=14))
    people = [cast.vera, cast.bob]
    with django_capture_on_commit_callbacks(execute=False):
        assert minutes.mail(meeting=made, by=cast.mona, channel=WEB, people=people) == 2
        with pytest.raises(Refused, match="already"):
            minutes.mail(meeting=made, by=cast.ed, channel=WEB, people=people)
    letters.work()
    sent = {message.to[0]: message for message in mail.outbox}
    assert set(sent) == {cast.vera.email, cast.bob.email}
    for email, hidden in ((cast.vera.email, False), (cast.bob.email, True)):
        html, kind = sent[email].alternatives[0]
        whole = sent[email].subject + sent[email].body + html
        assert kind == "text/html"
        assert ("Secret" in whole) is hidden
        assert "Open & free" in sent[email].body
        assert "Open &amp; free" in html
        assert "Next board" in sent[email].body
    assert "<b>Secret" not in sent[cast.bob.email].alternatives[0][0]
    assert {(row.body, row.html) for row in Letter.objects.all()} == {("", "")}
    assert MinutesLetter.objects.count() == 2


def test_only_people_inside_get_minutes(cast: Cast) -> None:
    made = board(cast.mona)
    with pytest.raises(Refused, match="before the board is closed"):
        minutes.mail(meeting=made, by=cast.mona, channel=WEB, people=[cast.vera])
    close(made, cast.mona)
    outside, gone = person("Sam"), person("Gail")
    type(outside).objects.filter(pk=outside.pk).update(is_internal=False)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    for one in (outside, gone):
        with pytest.raises(Refused, match="minutes stay inside"):
            minutes.mail(meeting=made, by=cast.mona, channel=WEB, people=[cast.vera, one])
    with pytest.raises(NotAllowed):
        minutes.mail(meeting=made, by=cast.vera, channel=WEB, people=[cast.vera])
    with pytest.raises(Refused, match="Choose who"):
        minutes.mail(meeting=made, by=cast.mona, channel=WEB, people=[])
    assert not Letter.objects.exists()


def test_a_letter_that_failed_may_go_again(cast: Cast) -> None:
    made = close(board(cast.mona), cast.mona)
    minutes.mail(meeting=made, by=cast.mona, channel=WEB, people=[cast.vera])
    Letter.objects.update(state="failed", body="", html="")
    assert minutes.mail(meeting=made, by=cast.mona, channel=WEB, people=[cast.vera]) == 1
    assert MinutesLetter.objects.count() == 1


@pytest.mark.parametrize("days", [0, -3, 900])
def test_the_next_board_is_later(cast: Cast, days: int) -> None:
    made = board(cast.mona)
    with pytest.raises(Refused):
        close(made, cast.mona, next_on=TODAY() + timedelta(days=days))
    made.refresh_from_db()
    assert made.closed_at is None
