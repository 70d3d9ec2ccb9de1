import pgtrigger
from django.conf import settings
from django.db import models


class Channel(models.TextChoices):
    """By which door a change came in."""

    WEB = "web", "Web"
    EMAIL = "email", "E-mail"
    API = "api", "API"
    IMPORT = "import", "Import"
    COMMAND = "command", "Command"
    SYSTEM = "system", "System"


class Event(models.Model):
    """Something changed about a person or a unit: who, when, before, after, by which channel.

    Append-only. Ids are kept without constraint, so that an event outlives what it tells about.
    What changed about pilots stands in portfolio.Event.
    """

    append_only = True  # The application's database login may only read and insert.

    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False,
        related_name="+", db_index=False,
    )  # fmt: skip
    unit = models.ForeignKey(
        "accounts.Unit", null=True, on_delete=models.DO_NOTHING, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    verb = models.CharField(max_length=64)
    channel = models.CharField(max_length=16, choices=Channel)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="accounts_event_of_person"),
            models.Index(fields=["-at", "-id"], name="accounts_event_latest"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d}"
