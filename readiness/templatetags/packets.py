"""What the gate packet's page needs."""

from datetime import date

from django import template
from django.urls import reverse

from common.templatetags import ui
from readiness.queries.likeness import Trait
from readiness.queries.packet import FindingFact
from readiness.queries.paper_lists import ItemLine, ListLine

register = template.Library()


@register.filter
def iso(value: str) -> str:
    """{{ text|iso }} - a day as the paper keeps it, in words; "" is "unknown"."""
    return ui.day(date.fromisoformat(value)) if value else "unknown"


@register.simple_tag
def finding_url(finding: FindingFact, ref: str) -> str:
    """{% finding_url finding ref %} - where a finding is cleared."""
    return reverse(finding.door, args=[ref, finding.part] if finding.part else [ref])


@register.simple_tag
def trait_url(trait: Trait, ref: str) -> str:
    """{% trait_url trait ref %} - where a trait of pilots that shipped is shown."""
    return trait.url(ref)


@register.filter
def ending(line: ListLine, as_of: date) -> list[ItemLine]:
    """{{ list|ending:as_of }} - what counts now and will not in 30 days."""
    return line.ending(as_of)
