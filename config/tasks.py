"""Signs of life of worker and beat, kept in the database cache for the status page.

The beat sign is written when a message that beat sent has arrived, so it proves the whole path:
beat, broker, worker, database.
"""

import time

from celery import shared_task
from django.core.cache import cache

BEAT_SIGN = "sign-of-life:beat"
WORKER_SIGN = "sign-of-life:worker"


@shared_task(name="config.tasks.heartbeat")
def heartbeat() -> None:
    """Note the time (seconds since the epoch) at which beat's message arrived."""
    now = time.time()
    cache.set_many({BEAT_SIGN: now, WORKER_SIGN: now}, timeout=None)
