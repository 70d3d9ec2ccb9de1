"""The filter bar that reads like a sentence, and the addresses of the same list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from accounts.models import User
from portfolio.filters import DECIDES, HEALTHS, SNOOZED, STATES, PilotFilter
from portfolio.flags import words
from portfolio.flags.registry import rules
from portfolio.models import Stage
from portfolio.queries import freshness
from portfolio.queries.layout import Layout
from portfolio.queries.pilots import SIZES, USUAL_ORDER, unit_choices

SORTS = {
    "name": "name",
    "entered": "longest in stage",
    "-entered": "shortest in stage",
    "updated": "longest without update",
    "-updated": "last updated",
    "decide": "next to be decided",
    "-decide": "last to be decided",
    "-ref": "newest",
    "ref": "oldest",
}
# Filters without a control of their own: they come with links and are taken away by a click.
SILENT = ("snoozed", "metric", "decide", "restricted", "entered", "entered_from", "entered_to")


@dataclass(frozen=True, slots=True)
class Picked:
    """A filter without a control: its words, and the address without it."""

    name: str
    value: str
    words: str
    without: str


class FilterBar:
    """What the bar shows; lazy, because a partial does not draw it."""

    def __init__(self, filtered: PilotFilter, layout: Layout, owner: str = "") -> None:
        """`owner` is the name of the first row's owner: a list of one owner's names them."""
        self._filtered = filtered
        self.layout, self._owner = layout, owner
        self.sort = layout.sort
        self.chosen: dict[str, str] = filtered.chosen

    @property
    def unreadable(self) -> list[str]:
        return [*self._filtered.unreadable, *self.layout.unreadable]

    @property
    def query(self) -> str:
        """The filter as it stands in an address, without layout and place."""
        return urlencode(self.chosen)

    @property
    def shown(self) -> str:
        """The filter and the layout in full, as a file of what is shown needs them."""
        return urlencode({**self.chosen, "sort": self.sort, "columns": self.layout.codes})

    @property
    def asked(self) -> str:
        """The filter and what of the layout is not the person's usual one."""
        return urlencode({**self.chosen, **self.layout.said})

    def address(self, *, cursor: str = "", without: str = "", sort: str | None = None) -> str:
        """The shortest address of this list; `sort` in another order."""
        parameters = {n: v for n, v in {**self.chosen, **self.layout.said}.items() if n != without}
        if sort is not None:
            parameters.pop("sort", None)
            parameters |= {"sort": sort} if sort != USUAL_ORDER else {}
        if cursor:
            parameters["cursor"] = cursor
        return f"{_base()}{'?' if parameters else ''}{urlencode(parameters)}"

    @cached_property
    def link(self) -> str:
        """The address that ends where `cursor=...` goes."""
        address = self.address()
        return f"{address}{'&' if '?' in address else '?'}cursor="

    @property
    def words(self) -> str:
        return self.chosen.get("q", "")

    @property
    def states(self) -> SafeString:
        return self._options("state", STATES)

    @property
    def stages(self) -> SafeString:
        return self._options("stage", dict(Stage.choices))

    @property
    def healths(self) -> SafeString:
        return self._options("health", HEALTHS)

    @property
    def freshnesses(self) -> SafeString:
        return self._options("freshness", freshness.WORDS)

    @property
    def flags(self) -> SafeString:
        known = {"any": "any flag", **{code: rule.title for code, rule in rules.items()}}
        now = self.chosen.get("flag", "")
        return self._options("flag", known if not now else {now: words.title(now), **known})

    @property
    def sorts(self) -> SafeString:
        said = {"" if code == USUAL_ORDER else code: text for code, text in SORTS.items()}
        return options(said, "" if self.sort == USUAL_ORDER else self.sort)

    @property
    def sizes(self) -> SafeString:
        return options({str(size): str(size) for size in SIZES}, str(self.layout.size))

    @property
    def rare(self) -> bool:
        """True when a filter is in force that a phone folds away."""
        return any(name in self.chosen for name in ("owner", "health", "freshness", "flag"))

    @property
    def units(self) -> SafeString:
        unit = self.chosen.get("unit", "")
        found = unit_choices(int(unit) if unit.isdigit() else None)
        return options({str(one.id): one.label for one in found}, unit)

    @property
    def owners(self) -> SafeString:
        known = {"me": "me", "none": "nobody"}
        person = self.chosen.get("owner", "")
        if person.isdigit():
            known[person] = self._owner or str(
                User.objects.filter(pk=person).first() or "a person who is not here"
            )
        return options(known, person)

    @cached_property
    def picked(self) -> list[Picked]:
        found = [(name, self.chosen[name]) for name in SILENT if name in self.chosen]
        return [
            Picked(name, value, _said(name, value), self.address(without=name))
            for name, value in found
        ]

    def _options(self, name: str, known: Mapping[str, str]) -> SafeString:
        return options(known, self.chosen.get(name, ""))


@cache
def _base() -> str:
    return reverse("pilots")


def options(known: Mapping[str, str], now: str) -> SafeString:
    """The <option> elements of a select; made here, because sixty of them in a template cost
    more than fifty rows do."""
    return _options(tuple(known.items()), now)


@lru_cache(maxsize=512)
def _options(known: tuple[tuple[str, str], ...], now: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, " selected" if value == now else "", said) for value, said in known),
    )


def _said(name: str, value: str) -> str:
    fixed: Iterable[tuple[str, Mapping[str, str]]] = (
        ("snoozed", SNOOZED),
        ("decide", DECIDES),
        ("metric", {"none": "no success metric"}),
        ("restricted", {"1": "restricted", "0": "not restricted"}),
        ("entered", {"unknown": "stage entry unknown"}),
        ("entered_from", {value: f"in this stage since {value} or later"}),
        ("entered_to", {value: f"in this stage since {value} or earlier"}),
    )
    return dict(fixed)[name].get(value, value)
