from celery import shared_task

from common import clock
from readiness.actions import assessments


@shared_task(name="readiness.tasks.expire_answers")
def expire_answers() -> None:
    """Waivers and evidence whose last day has passed no longer count."""
    assessments.expire(as_of=clock.today())
