from typing import ClassVar

import pgtrigger
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
    # Who answers for which area (source map C19, C26): one person each.
    DATA_OWNER = "data_owner", "Data owner"
    MODEL_OWNER = "model_owner", "Model owner"
    INFRASTRUCTURE_OWNER = "infrastructure_owner", "Infrastructure owner"
    MONITORING_OWNER = "monitoring_owner", "Monitoring owner"
    # Who does the work (source map C17).
    DATA_SCIENTIST = "data_scientist", "Data scientist"
    SOFTWARE_ENGINEER = "software_engineer", "Software engineer"
    DEVOPS = "devops", "DevOps engineer"
    PRODUCT_MANAGER = "product_manager", "Product manager"


# The ownership matrix: the areas of a pilot, each with what its owner answers for.
AREAS = {
    RoleKind.DATA_OWNER: ("Data", "Sources, pipelines and what comes in"),
    RoleKind.MODEL_OWNER: ("Model life", "Versions, training and quality"),
    RoleKind.INFRASTRUCTURE_OWNER: ("Infrastructure", "Where it runs, capacity and access"),
    RoleKind.MONITORING_OWNER: ("Monitoring", "Alerts, incidents and production systems"),
}
TEAM = (
    RoleKind.DATA_SCIENTIST, RoleKind.SOFTWARE_ENGINEER, RoleKind.DEVOPS,
    RoleKind.PRODUCT_MANAGER,
)  # fmt: skip
OUTSIDERS_MAY = frozenset({RoleKind.REVIEWER, *TEAM})
"""What external people may do on a pilot; everything else answers for it."""
ACCOUNTABLE = (RoleKind.OWNER, RoleKind.VALUE_OWNER, RoleKind.OPERATIONS_OWNER)
"""Who answers for a pilot must be internal and here; the database holds it too."""

_NEW_ROWS = pgtrigger.Referencing(new="new_rows")  # type: ignore[no-untyped-call]
_ACCOUNTABLE_ARE_HERE = """
IF EXISTS (
    SELECT FROM new_rows r JOIN accounts_user u ON u.id = r.person_id
    WHERE r.until IS NULL AND r.role IN ('owner', 'value_owner', 'operations_owner')
        AND NOT (u.is_active AND u.is_internal)
) THEN
    RAISE EXCEPTION 'Who answers for a pilot must be internal and active.'
        USING ERRCODE = 'check_violation',
        CONSTRAINT = 'portfolio_roleassignment_accountable_are_here';
END IF;
RETURN NULL;
"""


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def open(self) -> "RoleAssignmentQuerySet":
        return self.filter(until=None)

    def owners(self) -> "RoleAssignmentQuerySet":
        return self.filter(role=RoleKind.OWNER)


class RoleAssignment(models.Model):
    """A person holds a role on a pilot from `since` until `until` (null: still).

    An owner is asked first (OwnerProposal); `accepted_on` is the day they said yes. Empty, they
    are only named: by a list, a command or themselves when they registered it.
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
            models.UniqueConstraint(
                fields=["pilot", "role"],
                condition=Q(until=None, role__in=sorted(AREAS)),
                name="portfolio_roleassignment_one_per_area",
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
        triggers = [
            # By statement: an import copies thousands of rows at once.
            pgtrigger.Trigger(
                name="accountable_are_here", level=pgtrigger.Statement, when=pgtrigger.After,
                operation=pgtrigger.Insert, referencing=_NEW_ROWS,
                func=_ACCOUNTABLE_ARE_HERE,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.pilot_id}"
