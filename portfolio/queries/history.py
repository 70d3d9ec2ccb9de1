"""Events in words: what was done, by which channel, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.registry import event_values, event_words
from portfolio.flags import words
from portfolio.models import Channel, Pilot, RoleKind
from portfolio.queries import labels

SUBJECTS = ("item", "question", "self-check")  # What it is about comes first.
SILENT = frozenset({"batch", "form", "update", "id", "readings", "last_update_on"})
LONG = 240  # characters shown of a text that changed
HEADLINES = {
    "pilot.registered": "registered the pilot",
    "pilot.edited": "edited",
    "pilot.removed": "deleted the pilot",
    "pilot.merged": "merged it into another pilot",
    "pilot.absorbed": "merged another pilot into it",
    "merge.undone": "took a merge apart",
    "pilot.taken_back": "took the pilot back",
    "pilot.held": "put it on hold",
    "pilot.resumed": "took it off hold",
    "pilot.stage_changed": "changed the stage",
    "person.assigned": "assigned",
    "person.released": "ended a role",
    "owner.proposed": "asked somebody to own it",
    "owner.accepted": "accepted to own it",
    "owner.declined": "declined to own it",
    "owner.withdrawn": "took back whom to ask",
    "ownership.answered": "answered the twelve-month questions",
    "assignment.undone": "took an assignment back",
    "update.posted": "posted an update",
    "update.taken_back": "took an update back",
    "metric.added": "added a success metric",
    "metric.edited": "changed a success metric",
    "metric.ended": "ended a success metric",
    "metric.reopened": "reopened a success metric",
    "reading.recorded": "recorded a reading",
    "dependency.added": "named a system it leans on",
    "dependency.changed": "changed a system it leans on",
    "dependency.ended": "took a system off the list",
    "dependency.reopened": "put a system back on the list",
    "model.added": "named a model in use",
    "model.changed": "changed a model in use",
    "model.ended": "ended the use of a model",
    "model.reopened": "took up a model again",
    "rollout.added": "opened the rollout",
    "rollout.changed": "changed the rollout",
    "rollout.ended": "closed the rollout",
    "rollout.reopened": "opened the rollout again",
    "wave.added": "planned a wave",
    "wave.changed": "changed a wave",
    "review.added": "asked for a review",
    "review.changed": "changed a review",
    "review.decided": "recorded the answer of a review",
    "link.added": "added a link",
    "link.changed": "changed a link",
    "link.ended": "removed a link",
    "link.reopened": "put a link back",
    "incident.added": "recorded an incident",
    "incident.changed": "changed an incident",
    "readings.recorded": "recorded several readings",
    "reading.corrected": "corrected a reading",
    "reading.withdrawn": "took out a reading",
    "raw_test.recorded": "recorded a test on raw records",
    "raw_test.withdrawn": "took out a test on raw records",
    "cost.recorded": "recorded a cost",
    "cost.corrected": "corrected a cost",
    "cost.withdrawn": "took out a cost",
    "estimate.made": "estimated the cost",
    "estimate.approved": "recorded the approval of an estimate",
    "estimate.withdrawn": "took out an estimate",
    "pilot.tagged": "changed the tags",
    "bulk.undone": "took back a change to many pilots",
    "extension.proposed": "proposed an extension",
    "extension.approved": "approved an extension",
    "extension.declined": "declined an extension",
    "extension.withdrawn": "withdrew an extension",
    "flag.snoozed": "snoozed a flag",
    "flag.unsnoozed": "woke a flag",
}


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is "" where there was nothing before."""

    label: str
    before: str
    after: str


def headline(verb: str) -> str:
    if verb in event_words:
        return event_words.get(verb)
    return HEADLINES.get(verb) or verb.replace(".", " ").replace("_", " ")


def changes(before: Mapping[str, Any], after: Mapping[str, Any], *, verb: str = "") -> list[Change]:
    """What changed, field by field; what stayed unknown is left out. The `verb` lets the app that
    recorded the event say its values."""
    found = []
    fields = sorted(dict.fromkeys([*after, *before]), key=lambda name: name not in SUBJECTS)
    for field in fields:
        old, new = before.get(field), after.get(field)
        if field in SILENT or (_empty(old) and _empty(new)):
            continue
        found.append(
            Change(
                labels.label(field),
                _said(field, old, before, verb),
                _said(field, new, after, verb, nothing="none"),
            )
        )
    return found


def _said(
    field: str, value: Any, side: Mapping[str, Any], verb: str, nothing: str = ""
) -> str:  # fmt: skip
    """`nothing` is said where a value was left empty by the app that names its values."""
    ours = f"{verb}.{field}" in event_values
    if _empty(value):
        if field in RoleKind.values:
            return "nobody"
        return "" if field not in side else nothing if ours else labels.UNKNOWN
    if ours:
        return _cut(event_values.get(f"{verb}.{field}")(value))
    if field == "pilot" and isinstance(value, Mapping):
        return f"{Pilot.REF_PREFIX}{value['id']}"  # Its name is for those who may see it.
    if field == "rule":
        return words.title(str(value))
    return _cut(labels.words(field, value))


def _cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _empty(value: Any) -> bool:
    return value is None or value == ""


CHANNELS = {str(code): str(label) for code, label in Channel.choices}
