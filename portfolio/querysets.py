"""The sentences one can say about pilots; each takes `as_of` instead of asking the clock."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Left, Length

from accounts.access import roles_of
from common.sought import sought, swapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser

    from accounts.access import Roles
    from accounts.models import User
    from portfolio.models import Pilot  # noqa: F401  (named in the class line below)

ACTIVE = ("idea", "poc", "pilot", "rollout", "production")
ALIKE_MAX = 500  # pilots that only come close; more would help nobody
STALLING_RULES = ("STALE_POC", "GONE_QUIET", "NO_UPDATE", "DECISION_OVERDUE", "NO_OWNER")


def open_flags(as_of: date, **conditions: object) -> models.QuerySet[models.Model]:
    """Open, unsnoozed flags of the pilot of the outer query."""
    flag = apps.get_model("portfolio", "Flag")
    return flag._default_manager.filter(
        Q(snoozed_until=None) | Q(snoozed_until__lt=as_of),
        pilot=OuterRef("pk"),
        closed_at=None,
        **conditions,
    )


# Days no date reaches. By them lists sort unknown dates last, upwards and downwards.
FAR, LONG_AGO = date(9999, 12, 31), date(1, 1, 1)


def known_or(field: str, stand_in: date) -> Coalesce:
    """The date, or this one when it is unknown; the very expression the index holds."""
    return Coalesce(F(field), Value(stand_in), output_field=models.DateField())


def folded(given: str | Value | Func) -> Func:
    """A text as it is searched: small letters without accents. The indexes hold this expression."""
    # A plain Func, as a migration writes it.
    return Func(given, function="portfolio_folded", output_field=models.TextField())


class _Alike(Func):
    """Whether a word stands in a text, more or less; `<%` knows the trigram index."""

    template = "(%(expressions)s)"
    arg_joiner = " <%% "
    output_field = models.BooleanField()


def searched_text() -> Func:
    """Name, why and summary as one text that begins with a space, so that " ai" finds words."""
    return Func(
        F("name"),
        F("problem"),
        F("summary"),
        # In alphabetical order, as a migration writes them: else each looks like a new index.
        arg_joiner=" || ' ' || ",
        output_field=models.TextField(),
        template="(' ' || %(expressions)s)",
    )


class PilotQuerySet(models.QuerySet["Pilot"]):
    def visible_to(self, user: "User | AnonymousUser") -> "PilotQuerySet":
        """Everything a person may know of. Every read starts here.

        Open pilots are seen by everyone signed in; restricted ones by people with an
        open role on them or asked to own them, managers whose subtree holds them, and auditors.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self._seen(roles_of(user), _own(user))

    def visible_by_role(self, roles: "Roles") -> "PilotQuerySet":
        """What these roles alone let see, for asking once for many people who hold the same."""
        return self._seen(roles, Q())

    def _seen(self, roles: "Roles", own: Q) -> "PilotQuerySet":
        if roles.sees_everything:
            return self
        return self.filter(Q(restricted=False) | _managed(roles, own))

    def restricted_to(self, user: "User") -> "PilotQuerySet":
        """The restricted pilots among those visible to the person, found by what they hold."""
        roles, hidden = roles_of(user), self.filter(restricted=True)
        if roles.sees_everything:
            return hidden
        return hidden.filter(_managed(roles, _own(user)))

    def editable_by(self, user: "User") -> "PilotQuerySet":
        """Pilots the person may edit: an open role on them, or managed by the person."""
        roles = roles_of(user)
        if "/" in roles.managed:
            return self
        return self.filter(_managed(roles, Q(pk__in=_held_by(user))))

    def managed_by(self, user: "User") -> "PilotQuerySet":
        """Pilots in the units the person manages as a portfolio manager."""
        roles = roles_of(user)
        if not roles.managed:
            return self.none()
        return self if "/" in roles.managed else self.filter(_managed(roles, Q()))

    def active(self) -> "PilotQuerySet":
        return self.filter(stage__in=ACTIVE)

    def on_hold(self, as_of: date) -> "PilotQuerySet":
        return self.filter(on_hold_until__gte=as_of)

    def not_on_hold(self, as_of: date) -> "PilotQuerySet":
        return self.filter(Q(on_hold_until=None) | Q(on_hold_until__lt=as_of))

    def flagged(self, rule: str, as_of: date) -> "PilotQuerySet":
        """Pilots on which this rule is open and not snoozed."""
        return self.filter(Exists(open_flags(as_of, rule=rule)))

    def stalled(self, as_of: date) -> "PilotQuerySet":
        """Active, not on hold, with an open unsnoozed flag that means standstill."""
        return (
            self.active()
            .not_on_hold(as_of)
            .filter(Exists(open_flags(as_of, rule__in=STALLING_RULES)))
        )

    def search(self, typed: str) -> "PilotQuerySet":
        """What was typed is meant: what `matching` finds; if that is nothing, names like it; if
        there are none, texts like it.

        Up to two small questions to the database now, so that the query itself stays one that
        an index answers.
        """
        what = sought(typed)
        found = self.matching(typed)
        if not what.words or what.certain or found.order_by().exists():
            return found
        near = self.alike(typed)
        if not near.order_by().exists():
            near = self.alike(typed, texts=True)
        return self.filter(pk__in=near.order_by().values("pk")[:ALIKE_MAX])

    def matching(self, typed: str) -> "PilotQuerySet":
        """Every word stands in the name, the why or the summary, or it is the reference.

        Accents and case do not matter. Words of one or two letters match the beginning of a
        word: a trigram index knows nothing shorter than three characters.
        """
        what = sought(typed)
        if not what.words:
            return self
        if what.certain and what.number is not None:
            return self.filter(pk=what.number)
        found = Q()
        for word in what.words:
            found &= Q(text__contains=folded(Value(word if len(word) > 2 else f" {word}")))
        if what.number is not None:
            found |= Q(pk=what.number)
        return self.alias(text=folded(searched_text())).filter(found)

    def alike(self, typed: str, *, texts: bool = False) -> "PilotQuerySet":
        """Every word stands in the name, give or take a slip of the finger; with `texts` anywhere
        in the text: letters left out, doubled, mistyped or swapped. Words of three letters or
        fewer have no room for that.

        How near is near enough is set per connection, see portfolio.apps.
        """
        words = sought(typed).words
        where = folded(searched_text() if texts else "name")
        near, found = Q(), self.alias(near=where)
        for word in words:
            if len(word) <= 3:
                found = found.matching(word)
                continue
            like = Q(_Alike(folded(Value(word)), where))
            for other in swapped(word):
                like |= Q(near__contains=folded(Value(other)))
            near &= like
        return found.filter(near) if near else self.none()

    def within(self, unit_id: int) -> "PilotQuerySet":
        """Pilots of this unit and everything below it."""
        unit = apps.get_model("accounts", "Unit")._default_manager
        lineage = unit.filter(pk=unit_id).values("lineage")[:1]
        return self.filter(unit__in=unit.filter(lineage__startswith=models.Subquery(lineage)))

    def in_units_of(self, user: "User") -> "PilotQuerySet":
        """In the units one's roles are limited to, and below; without such a role where one's own
        pilots are."""
        roles = roles_of(user)
        unit = apps.get_model("accounts", "Unit")._default_manager
        lineages = {*roles.managed, *roles.created, *roles.decided} - {"/"}
        if lineages:
            inside = Q()
            for lineage in sorted(lineages):
                inside |= Q(lineage__startswith=lineage)
            return self.filter(unit__in=unit.filter(inside))
        own = unit.filter(pilots__in=_held_by(user))
        here = Left(OuterRef("lineage"), Length("lineage"))
        return self.filter(unit__in=unit.filter(Exists(own.filter(lineage=here))))

    def tagged_with(self, keys: "Sequence[str]", *, every: bool) -> "PilotQuerySet":
        """Carrying one of these tags, or every one of them."""
        links = apps.get_model("portfolio", "PilotTag")._default_manager
        if not every:
            return self.filter(pk__in=links.filter(tag__key__in=keys).values("pilot_id"))
        found = self
        for key in keys:
            found = found.filter(pk__in=links.filter(tag__key=key).values("pilot_id"))
        return found

    def restricted_for(self, user: "User") -> "PilotQuerySet":
        """The restricted ones among those visible to this person.

        Says again who sees them: beside "open or mine" the database cannot tell that few remain.
        """
        return self.restricted_to(user)

    def without_owner(self) -> "PilotQuerySet":
        return self.filter(~Exists(_open_roles().filter(pilot=OuterRef("pk"), role="owner")))

    def without_metric(self) -> "PilotQuerySet":
        metric = apps.get_model("portfolio", "Metric")._default_manager
        return self.filter(~Exists(metric.filter(pilot=OuterRef("pk"), until=None)))

    def decision_overdue(self, as_of: date) -> "PilotQuerySet":
        """Not shipped, not ended, and the day to decide by has passed."""
        due = self.alias(due=known_or("decide_by", FAR)).filter(due__lt=as_of)
        return due.filter(stage__in=ACTIVE, shipped=False)

    def held_by(self, user: "User") -> "PilotQuerySet":
        """Pilots on which the person holds a role, whichever."""
        return self.filter(pk__in=_held_by(user))

    def owned_by(self, user: "User") -> "PilotQuerySet":
        return self.filter(pk__in=_held_by(user).filter(role="owner"))


class PilotManager(models.Manager["Pilot"].from_queryset(PilotQuerySet)):  # type: ignore[misc]
    """The pilots there are. Removed and merged ones are kept, but counted and shown nowhere:
    who means those too says `Pilot.everything`."""

    def get_queryset(self) -> PilotQuerySet:
        found: PilotQuerySet = super().get_queryset()
        return found.filter(removed_at=None)


def _managed(roles: "Roles", own: Q) -> Q:
    """One's own, or in a unit one manages."""
    for lineage in roles.managed:
        own |= Q(unit__lineage__startswith=lineage)
    return own


def _own(user: "User | AnonymousUser") -> Q:
    """Pilots on which the person holds a role, or which they are asked to own."""
    return Q(pk__in=_held_by(user)) | Q(pk__in=_asked_of(user))


def _open_roles() -> models.QuerySet[models.Model]:
    return apps.get_model("portfolio", "RoleAssignment")._default_manager.filter(until=None)


def _held_by(user: "User | AnonymousUser") -> models.QuerySet[models.Model, Any]:
    return _open_roles().filter(person_id=user.pk).values("pilot_id")


def _asked_of(user: "User | AnonymousUser") -> models.QuerySet[models.Model, Any]:
    asked = apps.get_model("portfolio", "OwnerProposal")._default_manager
    return asked.filter(person_id=user.pk, outcome="open").values("pilot_id")
