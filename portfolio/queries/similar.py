"""Pilots with a similar name, shown before another one is registered."""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Value

from accounts.models import User
from portfolio.models import Pilot, Stage
from portfolio.querysets import folded

SHOWN = 5
ALIKE = 0.45  # of trigrams shared; the database's own threshold, 0.3, is the wider net


@dataclass(frozen=True, slots=True)
class Similar:
    ref: str
    name: str
    unit: str
    stage: str


def similar(name: str, *, user: User) -> tuple[Similar, ...]:
    """The likest visible pilots, at most SHOWN. One query by the trigram index."""
    if len(name.strip()) < 4:
        return ()
    wanted = folded(Value(name[:200]))
    found = (
        Pilot.objects.visible_to(user)
        .annotate(folded=folded("name"), likeness=TrigramSimilarity(folded("name"), wanted))  # type: ignore[arg-type]
        .filter(folded__trigram_similar=wanted, likeness__gte=ALIKE)
        .order_by("-likeness", "id")
        .values_list("pk", "name", "unit__path", "stage")[:SHOWN]
    )
    return tuple(
        Similar(f"{Pilot.REF_PREFIX}{pk}", name, unit, Stage(stage).label)
        for pk, name, unit, stage in found
    )
