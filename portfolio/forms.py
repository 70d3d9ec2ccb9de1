"""What people may send, field by field; nothing a form does not name reaches an action."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.urls import reverse

from accounts.access import roles_of
from accounts.models import Unit, User
from common import clock
from portfolio.flags.limits import LIMIT_MAX
from portfolio.flags.registry import rules
from portfolio.models import Direction, Health, Pilot, RoleKind, Stage
from portfolio.models.pilot import Audience
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries import labels
from portfolio.queries.metric_lines import MetricLine
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
    """A person by address or by a name that only one person has; the box offers both."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "people", "autocomplete": "off", "autocapitalize": "off"}
        attrs |= {"placeholder": "Name or e-mail address", "data-people": ""}
        super().__init__(**{"max_length": 254, "widget": forms.TextInput(attrs=attrs), **kwargs})

    def clean(self, value: object) -> User | None:
        words = super().clean(value)
        if not words:
            return None
        people = assignable()
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
        return str(obj.path)


class CreateForm(forms.Form):
    """The five things that matter first; the rest fills in later."""

    name = forms.CharField(max_length=500, help_text="As people call it.")
    unit = UnitField(required=False)
    new_unit = forms.CharField(
        max_length=200, required=False, label="Or a new unit",
        help_text="Only when it is not in the list.",
    )  # fmt: skip
    owner = PersonField(required=False, help_text="The one person who answers for it.")
    problem = Text(label="Why", help_text="The problem it solves, in a sentence or two.")
    decide_by = Day(label="Decide by", help_text="The day on which it is shipped or stopped.")
    summary = Text(label=labels.LABELS["summary"])
    stage = forms.ChoiceField(
        choices=[(s.value, s.label) for s in Stage if s not in ENDED_STAGES], initial=Stage.IDEA
    )
    stage_since = Day(label="In this stage since", help_text="Leave empty when nobody knows.")
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {
            "hx-get": reverse("pilots-similar"), "hx-target": "#similar", "hx-swap": "outerHTML",
            "hx-trigger": "input changed delay:400ms",
        }  # fmt: skip
        if "/" not in roles_of(user).managed and Unit.objects.exists():
            del self.fields["new_unit"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, new = cleaned.get("unit"), cleaned.get("new_unit")
        if not chosen and not new and "unit" not in self.errors:
            self.add_error("unit", "Which unit is it for?")
        if chosen and new:
            self.add_error("new_unit", "Choose a unit or name a new one, not both.")
        return cleaned


class EditForm(forms.Form):
    """Everything a person may edit, in the sections of the page."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(max_length=500)
    unit = UnitField()
    summary = Text()
    task_type = forms.CharField(max_length=100, required=False)
    third_party = YesNo()
    influences_decisions = YesNo()
    external_id = forms.CharField(max_length=200, required=False)
    restricted = forms.BooleanField(
        required=False,
        help_text="Seen by its people, the managers of its unit and auditors only.",
    )
    problem = Text()
    hypothesis = Text()
    ready_when = Text()
    stop_when = Text()
    planned_outlet = Text()
    decide_by = Day()
    demo_on = Day()
    poc_success_on = Day()
    last_seen_working = Day()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (
            "audience",
            "data_class",
            "form",
            "hosting",
            "build_basis",
            "deploy",
            "integration",
        ):
            self.fields[name] = _choice(name)
        for name in labels.SECTIONS["Money"]:
            self.fields[name] = Number(max_digits=16, decimal_places=2, min_value=0)
        for name, field in self.fields.items():
            field.label = labels.LABELS.get(name, name)

    @classmethod
    def of(cls, pilot: Pilot) -> "EditForm":
        names = [name for name in cls().fields if name != "unit"]
        initial = {name: getattr(pilot, name) for name in names} | {"unit": pilot.unit_id}
        return cls(initial=initial)

    def sections(self) -> Iterable[tuple[str, list[forms.BoundField]]]:
        for title, fields in labels.SECTIONS.items():
            yield title, [self[name] for name in fields]

    @property
    def values(self) -> dict[str, Any]:
        """What `pilots.edit` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class UpdateForm(forms.Form):
    """Sixty seconds: health, a note, the next step; readings when there are metrics."""

    health = forms.ChoiceField(
        choices=Health.choices, widget=forms.RadioSelect, label="How is it going?",
        error_messages={"required": "Choose on track, at risk or off track."},
    )  # fmt: skip
    note = Text(label="What happened?")
    next_step = forms.CharField(max_length=500, required=False, label="Next step")
    next_step_due = Day(label="Due")
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, metrics: Iterable[MetricLine] = (), **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.metrics = tuple(metrics)
        for line in self.metrics:
            unit = f" ({line.unit})" if line.unit else ""
            last = f"Last: {line.latest.words}" if line.latest else "No reading yet."
            self.fields[f"reading_{line.id}"] = Number(label=f"{line.name}{unit}", help_text=last)

    @property
    def reading_fields(self) -> list[forms.BoundField]:
        return [self[f"reading_{line.id}"] for line in self.metrics]

    @property
    def readings(self) -> dict[int, Decimal]:
        """Values by the id of their metric; empty boxes are no readings."""
        found = {line.id: self.cleaned_data.get(f"reading_{line.id}") for line in self.metrics}
        return {metric: value for metric, value in found.items() if value is not None}


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


class SnoozeForm(forms.Form):
    until = Day(required=True, help_text="On the day after it counts again.")
    reason = Text(required=True, rows=2, label="Why it can wait")


class LimitForm(forms.Form):
    """One row of the limits of flags; an empty limit takes the row away."""

    rule = forms.ChoiceField(choices=lambda: [(c, f"{r.title} ({c})") for c, r in rules.items()])
    stage = forms.ChoiceField(choices=[("", "any stage"), *Stage.choices[:5]], required=False)
    audience = forms.ChoiceField(choices=[("", "any audience"), *Audience.choices], required=False)
    limit = forms.IntegerField(
        min_value=0, max_value=LIMIT_MAX, required=False, help_text="Empty: the rule's default."
    )


class AssignForm(forms.Form):
    role = forms.ChoiceField(choices=RoleKind.choices, initial=RoleKind.OWNER)
    person = PersonField()


class MetricForm(forms.Form):
    name = forms.CharField(max_length=200, label="What is measured?")
    unit = forms.CharField(max_length=40, required=False, help_text="For example: hours, %, EUR.")
    direction = forms.ChoiceField(choices=Direction.choices, label="Good is")
    baseline = Number(help_text="What it is without the pilot.")
    target = Number(help_text="What counts as success.")
    due = Day(label="Target due")
    cadence_days = forms.IntegerField(
        min_value=1, max_value=730, initial=30, label="Read every", help_text="days"
    )


class ReadingForm(forms.Form):
    value = Number(required=True)
    on = Day(required=True, label="On")
    source = forms.CharField(
        max_length=200, required=False, help_text="Where the number comes from."
    )
    note = Text(rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": clock.today(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


def _choice(name: str) -> forms.ChoiceField:
    choices = Pilot._meta.get_field(name).choices or ()  # type: ignore[union-attr]
    return forms.ChoiceField(choices=[("", "Unknown"), *choices], required=False)


class HandoverForm(forms.Form):
    person = PersonField(label="The new owner")
