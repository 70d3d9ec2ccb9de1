"""Models in use: on a pilot's page, all of them, and who uses one. Only of pilots in sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Min, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from portfolio.models import ModelUse, Pilot
from portfolio.models.model_use import model_title
from portfolio.queries.kept import Row, day, rows_of

SHOWN = 200
OFFERED = 200


@dataclass(frozen=True, slots=True)
class UseLine:
    """A version on a pilot. `days` until its vendor retires it, below zero when that has passed."""

    id: int
    title: str
    slug: str
    version: str
    since: date
    until: date | None
    retires_on: date | None
    days: int | None
    planner: str
    plan: str

    @property
    def soon(self) -> bool:
        return self.days is not None and self.days <= 90


@dataclass(frozen=True, slots=True)
class Models:
    now: tuple[UseLine, ...]
    former: tuple[UseLine, ...]

    @property
    def filled(self) -> bool:
        return bool(self.now or self.former)


def rows() -> ArraySubquery:
    """All models of the pilot of the outer query, present ones first."""
    mine = ModelUse.objects.filter(pilot=OuterRef("pk"))
    mine = mine.order_by(
        F("until").desc(nulls_first=True), F("retires_on").asc(nulls_last=True), "pk"
    )
    person = Coalesce(NullIf("planner__name", Value("")), "planner__email")
    return rows_of(
        mine, "id", "vendor", "name", "version", "slug", "since", "until", "retires_on", "plan",
        planner=person,
    )  # fmt: skip


def read(found: Sequence[Row], as_of: date) -> Models:
    lines = [_line(row, as_of) for row in found]
    return Models(
        now=tuple(line for line in lines if line.until is None),
        former=tuple(line for line in lines if line.until is not None),
    )


def _line(row: Row, as_of: date) -> UseLine:
    retires = day(row["retires_on"])
    return UseLine(
        id=row["id"], title=model_title(row["vendor"], row["name"]),
        slug=row["slug"], version=row["version"], since=date.fromisoformat(row["since"]),
        until=day(row["until"]), retires_on=retires,
        days=(retires - as_of).days if retires else None, planner=row["planner"] or "",
        plan=row["plan"],
    )  # fmt: skip


# --- All models -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model, its pilots in sight, and the next day on which a version of it is retired."""

    slug: str
    title: str
    pilots: int
    versions: int
    retires_on: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class ModelsPage:
    """`soon` models lose a version within 90 days, `gone` have lost one already."""

    lines: tuple[ModelLine, ...]
    soon: int
    gone: int


def in_use(user: User) -> "QuerySet[ModelUse]":
    """Open uses on active pilots that the person can see."""
    seen = Pilot.objects.visible_to(user).active()
    return ModelUse.objects.filter(until=None, pilot__in=seen)


def options(user: User) -> list[tuple[str, list[str]]]:
    """Vendors and models to complete while typing: those of pilots in sight, nobody else's."""
    pairs = list(
        in_use(user).order_by("vendor", "name").values_list("vendor", "name").distinct()[:OFFERED]
    )
    return [
        ("vendors", sorted({vendor for vendor, _ in pairs if vendor})),
        ("models", sorted({name for _, name in pairs})),
    ]


def models_page(user: User, as_of: date) -> ModelsPage:
    """The models, those retired soonest first. Two queries, whatever their number."""
    uses = in_use(user)
    counted = uses.values("slug").annotate(
        pilots=Count("pilot", distinct=True), versions=Count("version", distinct=True),
        retires=Min("retires_on"),
        # One spelling of several: the one that was recorded first.
        first=Min("pk"),
    )  # fmt: skip
    found = list(counted.order_by(F("retires").asc(nulls_last=True), "-pilots", "slug"))
    spelt = uses.filter(pk__in=[row["first"] for row in found])
    titles = {use.slug: use.title for use in spelt}
    lines = tuple(
        ModelLine(
            row["slug"], titles[row["slug"]], row["pilots"], row["versions"], row["retires"],
            (row["retires"] - as_of).days if row["retires"] else None,
        )
        for row in found
    )  # fmt: skip
    days = [line.days for line in lines if line.days is not None]
    gone = sum(n < 0 for n in days)
    return ModelsPage(lines, soon=sum(n <= 90 for n in days) - gone, gone=gone)


# --- Who uses one ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class UserLine:
    ref: str
    name: str
    unit: str
    stage: str
    use: UseLine


@dataclass(frozen=True, slots=True)
class ModelPage:
    """`more` says that there are pilots beyond those shown."""

    title: str
    lines: tuple[UserLine, ...]
    more: bool
    unplanned: int


def model_page(user: User, slug: str, as_of: date) -> ModelPage | None:
    """The pilots in sight that use a model, soonest retired first; None without any."""
    uses = in_use(user).filter(slug=slug).select_related("pilot__unit", "planner")
    uses = uses.order_by(F("retires_on").asc(nulls_last=True), "pilot__name_key", "pk")
    found = list(uses[: SHOWN + 1])
    if not found:
        return None
    shown = tuple(_user(use, as_of) for use in found[:SHOWN])
    first = min(found, key=lambda use: use.pk)
    unplanned = sum(1 for line in shown if line.use.soon and not line.use.planner)
    return ModelPage(first.title, shown, len(found) > SHOWN, unplanned)


def _user(use: ModelUse, as_of: date) -> UserLine:
    days = (use.retires_on - as_of).days if use.retires_on else None
    line = UseLine(
        use.pk, use.title, use.slug, use.version, use.since, use.until, use.retires_on, days,
        str(use.planner) if use.planner else "", use.plan,
    )  # fmt: skip
    pilot = use.pilot
    return UserLine(pilot.ref, pilot.name, pilot.unit.path, pilot.get_stage_display(), line)
