"""The wiring as a Django app: its commands, its checks, and the Celery app for shared tasks."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = "Wiring"

    def ready(self) -> None:
        # The Celery app must exist before any task module is imported, or tasks bind to a default
        # app without a broker. Checks register themselves on import.
        from config import celery, checks  # noqa: F401
