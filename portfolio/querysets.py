"""The sentences one can say about pilots; each takes `as_of` instead of asking the clock."""

from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.access import roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from portfolio.models import Pilot  # noqa: F401  (named in the class line below)

ACTIVE = ("idea", "poc", "pilot", "rollout", "production")
STALLING_RULES = ("STALE_POC", "GONE_QUIET", "NO_UPDATE", "DECISION_OVERDUE", "NO_OWNER")


def open_flags(as_of: date, **conditions: object) -> models.QuerySet[models.Model]:
    """Open, unsnoozed flags of the pilot of the outer query."""
    flag = apps.get_model("portfolio", "Flag")
    return flag._default_manager.filter(
        Q(snoozed_until=None) | Q(snoozed_until__lt=as_of),
        pilot=OuterRef("pk"),
        closed_at=None,
        **conditions,
    )


class PilotQuerySet(models.QuerySet["Pilot"]):
    def visible_to(self, user: "User | AnonymousUser") -> "PilotQuerySet":
        """Everything a person may know of. Every read starts here.

        Open pilots are seen by everyone signed in; restricted ones by people with an
        open role on them, managers whose subtree holds them, and auditors.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        roles = roles_of(user)
        if roles.is_auditor or "/" in roles.managed:
            return self
        seen = Q(restricted=False) | Q(pk__in=_held_by(user))
        for lineage in roles.managed:
            seen |= Q(unit__lineage__startswith=lineage)
        return self.filter(seen)

    def editable_by(self, user: "User") -> "PilotQuerySet":
        """Pilots the person may edit: an open role on them, or managed by the person."""
        roles = roles_of(user)
        if "/" in roles.managed:
            return self
        mine = Q(pk__in=_held_by(user))
        for lineage in roles.managed:
            mine |= Q(unit__lineage__startswith=lineage)
        return self.filter(mine)

    def active(self) -> "PilotQuerySet":
        return self.filter(stage__in=ACTIVE)

    def on_hold(self, as_of: date) -> "PilotQuerySet":
        return self.filter(on_hold_until__gte=as_of)

    def not_on_hold(self, as_of: date) -> "PilotQuerySet":
        return self.filter(Q(on_hold_until=None) | Q(on_hold_until__lt=as_of))

    def flagged(self, rule: str, as_of: date) -> "PilotQuerySet":
        """Pilots on which this rule is open and not snoozed."""
        return self.filter(Exists(open_flags(as_of, rule=rule)))

    def stalled(self, as_of: date) -> "PilotQuerySet":
        """Active, not on hold, with an open unsnoozed flag that means standstill."""
        return (
            self.active()
            .not_on_hold(as_of)
            .filter(Exists(open_flags(as_of, rule__in=STALLING_RULES)))
        )

    def owned_by(self, user: "User") -> "PilotQuerySet":
        return self.filter(pk__in=_held_by(user).filter(role="owner"))


def _held_by(user: "User | AnonymousUser") -> models.QuerySet[models.Model]:
    held = apps.get_model("portfolio", "RoleAssignment")
    return held._default_manager.filter(person_id=user.pk, until=None).values("pilot_id")
