from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class RoleKind(models.TextChoices):
    OWNER = "owner", "Owner"
    SPONSOR = "sponsor", "Sponsor"
    VALUE_OWNER = "value_owner", "Value owner"
    TECHNICAL_OWNER = "technical_owner", "Technical owner"
    OPERATIONS_OWNER = "operations_owner", "Operations owner"
    FEEDBACK_OWNER = "feedback_owner", "Feedback owner"
    REVIEWER = "reviewer", "Reviewer"


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def open(self) -> "RoleAssignmentQuerySet":
        return self.filter(until=None)

    def owners(self) -> "RoleAssignmentQuerySet":
        return self.filter(role=RoleKind.OWNER)


class RoleAssignment(models.Model):
    """A person holds a role on a pilot from `since` until `until` (null: still).

    An owner is proposed first; `accepted_on` is the day they said yes.
    """

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pilot_roles"
    )
    role = models.CharField(max_length=24, choices=RoleKind)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects: ClassVar[RoleAssignmentQuerySet] = RoleAssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot"],
                condition=Q(until=None, role=RoleKind.OWNER),
                name="portfolio_roleassignment_one_owner_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["pilot", "role", "person"],
                condition=Q(until=None),
                name="portfolio_roleassignment_is_held_once",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="portfolio_roleassignment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(role__in=RoleKind.values), name="portfolio_roleassignment_role_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "pilot"],
                condition=Q(until=None),
                name="portfolio_role_open_by_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.pilot_id}"
