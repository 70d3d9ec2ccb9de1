"""Who answers for what."""

from django import forms

from portfolio.forms.fields import PersonField
from portfolio.models import RoleKind


class AssignForm(forms.Form):
    role = forms.ChoiceField(choices=RoleKind.choices, initial=RoleKind.OWNER)
    person = PersonField()


class HandoverForm(forms.Form):
    person = PersonField(label="The new owner")
