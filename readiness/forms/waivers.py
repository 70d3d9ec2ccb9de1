"""Asking for a waiver, and answering."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms

from common import clock
from portfolio.forms.fields import Day, Text
from readiness.models import WaiverRequest

A_QUARTER = timedelta(days=91)


class AskForm(forms.Form):
    reason = Text(
        label="Why it can wait",
        help_text="What happens meanwhile, and what keeps the risk small. The approver decides by "
        "it, and it stands with the waiver.",
    )  # fmt: skip
    until = Day(label="Waived until", help_text="Its last day, within a year.")
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"until": clock.today() + A_QUARTER, "token": uuid4()})


class SettleForm(forms.Form):
    until = Day(label="Waived until", help_text="The day that was asked for, or an earlier one.")
    answer = Text(label="Your words", help_text="Why not, when you decline. They see it.")

    def __init__(self, request: WaiverRequest, data: Any = None) -> None:
        super().__init__(data, initial={"until": request.until})
