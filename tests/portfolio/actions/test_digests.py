"""The ledger: who is planned when, what is sent, what is skipped and why."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import User
from common import queue
from common.emails import Outcome, Post
from common.errors import NotAllowed, Refused
from config.environment import mailer
from portfolio.actions import digests, people
from portfolio.models import Channel, Digest, Event
from tests import factories
from tests.factories import Cast

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
WEEK = "2026-W47"
BEFORE = MONDAY - timedelta(days=6)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEFORE, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def cast(clock: Any, db: None) -> Cast:
    made = factories.make_cast()
    User.objects.update(date_joined=BEFORE)
    since = (MONDAY - timedelta(days=140)).date()
    factories.pilot(
        made.mona, "Invoice reader", owner=made.alice, stage="poc", stage_since=since,
        monthly_burn=41_000,
    )  # fmt: skip
    return made


def states(period: str = WEEK) -> dict[str, str]:
    rows = Digest.objects.filter(period=period).select_related("recipient")
    return {row.recipient.name: row.state for row in rows}


def test_on_monday_at_eight_each_gets_one_mail(cast: Cast, clock: Any) -> None:
    clock.move_to(MONDAY - timedelta(seconds=1))
    digests.run()
    assert states() == {}
    clock.move_to(MONDAY)
    digests.run()
    digests.run()
    assert states() == {"Alice": "sent", "Mona": "sent", "Ed": "sent"}
    assert sorted(m.to[0] for m in mail.outbox) == [
        "alice@example.com", "ed@example.com", "mona@example.com",
    ]  # fmt: skip
    clock.move_to(MONDAY + timedelta(days=2))
    digests.run()
    assert len(mail.outbox) == 3


def test_what_the_mail_says(cast: Cast, clock: Any) -> None:
    clock.move_to(MONDAY)
    digests.run()
    sent: Any = next(m for m in mail.outbox if m.to == ["alice@example.com"])
    assert sent.subject == "1 stalled pilot, 41 k EUR a month (2026-W47)"
    assert "In PoC for 140 days" in sent.body
    assert "[==========|++++++    ]" in sent.body
    html = str(sent.alternatives[0][0])
    assert "In PoC for 140 days" in html
    assert "<style" not in html
    assert 'style="' in html
    assert "Your pilots" in html
    assert "http://localhost:8000/pilots/PIL-" in html
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Unsubscribe"].startswith("<http://localhost:8000/digests/stop/")
    row = Digest.objects.get(recipient=cast.alice)
    assert sent.extra_headers["Message-ID"] == row.message_id


def test_each_on_their_own_clock(cast: Cast, clock: Any) -> None:
    User.objects.filter(pk=cast.alice.pk).update(time_zone="America/New_York")
    User.objects.filter(pk=cast.ed.pk).update(time_zone="Asia/Tokyo", digest_hour=9)
    clock.move_to(MONDAY - timedelta(hours=8))
    digests.run()
    assert states() == {"Ed": "sent"}
    clock.move_to(MONDAY)
    digests.run()
    assert states() == {"Ed": "sent", "Mona": "sent"}
    clock.move_to(MONDAY + timedelta(hours=5))
    digests.run()
    assert states() == {"Ed": "sent", "Mona": "sent", "Alice": "sent"}


def test_moving_the_weekday_never_makes_a_second(cast: Cast, clock: Any) -> None:
    clock.move_to(MONDAY)
    digests.run()
    User.objects.update(digest_weekday=3)
    clock.move_to(MONDAY + timedelta(days=3))
    digests.run()
    assert len(mail.outbox) == 3
    assert Digest.objects.of(WEEK).count() == 3


def test_nothing_to_say_is_a_row_with_its_reason(cast: Cast, clock: Any) -> None:
    clock.move_to(MONDAY)
    one = factories.pilot(cast.mona, "Fresh", owner=cast.bob)
    one.people.update(recorded_at=BEFORE)
    digests.run()
    row = Digest.objects.get(recipient=cast.bob)
    assert (row.state, row.reason) == ("skipped", "nothing to say")


@pytest.mark.parametrize(("hours", "expected"), [(72, "sent"), (73, "skipped")])
def test_after_downtime_three_days_are_caught_up(
    cast: Cast, clock: Any, hours: int, expected: str
) -> None:
    clock.move_to(MONDAY + timedelta(hours=hours))
    digests.run()
    assert set(states().values()) == {expected}
    reasons = set(Digest.objects.filter(period=WEEK).values_list("reason", flat=True))
    assert reasons == ({""} if expected == "sent" else {"late"})


def test_a_sunday_digest_is_caught_up_in_the_next_week(cast: Cast, clock: Any) -> None:
    User.objects.update(digest_weekday=6)
    clock.move_to(MONDAY + timedelta(days=7))
    digests.run()
    assert set(states(WEEK).values()) == {"sent"}
    assert states("2026-W48") == {}


def test_who_comes_later_gets_the_next_one(cast: Cast, clock: Any) -> None:
    clock.move_to(MONDAY + timedelta(hours=2))
    new = factories.person("Nora", "portfolio_manager")
    one = factories.pilot(cast.mona, "Another", owner=cast.bob)
    digests.run()
    assert "Nora" not in states()
    assert "Bob" not in states()
    clock.move_to(MONDAY + timedelta(days=7))
    digests.run()
    assert states("2026-W48")["Nora"] == "sent"
    assert new.digests.count() == one.people.get().person.digests.count() == 1


def test_no_digest_for_those_who_left_or_stopped_it(cast: Cast, clock: Any) -> None:
    digests.unsubscribe(person=cast.alice, channel=Channel.EMAIL)
    User.objects.filter(pk=cast.ed.pk).update(is_active=False)
    clock.move_to(MONDAY)
    digests.run()
    assert states() == {"Mona": "sent"}
    told = Event.objects.get(verb="digest.unsubscribed")
    assert (told.actor, told.after) == (cast.alice, {"digest_enabled": False})


class Server:
    """Answers what it is told, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Outcome) -> None:
        self.answers, self.calls = list(answers), 0
        monkeypatch.setattr(Post, "send", self.send)

    def send(self, message: Any) -> Outcome:
        self.calls += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def alone(cast: Cast) -> User:
    """Alice, the only one who gets anything."""
    User.objects.exclude(pk=cast.alice.pk).update(digest_enabled=False)
    return cast.alice


def test_a_temporary_refusal_is_tried_again_later(
    alone: User, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch, Outcome("later", "450 busy"), Outcome("accepted"))
    clock.move_to(MONDAY)
    digests.run()
    digests.run()
    row = Digest.objects.get()
    assert (row.state, row.tries, row.reason) == ("planned", 1, "450 busy")
    assert row.next_try_at == MONDAY + timedelta(minutes=1)
    assert server.calls == 1
    clock.move_to(MONDAY + timedelta(minutes=1))
    digests.run()
    row.refresh_from_db()
    assert (row.state, row.reason) == ("sent", "")


def test_temporary_for_ever_is_failed_with_the_last_word(
    alone: User, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch, Outcome("later", "450 busy"))
    for hour in range(120):
        clock.move_to(MONDAY + timedelta(hours=hour))
        digests.run()
    row = Digest.objects.get(period=WEEK)
    assert (row.state, row.reason) == ("failed", "450 busy")
    assert 6 <= server.calls <= 10


def test_a_server_that_is_away_is_asked_once_for_all(
    cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{port}", Path("unused"))}
    usual, asked = Post.send, []

    def counted(self: Post, message: Any) -> Outcome:
        asked.append(message.to)
        return usual(self, message)

    monkeypatch.setattr(Post, "send", counted)
    clock.move_to(MONDAY)
    digests.run()
    rows = Digest.objects.values_list("state", "tries", "next_try_at")
    assert set(rows) == {("planned", 1, MONDAY + timedelta(minutes=1))}
    assert "cannot be reached" in Digest.objects.latest("pk").reason
    assert len(asked) == 1


def test_a_refusal_for_good_is_failed_with_the_server_s_sentence(
    alone: User, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch, Outcome("refused", "550 No such person here"))
    clock.move_to(MONDAY)
    digests.run()
    digests.run()
    row = Digest.objects.get()
    assert (row.state, row.reason) == ("failed", "550 No such person here")
    assert server.calls == 1


@pytest.mark.parametrize(
    ("policy", "calls", "state"), [("resend", 2, "sent"), ("hold", 1, "unknown")]
)
def test_an_uncertain_mail_is_repeated_once_or_held(
    alone: User, clock: Any, monkeypatch: pytest.MonkeyPatch, settings: Any,
    policy: str, calls: int, state: str,
) -> None:  # fmt: skip
    settings.UNKNOWN_MAIL = policy
    server = Server(monkeypatch, Outcome("unknown", "The line broke"), Outcome("accepted"))
    clock.move_to(MONDAY)
    for _ in range(3):
        digests.run()
    row = Digest.objects.get()
    assert (row.state, server.calls, row.reason) == (state, calls, "The line broke")


def test_uncertain_twice_is_left_to_people(
    alone: User, clock: Any, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    server = Server(monkeypatch, Outcome("unknown", "The line broke"))
    clock.move_to(MONDAY)
    for _ in range(5):
        digests.run()
    row = Digest.objects.get()
    assert (row.state, server.calls) == ("unknown", 2)
    with pytest.raises(NotAllowed):
        digests.retry(digest=row, by=cast.mona, channel=Channel.WEB)
    digests.retry(digest=row, by=cast.ada, channel=Channel.WEB)
    digests.run()
    assert server.calls == 3
    Digest.objects.update(state="sent", sent_at=MONDAY)
    with pytest.raises(Refused):
        digests.retry(digest=row, by=cast.ada, channel=Channel.WEB)


def test_a_dead_worker_before_and_inside_the_dialogue(alone: User, clock: Any) -> None:
    clock.move_to(MONDAY)
    digests.plan(now=MONDAY)
    (ticket,) = queue.claim(Digest, ready=["planned"], into="claimed", limit=9, lease=-1)
    digests.run()
    assert len(mail.outbox) == 1  # It was surely not sent: taken up again.
    Digest.objects.update(state="claimed", sent_at=None)
    assert not queue.advance(Digest, ticket, "claimed", into="sending")
    Digest.objects.update(state="sending", lease_until=MONDAY)
    digests.run()
    row = Digest.objects.get()
    assert (row.state, row.resent) == ("sent", True)
    assert row.reason == digests.CRASHED
    assert {m.extra_headers["Message-ID"] for m in mail.outbox} == {row.message_id}
    assert len(mail.outbox) == 2


def test_one_that_ends_its_worker_again_and_again_is_given_up(alone: User, clock: Any) -> None:
    clock.move_to(MONDAY)
    digests.plan(now=MONDAY)
    Digest.objects.update(state="claimed", attempt=12, lease_until=MONDAY)
    digests.run()
    row = Digest.objects.get()
    assert (row.state, row.reason) == ("failed", digests.POISON)


def test_one_that_cannot_be_written_does_not_stop_the_others(
    cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portfolio.digests import mail as letters

    usual = letters.message

    def broken(content: Any, *, person: int, **more: Any) -> Any:
        if person == cast.alice.pk:
            raise ZeroDivisionError("a bug")
        return usual(content, person=person, **more)

    monkeypatch.setattr(letters, "message", broken)
    clock.move_to(MONDAY)
    digests.run()
    assert states() == {"Alice": "failed", "Mona": "sent", "Ed": "sent"}
    assert "ZeroDivisionError: a bug" in Digest.objects.get(recipient=cast.alice).reason


def command(*arguments: str) -> dict[str, int]:
    out = StringIO()
    call_command("send_digests", "--json", *arguments, stdout=out)
    counts: dict[str, int] = json.loads(out.getvalue())
    return counts


NONE = {"planned": 0, "sent": 0, "skipped": 0, "failed": 0, "unknown": 0}


def test_on_demand_by_command_on_any_day(cast: Cast, clock: Any) -> None:
    clock.move_to(MONDAY + timedelta(days=4, hours=5))
    assert command() == {**NONE, "planned": 3, "sent": 3}
    clock.shift(1)
    assert command() == NONE
    digests.run()
    assert len(mail.outbox) == 3


def test_a_week_past_its_window_needs_late(cast: Cast, clock: Any) -> None:
    clock.move_to(MONDAY + timedelta(days=6))
    assert command("--week", WEEK) == {**NONE, "planned": 3, "skipped": 3}
    clock.shift(1)
    assert command("--week", WEEK) == NONE
    clock.shift(1)
    assert command("--week", WEEK, "--late") == {**NONE, "planned": 3, "sent": 3}
    clock.shift(1)
    assert command("--week", WEEK, "--late") == NONE


@pytest.mark.parametrize("week", ["2026-31", "next", "2026-W60", "2027-W20"])
def test_a_week_that_is_none_or_has_not_begun(cast: Cast, clock: Any, week: str) -> None:
    clock.move_to(MONDAY)
    with pytest.raises(CommandError) as refused:
        command("--week", week)
    assert refused.value.returncode == 2
    assert not Digest.objects.exists()


def test_the_command_reports_the_unknown(
    alone: User, clock: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.UNKNOWN_MAIL = "hold"
    Server(monkeypatch, Outcome("unknown", "The line broke"))
    clock.move_to(MONDAY)
    assert command() == {**NONE, "planned": 1, "unknown": 1}
    clock.shift(1)
    assert command() == {**NONE, "unknown": 1}


def test_a_new_role_meanwhile_is_in_the_same_mail(cast: Cast, clock: Any) -> None:
    one = factories.pilot(cast.mona, "Mine", owner=cast.mona, stage="poc",
                          stage_since=(MONDAY - timedelta(days=100)).date())  # fmt: skip
    people.assign(pilot=one, person=cast.mona, by=cast.mona, channel=Channel.WEB, role="sponsor")
    clock.move_to(MONDAY)
    digests.run()
    mine = [m for m in mail.outbox if m.to == ["mona@example.com"]]
    assert len(mine) == 1
    assert mine[0].subject.startswith("2 stalled pilots")
    assert mine[0].body.count("Mine (") == 1
