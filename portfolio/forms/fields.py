"""Kinds of boxes that several forms have."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.models import Unit, User
from portfolio.models import Pilot
from portfolio.queries.people import assignable

LONG = 5_000  # characters of a text that is read on a page
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 1, 1)


class Text(forms.CharField):
    """Several lines, as much as people read."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(**{"max_length": LONG, "required": False, "widget": widget, **kwargs})


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"required": False, "widget": widget, **kwargs})
        self.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class Number(forms.DecimalField):
    """A number with up to eight decimals; typed on any keyboard, so not type=number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        usual = {"max_digits": 26, "decimal_places": 8, "required": False, "widget": widget}
        super().__init__(**{**usual, **kwargs})

    def to_python(self, value: object) -> Any:
        text = value.replace(" ", "").replace("\u202f", "") if isinstance(value, str) else value
        return super().to_python(text)


class YesNo(forms.NullBooleanField):
    """Yes, no or unknown; unknown is an answer."""

    widget = forms.NullBooleanSelect


class PersonField(forms.CharField):
    """A person by address or by a name that only one person has; the box offers both.

    `outsiders` also finds external people, who may do some things but answer for nothing.
    """

    def __init__(self, *, outsiders: bool = False, **kwargs: Any) -> None:
        self.outsiders = outsiders
        attrs = {"list": "people", "autocomplete": "off", "autocapitalize": "off"}
        attrs |= {"placeholder": "Name or e-mail address", "data-people": ""}
        super().__init__(**{"max_length": 254, "widget": forms.TextInput(attrs=attrs), **kwargs})

    def clean(self, value: object) -> User | None:
        words = super().clean(value)
        if not words:
            return None
        people = assignable(outsiders=self.outsiders)
        named = people.filter(name__iexact=words).order_by("email")
        found = list(people.filter(email__iexact=words)[:1] or named[:3])
        if not found:
            raise ValidationError(
                "Nobody here has that name or address. Choose somebody from the list."
            )
        if len(found) > 1:
            addresses = ", ".join(person.email for person in found)
            raise ValidationError(f"Several people have that name. Which one? {addresses}")
        return found[0]


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        units = Unit.objects.order_by("path")
        super().__init__(**{"queryset": units, "empty_label": "Choose a unit", **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.path} (retired)" if obj.retired_on else str(obj.path)


def choice(name: str) -> forms.ChoiceField:
    choices = Pilot._meta.get_field(name).choices or ()  # type: ignore[union-attr]
    return forms.ChoiceField(choices=[("", "Unknown"), *choices], required=False)
