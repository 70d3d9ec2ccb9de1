"""The Celery app and, on this one page, everything that beat starts.

Beat only rings: the work itself stands in rows. An entry that nobody took within its interval
expires, so that bells do not pile up while the worker is away.
"""

import os
from typing import Any

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("pilotage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _every(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app.conf.beat_schedule = {
    "sweep": _every(settings.SWEEP_EVERY, "portfolio.tasks.sweep_flags"),
    "digests": _every(settings.TICK_EVERY, "portfolio.tasks.send_digests"),
    "imports": _every(settings.TICK_EVERY, "portfolio.tasks.run_imports"),
    "rollup": _every(settings.TICK_EVERY, "portfolio.tasks.refresh_rollup"),
    "heartbeat": _every(settings.TICK_EVERY, "config.tasks.heartbeat"),
}
