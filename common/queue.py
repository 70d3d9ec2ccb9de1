"""Rows are the queue, the broker is only a doorbell.

Claim, lease, fence: a row with the columns `state` (text), `attempt` (integer) and `lease_until`
(timestamp, null) is taken by one worker at a time. `claim` hands out tickets, and every later
write goes through `advance`, which does nothing when the row has meanwhile been taken by another
worker. Leases run in database time, so that the clocks of the workers do not matter.

    for ticket in claim(Mail, ready=["planned"], into="claimed", limit=20, lease=60):
        if advance(Mail, ticket, "claimed", into="sending", lease=60):
            ...
            advance(Mail, ticket, "sending", into="sent", sent_at=now())
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ticket:
    """The right to write to one row, until someone else gets a later attempt."""

    pk: int
    attempt: int


def claim(
    rows: type[models.Model] | models.QuerySet[Any],
    *,
    ready: Sequence[str],
    into: str,
    limit: int,
    lease: float,
    retake: Sequence[str] = (),
    attempts_max: int | None = None,
) -> list[Ticket]:
    """Take up to `limit` rows for `lease` seconds; nobody else gets them meanwhile.

    `ready` are the states to take from, `retake` those that may be taken again once their lease
    has run out. Rows tried `attempts_max` times already stay (see `expire`). A queryset may narrow
    the choice and say the order; without one the oldest key comes first.
    """
    found = rows if isinstance(rows, models.QuerySet) else rows._default_manager.all()
    wanted = Q(state__in=ready)
    if retake:
        wanted |= Q(state__in=retake, lease_until__lt=_database_now())
    found = found.filter(wanted)
    if attempts_max is not None:
        found = found.filter(attempt__lt=attempts_max)
    if not found.ordered:
        found = found.order_by("pk")
    with transaction.atomic():
        picked = found.select_for_update(skip_locked=True, of=("self",))
        tickets = [
            Ticket(pk, attempt + 1) for pk, attempt in picked.values_list("pk", "attempt")[:limit]
        ]
        found.model._default_manager.filter(pk__in=[ticket.pk for ticket in tickets]).update(
            state=into, attempt=F("attempt") + 1, lease_until=_until(lease)
        )
    return tickets


def advance(
    model: type[models.Model],
    ticket: Ticket,
    state: str,
    *,
    into: str,
    lease: float | None = None,
    **values: Any,
) -> bool:
    """Write to a claimed row; False, and nothing written, when the ticket is no longer good.

    `lease` seconds keep the row ours; without it the row is let go.
    """
    values |= {"state": into, "lease_until": None if lease is None else _until(lease)}
    mine = model._default_manager.filter(pk=ticket.pk, attempt=ticket.attempt, state=state)
    return mine.update(**values) == 1


def expire(
    model: type[models.Model],
    *,
    states: Sequence[str],
    into: str,
    attempts_min: int = 0,
    **values: Any,
) -> int:
    """Move rows whose lease ran out to another state, as when a worker died; how many there were.

    With `attempts_min` only rows that were tried that often: so work that kills its worker ends.
    """
    lost = model._default_manager.filter(
        state__in=states, lease_until__lt=_database_now(), attempt__gte=attempts_min
    )
    return lost.update(state=into, lease_until=None, **values)


def _database_now() -> models.Func:
    # Not Now(): that stands still inside a transaction, and leases must not.
    return models.Func(function="clock_timestamp", output_field=models.DateTimeField())


def _until(seconds: float) -> models.expressions.CombinedExpression:
    return _database_now() + timedelta(seconds=seconds)


# --- The doorbell ---------------------------------------------------------------------------------

WAITING_MAX = 1_000  # bells; more are dropped, beat rings anyway
EXPIRES = 600  # seconds after which a bell that nobody heard is worth nothing
LAST_WORDS = 2.0  # seconds that an ending process waits for its bells


def ring(task: str, *ids: int) -> None:
    """Tell a worker after commit that there is work, by task name and ids.

    Never blocks and never fails: a frozen broker holds up a thread of its own, and a bell that is
    lost is rung again by beat within a minute.
    """
    transaction.on_commit(lambda: _bells.put(task, ids), robust=True)


class _Bells:
    """One ringing thread per process, made when first needed (and again after a fork)."""

    def __init__(self) -> None:
        self._pid = 0
        self._waiting: queue.Queue[tuple[str, tuple[int, ...]]] = queue.Queue(WAITING_MAX)

    def put(self, task: str, ids: tuple[int, ...]) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._waiting = queue.Queue(WAITING_MAX)
            threading.Thread(target=self._work, args=[self._waiting], daemon=True).start()
            atexit.register(self.flush)
        try:
            self._waiting.put_nowait((task, ids))
        except queue.Full:
            log.warning("The broker does not take bells; dropped one for %s.", task)

    def flush(self) -> None:
        """Give the bells that wait a short moment to get out."""
        waiting = self._waiting
        with waiting.all_tasks_done:
            waiting.all_tasks_done.wait_for(lambda: not waiting.unfinished_tasks, LAST_WORDS)

    def _work(self, waiting: queue.Queue[tuple[str, tuple[int, ...]]]) -> None:
        while True:
            task, ids = waiting.get()
            try:
                _send(task, ids)
            except Exception as error:  # noqa: BLE001  Whatever the broker's client raises.
                log.warning("Could not ring for %s (%s); beat will.", task, error)
                self._drop(waiting)  # The next ones would only wait for the same silence.
            finally:
                waiting.task_done()

    @staticmethod
    def _drop(waiting: queue.Queue[tuple[str, tuple[int, ...]]]) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                waiting.get_nowait()
                waiting.task_done()


def _send(task: str, ids: tuple[int, ...]) -> None:
    from celery import current_app

    seconds = settings.BROKER_TIMEOUT
    impatient = {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        # Without these the client tries a hundred times before it says so.
        "max_retries": 1,
        "interval_start": 0,
    }
    with current_app.connection_for_write(transport_options=impatient) as broker:
        current_app.send_task(task, args=ids, connection=broker, expires=EXPIRES, retry=False)


_bells = _Bells()
