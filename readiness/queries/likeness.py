"""How much a pilot is like those that ship (source map D27): four traits, each there or not.

Experience of others, not a forecast: it is told as a count with the doors to what is missing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from portfolio.models import Metric, Pilot
from portfolio.models.stage import ENDED_STAGES
from readiness.models import State
from readiness.queries.derived import Derived, DerivedList
from readiness.queries.shares import proof_of
from readiness.queries.signs import MONITORING
from readiness.querysets import AnswerQuerySet

TRAITS = {
    "pipelines": "Data pipelines before the model",
    "monitoring": "Monitoring",
    "fallback": "A fallback",
    "metric": "A clear business metric",
}
"""What pilots that shipped had and the others had not (D27): experience, not arithmetic."""
PIPELINES, FALLBACK = ("full.continuous_pipeline",), ("production.fallback",)
TRAIT_DOORS: Mapping[str, tuple[str, str, str]] = {
    "pipelines": ("pilot-checklist", "full", "item-continuous_pipeline"),
    "monitoring": ("pilot-checklist", "full", "item-monitoring_live"),
    "fallback": ("pilot-checklist", "production", "item-fallback"),
    "metric": ("pilot", "", "metrics"),
}
TRAIT_WHY: Mapping[str, tuple[str, str]] = {
    "pipelines": (
        "Nobody has shown that its data arrives by itself.", "Shown: its data arrives by itself.",
    ),
    "monitoring": (
        "Nobody has shown how it is watched, or what alerts.",
        "Shown: how it is watched, or what alerts.",
    ),
    "fallback": (
        "Nobody has shown what happens when it fails.", "Shown: what happens when it fails.",
    ),
    "metric": ("No success metric has a target.", "A success metric has a target."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """Which traits of pilots that shipped a pilot has."""

    pipelines: bool
    monitoring: bool
    fallback: bool
    metric: bool

    @property
    def of_traits(self) -> tuple[bool, ...]:
        """In the order of TRAITS."""
        return tuple(getattr(self, code) for code in TRAITS)

    @property
    def points(self) -> int:
        """The badge, from 0 to 4."""
        return sum(self.of_traits)


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait of pilots that shipped, as a packet keeps it."""

    code: str
    words: str
    met: bool

    def url(self, ref: str) -> str:
        """Where it is shown."""
        page, part, place = TRAIT_DOORS[self.code]
        return f"{reverse(page, args=[ref, part] if part else [ref])}#{place}"


def likeness(pilots: Collection[int], as_of: date) -> dict[int, Likeness]:
    """How much these pilots are like those that ship (D27); one statement. What is shown by
    evidence counts; a waiver or "not applicable" does not, for the thing is not there then."""
    clear = Metric.objects.filter(pilot=OuterRef("pk"), until=None, target__isnull=False)
    found = Pilot.objects.filter(pk__in=pilots).annotate(
        like_data=Exists(_shown(PIPELINES, as_of)), like_watch=Exists(_shown(MONITORING, as_of)),
        like_fallback=Exists(_shown(FALLBACK, as_of)), like_metric=Exists(clear),
    )  # fmt: skip
    names = ("like_data", "like_watch", "like_fallback", "like_metric")
    return {pk: Likeness(*rest) for pk, *rest in found.order_by().values_list("pk", *names)}


def _shown(keys: Collection[str], as_of: date) -> AnswerQuerySet:
    return proof_of(keys).met(as_of).filter(state__in=(State.ATTESTED, State.VERIFIED))


def traits(pilot: Pilot, as_of: date) -> tuple[Trait, ...]:
    """The traits of one pilot on its way to production; none for one that shipped or ended, of
    which one need not guess any more. One statement."""
    if pilot.shipped or pilot.stage in ENDED_STAGES:
        return ()
    has = likeness([pilot.pk], as_of)[pilot.pk]
    return tuple(
        Trait(code, words, met)
        for (code, words), met in zip(TRAITS.items(), has.of_traits, strict=True)
    )


def ships_like(pilot: Pilot, as_of: date) -> DerivedList | None:
    """The traits as a list with their doors; None where there is nothing to guess."""
    found = traits(pilot, as_of)
    if not found:
        return None
    items = tuple(
        Derived(one.code, one.words, one.met, TRAIT_WHY[one.code][one.met], one.url(pilot.ref))
        for one in found
    )
    return DerivedList("ships_like", "Traits of pilots that shipped", items, "are missing")
