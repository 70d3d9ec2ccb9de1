"""The one door to a pilot: who may see it, who may change it."""

from typing import Literal

from django.http import Http404

from accounts.access import roles_of
from accounts.models import User
from common.errors import NotAllowed
from portfolio.models import ImportRun, Pilot

Need = Literal["view", "edit", "manage"]


def get_pilot(user: User, ref: str, *, need: Need = "view") -> Pilot:
    """The pilot of that reference, if the person may see it and has the right.

    Http404 for what does not exist or may not be seen; NotAllowed for what may be
    seen but not done. "edit" follows an open role on the pilot, "manage" is a
    portfolio manager whose subtree holds it.
    """
    pilot = Pilot.objects.visible_to(user).select_related("unit").filter(pk=number(ref)).first()
    if pilot is None:
        raise Http404("There is no such pilot.")
    if need == "manage" and not may_manage(user, pilot):
        raise NotAllowed(f"Only a portfolio manager of {pilot.unit} may do this.")
    if need == "edit" and not may_edit(user, pilot):
        raise NotAllowed(
            f"Only the people of {pilot.ref} and its portfolio managers may change it."
        )
    return pilot


def number(ref: str) -> int:
    """The number in a reference such as "PIL-42"; Http404 when it is none."""
    digits = ref.upper().removeprefix(Pilot.REF_PREFIX)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise Http404("There is no such pilot.")
    return int(digits)


def may_manage(user: User, pilot: Pilot) -> bool:
    return roles_of(user).manages(pilot.unit.lineage)


def may_edit(user: User, pilot: Pilot) -> bool:
    if may_manage(user, pilot):
        return True
    return pilot.people.filter(person=user, until=None).exists()


def check_import(user: User) -> None:
    """NotAllowed for everyone who may not import."""
    if not roles_of(user).may_import:
        raise NotAllowed("Only portfolio managers and administrators import.")


def get_import(user: User, pk: int) -> ImportRun:
    """An import; rows about pilots the person may not see are left out by the queries."""
    check_import(user)
    run = ImportRun.objects.select_related("by").filter(pk=pk).first()
    if run is None:
        raise Http404("There is no such import.")
    return run
