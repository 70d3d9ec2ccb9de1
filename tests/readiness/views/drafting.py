"""A draft as a browser writes it."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from common import clock
from readiness.models import ChecklistDraft

ITEM = {
    "question": "Is a deputy named?", "evidence": "The name and the day.",
    "close": "Ask in the team.",
    "kind": "any", "valid_days": "90", "dimension": "ownership", "level": "groundwork",
    "side": "organisational", "stage": "pilot", "must_have": "on", "when": ["llm"],
    "covers": "S4.1, S4.2", "same_as": "", "factor": "ownership", "seen": "",
}  # fmt: skip
FAST = ITEM | {
    "question": "Fast enough?", "kind": "latency", "same_as": "production.latency", "when": [],
}  # fmt: skip


def at(name: str, draft: ChecklistDraft, *more: Any) -> str:
    return reverse(f"checklist-draft{name}", args=[draft.slug, *more])


def add(client: Client, draft: ChecklistDraft, **changes: Any) -> Any:
    return client.post(at("-add", draft), ITEM | changes)


def fresh(draft: ChecklistDraft) -> ChecklistDraft:
    return ChecklistDraft.objects.get(pk=draft.pk)


def codes(draft: ChecklistDraft) -> list[str]:
    return [entry["code"] for entry in fresh(draft).content["items"]]


def publish(client: Client, draft: ChecklistDraft, days: int = 0, **sent: Any) -> Any:
    on = clock.today() + timedelta(days=days)
    data = {"seen": fresh(draft).version, "effective_on": on.isoformat()} | sent
    return client.post(at("-publish", draft), data)
