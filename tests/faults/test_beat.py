"""Beat and worker as they run, and nothing else, open a flag; without beat nothing happens."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import Unit
from common import clock
from portfolio.models import Flag
from tests import factories
from tests.faults.processes import beat, until, worker

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
OFTEN = {"PILOTAGE_SWEEP_EVERY": "1"}
COLUMNS = """
    name, name_key, summary, unit_id, external_id, restricted, registered_on, version, stage,
    stage_since, stage_since_bound, shipped, health, hold_reason, problem, hypothesis, ready_when,
    stop_when, planned_outlet, audience, data_class, task_type, form, hosting, build_basis,
    deploy, integration, artefact, dataset, mode, support_hours, on_call, sla_quality
"""
VALUES = """
    %s, %s, '', %s, '', false, %s, 1, 'poc', %s, %s, false, '', '', '', '', '', '', '', '', '', '',
    '', '', '', '', '', '', '', '', '', '', ''
"""


def stale_pilot(name: str, home: Unit) -> int:
    """Written past every action of ours."""
    since = clock.today() - timedelta(days=140)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO portfolio_pilot ({COLUMNS}) VALUES ({VALUES}) RETURNING id",
            [name, name.lower(), home.pk, since, since, since],
        )
        (number,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO portfolio_stageinterval "
            "(pilot_id, stage, since, since_bound, recorded_at) VALUES (%s, 'poc', %s, %s, now())",
            [number, since, since],
        )
    return int(number)


def flagged(pilot: int) -> bool:
    return Flag.objects.open().filter(pilot=pilot, rule="STALE_POC").exists()


def test_beat_opens_the_flag_and_without_beat_nobody_does(
    test_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = {**test_environment, **OFTEN, "PILOTAGE_DATA": str(tmp_path)}
    home = factories.unit()
    with worker(environment, tmp_path / "worker.log") as running:
        with beat(environment, tmp_path / "beat.log"):
            first = stale_pilot("First", home)
            until(lambda: flagged(first), "the flag of the first pilot is open")
        time.sleep(2)  # Bells that beat rang last are heard, or have expired.
        second = stale_pilot("Second", home)
        time.sleep(4)
        assert not flagged(second)
        assert running.child.poll() is None
        with beat(environment, tmp_path / "again.log"):
            until(lambda: flagged(second), "the flag of the second pilot is open")
    assert Flag.objects.filter(pilot=first, rule="STALE_POC").count() == 1
