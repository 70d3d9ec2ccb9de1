"""Why a pilot ends, and what becomes of it."""

from typing import Any

from django import forms

from portfolio.forms.fields import Text
from readiness.models import ReasonFamily
from readiness.terms import REASONS, STOP_TEXTS


def _told(name: str, label: str, help_text: str, rows: int = 2) -> Text:
    """A text that a stop needs; without it the sentence of `readiness.terms` says what and why."""
    lacks = {"required": STOP_TEXTS[name]}
    return Text(required=True, rows=rows, label=label, help_text=help_text, error_messages=lacks)


class StopForm(forms.Form):
    """A part of the form that proposes a stop; `terms` is what the proposal keeps."""

    family = forms.ChoiceField(
        label="What weighed most", widget=forms.RadioSelect, choices=ReasonFamily.choices,
        error_messages={
            "required": "Choose what weighed most: a year later you want to know which."
        },
    )  # fmt: skip
    codes = forms.MultipleChoiceField(
        label="Reasons", widget=forms.CheckboxSelectMultiple,
        choices=[(ReasonFamily(f).label, list(codes.items())) for f, codes in REASONS.items()],
        error_messages={
            "required": "Choose one reason at least, of any family: all that are true."
        },
    )  # fmt: skip
    lessons = _told(
        "lessons", "What the next team should know",
        "Shown to whoever registers a similar pilot.", rows=3,
    )  # fmt: skip
    reuse = _told(
        "reuse", "What can be used again",
        "Test sets, contracts, process maps. “Nothing” is an answer.",
    )  # fmt: skip
    data = _told(  # type: ignore[assignment]  # A field by that name is none of the form's own.
        "data", "Where its data goes", "Deleted, archived, given back: and by when."
    )
    access = _told(
        "access", "Who ends which access, and by when", "Accounts, keys, vendors' contracts."
    )

    @property
    def terms(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
