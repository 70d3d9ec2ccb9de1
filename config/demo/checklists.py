"""A list of Norddal's own: asked, with a next version that waits and one that is written."""

from datetime import date, timedelta
from typing import Any

from accounts.models import User
from portfolio.models import Channel
from readiness.actions import drafts
from readiness.models import ChecklistDraft, ChecklistTemplate

TITLE = "Norddal house rules"
QUESTIONS: tuple[dict[str, Any], ...] = (
    {
        "question": "Is there one internal owner who accepted it?",
        "evidence": "The acceptance on the pilot's page, with its date.",
        "close": "Ask the person who would be asked when it fails, and wait for a yes.",
        "dimension": "ownership", "level": "groundwork", "side": "organisational",
        "stage": "poc", "same_as": "full.owner_accepted", "covers": ["N1.1"],
    },
    {
        "question": "Has the works council been told?",
        "evidence": "The minutes of the meeting with its date, and what was agreed on shifts.",
        "close": "Ask for ten minutes in the next meeting, and bring the picture of the new work.",
        "dimension": "ownership", "level": "controlled", "side": "organisational",
        "stage": "pilot", "covers": ["N1.4"], "valid_days": 365,
    },
    {
        "question": "Does it go on working when a depot is offline?",
        "evidence": "The day a depot was cut off on purpose, and the minutes until work went on.",
        "close": "Pull the line of one depot on a quiet morning, and watch what drivers do.",
        "dimension": "operations", "level": "controlled", "side": "technical",
        "stage": "rollout", "kind": "drill", "covers": ["N3.2"], "valid_days": 180,
    },
    {
        "question": "Is it fast enough for somebody at a gate?",
        "evidence": "The budget in milliseconds beside the measured 95th percentile, at a gate.",
        "close": "Measure at the slowest gate, and move what is slower out of the way.",
        "dimension": "scale", "level": "controlled", "side": "technical", "kind": "latency",
        "stage": "pilot", "same_as": "production.latency", "covers": ["N3.5"],
    },
)  # fmt: skip
LATER: dict[str, Any] = {
    "question": "Can a customer reach a person within two minutes?",
    "evidence": "The median time to a person last month, and the number it was measured on.",
    "close": "Put the telephone number beside every answer, and count how long people wait.",
    "dimension": "integration", "level": "production", "side": "organisational",
    "stage": "production", "when": ["customer_facing"], "kind": "number", "covers": ["N4.1"],
}  # fmt: skip


def write(by: User, today: date) -> None:
    """Through the product's own actions, as its manager would."""
    known: dict[str, Any] = {"by": by, "channel": Channel.COMMAND}
    draft = drafts.begin(title=TITLE, **known)
    for question in QUESTIONS:
        drafts.save_item(draft=draft, code="", seen="", values=dict(question), **known)
    first = _published(draft, today, known)
    draft = drafts.next_version(template=first, **known)
    drafts.save_item(draft=draft, code="", seen="", values=dict(LATER), **known)
    _published(draft, today + timedelta(days=10), known)
    drafts.begin(
        title="Suppliers of models",
        copy=ChecklistTemplate.objects.get(slug="llm", current=True), **known,
    )  # fmt: skip


def _published(draft: ChecklistDraft, on: date, known: dict[str, Any]) -> ChecklistTemplate:
    draft.refresh_from_db()
    return drafts.publish(draft=draft, seen=draft.version, on=on, **known)
