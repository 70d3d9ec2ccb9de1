"""What people type about people."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.actions.roles import WHOLE_COMPANY
from accounts.models import Role, Unit
from accounts.models.user import LANDINGS, PAGE_SIZES, THEMES
from accounts.queries.company_words import LABELS
from common import company
from common.company import MONTHS

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _units() -> "forms.ModelChoiceField[Unit]":
    return forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label="Limited to",
        empty_label="the whole company",
        help_text="A unit means it and everything below it.",
    )


class AddForm(forms.Form):
    """A new person, with one role to begin with."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(max_length=200, required=False)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.VIEWER)
    unit = _units()
    external = forms.BooleanField(
        required=False,
        label="External",
        help_text="A supplier or adviser: sees the portfolio, answers for nothing in it.",
    )


class EditForm(forms.Form):
    name = forms.CharField(max_length=200, required=False)
    email = forms.CharField(label="E-mail address", max_length=254)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
    unit = _units()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("unit") and cleaned.get("role") in WHOLE_COMPANY:
            label = Role(cleaned["role"]).label
            self.add_error("unit", f"{label} is a role for the whole company.")
        return cleaned


class ForgetForm(forms.Form):
    sure = forms.BooleanField(
        label="I know that this cannot be taken back",
        error_messages={"required": "Tick this first: nobody can bring the data back."},
    )


class LeaveForm(forms.Form):
    reason = forms.CharField(
        required=False, max_length=500, label="Why", widget=forms.TextInput,
        help_text="Stands in the history.",
    )  # fmt: skip


def company_zones() -> list[tuple[str, Any]]:
    """The time zones by region, for a select."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        region, _, city = name.partition("/")
        if city and region not in {"Etc", "SystemV", "US", "posix", "right"}:
            regions.setdefault(region, []).append((name, city.replace("_", " ")))
    return [("UTC", "UTC"), *sorted(regions.items())]


def zones() -> list[tuple[str, Any]]:
    """The same for a person, who may follow the company."""
    return [("", f"The company's ({company.current().zone})"), *company_zones()]


class PreferencesForm(forms.Form):
    """What people decide about themselves."""

    name = forms.CharField(max_length=200, required=False)
    time_zone = forms.ChoiceField(choices=zones, required=False, label="Time zone")
    digest_enabled = forms.BooleanField(required=False, label="Send me the weekly digest")
    digest_weekday = forms.TypedChoiceField(
        choices=list(enumerate(WEEKDAYS)), coerce=int, label="On"
    )
    digest_hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, label="At"
    )
    landing = forms.ChoiceField(choices=list(LANDINGS.items()), label="After signing in, open")
    page_size = forms.TypedChoiceField(
        choices=[(size, f"{size} rows") for size in PAGE_SIZES], coerce=int, label="Lists show"
    )
    theme = forms.ChoiceField(choices=list(THEMES.items()), required=False, label="Colours")


class SettingsForm(forms.Form):
    """What the company settles about itself."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(label=LABELS["name"], max_length=100)
    zone = forms.ChoiceField(
        choices=company_zones, label=LABELS["zone"],
        help_text="Decides what today is: ages, due dates and as-of days count in it.",
    )  # fmt: skip
    currency = forms.CharField(
        label=LABELS["currency"], max_length=3,
        help_text="Three letters, such as EUR. Amounts are not converted.",
    )  # fmt: skip
    fiscal_month = forms.TypedChoiceField(
        choices=list(enumerate(MONTHS, 1)), coerce=int, label=LABELS["fiscal_month"]
    )
    band_low = forms.IntegerField(label="Benchmark from, %", min_value=0, max_value=100)
    band_high = forms.IntegerField(label="to, %", min_value=0, max_value=100)
    band_source = forms.CharField(
        label=LABELS["band_source"], max_length=300, required=False,
        help_text="Stands below the reach rate.", widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    wip_limit = forms.IntegerField(
        label="PoCs at the same time, at most", min_value=1, max_value=10_000, required=False,
        help_text="Empty: no limit. Nothing is stopped: the page of units says when there "
        "are more. The flag “Too many PoCs” has a limit for each unit.",
    )  # fmt: skip
    keep_uploads = forms.IntegerField(
        label="Days that uploaded files are kept", min_value=1, max_value=3_650, required=False,
        help_text="Empty: for ever. What an import read and changed stays in its record.",
    )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in LABELS}

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()
