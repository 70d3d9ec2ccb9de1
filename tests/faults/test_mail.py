"""Real workers, a real SMTP server in another process, and kill -9 in the middle of a dialogue."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Role, User
from common import clock
from portfolio.models import Digest, RoleAssignment
from tests import factories
from tests.faults.processes import until, worker
from tests.smtp import Sink, sink

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
LAST_WEEK = timedelta(days=7)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sink]:
    with sink(tmp_path / "sink") as running:
        yield running


@pytest.fixture
def environment(test_environment: dict[str, str], server: Sink) -> dict[str, str]:
    return {**test_environment, "PILOTAGE_SMTP_URL": server.url}


def ring() -> None:
    from config.celery import app

    app.send_task("portfolio.tasks.send_digests")


def due_now(executives: int) -> None:
    """A stalled pilot and people who are due a digest about it within this hour."""
    mona = factories.person("Mona", Role.PORTFOLIO_MANAGER)
    for number in range(executives):
        factories.person(f"ed{number}", Role.EXECUTIVE)
    since = clock.today() - timedelta(days=140)
    factories.pilot(mona, "Invoice reader", owner=mona, stage="poc", stage_since=since)
    now, long_ago = clock.now(), clock.now() - LAST_WEEK
    RoleAssignment.objects.update(recorded_at=long_ago)
    User.objects.update(
        date_joined=now - timedelta(minutes=61), digest_weekday=now.weekday(), digest_hour=now.hour
    )
    from accounts.models import Membership

    Membership.objects.update(since=long_ago.date())


def state(wanted: str) -> Callable[[], bool]:
    return lambda: set(Digest.objects.values_list("state", flat=True)) == {wanted}


@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_a_worker_killed_inside_the_dialogue(
    environment: dict[str, str], server: Sink, tmp_path: Path, policy: str
) -> None:
    environment["PILOTAGE_UNKNOWN_MAIL"] = policy
    due_now(executives=4)
    server.stall()
    with worker(environment, tmp_path / "first.log") as first:
        ring()
        until(lambda: server.stalled, "the server has a mail and does not answer")
        first.kill()
    # What the ledger says: one in the dialogue, the others not begun.
    states = sorted(Digest.objects.values_list("state", flat=True))
    assert states == ["claimed"] * 4 + ["sending"]
    cut = Digest.objects.get(state="sending")
    assert cut.message_id in server.by_message_id()
    server.go_on()

    # Time passes: the dead worker's leases run out.
    Digest.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    with worker(environment, tmp_path / "second.log"):
        ring()
        until(lambda: Digest.objects.filter(state="sent").count() >= 4, "the others are sent")
        if policy == "resend":
            until(state("sent"), "all are sent")
        ring()
        until(lambda: not Digest.objects.filter(state="claimed").exists(), "it is quiet")
    cut.refresh_from_db()
    mails = server.by_message_id()
    assert len(mails) == 5
    assert "may have taken the mail" in cut.reason
    if policy == "resend":
        assert (cut.state, cut.resent, mails.pop(cut.message_id)) == ("sent", True, 2)
    else:
        assert (cut.state, cut.resent, mails.pop(cut.message_id)) == ("unknown", False, 1)
    assert set(mails.values()) == {1}
    assert Digest.objects.count() == 5


def test_two_workers_at_once_never_send_twice(
    environment: dict[str, str], server: Sink, tmp_path: Path
) -> None:
    people = 130  # More than one batch, so that each worker gets one.
    due_now(executives=people - 1)
    server.stall()
    with (
        worker(environment, tmp_path / "one.log"),
        worker(environment, tmp_path / "two.log"),
    ):
        for _ in range(4):
            ring()
        both = Digest.objects.filter(state="sending")
        until(lambda: both.count() == 2, "both workers are in a dialogue")
        server.go_on()
        until(state("sent"), "all are sent", 90)
    mails: Any = server.by_message_id()
    assert len(mails) == people
    assert set(mails.values()) == {1}
    assert len({str(mail["To"]) for mail in server.mails()}) == people
    assert server.connections() >= 2
    assert set(Digest.objects.values_list("attempt", flat=True)) == {1}


def test_what_the_server_refuses_stands_in_the_ledger(
    environment: dict[str, str], server: Sink, tmp_path: Path
) -> None:
    due_now(executives=1)
    User.objects.filter(name="ed0").update(email="refused@example.com")
    factories.person("busy", Role.EXECUTIVE)
    User.objects.filter(name="busy").update(
        date_joined=clock.now() - LAST_WEEK, digest_weekday=clock.now().weekday(),
        digest_hour=clock.now().hour,
    )  # fmt: skip
    from accounts.models import Membership

    Membership.objects.update(since=(clock.now() - LAST_WEEK).date())
    with worker(environment, tmp_path / "worker.log"):
        ring()
        until(lambda: Digest.objects.filter(tries=1).exists(), "the busy one was tried")
        until(lambda: Digest.objects.filter(state="sent").exists(), "the good one is sent")
    rows = {row.recipient.name: row for row in Digest.objects.select_related("recipient")}
    assert rows["Mona"].state == "sent"
    assert (rows["ed0"].state, rows["ed0"].reason) == ("failed", "550 5.1.1 No such person here")
    assert (rows["busy"].state, rows["busy"].reason) == ("planned", "450 4.2.1 Come back later")
    assert rows["busy"].next_try_at is not None
