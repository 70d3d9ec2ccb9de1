"""The Celery app and, on this one page, everything that beat starts.

Beat only rings: the work itself stands in rows. An entry that nobody took within its interval
expires, so that bells do not pile up while the worker is away.
"""

import os
import signal
import warnings
from datetime import UTC, datetime
from typing import Any

from billiard.process import current_process
from celery import Celery
from celery.beat import Scheduler
from celery.platforms import SecurityWarning
from celery.signals import task_prerun, worker_process_init
from django.conf import settings
from django.utils import timezone

from common import company
from config.embedded.children import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The risk it warns of is pickle; only JSON is accepted here.
warnings.filterwarnings("ignore", category=SecurityWarning)
app = Celery("pilotage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _every(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "sweep": _every(settings.SWEEP_EVERY, "portfolio.tasks.sweep_flags"),
    "digests": _every(settings.TICK_EVERY, "portfolio.tasks.send_digests"),
    "letters": _every(settings.TICK_EVERY, "accounts.tasks.send_letters"),
    "imports": _every(settings.TICK_EVERY, "portfolio.tasks.run_imports"),
    "uploads": _every(settings.SWEEP_EVERY, "portfolio.tasks.forget_uploads"),
    "rollup": _every(settings.TICK_EVERY, "portfolio.tasks.refresh_rollup"),
    "expire-answers": _every(settings.SWEEP_EVERY, "readiness.tasks.expire_answers"),
    "checklists": _every(settings.TICK_EVERY, "readiness.tasks.ask_new_versions"),
    "plan-checks": _every(settings.SWEEP_EVERY, "readiness.tasks.plan_checks"),
    "remind": _every(settings.SWEEP_EVERY, "readiness.tasks.remind"),
    "heartbeat": _every(settings.TICK_EVERY, "config.tasks.heartbeat"),
}


class Clockwork(Scheduler):  # type: ignore[misc]
    """Beat without a file of its own: at the start everything is due, then by interval.

    A file could be lost or stale, and an hourly entry would never come when beat restarts often.
    All that it rings for is safe to do once more.
    """

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = datetime(2000, 1, 1, tzinfo=UTC)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One turn; the touched file is what a health check of the container looks at."""
        (settings.DATA_DIR / "beat").touch()
        pause: float = super().tick(*args, **kwargs)
        return pause


@task_prerun.connect
def _in_the_company_zone(**_: Any) -> None:
    """Days that the database cuts out of moments are days of the company."""
    timezone.activate(company.zone())


@worker_process_init.connect
def _end_with_the_worker(**_: Any) -> None:
    """A pool process never outlives the worker, even when that is killed."""
    die_with_parent(signal.SIGKILL, parent=current_process()._parent_pid)()
