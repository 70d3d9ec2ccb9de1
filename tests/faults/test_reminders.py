"""A worker that dies between planning reminders and sending them: each is sent, and sent once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import Letter, User
from common import clock
from readiness.models import Answer, Reminder
from tests import factories
from tests.factories.answers import answer
from tests.faults.processes import BASE, until, worker
from tests.smtp import Sink, sink

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
# The bell is rung right after the commit: here it is the shot.
PLAN = """
import os, signal
import django
django.setup()
from common import queue
from readiness.actions import reminders
queue._bells.put = lambda task, ids: os.kill(os.getpid(), signal.SIGKILL)
reminders.remind()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sink]:
    with sink(tmp_path / "sink") as running:
        yield running


def test_a_worker_killed_between_planning_and_sending(
    test_environment: dict[str, str], server: Sink, tmp_path: Path
) -> None:
    mona, alice = factories.person("Mona", "portfolio_manager"), factories.person("Alice")
    for name in ("Invoice reader", "Route planner"):
        one = factories.pilot(mona, name, owner=alice, stage="pilot")
        answer(one, "security", mona)
    User.objects.update(digest_hour=0)
    today = clock.today()
    Answer.objects.update(since=today - timedelta(days=90), valid_until=today + timedelta(days=5))
    environment = {
        **test_environment, "PILOTAGE_SMTP_URL": server.url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    for _ in range(2):  # One person's letter each: every run dies after its first commit.
        died = subprocess.run(
            [sys.executable, "-c", PLAN], cwd=BASE, env={**os.environ, **environment}, check=False
        )
        assert died.returncode == -signal.SIGKILL
    assert sorted(Letter.objects.values_list("state", flat=True)) == ["planned", "planned"]
    assert Reminder.objects.count() == 4
    assert server.by_message_id() == {}

    from config.celery import app

    with worker(environment, tmp_path / "worker.log"):
        for task in ("readiness.tasks.remind", "accounts.tasks.send_letters") * 2:
            app.send_task(task)
        until(lambda: not Letter.objects.exclude(state="sent").exists(), "all are sent")
        app.send_task("readiness.tasks.remind")
        app.send_task("accounts.tasks.send_letters")
        until(lambda: not Letter.objects.exclude(state="sent").exists(), "it is quiet")
    assert sorted(server.by_message_id().values()) == [1, 1]
    assert Letter.objects.count() == 2
    assert Reminder.objects.count() == 4
