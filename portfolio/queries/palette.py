"""What the search page and the palette offer: pilots, actions, pages, people."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import quote_plus

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, Q, Value
from django.urls import reverse

from accounts.access import Roles, roles_of
from accounts.models import User
from common import nav, text
from common.sought import Sought, sought
from portfolio.models import Pilot, Stage
from portfolio.querysets import PilotQuerySet, folded

SHOWN = 8
RECENT_MAX = 8
UPDATES = 3  # pilots that "post an update to" is offered for
PEOPLE = 5
VERBS = frozenset({"update", "post", "report"})


@dataclass(frozen=True, slots=True)
class Hit:
    """One line: what it is called, a few words beside it, and where it leads."""

    label: str
    url: str
    icon: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """`more` is the address of all pilots that match, or ""; `cut` says that what was typed was
    longer than is searched."""

    typed: str
    groups: tuple[Group, ...]
    more: str
    cut: bool

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Place:
    """A page or an action; `needs` names a property of Roles, `words` what else it is called."""

    url_name: str
    label: str
    icon: str
    needs: str = ""
    words: str = ""


ACTIONS = (
    Place("pilot-create", "New pilot", "add", "may_create", "register add create"),
    Place("my-pilots", "Post my next update", "update", words="report status"),
    Place("imports", "Import a spreadsheet", "import", "may_import", "upload csv excel xlsx"),
    Place("pilots-export", "Export all pilots as CSV", "download", words="download excel"),
    Place("pilots-duplicates", "Find pilots that are there twice", "pilots", "managed", "merge"),
)
PAGES = (
    Place("pilots-removed", "Removed pilots", "history", "managed", "deleted undo take back"),
    Place("flag-limits", "Limits of flags", "flag", "is_administrator", "days rules"),
    Place("digests", "Your digests", "mail", words="weekly e-mail"),
    Place("account", "My account", "person", words="password sessions passkey profile"),
    Place("help", "Help", "help", words="keys words glossary guide shortcuts"),
)


def offer(typed: str, *, user: User, recent: tuple[int, ...] = ()) -> Offer:
    """What fits what was typed; without words the pilots of late, actions and pages."""
    what, roles = sought(typed), roles_of(user)
    seen = Pilot.objects.visible_to(user)
    if not what.words:
        groups = [
            Group("Recent pilots", _recent(seen, user, recent)),
            Group("Actions", _places(ACTIONS, roles, what)),
            Group("Pages", _places(_pages(roles), roles, what)),
        ]
        return Offer("", tuple(g for g in groups if g.hits), "", what.cut)
    wanted = _without_verb(what)
    found = _pilots(seen, wanted)
    groups = [
        Group("Post an update", _updates(seen, found, user, verb=wanted is not what)),
        Group("Pilots", tuple(_hit(row) for row in found)),
        Group("Actions", _places(ACTIONS, roles, what)),
        Group("Pages", _places(_pages(roles), roles, what)),
        Group("People", _people(what) if roles.sees_people else ()),
    ]
    if wanted is what:  # The plain search puts pilots first.
        groups[0], groups[1] = groups[1], groups[0]
    more = f"{reverse('pilots')}?q={quote_plus(wanted.text)}" if len(found) == SHOWN else ""
    return Offer(what.text, tuple(g for g in groups if g.hits), more, what.cut)


def _without_verb(what: Sought) -> Sought:
    """ "update invoice" looks for "invoice"."""
    first, *rest = what.words
    return sought(" ".join(rest)) if rest and text.key(first) in VERBS else what


Row = tuple[int, str, str, str]


def _pilots(seen: PilotQuerySet, what: Sought) -> list[Row]:
    """The reference, names that begin so, names with these words, texts with them; if there is
    none of these, names that come close, the closest first. Each is one small query."""
    if what.certain:
        return _rows(seen.matching(what.text))
    found: dict[int, Row] = {}
    named = seen.alias(folded=folded("name"))
    words = Q()
    for word in what.words:
        words &= Q(folded__contains=folded(Value(word)))
    if what.number is not None:
        _take(found, seen.filter(pk=what.number))
    begins = named.filter(folded__startswith=folded(Value(what.text)))
    # A trigram index knows nothing shorter than three letters; `matching` has a way with those.
    whole = [named.filter(words)] if all(len(word) > 2 for word in what.words) else []
    for some in (begins, *whole, seen.matching(what.text)):
        if len(found) < SHOWN:
            _take(found, some)
    if not found:
        like = TrigramWordSimilarity(folded(Value(what.text)), folded("name"))  # type: ignore[arg-type]
        near = seen.filter(pk__in=seen.alike(what.text).order_by().values("pk")[: SHOWN * 25])
        _take(found, near.annotate(like=like).order_by("-like", "name_key"))
    return list(found.values())[:SHOWN]


def _take(found: dict[int, Row], pilots: PilotQuerySet) -> None:
    for row in _rows(pilots):
        found.setdefault(row[0], row)


def _rows(pilots: PilotQuerySet) -> list[Row]:
    return list(pilots.values_list("pk", "name", "unit__path", "stage")[:SHOWN])


def _hit(row: Row) -> Hit:
    pk, name, unit, stage = row
    ref = f"{Pilot.REF_PREFIX}{pk}"
    beside = f"{ref} · {Stage(stage).label} · {unit}"
    return Hit(name, reverse("pilot", args=[ref]), "pilots", beside)


def _recent(seen: PilotQuerySet, user: User, recent: tuple[int, ...]) -> tuple[Hit, ...]:
    """The pilots this device opened last; without any, those the person holds a role on."""
    if recent:
        by_id = {row[0]: row for row in _rows(seen.filter(pk__in=recent[:RECENT_MAX]))}
        return tuple(_hit(by_id[pk]) for pk in recent[:RECENT_MAX] if pk in by_id)
    return tuple(_hit(row) for row in _rows(seen.held_by(user).active().order_by("name_key")))


def _updates(seen: PilotQuerySet, found: list[Row], user: User, *, verb: bool) -> tuple[Hit, ...]:
    first = found[: UPDATES if verb else 1]
    mine = seen.editable_by(user).active().filter(pk__in=[row[0] for row in first])
    may = set(mine.values_list("pk", flat=True)) if first else set()
    return tuple(
        Hit(
            f"Post an update to {name}", reverse("pilot-update", args=[f"{Pilot.REF_PREFIX}{pk}"]),
            "update", f"{Pilot.REF_PREFIX}{pk}",
        )
        for pk, name, _, _ in first
        if pk in may
    )  # fmt: skip


def _pages(roles: Roles) -> tuple[Place, ...]:
    own = (Place(e.url_name, e.label, e.icon, e.needs) for e in nav.ENTRIES)
    return (*own, *PAGES)


def _places(places: tuple[Place, ...], roles: Roles, what: Sought) -> tuple[Hit, ...]:
    """Those the person may open, all or as far as their words fit."""
    allowed = (p for p in places if not p.needs or getattr(roles, p.needs))
    return tuple(
        Hit(place.label, url, place.icon)
        for place in allowed
        if (url := nav.address(place.url_name)) and _fits(place, what)
    )


def _fits(place: Place, what: Sought) -> bool:
    names = text.key(f"{place.label} {place.words}").split()
    return all(any(_near(text.key(word), name) for name in names) for word in what.words)


def _near(word: str, name: str) -> bool:
    if name.startswith(word):
        return True
    return len(word) > 3 and SequenceMatcher(None, word, name[: len(word) + 1]).ratio() > 0.75


def _people(what: Sought) -> tuple[Hit, ...]:
    people = User.objects.filter(is_active=True).order_by("name", "email")
    for word in what.words:
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    rows = people.annotate(number=F("pk")).values_list("number", "name", "email")[:PEOPLE]
    return tuple(
        Hit(name or email, reverse("person", args=[pk]), "person", email if name else "")
        for pk, name, email in rows
    )
