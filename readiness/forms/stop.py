"""Why a pilot ends, and what becomes of it."""

from typing import Any

from django import forms

from portfolio.forms.fields import Text
from readiness.models import ReasonFamily
from readiness.terms import REASONS


class StopForm(forms.Form):
    """A part of the form that proposes a stop; `terms` is what the proposal keeps."""

    family = forms.ChoiceField(
        label="What weighed most", widget=forms.RadioSelect, choices=ReasonFamily.choices,
        error_messages={"required": "Choose what weighed most."},
    )  # fmt: skip
    codes = forms.MultipleChoiceField(
        label="Reasons", widget=forms.CheckboxSelectMultiple,
        choices=[(ReasonFamily(f).label, list(codes.items())) for f, codes in REASONS.items()],
        error_messages={"required": "Choose one reason at least."},
    )  # fmt: skip
    lessons = Text(
        required=True, label="What the next team should know",
        help_text="Shown to whoever registers a similar pilot.",
    )  # fmt: skip
    reuse = Text(required=True, rows=2, label="What can be used again")
    data = Text(  # type: ignore[assignment]  # A field by that name is none of the form's own.
        required=True, rows=2, label="Where its data goes"
    )
    access = Text(required=True, rows=2, label="Who ends which access, and by when")

    @property
    def terms(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
