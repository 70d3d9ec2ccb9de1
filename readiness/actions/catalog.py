"""Brings the checklists of the catalog files into the database; safe to repeat at every start."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from common import clock
from common.errors import Refused
from readiness.actions import assessments
from readiness.catalog import Template
from readiness.models import Answer, Assessment, ChecklistItem, ChecklistTemplate


@transaction.atomic
def sync(*, templates: Iterable[Template]) -> list[ChecklistTemplate]:
    """Store every version that is new; returns those. The highest version is asked from now on.

    A published version never changes: other content under a known version is Refused. What is
    not published yet is left where it is.
    """
    loaded = [made for template in templates if template.published and (made := _load(template))]
    for slug in {template.slug for template in loaded}:
        _make_current(slug)
    return loaded


def _load(template: Template) -> ChecklistTemplate | None:
    known = ChecklistTemplate.objects.filter(slug=template.slug, version=template.version).first()
    if known and known.checksum == template.checksum:
        return None
    if known:
        raise Refused(
            f"The checklist “{template.slug}” version {template.version} is published and differs "
            "from its file. Raise the version in the file."
        )
    stored = ChecklistTemplate.objects.create(
        slug=template.slug,
        version=template.version,
        title=template.title,
        summary=template.summary,
        source=template.source,
        checksum=template.checksum,
        loaded_at=clock.now(),
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            template=stored,
            position=position,
            **asdict(item) | {"when": list(item.when), "covers": list(item.covers)},
        )
        for position, item in enumerate(template.items, start=1)
    )
    return stored


def _make_current(slug: str) -> None:
    versions = ChecklistTemplate.objects.filter(slug=slug).order_by("-version")
    newest = versions[0]
    versions.filter(current=True).exclude(pk=newest.pk).update(current=False)
    newest.current = True
    newest.save(update_fields=["current"])
    if newest.version > 1:
        _carry_over(newest)


def _carry_over(newest: ChecklistTemplate) -> None:
    """Answers follow their item's code into the new version, as new intervals from today."""
    today, now = clock.today(), clock.now()
    items = {item.code: item for item in newest.items.all()}
    former = Answer.objects.open_interval().filter(
        item__template__slug=newest.slug, item__code__in=items
    )
    former = former.exclude(item__template=newest)
    moved = list(former.select_related("item"))
    former.filter(pk__in=[answer.pk for answer in moved]).update(until=today)
    for answer in moved:
        answer.pk, answer._state.adding = None, True
        answer.item = items[answer.item.code]
        answer.since, answer.until, answer.recorded_at = today, None, now
    Answer.objects.bulk_create(moved, batch_size=1000)
    scored = Assessment.objects.filter(checklist=newest.slug).values_list("pilot", flat=True)
    assessments.reassess(set(scored), checklist=newest.slug)
