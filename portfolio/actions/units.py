"""Units go out of use only when no pilot is left behind in them."""

from django.db import transaction

from accounts.access import require_units
from accounts.actions import unit_tree
from accounts.models import Unit, User
from common.errors import Refused
from portfolio.actions import events
from portfolio.models import Pilot

MOVE = "Move them first: choose them in the list and edit their unit."


@transaction.atomic
def retire(*, unit: Unit, by: User, channel: str) -> Unit:
    """Retire an empty unit. Restricted pilots that `by` may not know of stay in it unharmed."""
    require_units(by)
    left = Pilot.objects.visible_to(by).active().filter(unit=unit).count()
    if left:
        said = "1 active pilot belongs" if left == 1 else f"{left:,} active pilots belong"
        raise Refused(f"{said} to {unit}. {MOVE}")
    return unit_tree.retire(unit=unit, by=by, channel=channel)


@transaction.atomic
def merge(*, unit: Unit, into: Unit, by: User, channel: str) -> Unit:
    """Merge a unit, empty as far as `by` can see, into another.

    Restricted pilots that `by` may not know of go along with the roles: their managers keep them
    in sight, and no refusal tells that they exist.
    """
    require_units(by)
    left = Pilot.objects.visible_to(by).filter(unit=unit).count()
    if left:
        said = "1 pilot belongs" if left == 1 else f"{left:,} pilots belong"
        raise Refused(f"{said} to {unit}. {MOVE}")
    rest = Pilot.objects.filter(unit=unit).select_for_update(of=("self",))
    for pilot in rest.order_by("pk"):
        pilot.unit = into
        pilot.version += 1
        pilot.save(update_fields=["unit", "version"])
        events.record(
            verb="pilot.edited", by=by, channel=channel, pilot=pilot, before={"unit": unit},
            after={"unit": into},
        )  # fmt: skip
    return unit_tree.merge(unit=unit, into=into, by=by, channel=channel)
