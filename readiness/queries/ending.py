"""Answers that run out: whom to remind of which, and what waits on My pilots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from accounts.models import User
from common.registry import Ask
from portfolio.models import Pilot, RoleAssignment
from portfolio.models.stage import ACTIVE_STAGES
from readiness.access import PRODUCTION
from readiness.facts import COLUMNS, applies, facts_of
from readiness.models import Answer, Answered, ChecklistItem, Reminder, State
from readiness.querysets import closing

STEPS = (0, 1, 7, 30)
"""Days before the last day on which a reminder is due; after downtime the nearest one only."""
SOON = max(STEPS)
LATE = 3
"""Days after the last day on which the last reminder is still worth a mail."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Where:
    """The question as it is asked now, and on which list."""

    slug: str
    code: str
    question: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """An answer that runs out. `step` is the reminder that is due, `days` those left (negative: it
    ran out)."""

    answer: int
    pilot: int
    ref: str
    name: str
    restricted: bool
    question: str
    path: str
    waiver: bool
    last_day: date
    days: int
    step: int

    @property
    def words(self) -> str:
        """ "counts until 3 May 2027, 7 days from now"."""
        what = "is waived" if self.waiver else "counts"
        if self.days < 0:
            return f"{what.replace('is', 'was').replace('counts', 'counted')} until {self._day}"
        left = {0: "today", 1: "tomorrow"}.get(self.days, f"{self.days} days from now")
        return f"{what} until {self._day}, {left}"

    @property
    def _day(self) -> str:
        return f"{self.last_day.day} {self.last_day:%b %Y}"


def step_for(last_day: date, as_of: date) -> int | None:
    """The reminder that is due on that day; None when it is too early or too late for any."""
    left = (last_day - as_of).days
    if left < -LATE:
        return None
    return next((step for step in STEPS if left <= step), None)


def reminders_due(as_of: date) -> dict[int, list[Ending]]:
    """By person what they have not been reminded of, the earliest last day first.

    Those who gave the evidence, and owners of the pilot; only active people who take mail. Who may
    see which restricted pilot is for the caller to ask. Three queries.
    """
    places = _places()
    rows = _ending(as_of).annotate(step=_step(as_of)).filter(_given_before())
    willing = Q(author__is_active=True, author__digest_enabled=True)
    to_authors = rows.filter(willing).annotate(person=F("author"))
    owners = Q(
        pilot__people__role="owner", pilot__people__until=None,
        pilot__people__person__is_active=True, pilot__people__person__digest_enabled=True,
    )  # fmt: skip
    to_owners = rows.filter(owners).annotate(person=F("pilot__people__person"))
    found: dict[int, dict[int, Ending]] = {}
    for one in (to_authors, to_owners):
        for row in _unsaid(one).only(*_columns()):
            ending = _line(row, places, as_of)
            if ending:
                found.setdefault(row.person, {})[row.pk] = ending  # type: ignore[attr-defined]
    return {person: sorted(rows.values(), key=_first) for person, rows in found.items()}


def asked(user: User, as_of: date) -> list[Ask]:
    """An Ask for each pilot of which the person owns, or backed, what runs out or has run out."""
    mine = RoleAssignment.objects.open().owners().filter(person=user).values("pilot")
    rows = _open().filter(valid_until__lte=as_of + timedelta(days=SOON))
    rows = rows.filter(Q(author=user) | Q(pilot__in=mine))
    rows = rows.filter(pilot__in=Pilot.objects.visible_to(user).active())
    rows = rows.only(*_columns()).order_by("valid_until", "pk")[:MOST]
    by_pilot: dict[int, list[Ending]] = {}
    found = list(rows)
    places = _places({row.key for row in found}) if found else {}
    for row in found:
        ending = _line(row, places, as_of)
        if ending:
            by_pilot.setdefault(ending.pilot, []).append(ending)
    return [_ask(endings) for endings in by_pilot.values()]


def _ask(endings: list[Ending]) -> Ask:
    first, more = endings[0], len(endings) - 1
    ran_out = sum(one.days < 0 for one in endings)
    title = "Renew what ran out for" if ran_out else "Renew what runs out for"
    others = f"; {more} more run out or ran out" if more else ""
    return Ask(
        title=title, ref=first.ref, name=first.name, url=first.path, button="Open the question",
        why=f"“{first.question}” {first.words}{others}.", due=first.last_day,
    )  # fmt: skip


def _open() -> "QuerySet[Answer]":
    rows = Answer.objects.open_interval().filter(closing(), valid_until__isnull=False)
    return rows.select_related("pilot")


def _ending(as_of: date) -> "QuerySet[Answer]":
    span = (as_of - timedelta(days=LATE), as_of + timedelta(days=SOON))
    active = Q(pilot__stage__in=ACTIVE_STAGES, pilot__removed_at=None)
    return _open().filter(active, valid_until__range=span)


def _step(as_of: date) -> Case:
    cases = [
        When(valid_until__lte=as_of + timedelta(days=step), then=Value(step)) for step in STEPS
    ]
    return Case(*cases, output_field=IntegerField())


def _given_before() -> Q:
    """Whoever has just given evidence for five days needs no reminder that is due at seven."""
    found = Q()
    for step in STEPS:
        found |= Q(step=step, since__lt=F("valid_until") - timedelta(days=step))
    return found


def _unsaid(rows: "QuerySet[Answer]") -> "QuerySet[Answer]":
    said = Reminder.objects.filter(
        answer=OuterRef("pk"), person=OuterRef("person"), days=OuterRef("step"),
        last_day=OuterRef("valid_until"),
    )  # fmt: skip
    return rows.filter(~Exists(said))


def _columns() -> Iterable[str]:
    pilot = ("name", "restricted", *COLUMNS)
    return ("key", "state", "valid_until", "since", *(f"pilot__{name}" for name in pilot))


def _places(keys: Iterable[str] | None = None) -> dict[str, Where]:
    """Where each question is asked now: on the ten, or the first list that asks it."""
    rows = ChecklistItem.objects.filter(template__current=True, template__answered=Answered.PEOPLE)
    rows = rows if keys is None else rows.filter(key__in=keys)
    found: dict[str, Where] = {}
    names = ("key", "template__slug", "code", "question", "when")
    asked = rows.order_by("template__slug", "position").values_list(*names)
    for key, slug, code, question, when in sorted(asked, key=lambda row: row[1] != PRODUCTION):
        found.setdefault(key, Where(slug, code, question, tuple(when)))
    return found


def _line(row: Any, places: dict[str, Where], as_of: date) -> Ending | None:
    """None when nobody asks this pilot the question any more."""
    where = places.get(row.key)
    if where is None or not applies(where, facts_of(row.pilot)):
        return None
    page = reverse("pilot-checklist", args=[row.pilot.ref, where.slug])
    return Ending(
        answer=row.pk, pilot=row.pilot_id, ref=row.pilot.ref, name=row.pilot.name,
        restricted=row.pilot.restricted, question=where.question,
        path=f"{page}?open={where.code}#item-{where.code}", waiver=row.state == State.WAIVED,
        last_day=row.valid_until, days=(row.valid_until - as_of).days,
        step=getattr(row, "step", 0),
    )  # fmt: skip


def _first(ending: Ending) -> tuple[date, str, int]:
    return ending.last_day, ending.ref, ending.answer
