"""Moving a pilot on, and holding it."""

from typing import Any

from django import forms

from common import clock
from portfolio.forms.fields import Day, Text
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ENDED_STAGES


class StageForm(forms.Form):
    stage = forms.ChoiceField(label="To", widget=forms.RadioSelect)
    on = Day(required=True, label="Since")
    reason = Text(required=True, rows=2, label="Why", help_text="It stays in the history.")

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": clock.today(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        end = Stage.RETIRED if pilot.shipped else Stage.STOPPED
        stages = [s for s in Stage if s not in ENDED_STAGES or s == end]
        choices = [(s.value, s.label) for s in stages if s != pilot.stage]
        self.fields["stage"].choices = choices  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    until = Day(required=True, help_text="Every hold has an end. The clocks keep running.")
    reason = Text(required=True, rows=2, label="Why")
