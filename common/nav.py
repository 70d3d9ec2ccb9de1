"""The rail: every entry that has a page, in order. An entry appears when its URL name exists."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Entry:
    """`needs` names a property of accounts.access.Roles; empty is for everyone signed in.

    `holds` are pages that stand under this entry although their addresses do not.
    """

    url_name: str
    label: str
    icon: str
    needs: str = ""
    group: str = ""
    holds: tuple[str, ...] = ()


ENTRIES = (
    Entry("overview", "Overview", "overview"),
    Entry("pilots", "Pilots", "pilots"),
    Entry("my-pilots", "My pilots", "my-pilots"),
    Entry("decisions", "Decisions", "decisions", holds=("lessons", "boards")),
    Entry("flags", "Flags", "flag"),
    Entry("readiness", "Readiness", "readiness", holds=("checklists",)),
    Entry("reviews", "Reviews", "reviews"),
    Entry("ownership", "Ownership", "owner"),
    Entry("models", "Models", "models"),
    Entry("imports", "Import", "import", needs="may_import"),
    Entry("units", "Units", "units"),
    Entry("people", "People", "people", needs="sees_people", group="Administration"),
    Entry("settings", "Settings", "settings", needs="is_administrator", group="Administration"),
    Entry("status", "Status", "status", needs="is_administrator", group="Administration"),
    Entry("mails", "Mail", "mail", needs="is_administrator", group="Administration"),
)


@dataclass(frozen=True)
class Link:
    """One entry as drawn."""

    url: str
    label: str
    icon: str
    group: str
    here: bool


@cache
def address(url_name: str) -> str:
    """Where the page is, or "" when no app has it. URL names do not change while we run."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links(path: str, rights: Iterable[str]) -> list[Link]:
    """The entries for a person with these rights, on the page at `path`."""
    allowed = {"", *rights}
    shown = [(e, address(e.url_name)) for e in ENTRIES if e.needs in allowed]
    shown = [(entry, url) for entry, url in shown if url]
    roots = [(root, entry) for entry, url in shown for root in (url, *map(address, entry.holds))]
    covering = [(root, entry) for root, entry in roots if root and _covers(root, path)]
    here = max(covering, key=lambda pair: len(pair[0]))[1] if covering else None
    return [Link(url, e.label, e.icon, e.group, e is here) for e, url in shown]


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
