"""The forms of the checks after launch and of the monthly word on value."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common.links import LONGEST
from portfolio.forms.fields import Text
from readiness.models import CheckResult, LaunchCheck, Verdict
from readiness.queries.aftercare import Month, fingerprint


class AttestForm(forms.Form):
    """The verdict is the button that sends the form. `seen` is the answer it was drawn from."""

    verdict = forms.ChoiceField(
        choices=Verdict.choices,
        error_messages={"required": "Choose one of the three answers."},
    )
    note = Text(rows=2, label="Why", help_text="What you saw, or what you would need to see.")
    month = forms.CharField(max_length=7, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, about: Month | None = None) -> None:
        answer = about.answer if about else None
        initial = {
            "month": about.code if about else "",
            "seen": answer.pk if answer else 0,
            "note": answer.note if answer else "",
        }
        super().__init__(data, initial=initial)

    def renew(self, about: Month) -> list[tuple[str, str, str]]:
        """After a lost race: keep what was typed, know the other answer, say what differs."""
        answer = about.answer
        self.data = {**dict(self.data.items()), "seen": str(answer.pk if answer else 0)}
        yours = self.cleaned_data
        said = (answer.get_verdict_display(), answer.note) if answer else ("", "")
        return [
            ("Answer", said[0], dict(Verdict.choices)[yours["verdict"]]),
            ("Why", said[1], yours["note"]),
        ]

    def clean_month(self) -> date:
        found = month_of(self.cleaned_data["month"])
        if found is None:
            raise ValidationError("That is not a month.")
        return found


class CheckForm(forms.Form):
    result = forms.ChoiceField(
        label="How does it do?", choices=CheckResult.choices, widget=forms.RadioSelect
    )
    measured = Text(
        rows=5, label="Measured at launch and now",
        help_text="Numbers with their dates; what the record knows stands here already. Out of use "
        "needs none.",
    )  # fmt: skip
    # Plain text: the action says what a link is, in one sentence for every door.
    evidence_url = forms.CharField(
        label="Evidence link", required=False, max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )  # fmt: skip
    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: LaunchCheck, draft: str = "") -> None:
        initial = {
            "result": row.result,
            "measured": row.measured or draft,
            "evidence_url": row.evidence_url,
            "seen": fingerprint(row),
        }
        super().__init__(data, initial=initial)

    def renew(self, row: LaunchCheck) -> list[tuple[str, str, str]]:
        """After a lost race: keep what was typed, know the other answer, say what differs."""
        self.data = {**dict(self.data.items()), "seen": fingerprint(row)}
        yours = self.cleaned_data
        return [
            ("Result", row.get_result_display(), dict(CheckResult.choices)[yours["result"]]),
            ("Measured", row.measured, yours["measured"]),
            ("Evidence", row.evidence_url, yours["evidence_url"]),
        ]


def month_of(typed: str) -> date | None:
    """The first day of a month typed as 2026-10; None for everything else."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", typed) or typed < "1950":
        return None
    return date(int(typed[:4]), int(typed[5:]), 1)
