"""The filter of pilot lists: one for the screen, the export and every link to rows.

The parameters are listed for people in docs/guide/pilots.md.
"""

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef

from accounts.models import User
from common import text
from common.registry import pilot_narrowings
from portfolio.models import Flag, Health, Pilot, RoleAssignment, Stage
from portfolio.models.pilot import Audience, DataClass, Hosting
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries import freshness
from portfolio.querysets import ACTIVE, PilotQuerySet

STATES = {
    "active": "active",
    "stalled": "stalled",
    "hold": "on hold",
    "ended": "ended",
    "shipped": "shipped",
    "underway": "on their way",
    "lost": "stopped without shipping",
}
HEALTHS = {**dict(Health.choices), "none": "No update"}
SNOOZED = {"0": "not snoozed", "1": "snoozed", "any": "snoozed or not"}
ENTRIES = {"known": "stage entry known", "unknown": "stage entry unknown"}
DECIDES = {
    "none": "no decide-by date",
    "overdue": "decision overdue",
    "30": "to be decided within 30 days",
}
UNKNOWN = {"unknown": "unknown"}
THIRD = {"yes": "yes", "no": "no", **UNKNOWN}
TAGGED = {"any": "any of these tags", "all": "all of these tags"}
SOON = timedelta(days=30)
RULE = RegexValidator(r"^(any|[A-Z][A-Z0-9_]{1,39})$", "Not a flag rule.")
UNIT = RegexValidator(r"^(mine|[1-9][0-9]{0,17})$", "Not a unit.")
TAGS = 10  # in one filter
OWNER = RegexValidator(r"^(none|me|[0-9]{1,18})$", "Not a person.")


class Light:
    """A filter that is cheap to have: a FilterSet deep-copies all of them for every request."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Light":
        own = copy.copy(self)
        own.method = own.method  # Binds the copy's method to the copy.
        return own

    method: Any


class Choice(Light, django_filters.ChoiceFilter):  # type: ignore[misc]
    pass


class Char(Light, django_filters.CharFilter):  # type: ignore[misc]
    pass


class Day(Light, django_filters.DateFilter):  # type: ignore[misc]
    pass


class PilotFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Filters what it is given; start from `Pilot.objects.visible_to(user)`."""

    q = Char(method="by_words")
    state = Choice(method="by_state", choices=list(STATES.items()))
    stage = Choice(choices=Stage.choices)
    unit = Char(method="by_unit", validators=[UNIT])
    health = Choice(method="by_health", choices=list(HEALTHS.items()))
    freshness = Choice(method="by_freshness", choices=list(freshness.WORDS.items()))
    owner = Char(method="by_owner", validators=[OWNER])
    flag = Char(method="by_flag", validators=[RULE])
    snoozed = Choice(method="by_snoozed", choices=list(SNOOZED.items()))
    tag = Char(method="by_tag", max_length=600)
    tagged = Choice(method="by_nothing", choices=list(TAGGED.items()))
    audience = Choice(method="by_code", choices=[*Audience.choices, *UNKNOWN.items()])
    data_class = Choice(method="by_code", choices=[*DataClass.choices, *UNKNOWN.items()])
    hosting = Choice(method="by_code", choices=[*Hosting.choices, *UNKNOWN.items()])
    third_party = Choice(method="by_third_party", choices=list(THIRD.items()))
    metric = Choice(method="by_metric", choices=[("none", "no success metric")])
    decide = Choice(method="by_decide", choices=list(DECIDES.items()))
    decide_from = Day(field_name="decide_by", lookup_expr="gte")
    decide_to = Day(field_name="decide_by", lookup_expr="lte")
    restricted = Choice(method="by_restricted", choices=[("1", "restricted"), ("0", "open")])
    entered = Choice(method="by_entered", choices=list(ENTRIES.items()))
    entered_from = Day(field_name="stage_since_bound", lookup_expr="gte")
    entered_to = Day(field_name="stage_since_bound", lookup_expr="lte")

    class Meta:
        model = Pilot
        fields: list[str] = []

    def __init__(
        self, data: Mapping[str, Any], queryset: PilotQuerySet, *, user: User, as_of: date,
        exact: bool = False,
    ) -> None:  # fmt: skip
        """`exact` takes words as they are written, which asks the database nothing beforehand."""
        self.user, self.as_of, self.exact = user, as_of, exact
        # Only what was asked: each filter and its field are copied for every request.
        asked = {name: one for name, one in _known().items() if data.get(name)}
        self.__dict__["base_filters"] = asked
        super().__init__(data, queryset)

    def get_form_class(self) -> type[forms.Form]:
        return _form_class(tuple(self.filters))

    @property
    def chosen(self) -> dict[str, str]:
        """The parameters that filter, as they stand in an address; unreadable ones are left out."""
        valid = self.form.cleaned_data if self.form.is_bound and not self.errors else self._valid()
        return {n: str(self.data[n]) for n in self.filters if valid.get(n) not in (None, "")}

    @property
    def unreadable(self) -> list[str]:
        """Parameters that were left out because their value means nothing."""
        return [f"{name}={self.data.get(name, '')}" for name in self.errors]

    def _valid(self) -> dict[str, Any]:
        form: forms.Form = self.form
        form.is_valid()
        return form.cleaned_data

    def by_words(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        return pilots.matching(value) if self.exact else pilots.search(value)

    def by_state(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        if value == "active":
            return pilots.active()
        if value == "stalled":
            return pilots.stalled(self.as_of)
        if value == "hold":
            return pilots.active().on_hold(self.as_of)
        if value == "ended":
            return pilots.filter(stage__in=ENDED_STAGES)
        if value == "underway":
            return pilots.active().filter(shipped=False)
        if value == "lost":
            return pilots.filter(stage=Stage.STOPPED, shipped=False)
        return pilots.filter(shipped=True)

    def by_unit(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        """`mine` is where one holds a role; who holds none in a unit, where one's pilots are."""
        return pilots.in_units_of(self.user) if value == "mine" else pilots.within(int(value))

    def by_tag(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        keys = list(dict.fromkeys(key for one in value.split(",") if (key := text.key(one))))
        if not keys:
            return pilots
        return pilots.tagged_with(keys[:TAGS], every=self.form.cleaned_data.get("tagged") == "all")

    def by_nothing(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        """Says how another filter is meant."""
        return pilots

    def by_code(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        return pilots.filter(**{name: "" if value == "unknown" else value})

    def by_third_party(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        return pilots.filter(third_party={"yes": True, "no": False}.get(value))

    def by_registered(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        narrowed: PilotQuerySet = pilot_narrowings.get(name).narrow(pilots, value, self.as_of)
        return narrowed

    def by_health(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        return pilots.filter(health="" if value == "none" else value)

    def by_freshness(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        return freshness.having(pilots, value, self.as_of)

    def by_owner(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        if value == "none":
            return pilots.without_owner()
        if value == "me":
            return pilots.owned_by(self.user)
        held = RoleAssignment.objects.open().owners().filter(person_id=int(value))
        return pilots.filter(pk__in=held.values("pilot_id"))

    def by_flag(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        """With `snoozed`: snoozed=0 (the same as leaving it out) does not count snoozed flags."""
        snoozed = self.form.cleaned_data.get("snoozed") or "0"
        return self._flagged(pilots, value, snoozed)

    def by_snoozed(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        """Alone it means any rule; beside `flag` that filter has done it."""
        if self.form.cleaned_data.get("flag"):
            return pilots
        return self._flagged(pilots, "any", value)

    def _flagged(self, pilots: PilotQuerySet, rule: str, snoozed: str) -> PilotQuerySet:
        flags = Flag.objects.open().filter(pilot=OuterRef("pk"))
        if rule != "any":
            flags = flags.filter(rule=rule)
        if snoozed == "0":
            flags = flags.exclude(snoozed_until__gte=self.as_of)
        elif snoozed == "1":
            flags = flags.filter(snoozed_until__gte=self.as_of)
        return pilots.filter(Exists(flags))

    def by_metric(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        return pilots.without_metric()

    def by_decide(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        if value == "none":
            return pilots.filter(decide_by=None)
        if value == "30":
            soon = pilots.filter(decide_by__range=(self.as_of, self.as_of + SOON))
            return soon.filter(stage__in=ACTIVE, shipped=False)
        return pilots.decision_overdue(self.as_of)

    def by_restricted(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        if value == "0":
            return pilots.filter(restricted=False)
        return pilots.restricted_for(self.user)

    def by_entered(self, pilots: PilotQuerySet, name: str, value: str) -> PilotQuerySet:
        return pilots.filter(stage_since__isnull=value == "unknown")


def _known() -> dict[str, Any]:
    """The filters of this app and those that others registered."""
    others = {
        name: _registered(name, tuple(one.choices.items()))
        for name, one in pilot_narrowings.items()
    }
    return {**PilotFilter.declared_filters, **others}


@cache
def _registered(name: str, choices: tuple[tuple[str, str], ...]) -> Choice:
    made = Choice(method="by_registered", choices=list(choices))
    made.field_name, made.model = name, Pilot
    return made


@lru_cache(maxsize=512)
def _form_class(names: tuple[str, ...]) -> type[forms.Form]:
    """The form of these filters, made once: it is the same for everyone."""
    fields = {name: _known()[name].field for name in names}
    return type("PilotFilterForm", (forms.Form,), fields)
