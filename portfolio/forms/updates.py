"""A status report."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from common import clock
from portfolio.forms.fields import Day, Number, Text
from portfolio.models import Blocker, Health
from portfolio.queries.metric_lines import MetricLine

SOON = (("1 week", 7), ("2 weeks", 14), ("4 weeks", 28))


@dataclass(frozen=True)
class ReadingField:
    """The two boxes of one metric: its value and the day of it."""

    value: forms.BoundField
    on: forms.BoundField


class UpdateForm(forms.Form):
    """Sixty seconds: health, a note, the next step; readings when there are metrics.

    An active pilot says what happens next and by when; one that has ended may leave it.
    """

    health = forms.ChoiceField(
        choices=Health.choices, widget=forms.RadioSelect, label="How is it going?",
        error_messages={"required": "Choose on track, at risk or off track."},
    )  # fmt: skip
    blocker = forms.ChoiceField(
        choices=[("", "Nothing, or not said"), *Blocker.choices], required=False,
        label="What holds it up?",
    )  # fmt: skip
    note = Text(label="What happened?")
    next_step = forms.CharField(
        max_length=500, label="Next step", error_messages={"required": "Say what happens next."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    next_step_due = Day(
        label="Due", required=True, error_messages={"required": "Say by when."}
    )  # fmt: skip
    seen_working = forms.BooleanField(required=False, label="I saw it working today")
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, metrics: Iterable[MetricLine] = (), active: bool = True, **kwargs: Any
    ) -> None:
        today = clock.today()
        kwargs["initial"] = {"token": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if not active:
            self.fields["next_step"].required = self.fields["next_step_due"].required = False
        self.metrics = tuple(metrics)
        for line in self.metrics:
            unit = f" ({line.unit})" if line.unit else ""
            last = f"Last: {line.latest.words}" if line.latest else "No reading yet."
            self.fields[f"reading_{line.id}"] = Number(label=f"{line.name}{unit}", help_text=last)
            day = Day(label="Read on", initial=today)
            day.widget.attrs |= {"max": today.isoformat(), "aria-label": f"{line.name} read on"}
            self.fields[f"reading_on_{line.id}"] = day

    def renew(self) -> None:
        """Another token: what was sent is to be posted as an update of its own."""
        self.data = {**self.data, "token": str(uuid4())}

    @property
    def soon(self) -> list[tuple[str, str]]:
        """Days one click away for the next step: (words, ISO date)."""
        today = clock.today()
        return [(words, (today + timedelta(days=days)).isoformat()) for words, days in SOON]

    @property
    def reading_fields(self) -> list[ReadingField]:
        return [
            ReadingField(self[f"reading_{line.id}"], self[f"reading_on_{line.id}"])
            for line in self.metrics
        ]

    def clean(self) -> None:
        """What is on track has no blocker: its box was hidden. Readings are not of days to come."""
        if self.cleaned_data.get("health") == Health.ON_TRACK:
            self.cleaned_data["blocker"] = ""
        due = self.cleaned_data.get("next_step_due")
        if due and not self.cleaned_data.get("next_step") and "next_step" not in self.errors:
            self.add_error("next_step", "Say what is due on that day.")
        for line in self.metrics:
            on = self.cleaned_data.get(f"reading_on_{line.id}")
            if on and on > clock.today():
                self.add_error(f"reading_on_{line.id}", "A reading cannot be of a day to come.")

    @property
    def readings(self) -> dict[int, tuple[Decimal, date | None]]:
        """Value and day by the id of their metric; empty boxes are no readings."""
        found = {
            line.id: (
                self.cleaned_data.get(f"reading_{line.id}"),
                self.cleaned_data.get(f"reading_on_{line.id}"),
            )
            for line in self.metrics
        }
        return {metric: (value, on) for metric, (value, on) in found.items() if value is not None}
