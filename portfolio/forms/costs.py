"""What a pilot cost and would cost."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from common import clock
from portfolio.forms.fields import Day, Number, PersonField, Text
from portfolio.models import CostKind
from portfolio.models.metric import LIMIT
from portfolio.scoring import costs

UNITS = LIMIT // 10**4


class CostForm(forms.Form):
    month = forms.CharField(
        max_length=10, help_text="Such as 2026-03.",
        widget=forms.TextInput(attrs={"type": "month"}),
    )  # fmt: skip
    kind = forms.ChoiceField(choices=CostKind.choices, label="What for")
    amount = Number(required=True, max_digits=16, decimal_places=2, min_value=0)
    source = forms.CharField(
        max_length=200, required=False, help_text="An invoice, a cost centre, a dashboard."
    )
    note = Text(rows=2)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        offered = {"month": f"{clock.today():%Y-%m}", "token": uuid4()}
        kwargs["initial"] = {**offered, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = f"Amount, in {currency}" if currency else "Amount"

    def clean_month(self) -> date:
        """2026-03, or any day of the month."""
        sent: str = self.cleaned_data["month"]
        try:
            return date.fromisoformat(f"{sent}-01" if len(sent) == 7 else sent).replace(day=1)
        except ValueError:
            raise forms.ValidationError("Write the month as 2026-03.") from None


class EstimateForm(forms.Form):
    """From what the demo cost to a month at full volume."""

    demo_cost = Number(required=True, max_digits=20, decimal_places=6, min_value=0,
                       label="The demo cost")  # fmt: skip
    demo_units = forms.IntegerField(min_value=1, max_value=UNITS, label="For so many units")
    unit_name = forms.CharField(max_length=60, label="One unit is a", initial="request")
    volume_per_day = forms.IntegerField(min_value=0, max_value=UNITS, label="Expected units a day")
    days_per_month = forms.IntegerField(
        min_value=1, max_value=31, initial=30, label="Days a month it is used"
    )
    fixed_per_month = Number(
        max_digits=16, decimal_places=2, min_value=0, label="Fixed, a month",
        help_text="Paid whatever the volume.",
    )  # fmt: skip
    units_per_value = Number(
        max_digits=16, decimal_places=4, min_value=0, label="Units for one unit of value",
        help_text="For example 3 requests for one case handled.",
    )  # fmt: skip
    value_name = forms.CharField(
        max_length=60, required=False, label="One unit of value is a",
        help_text="For example: case handled.",
    )  # fmt: skip
    note = Text(rows=2, label="What it assumes")
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_fixed_per_month(self) -> Decimal:
        return self.cleaned_data.get("fixed_per_month") or Decimal(0)

    def clean_units_per_value(self) -> Decimal | None:
        found: Decimal | None = self.cleaned_data.get("units_per_value")
        if found is not None and not found:
            raise forms.ValidationError("One unit of value takes more than nothing.")
        return found

    @property
    def result(self) -> costs.Estimated:
        """What follows from a valid form."""
        asked = ("demo_cost", "demo_units", "volume_per_day", "days_per_month", "fixed_per_month",
                 "units_per_value")  # fmt: skip
        return costs.estimate(**{name: self.cleaned_data[name] for name in asked})


class ApprovalForm(forms.Form):
    approver = PersonField(label="Approved by", help_text="Somebody of finance, not its author.")
    on = Day(required=True, label="On")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": clock.today(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
