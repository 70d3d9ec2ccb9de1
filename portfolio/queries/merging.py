"""Two pilots side by side, and pilots that may be there twice."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Model, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject

from accounts.models import User
from portfolio.merge_rules import MergeRule, merge_rules
from portfolio.models import Merge, Pilot, RoleAssignment, Stage
from portfolio.queries import labels
from portfolio.querysets import PilotQuerySet, folded

# The survivor's own: its voyage, its clocks, its hold, and what is computed.
OWN = frozenset({
    "id", "name_key", "version", "stage", "stage_since", "stage_since_bound", "shipped",
    "first_production_on", "health", "last_update_on", "registered_on", "removed_at",
    "merged_into", "on_hold_until", "hold_reason", "restricted",
})  # fmt: skip
FIELDS = tuple(f.name for f in Pilot._meta.concrete_fields if f.name not in OWN)
LOOKED_AT = 200  # pilots whose neighbours are looked for on one page
ALIKE = 0.6  # of trigrams shared

State = Literal["same", "left", "right", "differs"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A field of two pilots in words. "right" is unknown on the left and fills it."""

    name: str
    label: str
    left: str
    right: str
    state: State


def compare(survivor: Pilot, merged: Pilot) -> list[Compared]:
    """Every field that one of the two knows."""
    found = []
    for name in FIELDS:
        left, right = getattr(survivor, name), getattr(merged, name)
        if _unknown(left) and _unknown(right):
            continue
        state: State = "differs"
        if left == right:
            state = "same"
        elif _unknown(right):
            state = "left"
        elif _unknown(left):
            state = "right"
        said = (_words(name, left), _words(name, right))
        found.append(Compared(name, labels.label(name), *said, state))
    return found


def _unknown(value: Any) -> bool:
    return value is None or value == ""


def _words(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(labels.words(name, one) for one in value) or "nothing"
    return str(value) if isinstance(value, Model) else labels.words(name, value)


def hanging_on() -> Iterator[tuple[type[Model], str]]:
    """Every model with a foreign key to Pilot, and the name of that key."""
    for relation in Pilot._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not (relation.auto_created and not relation.concrete) or not isinstance(model, type):
            continue
        if model._meta.managed and not hasattr(model, "pgh_tracked_model"):
            yield model, relation.field.name  # type: ignore[union-attr]


def rule_of(model: type[Model]) -> MergeRule:
    """How rows of a model merge; rows of a model nobody thought of move where they can."""
    label = model._meta.label_lower
    if label in merge_rules:
        return merge_rules.get(label)
    return MergeRule(str(model._meta.verbose_name), str(model._meta.verbose_name_plural))


def owners(*pilots: Pilot) -> dict[int, str]:
    """Who owns each of these pilots now."""
    held = RoleAssignment.objects.open().owners().filter(pilot__in=pilots)
    return {one.pilot_id: str(one.person) for one in held.select_related("person")}


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a merge apart would do; `at` is when it was made."""

    merge: Merge
    survivor: str
    at: datetime
    moved: tuple[str, ...]
    fields: tuple[str, ...]


def undoing(merge: Merge) -> Undone:
    counts = Counter(row["model"] for row in merge.moved)
    moved = tuple(
        merge_rules.get(label).counted(n)
        for label, n in counts.items()
        if label in merge_rules and merge_rules.get(label).one
    )
    fields = tuple(labels.label(name) for name in merge.fields)
    return Undone(merge, merge.survivor.ref, merge.at, moved, fields)


@dataclass(frozen=True, slots=True)
class Twin:
    ref: str
    name: str
    stage: str


@dataclass(frozen=True, slots=True)
class Pair:
    one: Twin
    other: Twin
    unit: str
    equal: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """`next` goes on with older pilots, 0 when these were all."""

    pairs: tuple[Pair, ...]
    next: int


def duplicates(user: User, *, before: int = 0) -> Pairs:
    """Pilots of one unit with names that are alike, among the latest LOOKED_AT that the person
    manages. Two queries, each pilot asking the trigram index once, however many there are."""
    mine = Pilot.objects.visible_to(user).managed_by(user)
    some = mine.filter(pk__lt=before) if before else mine
    ids = list(some.order_by("-pk").values_list("pk", flat=True)[: LOOKED_AT + 1])
    older = mine.filter(pk__lt=OuterRef("pk"), unit=OuterRef("unit"))
    name = folded(OuterRef("name"))  # type: ignore[arg-type]
    near = (
        older.alias(called=folded("name"))
        .filter(called__trigram_similar=name)
        .annotate(like=TrigramSimilarity(folded("name"), name))  # type: ignore[arg-type]
        .filter(like__gte=ALIKE)
        .order_by("-like", "pk")
        .values(twin=JSONObject(id="pk", name="name", stage="stage", key="name_key"))[:1]
    )
    rows = mine.filter(pk__in=ids[:LOOKED_AT]).annotate(twin=Subquery(near))
    shown = rows.filter(twin__isnull=False).order_by("-pk")
    values = shown.values("pk", "name", "stage", "name_key", "unit__path", "twin")
    pairs = tuple(_pair(dict(row.items())) for row in values)
    return Pairs(pairs, ids[LOOKED_AT - 1] if len(ids) > LOOKED_AT else 0)


def _pair(row: dict[str, Any]) -> Pair:
    twin = row["twin"]
    return Pair(
        one=_twin(twin["id"], twin["name"], twin["stage"]),
        other=_twin(row["pk"], row["name"], row["stage"]), unit=row["unit__path"],
        equal=twin["key"] == row["name_key"],
    )  # fmt: skip


def _twin(pk: int, name: str, stage: str) -> Twin:
    return Twin(f"{Pilot.REF_PREFIX}{pk}", name, Stage(stage).label)


def candidates(pilot: Pilot, user: User, typed: str) -> list[Twin]:
    """Pilots the person manages that could be the same one: by words, else by a name alike."""
    mine: PilotQuerySet = Pilot.objects.visible_to(user).managed_by(user).exclude(pk=pilot.pk)
    if typed.strip():
        found = mine.search(typed).order_by("name_key")
    else:
        name = folded(Value(pilot.name))
        alike = mine.alias(called=folded("name")).filter(called__trigram_similar=name)
        found = alike.annotate(like=TrigramSimilarity(folded("name"), name)).order_by("-like", "pk")  # type: ignore[arg-type]
    rows = found.annotate(number=F("pk")).filter(Q(pk__gt=0))
    return [_twin(*row) for row in rows.values_list("number", "name", "stage")[:8]]
