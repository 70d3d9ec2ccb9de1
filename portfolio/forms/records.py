"""What the forms of all records share: the token of a new one, the revision of an old one."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms

from portfolio.models import Record
from portfolio.queries import record_words


class RecordForm(forms.Form):
    """`row` is the record being edited; None for a new one.

    `GROUPS` puts fields under headings, and the fields of one tuple beside each other; what is
    not named stands below, one under another.
    """

    GROUPS: ClassVar[tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]] = ()

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, row: Record | None = None, **kwargs: Any) -> None:
        initial = {"revision": row.revision, **self.saved(row)} if row else {"token": uuid4()}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        del self.fields["token" if row else "revision"]
        self.fields["revision" if row else "token"].required = True
        self.row = row

    @classmethod
    def saved(cls, row: Record) -> dict[str, Any]:
        """What the boxes show of a stored row."""
        names = (name for name in cls.base_fields if name not in ("token", "revision"))
        return {name: getattr(row, name) for name in names}

    def groups(self) -> Iterator[tuple[str, list[list[forms.BoundField]]]]:
        """Headings with rows of fields."""
        named = set()
        for legend, rows in self.GROUPS:
            named |= {name for row in rows for name in row}
            yield legend, [[self[name] for name in row] for row in rows]
        others = [[field] for field in self.visible_fields() if field.name not in named]
        if others:
            yield "", others

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes, with the token or the revision."""
        return dict(self.cleaned_data)

    def renew(self, now: Record) -> "list[record_words.Theirs]":
        """After a lost race: keep what was typed, take the new revision, say what differs."""
        data = cast(Any, self.data).copy()
        data["revision"] = str(now.revision)
        self.data = data
        given = {k: v for k, v in self.values.items() if k != "revision"}
        labels = {name: str(self[name].label) for name in given}
        return record_words.theirs(now, given, labels)
