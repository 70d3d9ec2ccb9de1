"""Lists that are answered from the record: the signs of an eternal PoC (source map A17 to A20) and
the twelve-month questions (B29). Nobody fills them in; each item says where it is answered.

Rollback, logs and metric follow the same questions as their flags; only a flag waits for its
grace.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from portfolio.models import Metric, OwnershipAnswer, Pilot, Reading
from portfolio.queries.twelve_months import NAMES, days_allowed
from readiness.models import Answer, ChecklistItem, State
from readiness.queries.shares import proof_of
from readiness.queries.signs import LOGS, ROLLBACK
from readiness.scoring import Share

SIGNS, TWELVE_MONTHS = "eternal_poc", "twelve_months"
FRESH = 91  # days in which a reading or a piece of evidence is more than talk
POOR = {SIGNS: "signs show", TWELVE_MONTHS: "names are missing"}
PEOPLE = dict(
    zip(
        ("owns_in_twelve_months", "accountable_when_it_breaks", "feedback_and_decides"),
        NAMES, strict=True,
    )
)  # fmt: skip


@dataclass(frozen=True)
class Derived:
    """One item: whether it holds, why, and the address where that is changed."""

    code: str
    question: str
    met: bool
    why: str
    url: str


@dataclass(frozen=True)
class DerivedList:
    """A list of a pilot; `poor` says in a few words what its open items mean."""

    slug: str
    title: str
    items: tuple[Derived, ...]
    poor: str

    @property
    def share(self) -> Share:
        return Share(sum(one.met for one in self.items), len(self.items))


@dataclass(frozen=True)
class Signs:
    """Of one pilot: what is there. `shown` counts the signs that show, from 0 to 4."""

    pilot: int
    metric: bool
    rollback: bool
    logs: bool
    substance: bool

    @property
    def shown(self) -> int:
        return 4 - sum((self.metric, self.rollback, self.logs, self.substance))


def signs(pilots: Collection[int], as_of: date) -> dict[int, Signs]:
    """The four signs of these pilots (by id; the caller may see them); one statement."""
    metrics = Metric.objects.filter(pilot=OuterRef("pk"), until=None)
    recent = as_of - timedelta(days=FRESH)
    read = Reading.objects.filter(
        metric__pilot=OuterRef("pk"), superseded_at=None, on__gt=recent, on__lte=as_of
    )
    proven = Answer.objects.filter(
        pilot=OuterRef("pk"), state__in=(State.ATTESTED, State.VERIFIED), backed=True,
        since__gt=recent, since__lte=as_of,
    )  # fmt: skip
    found = Pilot.objects.filter(pk__in=pilots).annotate(
        sign_metric=Exists(metrics),
        sign_rollback=Exists(proof_of(ROLLBACK).met(as_of)),
        sign_logs=Exists(proof_of(LOGS).met(as_of)),
        sign_substance=Exists(read) | Exists(proven),
    )
    names = ("sign_metric", "sign_rollback", "sign_logs", "sign_substance")
    return {pk: Signs(pk, *rest) for pk, *rest in found.order_by().values_list("pk", *names)}


def derived(pilot: Pilot, as_of: date) -> list[DerivedList]:
    """Both lists of a pilot; five statements at most."""
    asked = ChecklistItem.objects.filter(
        template__slug__in=(SIGNS, TWELVE_MONTHS), template__current=True
    )
    items: dict[str, list[ChecklistItem]] = {SIGNS: [], TWELVE_MONTHS: []}
    for item in asked.select_related("template"):
        items[item.template.slug].append(item)
    told = {SIGNS: _signs(pilot, as_of), TWELVE_MONTHS: _year(pilot, as_of)}
    return [
        DerivedList(
            slug, rows[0].template.title,
            tuple(
                Derived(item.code, item.question, *told[slug][item.code])
                for item in rows if item.code in told[slug]
            ),
            POOR[slug],
        )
        for slug, rows in items.items() if rows
    ]  # fmt: skip


Told = tuple[bool, str, str]


def _signs(pilot: Pilot, as_of: date) -> dict[str, Told]:
    one = signs([pilot.pk], as_of).get(pilot.pk) or Signs(pilot.pk, False, False, False, False)
    page, full = reverse("pilot", args=[pilot.ref]), _full(pilot)
    return {
        "metrics": (
            one.metric, "A success metric is measured." if one.metric else "No success metric.",
            f"{page}#metrics",
        ),
        "rollback": (
            one.rollback,
            "Going back was tried, and that still counts." if one.rollback
            else "Nobody has shown that going back was tried.", f"{full}#item-rollback",
        ),
        "logs": (
            one.logs,
            "Its logs are shown." if one.logs else "Nobody has shown logs of its runs.",
            f"{full}#item-logs",
        ),
        "substance": (
            one.substance,
            f"A reading or evidence in the last {FRESH} days." if one.substance
            else f"No reading and no evidence in the last {FRESH} days.", f"{page}#metrics",
        ),
    }  # fmt: skip


def _full(pilot: Pilot) -> str:
    return reverse("pilot-checklist", args=[pilot.ref, "full"])


def _year(pilot: Pilot, as_of: date) -> dict[str, Told]:
    """Who is named for the next twelve months, person by person."""
    url = reverse("pilot-twelve-months", args=[pilot.ref])
    rows = OwnershipAnswer.objects.filter(pilot=pilot, answered_on__lte=as_of)
    last = rows.select_related(*NAMES).order_by("-answered_on", "-pk").first()
    if last is None:
        return dict.fromkeys(PEOPLE, (False, "Nobody is named.", url))
    due = last.answered_on + timedelta(days=days_allowed(pilot) + 1)
    found: dict[str, Told] = {}
    for code, name in PEOPLE.items():
        person = getattr(last, name)
        there = person.is_active and person.is_internal
        named = f"{person}, named on {last.answered_on:%-d %B %Y}"
        if not there:
            why = f"{named}, is not here any more."
        elif as_of >= due:
            why = f"{named}; asked again since {due:%-d %B %Y}."
        else:
            why = f"{named}; asked again on {due:%-d %B %Y}."
        found[code] = (there and as_of < due, why, url)
    return found
