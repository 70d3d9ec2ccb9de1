"""The filter bar that reads like a sentence, and the addresses of the same list."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.models.user import PAGE_SIZES
from common.registry import pilot_narrowings
from portfolio import filters
from portfolio.filters import DECIDES, HEALTHS, STATES, PilotFilter
from portfolio.flags import words
from portfolio.flags.registry import rules
from portfolio.models import Stage
from portfolio.models.pilot import Audience, DataClass, Hosting
from portfolio.queries import freshness
from portfolio.queries.layout import Layout
from portfolio.queries.pilots import USUAL_ORDER, unit_choices
from portfolio.queries.saved_views import EVERYTHING, Own
from portfolio.queries.starter_views import STARTERS
from portfolio.querysets import STALLING_RULES

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
# The controls of the bar; every other filter is a chip that a click takes away.
SHOWN = ("state", "stage", "unit", "owner", "health", "freshness", "flag", "q")
RARE = ("owner", "health", "freshness", "flag")  # what a phone folds away


@dataclass(frozen=True, slots=True)
class More:
    """A filter of the page "More filters": a choice, or a box of that kind."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = ""


def more() -> list[More]:
    """Every filter that has no control in the bar, in the order of that page."""
    known: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("audience", "Audience", {**dict(Audience.choices), **filters.UNKNOWN}),
        ("data_class", "Data", {**dict(DataClass.choices), **filters.UNKNOWN}),
        ("third_party", "Third party", filters.THIRD),
        ("hosting", "Runs on", {**dict(Hosting.choices), **filters.UNKNOWN}),
        ("restricted", "Restricted", {"1": "restricted", "0": "not restricted"}),
        ("metric", "Success metrics", {"none": "no success metric"}),
        ("decide", "Decision", DECIDES),
        ("flag", "Flag", {"any": "any flag", **{c: rule.title for c, rule in rules.items()}}),
        ("snoozed", "Flags snoozed", filters.SNOOZED),
        ("entered", "Stage entry", filters.ENTRIES),
    )
    choices = [More(name, label, tuple(words.items())) for name, label, words in known]
    others = [More(n, one.label, tuple(one.choices.items())) for n, one in pilot_narrowings.items()]
    return [
        More("tag", "Tags, with commas between them", kind="text"),
        More("tagged", "Carrying", tuple(filters.TAGGED.items())),
        *choices, *others,
        More("decide_from", "To be decided from", kind="date"),
        More("decide_to", "To be decided until", kind="date"),
        More("entered_from", "In its stage since, from", kind="date"),
        More("entered_to", "In its stage since, until", kind="date"),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picked:
    """A filter without a control: its words, and the address without it."""

    name: str
    value: str
    words: str
    without: str


class FilterBar:
    """What the bar shows; lazy, because a partial does not draw it."""

    def __init__(
        self, filtered: PilotFilter, layout: Layout, own: Own | None = None, owner: str = ""
    ) -> None:
        """`owner` is the name of the first row's owner: a list of one owner's names them."""
        self._filtered = filtered
        self.layout, self.own, self._owner = layout, own or Own(), owner
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
    def asked(self) -> str:
        """The filter, and of the layout what is not the person's usual one."""
        return urlencode({**self.chosen, **self.layout.said})

    def address(self, *, cursor: str = "", without: str = "", sort: str | None = None) -> str:
        """The shortest address of this list; `sort` in another order."""
        parameters = {n: v for n, v in {**self.chosen, **self.layout.said}.items() if n != without}
        if sort is not None:
            parameters.pop("sort", None)
            parameters |= {"sort": sort} if sort != USUAL_ORDER else {}
        if not parameters and self.own.opens_with:
            parameters["view"] = EVERYTHING  # The bare address would open the person's view.
        if cursor:
            parameters["cursor"] = cursor
        return f"{_base()}{'?' if parameters else ''}{urlencode(parameters)}"

    @cached_property
    def link(self) -> str:
        """The address that ends where `cursor=...` goes."""
        address = self.address()
        return f"{address}{'&' if '?' in address else '?'}cursor="

    @property
    def everything(self) -> str:
        """The whole list."""
        return f"{_base()}?view={EVERYTHING}" if self.own.opens_with else _base()

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Name, address and whether it is this one: the whole list, starter views, the view."""
        now = self.own.view
        whole = (not now and not self.chosen) or (now == EVERYTHING and not self.chosen)
        found = [("All", self.everything, whole)]
        found += [
            (one.name, f"{_base()}?{one.address}", one.slug == now)
            for one in STARTERS.values()
            if one.tab or one.slug == now
        ]
        if now and now != EVERYTHING and now not in STARTERS:
            found.append((self.own.view_name, f"{_base()}?{self.own.view_address}", True))
        return found

    @property
    def differs(self) -> bool:
        """True when the list is no longer what its view keeps."""
        if not self.own.view_address:
            return False
        kept = dict(parse_qsl(self.own.view_address))
        del kept["view"]
        laid = {"columns": self.layout.codes, "size": str(self.layout.size)}
        said = {name: value for name, value in laid.items() if name in kept}
        now = {**self.chosen, "sort": self.sort, **said}
        return now != {"sort": USUAL_ORDER, **kept}

    @property
    def saved(self) -> str:
        """The slug of the saved view the list came from; "" when it is built in or none."""
        return (
            "" if self.own.view in ("", EVERYTHING) or self.own.view in STARTERS else self.own.view
        )

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
        """The flags that mean standstill; all of them stand on the page "More filters"."""
        now = self.chosen.get("flag", "")
        known = {code: words.title(code) for code in STALLING_RULES if code in rules}
        return self._options("flag", {"any": "any flag", **known, **_one(now)})

    @property
    def sorts(self) -> SafeString:
        said = {"" if code == USUAL_ORDER else code: text for code, text in SORTS.items()}
        return options(said, "" if self.sort == USUAL_ORDER else self.sort)

    @property
    def sizes(self) -> SafeString:
        return options({str(size): str(size) for size in PAGE_SIZES}, str(self.layout.size))

    @property
    def rare(self) -> bool:
        """True when a filter is in force that a phone folds away."""
        return any(name in self.chosen for name in RARE)

    @property
    def units(self) -> SafeString:
        unit = self.chosen.get("unit", "")
        found = unit_choices(int(unit) if unit.isdigit() else None)
        return options({"mine": "my unit", **{str(one.id): one.label for one in found}}, unit)

    @property
    def owners(self) -> SafeString:
        known = {"me": "me", "none": "nobody"}
        person = self.chosen.get("owner", "")
        if person.isdigit():
            known[person] = self._owner or str(
                User.objects.filter(pk=person).first() or "a person who is not here"
            )
        return options(known, person)

    @property
    def more(self) -> list[tuple[More, str, SafeString]]:
        """Every further filter with its value and its options."""
        found = [(one, self.chosen.get(one.name, "")) for one in more()]
        return [(one, value, options(dict(one.choices), value)) for one, value in found]

    @cached_property
    def picked(self) -> list[Picked]:
        chosen = [(name, value) for name, value in self.chosen.items() if name not in SHOWN]
        return [
            Picked(name, value, _said(name, value), self.address(without=name))
            for name, value in chosen
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the bar's form must carry beside its controls."""
        laid = {name: v for name, v in self.layout.said.items() if name in ("columns", "view")}
        return [*((one.name, one.value) for one in self.picked), *laid.items()]

    def _options(self, name: str, known: Mapping[str, str]) -> SafeString:
        return options(known, self.chosen.get(name, ""))


@cache
def _base() -> str:
    return reverse("pilots")


def _one(rule: str) -> dict[str, str]:
    return {rule: words.title(rule)} if rule and rule != "any" else {}


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


BEFORE = {
    "entered_from": "in this stage since {} or later",
    "entered_to": "in this stage since {} or earlier",
    "decide_from": "to be decided {} or later",
    "decide_to": "to be decided {} or earlier",
    "tag": "tagged {}",
    "audience": "for {}",
    "data_class": "{} data",
    "third_party": "third party: {}",
    "hosting": "runs on: {}",
}


def _said(name: str, value: str) -> str:
    """A filter in words."""
    known = next((dict(one.choices) for one in more() if one.name == name), {})
    said = known.get(value, value)
    return BEFORE.get(name, "{}").format(said[:1].lower() + said[1:] if known else said)
