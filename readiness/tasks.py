from celery import shared_task

from common import clock
from readiness.actions import aftercare, assessments, catalog, reminders


@shared_task(name="readiness.tasks.expire_answers")
def expire_answers() -> None:
    """Waivers and evidence whose last day has passed no longer count."""
    assessments.expire(as_of=clock.today())


@shared_task(name="readiness.tasks.ask_new_versions")
def ask_new_versions() -> None:
    """Versions of checklists whose day has come are asked from now on."""
    catalog.take_effect(as_of=clock.today())


@shared_task(name="readiness.tasks.plan_checks")
def plan_checks() -> None:
    """Checks after launch, of pilots that were imported or launched while nobody looked."""
    aftercare.plan_checks()


@shared_task(name="readiness.tasks.remind")
def remind() -> None:
    """Whoever backs or owns what runs out is told in time."""
    reminders.remind()
