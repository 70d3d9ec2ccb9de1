"""What administrators type about units."""

from typing import Any

from django import forms

from accounts.models import Unit
from portfolio.forms.fields import UnitField


class UnitForm(forms.Form):
    """A new unit."""

    name = forms.CharField(max_length=200)
    parent = UnitField(required=False, label="Below", empty_label="at the top")


class RenameForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(max_length=200)


class MoveForm(forms.Form):
    parent = UnitField(required=False, label="Below", empty_label="at the top")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _elsewhere(self.fields["parent"], unit)


class MergeForm(forms.Form):
    into = UnitField(label="Into")

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _elsewhere(self.fields["into"], unit)


def _elsewhere(field: Any, unit: Unit) -> None:
    """Units outside the subtree."""
    field.queryset = (
        Unit.objects.in_use().exclude(lineage__startswith=unit.lineage).order_by("path")
    )
