"""What is said about a condition of a decision."""

from typing import Any

from django import forms

from common.links import LONGEST
from portfolio.forms.fields import Day, PersonField, Text
from readiness.models import Condition


class MeetForm(forms.Form):
    # Plain text: the action says what a link is, in one sentence for every door.
    evidence_url = forms.CharField(
        label="Link that shows it", required=False, max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text="A contract, a report, a ticket. A link or a note is needed.",
    )  # fmt: skip
    note = Text(label="Note")


class DropForm(forms.Form):
    note = Text(
        required=True, label="Why it is not needed any more",
        help_text="It stands on the decision's page beside the condition.",
        error_messages={
            "required": "Say why it is not needed any more: it was a condition of a decision."
        },
    )  # fmt: skip


class ReopenForm(forms.Form):
    reason = Text(
        required=True, label="What is missing",
        error_messages={"required": "Say what is missing, so that somebody can add it."},
    )  # fmt: skip


class ChangeForm(forms.Form):
    """`seen` is the state it was drawn from."""

    owner = PersonField(
        label="Answers for it",
        error_messages={"required": "Choose who answers for it; nobody is no answer."},
    )
    due = Day(
        required=True, label="Due", help_text="A day to come, within a year.",
        error_messages={"required": "Choose the day by which it is due."},
    )  # fmt: skip
    reason = Text(
        required=True, label="Why it changes", help_text="It stands in the timeline.",
        error_messages={"required": "Say why it changes: somebody counted on the day."},
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(self, condition: Condition, seen: str, data: Any = None) -> None:
        initial = {"owner": condition.owner.email, "due": condition.due, "seen": seen}
        super().__init__(data, initial=initial)
