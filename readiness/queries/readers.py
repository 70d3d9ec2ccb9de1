"""Whom the minutes of a board concern, and who was mailed them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import LetterState, Membership, Role, User
from portfolio.models import RoleAssignment, RoleKind
from portfolio.queries.people import assignable
from readiness.models import Condition, Decision, Meeting, MinutesLetter
from readiness.queries.minutes import minutes

OFFERED = 60


@dataclass(frozen=True)
class Mailed:
    """`state` is what became of the letter, in words."""

    name: str
    at: datetime
    state: str


def readers(meeting: Meeting, user: User) -> tuple[list[User], list[Mailed]]:
    """Who is offered: owners and sponsors of its pilots, owners of its conditions, who decided,
    and the executives and managers over it, in sight of `user`; then who was mailed."""
    pilots = [line.pilot for line in minutes(meeting, user).lines]
    there = MinutesLetter.objects.filter(meeting=meeting).select_related("person", "letter")
    sent = list(there.order_by("at", "pk"))
    done = [one.person_id for one in sent if not failed(one)]
    roles = RoleAssignment.objects.open().filter(
        pilot__in=pilots, role__in=(RoleKind.OWNER, RoleKind.SPONSOR)
    )
    decisions = Decision.objects.filter(pilot__in=pilots, recorded_at__gte=meeting.started_at)
    lineage = meeting.unit.lineage if meeting.unit else "/"
    above = Q(unit=None) | Q(unit__in=_above(lineage))
    over = Membership.objects.current().filter(
        above, role__in=(Role.PORTFOLIO_MANAGER, Role.EXECUTIVE)
    )
    concerned = (
        Q(pk=user.pk)
        | Q(pk__in=roles.values("person"))
        | Q(pk__in=Condition.objects.filter(decision__in=decisions).values("owner"))
        | Q(pk__in=decisions.values("proposed_by"))
        | Q(pk__in=decisions.values("approved_by"))
        | Q(pk__in=over.values("user"))
    )
    people = assignable().filter(concerned).exclude(pk__in=done).order_by("name", "email")
    return list(people[:OFFERED]), [_mailed(one) for one in sent]


def failed(one: MinutesLetter) -> bool:
    """It never arrived: the person may be chosen again."""
    return one.letter is not None and one.letter.state == LetterState.FAILED


def _above(lineage: str) -> Sequence[int]:
    return [int(part) for part in lineage.split("/") if part]


def _mailed(one: MinutesLetter) -> Mailed:
    state = str(one.letter.get_state_display()).lower() if one.letter else "sent"
    return Mailed(str(one.person), one.at, "waits" if state == "planned" else state)
