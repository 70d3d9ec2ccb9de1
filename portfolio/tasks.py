"""Doors for the worker: each rings an action, is safe to run twice and safe to lose."""

from celery import shared_task

from portfolio.actions import digests, flags, import_steps, rollup, uploads

# Below the broker's visibility_timeout; these three work on the whole portfolio.
LONG = {"soft_time_limit": 240, "time_limit": 270}


@shared_task(name="portfolio.tasks.sweep_flags", **LONG)
def sweep_flags() -> None:
    flags.sweep()


@shared_task(name="portfolio.tasks.run_imports", **LONG)
def run_imports() -> None:
    import_steps.work()


@shared_task(name="portfolio.tasks.refresh_rollup", **LONG)
def refresh_rollup() -> None:
    rollup.refresh()


@shared_task(name="portfolio.tasks.send_digests", **LONG)
def send_digests() -> None:
    digests.run()


@shared_task(name="portfolio.tasks.forget_uploads")
def forget_uploads() -> None:
    uploads.forget_old()
