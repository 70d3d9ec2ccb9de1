"""Claim, lease, fence and the doorbell, on real PostgreSQL and a real broker."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection, models, transaction

from common.queue import Ticket, _bells, advance, claim, expire, ring
from config.embedded.binaries import find_runtime
from config.embedded.valkey import Valkey
from config.environment import broker_url


class Job(models.Model):  # noqa: DJ008
    state = models.TextField(default="planned")
    attempt = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    note = models.TextField(default="")

    objects: ClassVar[models.Manager[Job]] = models.Manager()

    class Meta:
        app_label = "tests"
        managed = False
        db_table = "tests_job"


@pytest.fixture
def jobs(transactional_db: None) -> Callable[[int], list[int]]:
    url = os.environ["PILOTAGE_TEST_SUPERUSER_URL"]
    with psycopg.connect(url, dbname=connection.settings_dict["NAME"], autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE tests_job (id serial PRIMARY KEY, state text, attempt int, "
            "lease_until timestamptz, note text)"
        )
        owner.execute("GRANT ALL ON tests_job, tests_job_id_seq TO pilotage_app")
    return lambda count: [Job.objects.create().pk for _ in range(count)]


def take(limit: int = 10, lease: float = 60, **more: object) -> list[Ticket]:
    return claim(Job, ready=["planned"], into="claimed", limit=limit, lease=lease, **more)  # type: ignore[arg-type]


def test_claims_the_oldest_up_to_the_limit(jobs: Callable[[int], list[int]]) -> None:
    keys = jobs(5)
    assert take(limit=3) == [Ticket(key, 1) for key in keys[:3]]
    assert take(limit=3) == [Ticket(key, 1) for key in keys[3:]]
    assert take() == []


def test_a_queryset_narrows_and_orders(jobs: Callable[[int], list[int]]) -> None:
    keys = jobs(4)
    rows = Job.objects.exclude(pk=keys[0]).order_by("-pk")
    tickets = claim(rows, ready=["planned"], into="claimed", limit=2, lease=60)
    assert [ticket.pk for ticket in tickets] == [keys[3], keys[2]]


def test_two_workers_never_get_the_same_row(jobs: Callable[[int], list[int]]) -> None:
    keys = jobs(60)
    got: list[int] = []

    def work() -> None:
        while tickets := take(limit=3):
            got.extend(ticket.pk for ticket in tickets)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == keys


def test_a_row_locked_by_someone_is_skipped(jobs: Callable[[int], list[int]]) -> None:
    keys = jobs(2)
    url = os.environ["PILOTAGE_TEST_SUPERUSER_URL"]
    with psycopg.connect(url, dbname=connection.settings_dict["NAME"]) as other:
        other.execute("SELECT 1 FROM tests_job WHERE id = %s FOR UPDATE", [keys[0]])
        assert [ticket.pk for ticket in take()] == [keys[1]]


def test_an_expired_lease_is_taken_again_and_the_first_worker_writes_nothing(
    jobs: Callable[[int], list[int]],
) -> None:
    jobs(1)
    [first] = take(lease=0.05)
    assert take(retake=["claimed"]) == []
    time.sleep(0.1)
    [second] = take(retake=["claimed"])
    assert second.attempt == 2
    assert not advance(Job, first, "claimed", into="done", note="late")
    assert advance(Job, second, "claimed", into="done", note="in time")
    assert list(Job.objects.values_list("state", "note", "lease_until")) == [
        ("done", "in time", None)
    ]
    assert not advance(Job, second, "claimed", into="done"), "the state is part of the fence"


def test_a_lease_runs_inside_a_long_transaction_too(jobs: Callable[[int], list[int]]) -> None:
    jobs(1)
    with transaction.atomic():
        take(lease=0.05)
        time.sleep(0.1)
        assert len(take(retake=["claimed"])) == 1


def test_work_that_kills_its_worker_ends(jobs: Callable[[int], list[int]]) -> None:
    jobs(1)
    for _ in range(3):
        assert len(take(lease=0.01, retake=["claimed"], attempts_max=3)) == 1
        time.sleep(0.03)
    assert take(retake=["claimed"], attempts_max=3) == []
    assert expire(Job, states=["claimed"], into="failed", attempts_min=4) == 0
    assert expire(Job, states=["claimed"], into="failed", attempts_min=3, note="tried 3 times") == 1
    assert Job.objects.get().state == "failed"


# --- The doorbell ---------------------------------------------------------------------------------


def bells(url: str) -> int:
    return int(redis.Redis.from_url(url).llen("pilotage:celery"))


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Valkey]:
    """A broker of its own, because it will be frozen."""
    from celery import current_app

    runtime = find_runtime()
    folder = Path(tempfile.mkdtemp(prefix="pilotage-bell-"))
    if runtime.user:
        os.chown(folder, runtime.user.pw_uid, runtime.user.pw_gid)
    valkey = Valkey(runtime, folder, tmp_path / "valkey.log")
    valkey.start()
    monkeypatch.setattr(settings, "REDIS_URL", valkey.url)
    usual = current_app.conf.broker_url
    current_app.conf.broker_url = current_app.conf.broker_write_url = broker_url(valkey.url)
    yield valkey
    current_app.conf.broker_url = current_app.conf.broker_write_url = usual
    valkey.stop()
    shutil.rmtree(folder)


def test_rings_after_commit_only(transactional_db: None, broker: Valkey) -> None:
    with transaction.atomic():
        ring("config.tasks.heartbeat")
        _bells.flush()
        assert bells(broker.url) == 0
    _bells.flush()
    assert bells(broker.url) == 1


def test_does_not_ring_for_what_was_rolled_back(transactional_db: None, broker: Valkey) -> None:
    with transaction.atomic():
        ring("config.tasks.heartbeat")
        transaction.set_rollback(True)
    _bells.flush()
    assert bells(broker.url) == 0


def test_a_frozen_broker_holds_nobody_up(
    transactional_db: None, broker: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    assert broker.process is not None
    broker.process.send_signal(signal.SIGSTOP)
    try:
        begun = time.monotonic()
        for number in range(50):
            ring("config.tasks.heartbeat", number)
        assert time.monotonic() - begun < 5
        _bells.flush()
    finally:
        broker.process.send_signal(signal.SIGCONT)


def test_a_dead_broker_is_only_a_line_in_the_log(
    transactional_db: None, broker: Valkey, caplog: pytest.LogCaptureFixture
) -> None:
    time.sleep(0.1)
    broker.stop()
    ring("config.tasks.heartbeat")
    _bells.flush()
    assert "beat will" in caplog.text
