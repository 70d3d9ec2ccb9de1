"""Pilots with a similar name, shown before another one is registered."""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Value

from accounts.models import User
from common.registry import Lesson, lessons
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ENDED_STAGES
from portfolio.querysets import folded

SHOWN = 5
ALIKE = 0.45  # of trigrams shared; the database's own threshold, 0.3, is the wider net


@dataclass(frozen=True, slots=True)
class Similar:
    ref: str
    name: str
    unit: str
    stage: str
    lessons: tuple[Lesson, ...] = ()


def similar(name: str, *, user: User) -> tuple[Similar, ...]:
    """The likest visible pilots, at most SHOWN, those that ended with what they teach. One query
    by the trigram index, and those of who knows lessons."""
    if len(name.strip()) < 4:
        return ()
    wanted = folded(Value(name[:200]))
    rows = list(
        Pilot.objects.visible_to(user)
        .annotate(folded=folded("name"), likeness=TrigramSimilarity(folded("name"), wanted))  # type: ignore[arg-type]
        .filter(folded__trigram_similar=wanted, likeness__gte=ALIKE)
        .order_by("-likeness", "id")
        .values_list("pk", "name", "unit__path", "stage")[:SHOWN]
    )
    taught = _lessons(user, [pk for pk, _, _, stage in rows if stage in ENDED_STAGES])
    return tuple(
        Similar(f"{Pilot.REF_PREFIX}{pk}", name, unit, Stage(stage).label, taught.get(pk, ()))
        for pk, name, unit, stage in rows
    )


def _lessons(user: User, ended: list[int]) -> dict[int, tuple[Lesson, ...]]:
    found: dict[int, tuple[Lesson, ...]] = {}
    for source in lessons.values() if ended else ():
        for pk, lesson in source(user, ended).items():
            found[pk] = (*found.get(pk, ()), lesson)
    return found
