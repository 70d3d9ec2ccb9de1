"""Proposed decisions that wait for a person's answer."""

from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.access import roles_of
from accounts.models import User
from common.registry import Ask
from portfolio.models import Pilot
from readiness.models import Proposal, ProposalState

MOST = 200


def asked(person: User, as_of: date) -> list[Ask]:
    """What somebody else proposed and this person may approve, the oldest first. One query; none
    for who decides nothing."""
    roles = roles_of(person)
    over = Q()
    for lineage in {*roles.managed, *roles.decided}:
        over |= Q(pilot__unit__lineage__startswith=lineage)
    if not over:
        return []
    rows = Proposal.objects.filter(
        over, state=ProposalState.WAITING, pilot__in=Pilot.objects.visible_to(person)
    )
    rows = rows.exclude(proposed_by=person).select_related("pilot", "proposed_by")
    return [_ask(row) for row in rows.order_by("proposed_at", "pk")[:MOST]]


def instead_of_more_time(pilot: Pilot) -> str:
    """Why no more time can be asked for: one proposal about a pilot waits at a time, whatever it
    is. "" when none does."""
    rows = Proposal.objects.filter(pilot=pilot, state=ProposalState.WAITING)
    one = rows.select_related("proposed_by").first()
    if one is None:
        return ""
    return (
        f"{one.proposed_by} proposed “{one.get_outcome_display()}” already; that is answered first."
    )


def _ask(row: Proposal) -> Ask:
    where = f", to {row.get_to_stage_display()}" if row.from_stage != row.to_stage else ""
    return Ask(
        title=f"Approve or decline “{row.get_outcome_display()}”{where} for",
        ref=row.pilot.ref, name=row.pilot.name,
        why=f"{row.proposed_by} proposed it: {row.reason}",  # No day: somebody waits for it now.
        url=f"{reverse('pilot-packet', args=[row.pilot.ref])}#decide", button="Open the packet",
    )  # fmt: skip
