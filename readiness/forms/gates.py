"""How a gate is set."""

from collections.abc import Mapping
from typing import Any

from django import forms

from readiness import gates
from readiness.models import GateMode


class GateForm(forms.Form):
    """`seen` is what the gate was when the form was drawn."""

    stage = forms.ChoiceField(
        label="Before", choices=[(stage.value, stage.label) for stage in gates.GATED]
    )
    mode = forms.ChoiceField(
        label="Mode", widget=forms.RadioSelect,
        choices=[
            (GateMode.BLOCK.value, "Blocks: it needs a decision by two people"),
            (GateMode.WARN.value, "Warns: a portfolio manager sees what is open and may go on"),
            (GateMode.OFF.value, "Off: nothing is asked"),
        ],
    )  # fmt: skip
    checklists = forms.MultipleChoiceField(
        label="Lists whose must-haves it asks", widget=forms.CheckboxSelectMultiple,
        required=False,
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)

    def __init__(self, data: Any = None, *, lists: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["checklists"].choices = list(lists.items())  # type: ignore[attr-defined]
