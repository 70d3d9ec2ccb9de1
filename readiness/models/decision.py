import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from portfolio.models.stage import Stage


class Outcome(models.TextChoices):
    GO = "go", "Go"
    CONDITIONS = "conditions", "Go, with conditions"
    HOLD = "hold", "Hold"
    STOP = "stop", "Stop"
    EXTEND = "extend", "Extend"


class GateMode(models.TextChoices):
    BLOCK = "block", "Blocks"
    WARN = "warn", "Warns"
    OFF = "off", "Off"


class ReasonFamily(models.TextChoices):
    """Why a pilot ends (source map B11)."""

    TECHNOLOGY = "technology", "Technology"
    DATA = "data", "Data"
    PLAN = "plan", "Plan"
    ORGANISATION = "organisation", "Organisation"


class Gate(models.Model):
    """What is asked before a pilot enters `stage`; set by administrators.

    No row: the default of readiness.gates. `checklists` are the slugs whose must-haves are asked.
    """

    stage = models.CharField(max_length=16, choices=Stage, unique=True)
    mode = models.CharField(max_length=8, choices=GateMode)
    checklists = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=GateMode.values), name="readiness_gate_mode_is_known"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="readiness_gate_stage_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.mode}"


class ProposalState(models.TextChoices):
    WAITING = "waiting", "Waits for an approver"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Proposal(models.Model):
    """A decision that one person proposes and another approves; one waits per pilot.

    `terms` is what the outcome needs, checked by the action: conditions (what, owner, due), until,
    next_decide_by, and for a stop its reason family, lessons, reuse, where data and access go.
    `round` counts the decisions about the pilot from 1. `answer` is why it was declined.
    """

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="proposals")
    round = models.PositiveIntegerField()
    from_stage = models.CharField(max_length=16, choices=Stage)
    to_stage = models.CharField(max_length=16, choices=Stage)
    outcome = models.CharField(max_length=12, choices=Outcome)
    reason = models.TextField()
    terms = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=12, choices=ProposalState, default=ProposalState.WAITING)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    token = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(state="waiting"),
                name="readiness_proposal_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values),
                name="readiness_proposal_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="readiness_proposal_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="readiness_proposal_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (Q(settled_by__isnull=False) & ~Q(settled_by=F("proposed_by"))),
                name="readiness_proposal_approver_is_another",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="readiness_proposal_is_settled_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.outcome}"


class Decision(models.Model):
    """What was decided about a pilot, by whom, and everything as it stood. Nobody can change it.

    `snapshot` is the gate packet as data (readiness.queries.packet) with its template versions,
    `digest` its SHA-256, so that a copy can be compared. `overridden` lists the findings that
    would have blocked, `override_reason` why that was accepted. Never computed anew.
    """

    append_only = True  # The application's database login may only read and insert.

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.DO_NOTHING, related_name="decisions"
    )
    round = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    from_stage = models.CharField(max_length=16, choices=Stage)
    to_stage = models.CharField(max_length=16, choices=Stage)
    reason = models.TextField()
    terms = models.JSONField(default=dict, blank=True)
    overridden = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    override_reason = models.TextField(blank=True, default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+"
    )
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "round"], name="readiness_decision_one_per_round"
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("proposed_by")),
                name="readiness_decision_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="readiness_decision_outcome_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="readiness_decision_has_a_reason"),
            models.CheckConstraint(
                condition=Q(overridden=[]) | ~Q(override_reason=""),
                name="readiness_decision_override_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="readiness_decision_digest_is_sha256",
            ),
        ]
        indexes = [
            models.Index(fields=["-decided_on", "-id"], name="readiness_decision_latest"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'Cannot empty the decisions.';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.outcome} {self.decided_on}"


class Condition(models.Model):
    """Something that a go depends on, with its owner and day; open until it is met or dropped."""

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="conditions"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    what = models.CharField(max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    met_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True, default="")
    evidence_url = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="readiness_condition_says_what"),
            models.CheckConstraint(
                condition=Q(met_on=None) | Q(dropped_on=None),
                name="readiness_condition_ends_one_way",
            ),
            models.CheckConstraint(
                condition=(Q(met_on=None) & Q(dropped_on=None)) | Q(settled_by__isnull=False),
                name="readiness_condition_end_has_a_person",
            ),
            models.CheckConstraint(
                condition=Q(dropped_on=None) | ~Q(note=""),
                name="readiness_condition_dropped_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(evidence_url="") | Q(evidence_url__regex=r"^https?://"),
                name="readiness_condition_evidence_is_a_web_link",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(met_on=None, dropped_on=None),
                name="readiness_condition_open",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.what} by {self.due}"
