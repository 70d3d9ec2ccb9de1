"""The administrators' status page."""

import time

import pytest
from django.conf import settings
from django.core.cache import cache

from common import clock
from config.tasks import BEAT_SIGN, WORKER_SIGN, heartbeat
from portfolio.actions import flags
from portfolio.models.digest import Digest
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import as_, text


def test_it_shows_what_runs_what_was_done_and_what_waits(cast: Cast) -> None:
    factories.pilot(cast.mona)
    flags.sweep()
    heartbeat()
    Digest.objects.create(
        period="2026-W40", recipient=cast.mona, due_at=clock.now(), state="failed",
        reason="The server said no.", planned_at=clock.now(),
    )  # fmt: skip
    html = text(as_(cast.ada).get("/status/"))
    for words in ("In order", "Alive", "NO_OWNER", "1 mail needs a look", "PostgreSQL", "0.1.0"):
        assert words in html, words
    assert "Trouble" not in html


def test_a_broker_that_does_not_answer_is_said_and_does_not_stop_the_page(
    cast: Cast, settings: pytest.FixtureRequest
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    started = time.monotonic()
    html = text(as_(cast.ada).get("/status/"))
    assert "The broker does not answer" in html
    assert time.monotonic() - started < 30


def test_signs_of_life_grow_old(cast: Cast) -> None:
    cache.delete_many([BEAT_SIGN, WORKER_SIGN])
    assert "No sign yet" in text(as_(cast.ada).get("/status/"))
    cache.set(WORKER_SIGN, time.time() - 4 * settings.TICK_EVERY, timeout=None)
    assert "Silent" in text(as_(cast.ada).get("/status/"))


def test_it_is_for_administrators(cast: Cast) -> None:
    for who in (cast.alice, cast.mona, cast.ed, cast.otto):
        assert as_(who).get("/status/").status_code == 403
