"""Which version of a model a pilot uses."""

from typing import Any

from django import forms

from common import clock
from portfolio.forms.fields import Day, PersonField, Text
from portfolio.forms.records import RecordForm
from portfolio.models import ModelUse, Record


class ModelUseForm(RecordForm):
    GROUPS = (
        ("", (("vendor", "name"), ("version", "since"))),
        ("When its vendor takes it away", (("retires_on", "planner"), ("plan",))),
    )

    vendor = forms.CharField(
        max_length=100, required=False, help_text="Who makes it; empty for your own.",
        widget=forms.TextInput(attrs={"list": "vendors", "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        max_length=150, label="Model", help_text="For example: GPT-4o, Llama 3.",
        widget=forms.TextInput(attrs={"list": "models", "autocomplete": "off"}),
    )  # fmt: skip
    version = forms.CharField(
        max_length=100,
        required=False,
        help_text="As it is pinned; unpinned ones move by themselves.",
    )
    since = Day(required=True, label="In use since")
    retires_on = Day(label="Retired on", help_text="As the vendor announced it.")
    planner = PersonField(required=False, label="Who plans the way out")
    plan = Text(rows=2, label="The plan", help_text="What follows, and by when it is tested.")

    def __init__(self, *args: Any, row: Record | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            **({} if row else {"since": clock.today()}),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, row=row, **kwargs)

    @classmethod
    def saved(cls, row: Record) -> dict[str, Any]:
        planner = row.planner if isinstance(row, ModelUse) else None
        return super().saved(row) | {"planner": planner.email if planner else ""}
