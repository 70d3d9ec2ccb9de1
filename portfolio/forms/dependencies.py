"""Systems a pilot leans on, and what they did to it."""

from typing import Any

from django import forms

from portfolio.forms.fields import Day, Number, Text
from portfolio.forms.records import RecordForm
from portfolio.models import AgreementStatus, Dependency, IncidentKind, Record
from portfolio.models.dependency import DataIssue, IntegrationTarget, SystemKind

NONE_FOUND = "none"


class DependencyForm(RecordForm):
    GROUPS = (
        ("", (
            ("name",), ("kind", "target"), ("contact",), ("status", "agreement_url"),
            ("agreement",), ("is_source",),
        )),
        ("What its data are really like", (
            ("formats", "null_rate"), ("encodings", "api_docs_on"), ("issues",),
        )),
    )  # fmt: skip

    name = forms.CharField(max_length=200, label="System", help_text="As people call it.")
    kind = forms.ChoiceField(choices=SystemKind.choices, label="What it is")
    target = forms.ChoiceField(
        choices=[("", "Not by this"), *IntegrationTarget.choices], required=False,
        label="Builds it into",
    )  # fmt: skip
    contact = forms.CharField(
        max_length=200, required=False, label="Who answers for it",
        help_text="The person or team to call when it changes.",
    )  # fmt: skip
    status = forms.ChoiceField(choices=AgreementStatus.choices, label="Agreement")
    agreement = Text(rows=2, label="What was agreed")
    agreement_url = forms.CharField(max_length=1000, required=False, label="Link to the agreement")
    is_source = forms.BooleanField(required=False, label="Its data feed the pilot")
    formats = forms.IntegerField(
        min_value=0, max_value=100_000, required=False, label="Number of formats",
        help_text="Leave empty what nobody counted.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    null_rate = Number(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, label="Empty cells, in percent"
    )
    encodings = forms.CharField(
        max_length=200, required=False, label="Encodings", help_text="For example: UTF-8, CP1252."
    )
    api_docs_on = Day(label="Its documentation is of")
    issues = forms.MultipleChoiceField(
        choices=[*DataIssue.choices, (NONE_FOUND, "Looked, none found")], required=False,
        widget=forms.CheckboxSelectMultiple, label="What is wrong with its data",
    )  # fmt: skip

    @classmethod
    def saved(cls, row: Record) -> dict[str, Any]:
        issues = row.issues if isinstance(row, Dependency) else None
        return super().saved(row) | {"issues": [NONE_FOUND] if issues == [] else issues}

    def clean_issues(self) -> list[str] | None:
        """None is "nobody has looked"; an empty list is "none found"."""
        ticked = self.cleaned_data["issues"]
        if NONE_FOUND in ticked and len(ticked) > 1:
            raise forms.ValidationError("Tick what was found, or that none was found.")
        return [one for one in ticked if one != NONE_FOUND] if ticked else None


class IncidentForm(RecordForm):
    GROUPS = (("", (("what",), ("kind",), ("opened_on", "closed_on"), ("cure",))),)

    what = forms.CharField(max_length=500, label="What happened?")
    kind = forms.ChoiceField(choices=IncidentKind.choices, widget=forms.RadioSelect,
                             initial=IncidentKind.SILENT_DRIFT)  # fmt: skip
    opened_on = Day(required=True, label="Since")
    closed_on = Day(
        label="Over since", help_text="While a silent change is open, the pilot is flagged."
    )
    cure = Text(rows=2, label="What was done about it")
