from django.conf import settings
from django.db import models
from django.db.models import Q


class LetterState(models.TextChoices):
    PLANNED = "planned", "Planned"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class Letter(models.Model):
    """A mail that has to go out to one person: an invitation, a link, a notice, minutes.

    The row is the queue (common/queue.py), so no request waits for a mail server, and none shows
    by its time whether there was anything to send. The body holds links that let people in: it is
    emptied as soon as the letter is sent or given up.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    html = models.TextField(blank=True, default="", help_text="The same, drawn; blank: none.")
    about_pilots = models.BooleanField(
        default=False, help_text="It tells of pilots, and only its reader is known to see them."
    )
    state = models.CharField(max_length=16, choices=LetterState, default=LetterState.PLANNED)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="", help_text="What the server said last.")
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="accounts_letter_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "sending")) | Q(body="", html=""),
                name="accounts_letter_keeps_no_link",
            ),
        ]
        indexes = [
            models.Index(
                fields=["planned_at"],
                condition=Q(state__in=("planned", "sending")),
                name="accounts_letter_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.address}: {self.state}"
