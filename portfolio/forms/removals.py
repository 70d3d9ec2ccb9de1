"""Taking a pilot out."""

from django import forms

from portfolio.forms.fields import Text


class RemoveForm(forms.Form):
    reason = Text(required=True, rows=2, label="Why", help_text="It stays in the history.")
