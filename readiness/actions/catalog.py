"""Versions of checklists: loaded from files, asked from a day on, called off, retired."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Conflict, Refused
from portfolio.actions import events, flags
from portfolio.models import Channel, Stage
from readiness.access import require_checklists
from readiness.actions import assessments
from readiness.catalog import Template
from readiness.models import (
    Answer,
    Answered,
    Assessment,
    ChecklistItem,
    ChecklistTemplate,
    Gate,
    Origin,
)
from readiness.queries.catalog import rows_of, waits

NOTICE = timedelta(days=14)
"""How long a version that comes in a file waits, when pilots have a score on its list."""
LATEST = timedelta(days=366)


@transaction.atomic
def sync(*, templates: Iterable[Template], origin: str = Origin.SHIPPED) -> list[ChecklistTemplate]:
    """Store every version that is new; returns those.

    A published version never changes: other content under a known version is Refused. What is
    not published yet is left where it is. A first version is asked at once, and so is a later one
    of a list that nobody has answered; otherwise it waits for NOTICE, so that managers see what
    it would change and may choose another day.
    """
    loaded = [row for one in templates if one.published and (row := _load(one, origin))]
    for row in loaded:
        _settle(row)
    return loaded


def _load(template: Template, origin: str) -> ChecklistTemplate | None:
    known = ChecklistTemplate.objects.filter(slug=template.slug, version=template.version).first()
    if known and (known.checksum, known.origin) == (template.checksum, origin):
        return None
    if known:
        raise Refused(
            f"The checklist “{template.slug}” version {template.version} is published and differs "
            "from its file. Raise the version in the file."
        )
    stranger = ChecklistTemplate.objects.filter(slug=template.slug).exclude(origin=origin).first()
    if stranger:
        raise Refused(
            f"“{template.slug}” is {stranger.get_origin_display().lower()} already. Give the list "
            "of the file another slug."
        )
    row = store(template, origin=origin)
    told = {"slug": row.slug, "checklist": str(row), "questions": row.size}
    events.record(verb="checklist.loaded", by=None, channel=Channel.SYSTEM, after=told)
    return row


def store(
    template: Template, *, origin: str, by: User | None = None, **columns: Any
) -> ChecklistTemplate:
    """A template as rows, which never change afterwards."""
    row = ChecklistTemplate.objects.create(
        slug=template.slug, version=template.version, title=template.title,
        summary=template.summary, source=template.source, checksum=template.checksum,
        size=len(template.items), answered=template.answered, origin=origin,
        published_by=by, loaded_at=clock.now(), **columns,
    )  # fmt: skip
    items = rows_of(template)
    for item in items:
        item.template = row
    ChecklistItem.objects.bulk_create(items)
    return row


def _settle(row: ChecklistTemplate) -> None:
    """When a version that came in a file is asked."""
    today = clock.today()
    others = ChecklistTemplate.objects.select_for_update().filter(slug=row.slug).exclude(pk=row.pk)
    asked = next((one for one in others if one.current), None)
    waiting = next((one for one in others if waits(one)), None)
    newest = max((one.version for one in (asked, waiting) if one), default=0)
    retired = bool(others) and not (asked or waiting)
    if retired or row.version < newest:
        _end(row, today)
        return
    if waiting:
        waiting.effective_on = None
        _end(waiting, today)
    if asked and Assessment.objects.filter(checklist=row.slug).exists():
        row.effective_on = today + NOTICE
        row.save(update_fields=["effective_on"])
        return
    ask(row, as_of=today)


def _end(row: ChecklistTemplate, on: date) -> None:
    row.current, row.retired_on = False, on
    row.save(update_fields=["current", "effective_on", "retired_on"])


@transaction.atomic
def take_effect(*, as_of: date) -> int:
    """Ask every version whose day has come; returns how many those were. Safe to repeat.

    What was counted by an earlier version while one took over is counted anew.
    """
    due = ChecklistTemplate.objects.select_for_update().filter(
        current=False, retired_on=None, effective_on__lte=as_of
    )
    rows = list(due.order_by("slug"))
    for row in rows:
        ask(row, as_of=as_of)
        events.record(
            verb="checklist.asked", by=None, channel=Channel.SYSTEM,
            after={"slug": row.slug, "checklist": str(row)},
        )  # fmt: skip
    _catch_up(as_of)
    return len(rows)


def _catch_up(as_of: date) -> None:
    asked = ChecklistTemplate.objects.filter(current=True).values("slug")
    late = Assessment.objects.filter(template__current=False, checklist__in=asked)
    by_list: dict[str, set[int]] = {}
    for slug, pilot in late.values_list("checklist", "pilot"):
        by_list.setdefault(slug, set()).add(pilot)
    for slug, pilots in by_list.items():
        _count(slug, pilots, as_of)


def ask(row: ChecklistTemplate, *, as_of: date) -> None:
    """From now on this version is asked; answers stay, for they are given to keys."""
    before = ChecklistTemplate.objects.filter(slug=row.slug, current=True).exclude(pk=row.pk)
    before.update(current=False, retired_on=as_of)
    row.current, row.effective_on, row.retired_on = True, as_of, None
    row.save(update_fields=["current", "effective_on", "retired_on"])
    if row.answered != Answered.PEOPLE:
        return
    scored = Assessment.objects.filter(checklist=row.slug).values_list("pilot", flat=True)
    answers = Answer.objects.open_interval().asked(row.slug).values_list("pilot", flat=True)
    _count(row.slug, {*scored, *answers}, as_of)


def _count(slug: str, pilots: Collection[int], as_of: date) -> None:
    assessments.reassess(pilots, checklist=slug, as_of=as_of)
    flags.sweep_pilots(pilots=pilots)


@transaction.atomic
def schedule(*, template: ChecklistTemplate, by: User, channel: str, on: date) -> None:
    """Let a later version be asked from that day, today at once; also one that was called off."""
    require_checklists(by)
    row = _locked(template)
    check_day(on)
    before = row.effective_on
    _check_later(row)
    row.effective_on, row.retired_on = on, None
    row.save(update_fields=["effective_on", "retired_on"])
    if on == clock.today():
        ask(row, as_of=on)
    _tell("checklist.scheduled", row, by, channel, before={"from": before}, after={"from": on})


def check_day(on: date) -> None:
    """Refused for a day that has passed or lies more than a year ahead."""
    if not clock.today() <= on <= clock.today() + LATEST:
        raise Refused("Choose today or a day within the next year.", field="effective_on")


def _check_later(row: ChecklistTemplate) -> None:
    others = ChecklistTemplate.objects.filter(slug=row.slug).exclude(pk=row.pk)
    if row.current or others.filter(version__gt=row.version, current=True).exists():
        raise Conflict(f"{row} is not a later version any more.")
    for one in others:
        if waits(one):
            raise Refused(f"{one} waits for its day already; call it off first.")


@transaction.atomic
def call_off(*, template: ChecklistTemplate, by: User, channel: str) -> None:
    """A version that waits for its day is not asked; it can get another day later."""
    require_checklists(by)
    row = _locked(template)
    if not waits(row):
        raise Conflict(f"{row} does not wait for a day.")
    before = row.effective_on
    row.effective_on = None
    _end(row, clock.today())
    _tell("checklist.called_off", row, by, channel, before={"from": before}, after={})


@transaction.atomic
def retire(*, template: ChecklistTemplate, by: User, channel: str, reason: str = "") -> None:
    """Ask a list of the company's own of nobody any more. Its answers stay."""
    require_checklists(by)
    row = _locked(template)
    if row.origin == Origin.SHIPPED:
        raise Refused("A list that is shipped with Pilotage cannot be retired.")
    if not row.current:
        raise Conflict(f"{row} is not asked now.")
    for gate in Gate.objects.filter(checklists__contains=[row.slug]):
        stage = Stage(gate.stage).label
        raise Refused(f"The gate before {stage} asks this list. Take it off the gate first.")
    waiting = ChecklistTemplate.objects.filter(
        slug=row.slug, current=False, retired_on=None, effective_on__isnull=False
    )
    waiting.update(effective_on=None, retired_on=clock.today())
    _end(row, clock.today())
    Assessment.objects.filter(checklist=row.slug).delete()
    _tell("checklist.retired", row, by, channel, before={}, after={}, reason=reason)


@transaction.atomic
def bring_back(*, template: ChecklistTemplate, by: User, channel: str) -> None:
    """Ask a retired list again, in the version that was asked last."""
    require_checklists(by)
    row = _locked(template)
    if row.retired_on is None or row.effective_on is None or _asked_or_waits(row.slug):
        raise Conflict(f"{row} is not a retired list.")
    ask(row, as_of=clock.today())
    _tell("checklist.brought_back", row, by, channel, before={}, after={})


def _asked_or_waits(slug: str) -> bool:
    rows = ChecklistTemplate.objects.filter(slug=slug)
    return any(row.current or waits(row) for row in rows)


def _locked(template: ChecklistTemplate) -> ChecklistTemplate:
    """The version, after its list was locked, so that two people change it one after the other."""
    rows = ChecklistTemplate.objects.select_for_update().filter(slug=template.slug)
    return next(row for row in rows.order_by("pk") if row.pk == template.pk)


def _tell(
    verb: str, row: ChecklistTemplate, by: User, channel: str, *, before: dict[str, Any],
    after: dict[str, Any], reason: str = "",
) -> None:  # fmt: skip
    told = {"slug": row.slug, "checklist": str(row), **after}
    events.record(verb=verb, by=by, channel=channel, before=before, after=told, reason=reason)
