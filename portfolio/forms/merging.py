"""Choosing, field by field, what two pilots become."""

from typing import Any

from django import forms

from portfolio.actions.merging import Choice
from portfolio.forms.fields import Text
from portfolio.models import Pilot
from portfolio.queries.merging import Compared, compare, owners

SIDES = ("left", "right")


class MergeForm(forms.Form):
    """One choice for each field that both know differently; what only one knows is kept."""

    left_version = forms.IntegerField(widget=forms.HiddenInput)
    right_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = Text(
        required=True, rows=2, label="Why they are one",
        help_text="It stays in the history of both.",
    )  # fmt: skip

    def __init__(self, data: Any, *, survivor: Pilot, merged: Pilot) -> None:
        versions = {"left_version": survivor.version, "right_version": merged.version}
        super().__init__(data, initial=versions)
        self.compared = compare(survivor, merged)
        held = owners(survivor, merged)
        self.owners = (held.get(survivor.pk, ""), held.get(merged.pk, ""))
        for one in self.differing:
            self.fields[one.name] = _sides(one.label, one.left, one.right)
        if all(self.owners) and self.owners[0] != self.owners[1]:
            self.fields["owner"] = _sides("Owner", *self.owners)
        if survivor.restricted != merged.restricted:
            secret = survivor if survivor.restricted else merged
            self.fields["restricted"] = forms.ChoiceField(
                choices=[("yes", "Restricted"), ("no", "Open to everyone signed in")],
                widget=forms.RadioSelect, label="The result is",
                help_text=f"{secret.ref} is restricted, the other is not.",
            )  # fmt: skip

    @property
    def differing(self) -> list[Compared]:
        return [one for one in self.compared if one.state == "differs"]

    @property
    def filled(self) -> list[Compared]:
        return [one for one in self.compared if one.state == "right"]

    @property
    def same(self) -> int:
        return sum(one.state == "same" for one in self.compared)

    def choices(self) -> list[forms.BoundField]:
        names = [one.name for one in self.differing]
        return [self[name] for name in (*names, "owner", "restricted") if name in self.fields]

    @property
    def versions(self) -> tuple[int, int]:
        return self.cleaned_data["left_version"], self.cleaned_data["right_version"]

    @property
    def choice(self) -> Choice:
        given = self.cleaned_data
        take = frozenset(one.name for one in self.differing if given[one.name] == "right")
        restricted = given.get("restricted")
        return Choice(
            take=take, take_owner=given.get("owner") == "right",
            restricted=None if restricted is None else restricted == "yes",
        )  # fmt: skip


def _sides(label: str, left: str, right: str) -> forms.ChoiceField:
    words = (left[:300], right[:300])
    return forms.ChoiceField(
        choices=list(zip(SIDES, words, strict=True)), initial="left", label=label,
        widget=forms.RadioSelect,
    )  # fmt: skip
