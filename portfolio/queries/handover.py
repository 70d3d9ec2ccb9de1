"""What would happen if these pilots got that owner."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q

from accounts.models import User
from portfolio.models import Pilot


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    ref: str
    name: str
    owner: str


@dataclass(frozen=True)
class Preview:
    """`new` have no owner, `taken` lose theirs, `same` stay, `refused` may not be edited by you."""

    new: tuple[Line, ...]
    taken: tuple[Line, ...]
    same: tuple[Line, ...]
    refused: tuple[Line, ...]

    @property
    def ids(self) -> list[int]:
        return [line.id for line in (*self.new, *self.taken, *self.same, *self.refused)]

    @property
    def groups(self) -> list[tuple[str, tuple[Line, ...]]]:
        return [
            ("You may not edit", self.refused), ("Without an owner", self.new),
            ("Owned by somebody", self.taken), ("Owned by that person already", self.same),
        ]  # fmt: skip

    @property
    def changes(self) -> int:
        return len(self.new) + len(self.taken)


def preview(ids: Sequence[int], *, person: User | None, user: User) -> Preview:
    """Two queries; pilots that may not be seen do not exist here."""
    held = FilteredRelation("people", condition=Q(people__role="owner", people__until=None))
    chosen = Pilot.objects.visible_to(user).filter(pk__in=ids)
    rows = (
        chosen.annotate(held=held, owner=F("held__person_id"))
        .order_by("id")
        .values_list("id", "name", "owner", "held__person__name", "held__person__email")
    )
    editable = set(chosen.editable_by(user).values_list("pk", flat=True))
    groups: dict[str, list[Line]] = {"new": [], "taken": [], "same": [], "refused": []}
    for pk, name, owner, owner_name, email in rows:
        line = Line(pk, f"{Pilot.REF_PREFIX}{pk}", name, owner_name or email or "")
        if pk not in editable:
            groups["refused"].append(line)
        elif owner is None:
            groups["new"].append(line)
        else:
            groups["same" if person and owner == person.pk else "taken"].append(line)
    return Preview(**{name: tuple(lines) for name, lines in groups.items()})
