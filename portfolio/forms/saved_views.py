"""Keeping a list under a name."""

from django import forms


class ViewForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="As it will stand among your views.")
    shared = forms.BooleanField(
        required=False, label="Share it",
        help_text="Everyone sees the view; each sees only the pilots they may see.",
    )  # fmt: skip
