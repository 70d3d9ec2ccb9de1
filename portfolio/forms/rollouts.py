"""The rollout as its own record, and its waves."""

from typing import Any

from django import forms

from portfolio.forms.fields import LONG, Day, Number, PersonField, Text
from portfolio.forms.records import RecordForm
from portfolio.models import Record, Rollout, Verdict, WaveKind


class Lines(forms.CharField):
    """One thing per line; empty lines are none."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(**{"max_length": LONG * 2, "required": False, "widget": widget, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class RolloutForm(RecordForm):
    GROUPS = (
        ("", (
            ("scope",), ("budget", "owner"), ("target_from", "target_until"), ("poc_scope",),
            ("increments",),
        )),
    )  # fmt: skip

    scope = Text(
        required=True, label="Scope of the rollout", help_text="Who will use it, for what, where."
    )
    budget = Number(
        required=True, max_digits=16, decimal_places=2, label="Its own budget",
        help_text="Not what the PoC had left.",
    )  # fmt: skip
    owner = PersonField(label="Who owns it", help_text="One person inside the company.")
    target_from = Day(label="Begins")
    target_until = Day(label="Done by")
    poc_scope = Text(rows=2, label="What the PoC covered", help_text="To see the difference.")
    increments = Lines(
        label="Increments", help_text="The steps in which the scope is reached, one per line."
    )

    @classmethod
    def saved(cls, row: Record) -> dict[str, Any]:
        owner = row.owner.email if isinstance(row, Rollout) else ""
        return super().saved(row) | {"owner": owner}


class WaveForm(RecordForm):
    GROUPS = (
        ("", (("team",), ("kind",), ("starts_on", "ends_on"))),
        ("How it went", (("users", "verdict"), ("feedback",))),
    )

    team = forms.CharField(max_length=200)
    kind = forms.ChoiceField(
        choices=WaveKind.choices, initial=WaveKind.FULL, widget=forms.RadioSelect,
        help_text="In a shadow run it answers and nobody acts on it; a canary is a few first.",
    )  # fmt: skip
    starts_on = Day(label="Begins")
    ends_on = Day(label="Ends")
    users = forms.IntegerField(
        min_value=0, max_value=100_000_000, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    verdict = forms.ChoiceField(choices=[("", "Not yet"), *Verdict.choices], required=False)
    feedback = Text(label="What the team says")
