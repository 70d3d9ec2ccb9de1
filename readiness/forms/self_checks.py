"""One question of a self-check: five rungs, or that it is not known; and which one to discard."""

from typing import Any

from django import forms

from readiness.access import LARGEST
from readiness.models import ChecklistItem, SelfCheck
from readiness.queries.self_check import said

LONGEST_NOTE = 2000


class RungForm(forms.Form):
    """`seen` is what the check said when the form was drawn."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8)
    rating = forms.ChoiceField(
        label="Where are you today?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a rung, or “Not known”."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why this rung, or what you disagreed about.",
    )

    def __init__(self, check: SelfCheck, item: ChecklistItem, data: Any = None) -> None:
        now = said(check, item.code)
        initial = {"seen": now, "rating": now, "note": check.notes.get(item.code, "")}
        super().__init__(data, initial=initial)
        rungs = [(str(n), f"{n} · {rung}") for n, rung in enumerate(item.rungs)]
        field = self.fields["rating"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*rungs, ("unknown", "Not known")]

    @property
    def values(self) -> dict[str, Any]:
        """What `self_checks.rate` takes."""
        chosen = self.cleaned_data["rating"]
        return {
            "rating": None if chosen == "unknown" else int(chosen),
            "note": self.cleaned_data["note"],
            "seen": self.cleaned_data["seen"],
        }


class DiscardForm(forms.Form):
    """Which self-check, and how many answers it had when the button was drawn."""

    check = forms.IntegerField(min_value=1, max_value=LARGEST)
    seen = forms.IntegerField(min_value=0, max_value=LARGEST)
