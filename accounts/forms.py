"""What people type about people."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from accounts.actions.roles import WHOLE_COMPANY
from accounts.models import Role, Unit

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


class LeaveForm(forms.Form):
    reason = forms.CharField(
        required=False, max_length=500, label="Why", widget=forms.TextInput,
        help_text="Stands in the history.",
    )  # fmt: skip


def zones() -> list[tuple[str, Any]]:
    """The time zones by region, for a select."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        region, _, city = name.partition("/")
        if city and region not in {"Etc", "SystemV", "US", "posix", "right"}:
            regions.setdefault(region, []).append((name, city.replace("_", " ")))
    company = f"The company's ({settings.TIME_ZONE})"
    return [("", company), ("UTC", "UTC"), *sorted(regions.items())]


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
