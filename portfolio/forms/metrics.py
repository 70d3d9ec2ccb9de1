"""Success metrics and their readings."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from common import clock
from common.numbers import bare
from portfolio.catalog.presets import PRESETS, Preset
from portfolio.forms.fields import Day, Number, Text
from portfolio.models import Direction, Metric, Reading, ValuePer
from portfolio.transfer import pasted

COUNT = 2_147_483_647


class MetricForm(forms.Form):
    """A metric of one's own, or with a preset what is left to say about it."""

    name = forms.CharField(max_length=200, label="What is measured?")
    unit = forms.CharField(max_length=40, required=False, help_text="For example: hours, %, EUR.")
    direction = forms.ChoiceField(choices=Direction.choices, label="Good is")
    baseline = Number(help_text="What it is without the pilot.")
    target = Number(help_text="What counts as success.")
    due = Day(label="Target due")
    cadence_days = forms.IntegerField(
        min_value=1, max_value=730, initial=30, label="Read every", help_text="days"
    )
    value_per = forms.ChoiceField(
        choices=[("", "No"), *((v.value, f"Yes, it counts {v.label}") for v in ValuePer)],
        required=False, label="Stands for the value of this pilot",
        help_text="One metric does. Costs are divided by it.",
    )  # fmt: skip
    technical = forms.BooleanField(
        required=False, label="Measures the system, not what people get from it"
    )

    def __init__(
        self, *args: Any, preset: Preset | None = None, unit: str = "", **kwargs: Any
    ) -> None:
        if preset:
            offered = {
                "name": preset.name, "unit": unit, "direction": preset.direction,
                "target": preset.target, "cadence_days": preset.cadence_days,
                "technical": preset.technical,
            }  # fmt: skip
            kwargs["initial"] = {**offered, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if preset:
            self.fields["target"].label = preset.target_label
            for name in ("baseline", "target"):
                self.fields[name].help_text = " ".join(
                    filter(None, [str(self.fields[name].help_text), unit and f"In {unit}."])
                )
            if preset.unit_is_fixed:
                del self.fields["unit"]

    @classmethod
    def of(cls, data: Any, metric: Metric) -> "MetricForm":
        """To edit a metric; the form carries the version it shows."""
        names = cls.base_fields
        initial = {name: getattr(metric, name) for name in names}
        for name in ("baseline", "target"):
            initial[name] = _shown(initial[name])
        form = cls(data, preset=PRESETS.get(metric.preset), unit=metric.unit, initial=initial)
        form.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, min_value=1, initial=metric.version
        )
        return form


def _shown(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(bare(value))


class ReadingForm(forms.Form):
    """One dated value; of a share its two counts."""

    value = Number(required=True)
    part = forms.IntegerField(min_value=0, max_value=COUNT)
    whole = forms.IntegerField(min_value=1, max_value=COUNT)
    on = Day(required=True, label="On")
    source = forms.CharField(
        max_length=200, required=False, help_text="Where the number comes from."
    )
    note = Text(rows=2)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, metric: Metric, intended: int | None = None, **kwargs: Any
    ) -> None:
        offered = {"on": clock.today(), "token": uuid4(), "whole": intended}
        kwargs["initial"] = {**offered, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        preset = PRESETS.get(metric.preset)
        if preset:
            self.fields["on"].label = preset.day_label
        if metric.unit:
            self.fields["value"].label = f"Value, in {metric.unit}"
        counts = preset.counts if preset else None
        # Who sends the percentage itself, as the update form does, may.
        if counts and not (self.is_bound and "value" in self.data):
            del self.fields["value"]
            self.fields["part"].label, self.fields["whole"].label = counts
        else:
            del self.fields["part"], self.fields["whole"]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > clock.today():
            raise forms.ValidationError("A reading cannot be of a day to come.")
        return on


class CorrectionForm(ReadingForm):
    """What the reading should have said, or that it should not be there."""

    withdraw = forms.BooleanField(
        required=False, label="Take it out: it should not be there at all"
    )
    reason = forms.CharField(max_length=500, label="What was wrong?")

    def __init__(self, *args: Any, reading: Reading, **kwargs: Any) -> None:
        was = {
            "value": _shown(reading.value), "part": reading.part, "whole": reading.whole,
            "on": reading.on, "source": reading.source, "note": reading.note,
        }  # fmt: skip
        super().__init__(*args, metric=reading.metric, initial=was, **kwargs)
        del self.fields["token"]


class PasteForm(forms.Form):
    """Several readings, a line each."""

    lines = forms.CharField(
        max_length=100_000, label="Readings",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="A line each: date, value, and the source if you like. "
        "Paste two columns of a spreadsheet as they are.",
    )  # fmt: skip
    source = forms.CharField(
        max_length=200, required=False, help_text="For lines that do not say their own."
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, metric: Metric, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.metric = metric
        self.rows: list[pasted.Pasted] = []

    def clean_lines(self) -> str:
        """Every line that does not read is an error of its own; nothing is saved by halves."""
        text: str = self.cleaned_data["lines"]
        current = self.metric.readings.filter(superseded_at=None)
        taken = dict(current.values_list("on", "value"))
        unit = self.metric.unit
        self.rows, wrong = pasted.read(text, today=clock.today(), unit=unit, taken=taken)
        if wrong:
            raise forms.ValidationError(
                [f"Line {one.line}: {one.text} - {one.why}." if one.text else
                 f"Line {one.line}: {one.why}." for one in wrong[:20]]
                + ([f"And {len(wrong) - 20} more lines."] if len(wrong) > 20 else [])
            )  # fmt: skip
        if not self.rows:
            raise forms.ValidationError("There is no reading in that.")
        return text


class EndForm(forms.Form):
    reason = Text(rows=2, required=True, label="Why is it not measured any more?")


class RawTestForm(forms.Form):
    """Right answers on raw records of production, beside the curated ones."""

    on = Day(required=True, label="Day of the test")
    raw_sample = forms.IntegerField(
        min_value=1, max_value=COUNT, label="Raw records tested", help_text="200 or more pass."
    )
    raw_right = forms.IntegerField(min_value=0, max_value=COUNT, label="Of them right")
    random = forms.BooleanField(required=False, label="They were drawn at random")
    unprocessed = forms.BooleanField(required=False, label="Nothing was cleaned or prepared before")
    curated_sample = forms.IntegerField(
        min_value=1, max_value=COUNT, label="Curated records tested",
        help_text="Those that it was shown with.",
    )  # fmt: skip
    curated_right = forms.IntegerField(min_value=0, max_value=COUNT, label="Of them right")
    source = forms.CharField(max_length=200, required=False)
    note = Text(rows=2)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": clock.today(), "token": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for kind in ("raw", "curated"):
            right, sample = cleaned.get(f"{kind}_right"), cleaned.get(f"{kind}_sample")
            if right is not None and sample is not None and right > sample:
                self.add_error(f"{kind}_right", "That is more than were tested.")
        return cleaned


class WithdrawForm(forms.Form):
    reason = forms.CharField(max_length=500, label="What was wrong?")
