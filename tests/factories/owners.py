from accounts.models import User
from portfolio.actions import proposals
from portfolio.models import Channel, OwnerProposal, Pilot, RoleAssignment


def ask(pilot: Pilot, person: User, by: User, note: str = "") -> OwnerProposal:
    """Ask a person to own a pilot."""
    return proposals.propose(pilot=pilot, person=person, by=by, channel=Channel.WEB, note=note)


def accept(pilot: Pilot, by: User) -> RoleAssignment:
    """Say yes three times."""
    return proposals.accept(
        pilot=pilot, by=by, channel=Channel.WEB, cares=True, collects=True, decides=True
    )
