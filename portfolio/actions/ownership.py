"""Who will own a pilot in twelve months, who answers when it breaks, who decides on feedback."""

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events, flags
from portfolio.actions.appointments import appoint, check, end
from portfolio.actions.pilots import locked
from portfolio.models import OwnershipAnswer, Pilot, RoleKind

ROLES = (RoleKind.OPERATIONS_OWNER, RoleKind.FEEDBACK_OWNER)


@transaction.atomic
def answer_twelve_months(
    *, pilot: Pilot, owner: User, operations_owner: User, feedback_owner: User, by: User,
    channel: str,
) -> OwnershipAnswer:  # fmt: skip
    """Answer the three questions with names, from today for a year.

    Who answers when it breaks and who decides on feedback hold those roles from today. A second
    answer on the same day takes the place of the first; earlier days stay as history.
    """
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not change the people of {pilot.ref}.")
    names = {
        "owner": owner, "operations_owner": operations_owner, "feedback_owner": feedback_owner,
    }  # fmt: skip
    for field, person in names.items():
        try:
            check(person, field)
        except Refused as refusal:
            raise Refused(refusal.sentence, field=field) from None
    today = clock.today()
    people = OwnershipAnswer.objects.select_related(*names).order_by("-answered_on", "-pk")
    last = people.filter(pilot=pilot).first()
    before = {name: getattr(last, name) for name in names} if last else {}
    if last and last.answered_on == today and before == names:
        return last
    answer, _ = OwnershipAnswer.objects.update_or_create(
        pilot=pilot, answered_on=today, defaults={**names, "by": by, "recorded_at": clock.now()}
    )
    events.record(
        verb="ownership.answered", by=by, channel=channel, pilot=pilot,
        before={f"later_{name}": person for name, person in before.items()},
        after={f"later_{name}": person for name, person in names.items()},
    )  # fmt: skip
    for role in ROLES:
        _hold(pilot, role, names[role], by, channel)
    flags.sweep_pilots(pilots=[pilot.pk])
    return answer


def _hold(pilot: Pilot, role: str, person: User, by: User, channel: str) -> None:
    """Let one person hold the role from today, and nobody beside them."""
    held = list(pilot.people.open().filter(role=role).select_related("person").order_by("pk"))
    others = [one for one in held if one.person_id != person.pk]
    former = None if len(others) < len(held) else next(iter(others), None)
    for one in others:
        if one is not former:
            end(one)
            events.record(
                verb="person.released", by=by, channel=channel, pilot=pilot,
                before={role: one.person},
            )  # fmt: skip
    if len(others) == len(held):
        appoint(pilot=pilot, person=person, role=role, by=by, channel=channel, former=former)
