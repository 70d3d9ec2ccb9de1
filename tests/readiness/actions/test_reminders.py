"""Reminders: 30, 7 and 1 days before the last day and on it, once each, one letter a day."""

from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import Letter, User
from common import clock
from portfolio.actions import people, pilots, removals
from portfolio.models import Channel, Pilot, RoleAssignment
from readiness.actions import reminders
from readiness.models import Answer, Reminder
from readiness.queries import ending
from readiness.queries.ending import step_for
from readiness.tasks import remind
from tests.factories import Cast, pilot
from tests.factories.answers import answer


def at(day: date, hour: int = 12) -> Any:
    return time_machine.travel(datetime.combine(day, time(hour)), tick=False)


def last_day(days: int = 100) -> date:
    return clock.today() + timedelta(days=days)


@pytest.fixture
def one(cast: Cast) -> Pilot:
    """Alice owns it; Bob gave the evidence, which counts for a hundred days more."""
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    people.assign(pilot=made, person=cast.bob, by=cast.mona, channel="web", role="technical_owner")
    answer(made, "latency", cast.bob, until=last_day())
    return made


def told() -> list[tuple[str, int]]:
    rows = Reminder.objects.order_by("said_at", "person__name")
    return [(row.person.name, row.days) for row in rows.select_related("person")]


def test_the_step_is_the_nearest_one() -> None:
    end = date(2026, 5, 31)
    found = {left: step_for(end, end - timedelta(days=left)) for left in range(-5, 33)}
    assert [left for left in found if found[left] == 30] == list(range(8, 31))
    assert [left for left in found if found[left] == 7] == list(range(2, 8))
    assert (found[1], found[0], found[-3], found[-4], found[31]) == (1, 0, 0, None, None)


def test_each_step_is_said_once_to_owner_and_author(cast: Cast, one: Pilot) -> None:
    for left in range(40, -6, -1):
        with at(last_day() - timedelta(days=left)):
            remind()
            remind()
    assert told() == [(name, step) for step in (30, 7, 1, 0) for name in ("Alice", "Bob")]
    letters = list(Letter.objects.order_by("pk"))
    assert len(letters) == 8
    assert letters[0].subject == "1 readiness answer runs out soon"
    assert f"{one.ref} {one.name}" in letters[0].body
    assert "30 days from now" in letters[0].body
    assert f"/pilots/{one.ref}/readiness/production/?open=latency#item-latency" in letters[0].body
    assert "today." in letters[-1].body


def test_after_downtime_only_the_nearest_step_is_said(cast: Cast, one: Pilot) -> None:
    with at(last_day() - timedelta(days=5)):
        remind()
    assert told() == [("Alice", 7), ("Bob", 7)]
    with at(last_day() + timedelta(days=2)):
        remind()
    assert told()[2:] == [("Alice", 0), ("Bob", 0)]
    assert "ran out" in Letter.objects.order_by("pk").last().subject  # type: ignore[union-attr]


def test_one_letter_a_day_groups_everything(cast: Cast, one: Pilot) -> None:
    other = pilot(cast.mona, "Route planner", owner=cast.alice, stage="pilot")
    answer(other, "security", cast.alice, until=last_day())
    answer(other, "training", cast.alice, until=last_day(77))  # 7 days before: the same day.
    with at(last_day() - timedelta(days=30)):
        remind()
    mail = Letter.objects.get(person=cast.alice)
    assert mail.subject == "3 readiness answers run out soon"
    assert mail.body.count("/readiness/production/?open=") == 3
    assert mail.body.index("?open=training") < mail.body.index("?open=latency")
    assert Letter.objects.count() == 2


def test_what_becomes_due_after_the_letter_waits_for_the_next_day(cast: Cast, one: Pilot) -> None:
    day, end = last_day() - timedelta(days=30), last_day() - timedelta(days=1)
    with at(day):
        remind()
        other = pilot(cast.mona, "Route planner", owner=cast.alice, stage="pilot")
        answer(other, "security", cast.alice, until=end)
        Answer.objects.filter(pilot=other).update(since=day - timedelta(days=50))
        remind()
    assert Letter.objects.filter(person=cast.alice).count() == 1
    with at(day + timedelta(days=1)):
        remind()
    assert Letter.objects.filter(person=cast.alice).count() == 2


def test_a_later_last_day_is_said_anew(cast: Cast, one: Pilot) -> None:
    later = last_day(150)
    with at(last_day() - timedelta(days=7)):
        remind()
        answer(one, "latency", cast.bob, until=later)
    with at(later - timedelta(days=7)):
        remind()
    assert told() == [("Alice", 7), ("Bob", 7)] * 2


def test_whoever_has_just_given_evidence_is_left_alone(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    answer(one, "latency", cast.alice, until=last_day(5))
    with at(clock.today()):
        remind()
    assert told() == []
    with at(last_day(5) - timedelta(days=1)):
        remind()
    assert told() == [("Alice", 1)]


def test_letters_wait_for_the_hour_of_the_persons_clock(cast: Cast, one: Pilot) -> None:
    User.objects.filter(pk=cast.alice.pk).update(digest_hour=9, time_zone="America/New_York")
    day = last_day() - timedelta(days=30)
    with at(day, 12):  # Seven or eight in New York.
        remind()
    assert told() == [("Bob", 30)]
    with at(day, 15):
        remind()
    assert told() == [("Bob", 30), ("Alice", 30)]


def test_who_takes_no_mail_who_left_and_ended_pilots_get_none(cast: Cast, one: Pilot) -> None:
    User.objects.filter(pk=cast.alice.pk).update(digest_enabled=False)
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    with at(last_day() - timedelta(days=7)):
        remind()
    assert told() == []
    User.objects.update(digest_enabled=True, is_active=True)
    removals.remove(pilot=one, by=cast.mona, channel=Channel.WEB, reason="A mistake")
    with at(last_day() - timedelta(days=7)):
        remind()
    assert told() == []


def test_a_restricted_pilot_is_not_named_to_who_may_not_see_it(cast: Cast, one: Pilot) -> None:
    pilots.edit(pilot=one, by=cast.mona, channel=Channel.WEB, restricted=True)
    RoleAssignment.objects.filter(person=cast.bob).update(until=clock.today())
    with at(last_day() - timedelta(days=7)):
        remind()
    assert told() == [("Alice", 7)]
    assert one.name not in "".join(Letter.objects.values_list("subject", flat=True))


def test_questions_that_do_not_apply_any_more_are_not_asked_for(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    answer(one, "version_pin", cast.alice, until=last_day())
    Answer.objects.update(key="nobody.asks")
    with at(last_day() - timedelta(days=7)):
        remind()
    assert told() == []
    assert ending.asked(cast.alice, last_day()) == []


def test_my_pilots_shows_the_same_with_a_button(cast: Cast, one: Pilot) -> None:
    early = last_day() - timedelta(days=31)
    assert ending.asked(cast.alice, early) == []
    soon = ending.asked(cast.alice, last_day() - timedelta(days=30))
    assert [(ask.ref, ask.title, ask.due) for ask in soon] == [
        (one.ref, "Renew what runs out for", last_day()),
    ]  # fmt: skip
    assert soon[0].url.endswith("/production/?open=latency#item-latency")
    late = ending.asked(cast.bob, last_day() + timedelta(days=9))
    assert late[0].title == "Renew what ran out for"
    assert "counted until" in late[0].why
    assert ending.asked(cast.vera, last_day()) == []
    answer(one, "latency", cast.bob, "open", link="")
    assert ending.asked(cast.alice, last_day()) == []


def test_reminding_costs_the_same_for_one_answer_as_for_many(
    cast: Cast, one: Pilot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    day = last_day() - timedelta(days=7)
    with django_assert_num_queries(3):
        assert len(ending.reminders_due(day)) == 2
    for number in range(8):
        other = pilot(cast.mona, f"Pilot {number}", owner=cast.alice, stage="pilot")
        answer(other, "security", cast.bob if number < 0 else cast.mona, until=last_day())
    with django_assert_num_queries(3):
        assert len(ending.reminders_due(day)[cast.alice.pk]) == 9
    with django_assert_num_queries(3):  # The person's roles among them.
        assert len(ending.asked(cast.alice, day)) == 9


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_letter(cast: Cast, one: Pilot) -> None:
    together, failed = Barrier(2), []
    usual = reminders.reminders_due

    def both(as_of: date) -> Any:
        found = usual(as_of)
        together.wait(120)  # Both have read what is due before either has said it.
        return found

    def run() -> None:
        try:
            remind()
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    reminders.reminders_due = both
    try:
        with at(last_day() - timedelta(days=7)):
            workers = [Thread(target=run) for _ in range(2)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join(150)
    finally:
        reminders.reminders_due = usual
    assert failed == []
    assert Letter.objects.count() == 2
    assert Reminder.objects.count() == 2
