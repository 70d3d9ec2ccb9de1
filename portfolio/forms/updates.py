"""A status report."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from portfolio.forms.fields import Day, Number, Text
from portfolio.models import Health
from portfolio.queries.metric_lines import MetricLine


class UpdateForm(forms.Form):
    """Sixty seconds: health, a note, the next step; readings when there are metrics."""

    health = forms.ChoiceField(
        choices=Health.choices, widget=forms.RadioSelect, label="How is it going?",
        error_messages={"required": "Choose on track, at risk or off track."},
    )  # fmt: skip
    note = Text(label="What happened?")
    next_step = forms.CharField(max_length=500, required=False, label="Next step")
    next_step_due = Day(label="Due")
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, metrics: Iterable[MetricLine] = (), **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.metrics = tuple(metrics)
        for line in self.metrics:
            unit = f" ({line.unit})" if line.unit else ""
            last = f"Last: {line.latest.words}" if line.latest else "No reading yet."
            self.fields[f"reading_{line.id}"] = Number(label=f"{line.name}{unit}", help_text=last)

    @property
    def reading_fields(self) -> list[forms.BoundField]:
        return [self[f"reading_{line.id}"] for line in self.metrics]

    @property
    def readings(self) -> dict[int, Decimal]:
        """Values by the id of their metric; empty boxes are no readings."""
        found = {line.id: self.cleaned_data.get(f"reading_{line.id}") for line in self.metrics}
        return {metric: value for metric, value in found.items() if value is not None}
