"""Silencing a flag, and where flags begin."""

from django import forms

from portfolio.flags.limits import LIMIT_MAX
from portfolio.flags.registry import rules
from portfolio.forms.fields import Day, Text
from portfolio.models import Stage
from portfolio.models.pilot import Audience


class SnoozeForm(forms.Form):
    until = Day(required=True, help_text="On the day after it counts again.")
    reason = Text(required=True, rows=2, label="Why it can wait")


class LimitForm(forms.Form):
    """One row of the limits of flags; an empty limit takes the row away."""

    rule = forms.ChoiceField(choices=lambda: [(c, f"{r.title} ({c})") for c, r in rules.items()])
    stage = forms.ChoiceField(choices=[("", "any stage"), *Stage.choices[:5]], required=False)
    audience = forms.ChoiceField(choices=[("", "any audience"), *Audience.choices], required=False)
    limit = forms.IntegerField(
        min_value=0, max_value=LIMIT_MAX, required=False, help_text="Empty: the rule's default."
    )
