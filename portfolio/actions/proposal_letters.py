"""Mails about who is asked to own what; they wait a moment, so that a slip can be taken back."""

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.template.loader import render_to_string

from accounts.actions import letters
from accounts.models import User
from portfolio.models import OwnerProposal

WAIT = 10  # seconds in which whoever asked can take it back unnoticed
SHOWN = 20


def tell_asked(*, proposals: Sequence[OwnerProposal]) -> None:
    """One mail for each person, however many pilots they are asked to own."""
    by_person: dict[int, list[OwnerProposal]] = defaultdict(list)
    for proposal in proposals:
        by_person[proposal.person_id].append(proposal)
    for asked in by_person.values():
        first = asked[0]
        number = len(asked)
        what = f"{first.pilot.ref} {first.pilot.name}" if number == 1 else f"{number} pilots"
        letter = letters.write(
            person=first.person, subject=f"Will you own {what}?", wait=WAIT,
            about_pilots=True,
            body=_body("owner_asked", asked=asked[:SHOWN], more=number - SHOWN, first=first),
        )  # fmt: skip
        OwnerProposal.objects.filter(pk__in=[one.pk for one in asked]).update(letter=letter)


def tell_accepted(*, proposal: OwnerProposal, former: User | None) -> None:
    """The former owner and whoever asked learn that it is settled."""
    asked_by = proposal.asked_by
    others = {one.pk: one for one in (former, asked_by) if one and one.is_active}
    others.pop(proposal.person_id, None)
    for person in others.values():
        letters.write(
            person=person, subject=f"{proposal.person} owns {proposal.pilot.ref} now",
            about_pilots=True,
            body=_body("owner_accepted", proposal=proposal, former=former, person=person),
        )  # fmt: skip


def tell_declined(*, proposal: OwnerProposal) -> None:
    """Whoever asked has to ask somebody else."""
    asked_by = proposal.asked_by
    if asked_by and asked_by.is_active and asked_by.pk != proposal.person_id:
        letters.write(
            person=asked_by, subject=f"{proposal.person} does not take {proposal.pilot.ref}",
            about_pilots=True,
            body=_body("owner_declined", proposal=proposal),
        )  # fmt: skip


def call_back(*, proposal: OwnerProposal) -> None:
    """A letter that has not left does not leave; one about other pilots too still does."""
    letter = proposal.letter
    if letter and not OwnerProposal.objects.open().filter(letter=letter).exists():
        letters.call_back(letter=letter)


def _body(name: str, **context: object) -> str:
    return render_to_string(f"emails/{name}.txt", {"site": settings.SITE_URL, **context})
