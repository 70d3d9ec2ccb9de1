"""Stalled pilots for many people at once: the same few queries for one recipient or a hundred.

What one person gets is a subset of `Pilot.objects.visible_to(person)`: their own pilots (an open
role makes them visible) and, for managers and executives, what their roles let them see in their
part of the company. A test holds the two against each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.lookups import IsNull

from accounts.access import Roles, remember_roles, roles_of
from accounts.models import User
from portfolio.digests.content import AT_MOST, Line
from portfolio.digests.registry import Found
from portfolio.models import Flag, Pilot, RoleAssignment, RoleKind, Stage
from portfolio.models.flag import Severity
from portfolio.queries.burn import monthly, monthly_of_many
from portfolio.queries.flags import OpenFlag, open_flags
from portfolio.querysets import STALLING_RULES, PilotQuerySet

MINE = (RoleKind.OWNER, RoleKind.SPONSOR)
REASONS = 3
FIELDS = ("name", "stage", "stage_since", "stage_since_bound", "burn", "restricted")


@dataclass(frozen=True, slots=True)
class Stalled:
    """A stalled pilot as read."""

    id: int
    name: str
    stage: str
    stage_since: date | None
    stage_since_bound: date
    burn: Decimal | None
    restricted: bool
    unit: str
    lineage: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What people with the same roles see stalled: the worst pilots first, and the sums."""

    worst: tuple[int, ...]
    total: int
    burn: Decimal
    unknown_burn: int


class Batch:
    """Some recipients and the pilots that stall for them as of a day."""

    def __init__(self, recipients: Sequence[User], as_of: date) -> None:
        self.recipients, self.as_of = recipients, as_of
        remember_roles(recipients)

    def own(self) -> Mapping[int, Found]:
        """What each person owns or sponsors, worst first."""
        return {person: self._found(rows) for person, rows in self._mine.items()}

    def rest(self) -> Mapping[int, Found]:
        """What managers and executives see beside their own, worst first."""
        found = {}
        for person in self.recipients:
            roles = roles_of(person)
            if roles.sees_portfolio:
                found[person.pk] = self._without_own(person, roles)
        return {person: rest for person, rest in found.items() if rest.total}

    # --- what is read, each once ------------------------------------------------------------------

    @cached_property
    def _mine(self) -> Mapping[int, Sequence[Stalled]]:
        rows = _details(
            Pilot.objects.stalled(self.as_of)
            .filter(
                people__person__in=[person.pk for person in self.recipients],
                people__role__in=MINE,
                people__until=None,
            )
            .annotate(holder=F("people__person")),
            "holder",
            self.as_of,
        )
        found: dict[int, dict[int, Stalled]] = defaultdict(dict)
        for pilot, holder in rows:
            found[holder][pilot.id] = pilot
        return {person: list(pilots.values()) for person, pilots in found.items()}

    @cached_property
    def _scopes(self) -> Mapping[Roles, Scope]:
        kinds = {_kind(roles_of(p)) for p in self.recipients if roles_of(p).sees_portfolio}
        return {roles: _scope(roles, self.as_of) for roles in kinds}

    @cached_property
    def _pilots(self) -> Mapping[int, Stalled]:
        """Every pilot that may become a line."""
        known = {pilot.id: pilot for rows in self._mine.values() for pilot in rows}
        wanted = {pk for scope in self._scopes.values() for pk in scope.worst} - known.keys()
        if wanted:
            # Chosen by _scope from what these roles may see.
            rows = _details(
                Pilot.objects.filter(pk__in=wanted).annotate(holder=F("pk")), "holder", self.as_of
            )
            known |= {pilot.id: pilot for pilot, _ in rows}
        return known

    @cached_property
    def _flags(self) -> Mapping[int, Sequence[OpenFlag]]:
        return open_flags(self._pilots, self.as_of)

    @cached_property
    def _owners(self) -> Mapping[int, str]:
        held = RoleAssignment.objects.open().owners().filter(pilot__in=self._pilots)
        return {h.pilot_id: str(h.person) for h in held.select_related("person")}

    # --- putting together -------------------------------------------------------------------------

    def _without_own(self, person: User, roles: Roles) -> Found:
        scope = self._scopes[_kind(roles)]
        mine = {p.id for p in self._mine.get(person.pk, ())}
        counted = [p for p in self._mine.get(person.pk, ()) if _covers(roles, p)]
        return Found(
            lines=tuple(self._line(self._pilots[pk]) for pk in scope.worst if pk not in mine),
            total=scope.total - len(counted),
            burn=scope.burn - sum((p.burn or Decimal(0) for p in counted), Decimal(0)),
            unknown_burn=scope.unknown_burn - sum(p.burn is None for p in counted),
        )

    def _found(self, rows: Sequence[Stalled]) -> Found:
        worst = sorted(rows, key=self._gravity)[:AT_MOST]
        return Found(
            lines=tuple(self._line(pilot, mine=True) for pilot in worst),
            total=len(rows),
            burn=sum((p.burn or Decimal(0) for p in rows), Decimal(0)),
            unknown_burn=sum(p.burn is None for p in rows),
        )

    def _gravity(self, pilot: Stalled) -> tuple[int, date, int]:
        """Most grave findings first, then the longest standstill; `_scope` sorts alike."""
        stalling = [flag for flag in self._flags.get(pilot.id, ()) if flag.stalls]
        high = sum(flag.severity == Severity.HIGH for flag in stalling)
        return -high, min((f.since for f in stalling), default=self.as_of), pilot.id

    def _line(self, pilot: Stalled, *, mine: bool = False) -> Line:
        flags = [flag for flag in self._flags.get(pilot.id, ()) if not flag.snoozed]
        flags.sort(key=lambda flag: not flag.stalls)
        return Line(
            pilot=pilot.id, ref=f"{Pilot.REF_PREFIX}{pilot.id}", name=pilot.name, unit=pilot.unit,
            stage=Stage(pilot.stage).label, days=(self.as_of - pilot.stage_since_bound).days,
            at_least=pilot.stage_since is None, why=tuple(flag.why for flag in flags[:REASONS]),
            owner=self._owners.get(pilot.id, ""), mine=mine,
        )  # fmt: skip


def _details(pilots: PilotQuerySet, holder: str, as_of: date) -> Iterable[tuple[Stalled, int]]:
    pilots = pilots.annotate(burn=monthly(as_of)).order_by()
    rows = pilots.values_list("pk", *FIELDS, "unit__path", "unit__lineage", holder)
    return ((Stalled(*row[:-1]), row[-1]) for row in rows)


def _kind(roles: Roles) -> Roles:
    """The roles as far as they decide what one sees of the portfolio."""
    decides = frozenset({"auditor"}) & roles.codes
    return Roles(codes=decides, managed=roles.managed, decided=roles.decided)


def _in_charge(roles: Roles) -> tuple[str, ...]:
    return (*roles.managed, *roles.decided)


def _covers(roles: Roles, pilot: Stalled) -> bool:
    """Whether `_scope` of these roles counts this pilot."""
    visible = not pilot.restricted or roles.is_auditor or roles.manages(pilot.lineage)
    return visible and any(pilot.lineage.startswith(place) for place in _in_charge(roles))


def _scope(roles: Roles, as_of: date) -> Scope:
    seen = Pilot.objects.visible_by_role(roles)
    if "/" not in _in_charge(roles):
        place = Q()
        for lineage in _in_charge(roles):
            place |= Q(unit__lineage__startswith=lineage)
        seen = seen.filter(place)
    sums = seen.stalled(as_of).aggregate(
        total=Count("pk"),
        burn=Sum(monthly_of_many(as_of)),
        unknown=Count("pk", filter=Q(IsNull(monthly_of_many(as_of), True))),
    )
    worst = (
        Flag.objects.open()
        .filter(Q(snoozed_until=None) | Q(snoozed_until__lt=as_of))
        .filter(rule__in=STALLING_RULES, pilot__in=seen.active().not_on_hold(as_of))
        .values("pilot")
        .annotate(high=Count("pk", filter=Q(severity=Severity.HIGH)), first=Min("since"))
        .order_by("-high", "first", "pilot")
        .values_list("pilot", flat=True)[:AT_MOST]
    )
    return Scope(tuple(worst), sums["total"], sums["burn"] or Decimal(0), sums["unknown"])
