"""Brings the checklists of the catalog files into the database; safe to repeat at every start."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import transaction

from common import clock
from common.errors import Refused
from readiness.actions import assessments
from readiness.catalog import Item, Template
from readiness.models import Assessment, ChecklistItem, ChecklistTemplate


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
        answered=template.answered,
        loaded_at=clock.now(),
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            template=stored,
            position=position,
            key=item.key_in(template.slug),
            **_columns(item),
        )
        for position, item in enumerate(template.items, start=1)
    )
    return stored


def _columns(item: Item) -> dict[str, Any]:
    values = asdict(item) | {n: list(getattr(item, n)) for n in ("when", "covers", "rungs")}
    del values["same_as"]  # It is the item's key.
    return values


def _make_current(slug: str) -> None:
    """The highest version is asked; answers stay, for they are given to keys, not to versions."""
    versions = ChecklistTemplate.objects.filter(slug=slug).order_by("-version")
    newest = versions[0]
    versions.filter(current=True).exclude(pk=newest.pk).update(current=False)
    newest.current = True
    newest.save(update_fields=["current"])
    if newest.version > 1:
        scored = Assessment.objects.filter(checklist=slug).values_list("pilot", flat=True)
        assessments.reassess(set(scored), checklist=slug)
