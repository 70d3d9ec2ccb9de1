"""Success metrics and their readings."""

from typing import Any

from django import forms

from common import clock
from portfolio.forms.fields import Day, Number, Text
from portfolio.models import Direction


class MetricForm(forms.Form):
    name = forms.CharField(max_length=200, label="What is measured?")
    unit = forms.CharField(max_length=40, required=False, help_text="For example: hours, %, EUR.")
    direction = forms.ChoiceField(choices=Direction.choices, label="Good is")
    baseline = Number(help_text="What it is without the pilot.")
    target = Number(help_text="What counts as success.")
    due = Day(label="Target due")
    cadence_days = forms.IntegerField(
        min_value=1, max_value=730, initial=30, label="Read every", help_text="days"
    )


class ReadingForm(forms.Form):
    value = Number(required=True)
    on = Day(required=True, label="On")
    source = forms.CharField(
        max_length=200, required=False, help_text="Where the number comes from."
    )
    note = Text(rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": clock.today(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
