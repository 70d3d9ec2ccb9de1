"""Who answers for what."""

from typing import Any

from django import forms

from portfolio.actions.proposals import STATEMENTS
from portfolio.forms.fields import PersonField, Text
from portfolio.models import RoleKind
from portfolio.queries.twelve_months import QUESTIONS


class AssignForm(forms.Form):
    """A role for a person; an owner is asked, everybody else is appointed."""

    role = forms.ChoiceField(choices=RoleKind.choices, initial=RoleKind.OWNER)
    person = PersonField(outsiders=True)


class HandoverForm(forms.Form):
    person = PersonField(label="The new owner")


class ProposeForm(forms.Form):
    """Ask somebody to own a pilot."""

    person = PersonField(label="Who should own it?")
    note = Text(
        rows=3, max_length=1000, label="A note to them",
        help_text="Why them, and what they should know first. It goes with the mail.",
    )  # fmt: skip


class AcceptForm(forms.Form):
    """The three statements of an owner, each said with yes or no."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in STATEMENTS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=f"{words}.", choices=[("yes", "Yes"), ("no", "No")],
                coerce=lambda said: said == "yes", widget=forms.RadioSelect,
            )  # fmt: skip


class DeclineForm(forms.Form):
    reason = Text(
        rows=3, max_length=1000, required=True, label="Why not?",
        help_text="Whoever asked reads it. If you know somebody better, name them.",
    )  # fmt: skip


class TwelveMonthsForm(forms.Form):
    """The three questions about the year to come, each answered with a name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in QUESTIONS.items():
            self.fields[name] = PersonField(label=question)
