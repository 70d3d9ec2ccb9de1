"""A link about a pilot."""

from django import forms

from portfolio.forms.records import RecordForm
from portfolio.models import LinkKind


class LinkForm(RecordForm):
    GROUPS = (("", (("kind",), ("url",), ("name",))),)

    kind = forms.ChoiceField(choices=LinkKind.choices, label="What it leads to")
    url = forms.CharField(
        max_length=1000, label="Address", help_text="Stored and shown, never opened by Pilotage.",
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        max_length=200, required=False, label="Title", help_text="Empty: what it leads to."
    )
