"""Who may become the owner of a pilot: internal people who are here."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from portfolio.models import Pilot, RoleAssignment

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    id: int
    name: str
    email: str
    me: bool


@dataclass(frozen=True)
class Candidates:
    """The first people that match; `more` says that there are others."""

    people: tuple[Candidate, ...]
    more: bool


def assignable(*, outsiders: bool = False) -> QuerySet[User]:
    here = User.objects.filter(is_active=True)
    return here if outsiders else here.filter(is_internal=True)


def candidates(words: str, *, by: User, unit_id: int | None = None) -> Candidates:
    """People by name or address.

    Without words: oneself, then who owns pilots in the unit, of those that `by` may see.
    """
    people = assignable()
    for word in words.split()[:5]:
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if not words.strip():
        seen = Pilot.objects.visible_to(by)
        owns = (
            RoleAssignment.objects.open()
            .owners()
            .filter(person=OuterRef("pk"), pilot__in=seen.values("pk"))
        )
        if unit_id:
            owns = owns.filter(pilot__unit=unit_id)
        people = people.filter(Q(pk=by.pk) | Exists(owns))
    found = list(people.order_by("name", "email").values_list("pk", "name", "email")[: SHOWN + 1])
    shown = [Candidate(pk, name or email, email, pk == by.pk) for pk, name, email in found[:SHOWN]]
    return Candidates(tuple(sorted(shown, key=lambda c: not c.me)), len(found) > SHOWN)
