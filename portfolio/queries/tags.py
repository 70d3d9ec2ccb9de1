"""Tags as far as a person may know of them: those on pilots they may see."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common import text
from portfolio.models import Pilot, PilotTag, Tag

SHOWN = 20


@dataclass(frozen=True, slots=True)
class TagLine:
    id: int
    name: str
    key: str
    pilots: int


def of_pilot(pilot: Pilot) -> list[Tag]:
    """The pilot's tags by name; one query. The caller may see the pilot."""
    return list(Tag.objects.filter(tagged__pilot=pilot).order_by("key"))


def known_to(user: User) -> QuerySet[Tag]:
    """Tags that stand on a pilot the person may see. One that stands only on others does not
    exist for them."""
    seen = PilotTag.objects.filter(tag=OuterRef("pk"), pilot__in=Pilot.objects.visible_to(user))
    return Tag.objects.filter(Exists(seen))


def suggestions(words: str, user: User) -> list[str]:
    """Names that begin with the last of these tags, or have a word that does."""
    part = text.key(words.rpartition(",")[2])
    found = known_to(user)
    if part:
        found = found.filter(Q(key__startswith=part) | Q(key__contains=f" {part}"))
    return list(found.order_by("key").values_list("name", flat=True)[:SHOWN])


def lines(user: User) -> list[TagLine]:
    """Every tag the person knows, with how many of the pilots they may see carry it."""
    seen = Q(tagged__pilot__in=Pilot.objects.visible_to(user))
    counted = Tag.objects.annotate(n=Count("tagged", filter=seen)).filter(n__gt=0)
    rows = counted.order_by("key").values_list("pk", "name", "key", "n")
    return [TagLine(*row) for row in rows]
