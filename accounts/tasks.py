"""Doors for the worker: each rings an action, is safe to run twice and safe to lose."""

from celery import shared_task

from accounts.actions import letters


@shared_task(name="accounts.tasks.send_letters")
def send_letters() -> None:
    letters.work()
