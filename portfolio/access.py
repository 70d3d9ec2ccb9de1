"""The one door to a pilot: who may see it, who may change it."""

from typing import Literal

from django.http import Http404

from accounts.access import roles_of
from accounts.models import User
from common.errors import Conflict, NotAllowed
from portfolio.models import ImportRun, Pilot, SavedView

Need = Literal["view", "edit", "manage", "decide"]


def get_pilot(user: User, ref: str, *, need: Need = "view") -> Pilot:
    """The pilot of that reference, if the person may see it and has the right.

    Http404 for what does not exist or may not be seen, Gone when it was removed; NotAllowed for
    what may be seen but not done. "edit" follows an open role on the pilot, "manage" is a
    portfolio manager whose subtree holds it, "decide" such a manager or an executive over it.
    """
    pilot = Pilot.objects.visible_to(user).select_related("unit").filter(pk=number(ref)).first()
    if pilot is None:
        raise _missing(user, number(ref))
    if need == "manage" and not may_manage(user, pilot):
        raise NotAllowed(f"Only a portfolio manager of {pilot.unit} may do this.")
    if need == "decide" and not may_decide(user, pilot):
        raise NotAllowed(f"Only executives and portfolio managers of {pilot.unit} may do this.")
    if need == "edit" and not may_edit(user, pilot):
        raise NotAllowed(
            f"Only the people of {pilot.ref} and its portfolio managers may change it."
        )
    return pilot


class Gone(Http404):
    """The pilot was removed or merged. `may_take_back` says who reads it."""

    def __init__(self, pilot: Pilot, *, into: str, may_take_back: bool) -> None:
        super().__init__("There is no such pilot.")
        self.pilot, self.into, self.may_take_back = pilot, into, may_take_back

    @property
    def sentence(self) -> str:
        what = f"merged into {self.into}" if self.into else "removed"
        return f"{self.pilot.ref} was {what}; it is in no list and no count any more."


def _missing(user: User, pk: int) -> Http404:
    """What to say about a pilot that is not there, as far as the person may know."""
    seen = Pilot.everything.visible_to(user)
    pilot = seen.select_related("unit").filter(pk=pk, removed_at__isnull=False).first()
    if pilot is None:
        return Http404("There is no such pilot.")
    into = seen.filter(pk=pilot.merged_into_id).first() if pilot.merged_into_id else None
    return Gone(pilot, into=into.ref if into else "", may_take_back=may_manage(user, pilot))


def get_removed(user: User, ref: str) -> Pilot:
    """A removed or merged pilot, for a manager who might take it back; Http404 for one that is
    not removed."""
    missing = _missing(user, number(ref))
    if not isinstance(missing, Gone):
        get_pilot(user, ref, need="manage")
        raise Http404("That pilot is not removed.")
    if not missing.may_take_back:
        unit = missing.pilot.unit
        raise NotAllowed(f"Only a portfolio manager of {unit} may do this.")
    return missing.pilot


def check_manager(user: User) -> None:
    """NotAllowed for everyone who manages no unit."""
    if not roles_of(user).managed:
        raise NotAllowed("Only portfolio managers open this page.")


def number(ref: str) -> int:
    """The number in a reference such as "PIL-42"; Http404 when it is none."""
    digits = ref.upper().removeprefix(Pilot.REF_PREFIX)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise Http404("There is no such pilot.")
    return int(digits)


def may_manage(user: User, pilot: Pilot) -> bool:
    return roles_of(user).manages(pilot.unit.lineage)


def may_decide(user: User, pilot: Pilot) -> bool:
    """Executives and managers whose subtree holds the pilot; restricted ones must be visible."""
    roles = roles_of(user)
    over = any(pilot.unit.lineage.startswith(lineage) for lineage in roles.decided)
    if roles.manages(pilot.unit.lineage):
        return True
    return over and (not pilot.restricted or may_edit(user, pilot))


def may_edit(user: User, pilot: Pilot) -> bool:
    if may_manage(user, pilot):
        return True
    return pilot.people.filter(person=user, until=None).exists()


def check_asked(user: User, pilot: Pilot) -> None:
    """Whoever is asked to own the pilot, is named its owner, or may edit it, may take it.

    Conflict for who was asked and is not any more; NotAllowed for everybody else.
    """
    if may_edit(user, pilot) and not _asks_another(user, pilot):
        return
    mine = pilot.owner_proposals.filter(person=user)
    if mine.open().exists():
        return
    asked = pilot.owner_proposals.open().select_related("person").first()
    sentence = f"You are not asked to own {pilot.ref}."
    if asked:
        sentence = f"Somebody else is asked to own {pilot.ref} now: {asked.person}."
    if mine.exists():
        raise Conflict(sentence.replace("not asked to", "not asked any more to"))
    raise NotAllowed(sentence)


def _asks_another(user: User, pilot: Pilot) -> bool:
    named = pilot.people.open().owners().filter(person=user)
    asked = pilot.owner_proposals.open().exclude(person=user)
    return asked.exists() and not named.exists()


def may_restrict(user: User, pilot: Pilot) -> bool:
    """Who decides whether everybody sees it: its owner and its managers. A reviewer from outside
    may edit, but cannot open a restricted pilot to everybody."""
    if may_manage(user, pilot):
        return True
    return pilot.people.open().owners().filter(person=user).exists()


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


def get_view(user: User, slug: str, *, need: Literal["view", "edit"] = "view") -> SavedView:
    """A saved view, if it is the person's own or shared; Http404 for those of others.

    "edit" is for its maker and, when it is shared, for portfolio managers.
    """
    view = SavedView.objects.visible_to(user).filter(slug=slug).first()
    if view is None:
        raise Http404("There is no such view.")
    if need == "edit" and not may_edit_view(user, view):
        raise NotAllowed("Only its maker and portfolio managers change a shared view; copy it.")
    return view


def may_edit_view(user: User, view: SavedView) -> bool:
    return view.maker_id == user.pk or (view.shared and bool(roles_of(user).managed))
