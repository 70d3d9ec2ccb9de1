"""Somebody is asked to own a pilot, and answers. Until they accept, whoever owned it still does."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import check_asked, may_edit
from portfolio.actions import events, flags, proposal_letters
from portfolio.actions.appointments import ask, check, end, retract
from portfolio.actions.pilots import locked
from portfolio.models import (
    ENDED_STAGES,
    OwnerProposal,
    Pilot,
    ProposalOutcome,
    RoleAssignment,
    RoleKind,
)

AT_ONCE = 200
# What makes an owner (source map B08); each is said and kept with the day.
STATEMENTS: Mapping[str, str] = {
    "cares": "I care how this turns out",
    "collects": "I collect what its users say",
    "decides": "I may decide what happens to it",
}


@transaction.atomic
def propose(
    *, pilot: Pilot, person: User, by: User, channel: str, note: str = "", batch: str = ""
) -> OwnerProposal:
    """Ask a person to own a pilot; a letter tells them. Asking the same person twice asks once."""
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the people of {pilot.ref}.")
    check(person, RoleKind.OWNER)
    held, asked = _owner(pilot), _asked(pilot)
    refuse(pilot, person, held, asked)
    if asked:
        return asked
    proposal = ask(
        pilot=pilot, person=person, by=by, channel=channel, note=text.clean(note, lines=True),
        former=held.person if held and held.person_id != person.pk else None,
        batch=batch or str(uuid4()),
    )  # fmt: skip
    if person.pk != by.pk:
        proposal_letters.tell_asked(proposals=[proposal])
    flags.sweep_pilots(pilots=[pilot.pk])
    return proposal


def refuse(
    pilot: Pilot, person: User, held: RoleAssignment | None, asked: OwnerProposal | None
) -> None:
    """Refuse to ask where there is nothing to ask."""
    if pilot.stage in ENDED_STAGES:
        raise Refused(f"{pilot.ref} has ended; it needs no owner.", field="person")
    if held and held.person_id == person.pk and held.accepted_on:
        raise Refused(f"{person} owns {pilot.ref} already.", field="person")
    if asked and asked.person_id != person.pk:
        raise Refused(
            f"{asked.person} has been asked to own {pilot.ref} since "
            f"{asked.asked_on:%-d %B %Y}. Take that back first.",
            field="person",
        )


@transaction.atomic
def accept(
    *, pilot: Pilot, by: User, channel: str, cares: bool, collects: bool, decides: bool
) -> RoleAssignment:
    """Become the owner from today: whoever was asked, is named already, or may edit the pilot.

    All three statements must be true. The former owner's interval ends today.
    """
    pilot = locked(pilot)
    held, asked = _owner(pilot), _asked(pilot)
    if held and held.person_id == by.pk and held.accepted_on:
        return held
    check_asked(by, pilot)
    mine = asked if asked and asked.person_id == by.pk else None
    check(by, RoleKind.OWNER)
    said = {"cares": cares, "collects": collects, "decides": decides}
    for name, yes in said.items():
        if not yes:
            raise Refused(
                f"An owner can say “{STATEMENTS[name]}”. If you cannot, decline and say why.",
                field=name,
            )
    today = clock.today()
    proposal = mine or OwnerProposal(
        pilot=pilot, person=by, asked_on=held.since if held and held.person_id == by.pk else today,
        former=held.person if held and held.person_id != by.pk else None, recorded_at=clock.now(),
    )  # fmt: skip
    proposal.outcome, proposal.answered_on = ProposalOutcome.ACCEPTED, today
    proposal.cares = proposal.collects = proposal.decides = True
    proposal.save()
    former = held if held and held.person_id != by.pk else None
    assignment = _own(pilot, by, held)
    events.record(
        verb="owner.accepted", by=by, channel=channel, pilot=pilot,
        before={"owner": former.person if former else None}, after={"owner": by, **said},
    )  # fmt: skip
    proposal_letters.tell_accepted(proposal=proposal, former=former.person if former else None)
    flags.sweep_pilots(pilots=[pilot.pk])
    return assignment


@transaction.atomic
def accept_many(
    *, pilots: Sequence[int], by: User, channel: str, cares: bool, collects: bool, decides: bool
) -> tuple[int, int]:
    """Accept several at once: (owned from today, left because nobody asks any more)."""
    if len(pilots) > AT_ONCE:
        raise Refused(f"At most {AT_ONCE} pilots can be accepted at once.")
    waiting = Q(owner_proposals__person=by, owner_proposals__outcome=ProposalOutcome.OPEN)
    named = Q(people__person=by, people__role=RoleKind.OWNER, people__until=None)
    rows = Pilot.objects.visible_to(by).active().filter(waiting | named, pk__in=pilots)
    owned = 0
    with flags.together():
        for pilot in rows.distinct().order_by("pk"):
            accept(
                pilot=pilot, by=by, channel=channel, cares=cares, collects=collects,
                decides=decides,
            )  # fmt: skip
            owned += 1
    return owned, len(set(pilots)) - owned


def _own(pilot: Pilot, by: User, held: RoleAssignment | None) -> RoleAssignment:
    today = clock.today()
    if held and held.person_id == by.pk:
        held.accepted_on = today
        held.save(update_fields=["accepted_on"])
        return held
    if held:
        end(held)
    return RoleAssignment.objects.create(
        pilot=pilot, person=by, role=RoleKind.OWNER, since=today, accepted_on=today,
        recorded_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def decline(*, pilot: Pilot, by: User, channel: str, reason: str) -> OwnerProposal:
    """Say no, with a reason. Who was only named lets go of the pilot today."""
    pilot = locked(pilot)
    held, asked = _owner(pilot), _asked(pilot)
    named = held if held and held.person_id == by.pk and not held.accepted_on else None
    mine = asked if asked and asked.person_id == by.pk else None
    if mine is None and named is None:
        raise Conflict(f"You are not asked to own {pilot.ref} any more.")
    reason = text.clean(reason, lines=True)
    if not reason:
        raise Refused("Say why, so that the next one can be asked.", field="reason")
    proposal = mine or OwnerProposal(
        pilot=pilot, person=by, asked_on=named.since if named else clock.today(),
        recorded_at=clock.now(),
    )  # fmt: skip
    proposal.outcome, proposal.answered_on = ProposalOutcome.DECLINED, clock.today()
    proposal.reason = reason
    proposal.save()
    if named:
        end(named)
    events.record(
        verb="owner.declined", by=by, channel=channel, pilot=pilot,
        before={"owner": by} if named else {"asked": by}, reason=reason,
    )  # fmt: skip
    proposal_letters.tell_declined(proposal=proposal)
    flags.sweep_pilots(pilots=[pilot.pk])
    return proposal


@transaction.atomic
def withdraw(*, proposal: OwnerProposal, by: User, channel: str) -> bool:
    """Take a question back; False when it has been answered meanwhile."""
    pilot = locked(proposal.pilot)
    open_ = OwnerProposal.objects.open().select_related("person")
    current = open_.select_for_update(of=("self",)).filter(pk=proposal.pk).first()
    if current is None:
        return False
    if current.asked_by_id != by.pk and not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the people of {pilot.ref}.")
    retract(current, by=by, channel=channel)
    flags.sweep_pilots(pilots=[pilot.pk])
    return True


def _owner(pilot: Pilot) -> RoleAssignment | None:
    return pilot.people.open().owners().select_related("person").first()


def _asked(pilot: Pilot) -> OwnerProposal | None:
    return pilot.owner_proposals.open().select_related("person", "asked_by", "pilot").first()
