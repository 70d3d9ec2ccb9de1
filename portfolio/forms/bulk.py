"""What is to change on many pilots at once."""

from typing import Any

from django import forms

from accounts.access import roles_of
from accounts.models import Unit, User
from portfolio.forms.fields import Day, Text, UnitField
from portfolio.forms.tags import BOX
from portfolio.queries.bulk import Change


class BulkForm(forms.Form):
    """The boxes of one kind of change."""

    def __init__(self, kind: str, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.kind = kind
        if kind == "unit":
            units = Unit.objects.filter(retired_on=None).order_by("path")
            inside = [u.pk for u in units if roles_of(user).may_create_in(u.lineage)]
            self.fields["unit"] = UnitField(label="New unit", queryset=units.filter(pk__in=inside))
        elif kind == "hold":
            self.fields["until"] = Day(
                required=True, help_text="Every hold has an end. The clocks keep running."
            )
            self.fields["reason"] = Text(required=True, rows=2, label="Why")
        else:
            self.fields["tag"] = forms.CharField(
                max_length=600, label="Tags", widget=BOX, help_text="Several with commas between."
            )

    @property
    def change(self) -> Change:
        said = self.cleaned_data
        names = tuple(name.strip() for name in said.get("tag", "").split(",") if name.strip())
        return Change(
            self.kind, unit=said.get("unit"), tags=names, until=said.get("until"),
            reason=said.get("reason", ""),
        )  # fmt: skip
