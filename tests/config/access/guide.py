# ruff: noqa: E501 - the paragraphs of the page stand here as the page has them
"""The page that tells administrators who may do what, made from the table of the access matrix.

What an address is for stands in the first sentence of its view; WORDS has better ones. So a new
row of the table needs nothing here: `COMMAND` writes the page anew.
"""

from collections.abc import Callable, Iterable
from inspect import getdoc, unwrap

from django.urls import URLPattern, URLResolver, get_resolver

from tests.config.access import table
from tests.config.access.table import ACTORS, ALL, EVERYBODY, NONE, TABLE, Answer, Row

PAGE = "docs/operate/permissions.md"
COMMAND = "WRITE_PERMISSIONS=1 ./run test tests/config/test_permissions.py"
NOBODY = "-"
# Sets of people in words; others are counted up.
SETS = {
    EVERYBODY: "anybody, without signing in",
    ALL: "everyone",
    table.ADMIN: "administrators",
    table.COMPANY: "administrators, portfolio managers of the company",
    table.EDIT: "its people and managers",
    table.ANSWER: "its people, managers, executives",
    table.MANAGE: "its managers",
    table.MANAGER: "portfolio managers",
    table.OWN: "who was asked to own it",
    table.STAFF: "administrators, portfolio managers",
    table.IMPORTER: "who uploaded the file",
    table.CREATE: "product owners, portfolio managers",
    frozenset(): NOBODY,
}
PEOPLE = {
    "administrator": "administrators", "manager": "portfolio managers of the company",
    "executive": "executives", "owner": "its people", "other": "product owners",
    "viewer": "viewers", "auditor": "auditors", "limited": "portfolio managers of its unit",
    "elsewhere": "portfolio managers of other units", "stranger": "people without a role",
    "anonymous": "people not signed in",
}  # fmt: skip
SECTIONS = {
    "": "Overview", "pilots": "Pilots", "pilots.csv": "Pilots", "my": "Pilots",
    "search": "Search and help", "help": "Search and help",
    "charts": "Overview", "flags": "Flags", "readiness": "Readiness", "checklists": "Readiness", "imports": "Imports",
    "import": "Imports", "people": "People", "units": "Units", "settings": "Company and service",
    "status": "Company and service", "mails": "Company and service",
    "health": "Company and service", "digests": "Digests", "digest": "Digests",
}  # fmt: skip
WORDS = {
    "overview": "The Overview", "pilots": "The list of pilots", "pilot": "A pilot's page",
    "my-pilots": "My pilots", "flags": "The flags and what they found",
    "flag-limits": "Limits of flags", "pilot-create": "Register a pilot",
    "pilot-edit": "Change a pilot's facts", "pilot-update": "Post an update",
    "pilot-hold": "Put on hold", "pilot-resume": "Take off hold",
    "pilot-stage": "Move to another stage", "pilot-assign": "Give a role on a pilot",
    "pilot-release": "End a role on a pilot", "flag-snooze": "Snooze a flag",
    "flag-wake": "End a snooze", "pilot-metric": "Add a success metric",
    "pilot-reading": "Record a reading", "pilots-export": "Export the list",
    "pilots-assign": "Hand over many pilots: of those chosen, the ones one may edit",
    "people": "The list of people", "person": "A person's page", "settings": "Company settings",
    "status": "Status of the service", "mails": "Digests and kept mails", "mail": "A kept mail",
    "units": "The tree of units", "unit": "A unit's page", "unit-add": "Add a unit",
    "readiness": "Readiness of all pilots", "checklist": "A version of a checklist", "imports": "Imports, and a new one",
    "pilot-readiness": "A pilot's readiness", "pilot-checklist": "A checklist of a pilot",
    "pilot-checklist-answer": "Answer a question of a checklist",
    "pilot-evidence-file": "Download a file that backs an answer",
    "digests": "One's own digests", "chart-csv": "A chart's numbers as CSV",
    "chart-json": "A chart", "person-link": "Make a one-time link",
    "person-edit": "Change name and address", "import": "An import's record",
    "import-read": "Read the file again", "import-columns": "Map the columns, and try",
    "import-back": "Go back to the columns", "import-apply": "Apply an import",
    "import-discard": "Discard an import", "unit-rename": "Rename a unit",
    "unit-move": "Move a unit with everything below it", "unit-merge": "Merge an empty unit",
    "unit-retire": "Retire a unit, or use it again", "person-add": "Add a person",
    "person-forget": "Remove a leaver's personal data", "person-factors": "Remove second factors",
    "person-leave": "Close an account", "person-return": "Open an account again",
    "person-external": "Mark a person as external, or internal",
    "person-sign-out": "Sign a person out everywhere", "role-grant": "Give a role in the company",
    "role-end": "End a role in the company", "health-live": "Is the process alive",
    "health-ready": "Could it serve a request", "pilot-history": "A pilot's history",
    "pilots-similar": "Pilots like the one being registered",
    "digest-unsubscribe": "Stop a digest by the link in it", "people-options": "Find a person by name",
    "import-mapping": "The mapping of an import", "import-issues": "What could not be read",
}  # fmt: skip
INTRO = """\
# Who may do what

<!-- Made from the access matrix that the tests prove. Do not edit: {command} -->

Roles are given on a person's page; several add up. A role can be limited to a unit: it holds there and in everything below. Administrators and auditors are so for the whole company. What one may not see answers as if it were not there (404); what one may see but not do says so (403).

| Role | In short |
|---|---|
| viewer | sees everything that is not restricted; the same as no role |
| product owner | registers pilots, and edits those they have a role on |
| portfolio manager | sees, edits and moves every pilot of the units they manage, restricted ones too; imports |
| executive | sees what is not restricted, gets the digest of the portfolio, answers readiness questions |
| administrator | people, units, settings, imports, status; does not see restricted pilots as such |
| auditor | sees everything, restricted pilots too; changes nothing |

*Its people* are those with an open role on the pilot, whatever their role in the company. *Its managers* are the portfolio managers whose units hold it. **Restricted pilots** are seen by their people, their managers and auditors only, on every page, list, count, chart, export and digest; for everybody else the rows marked with a lock below do not exist.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [INTRO.format(command=COMMAND)]
    for title, names in sections().items():
        parts.append(f"\n## {title}\n\n| What | Who may |\n|---|---|\n")
        parts += [line(name, TABLE[name]) for name in names]
    return "".join(parts)


def sections() -> dict[str, list[str]]:
    """Names of addresses by the first part of their route, in the order of SECTIONS."""
    views = addresses()
    found: dict[str, list[str]] = {title: [] for title in dict.fromkeys(SECTIONS.values())}
    for name in TABLE:
        first = views[name][0].split("/")[0]
        title = SECTIONS.get(first, first.replace("-", " ").capitalize())
        found.setdefault(title, []).append(name)
    return {title: names for title, names in found.items() if names}


def line(name: str, row: Row) -> str:
    lock = " \N{LOCK}" if row.pilot else ""
    see, do = who(row.get, row), who(row.post, row)
    may = f"see: {see}; do: {do}" if NOBODY not in (see, do) and see != do else see
    return f"| {what(name)}{lock} | {do if see == NOBODY else may} |\n"


def what(name: str) -> str:
    """What the address is for: our words, the view's first sentence, or its name."""
    if name in WORDS:
        return WORDS[name]
    said = (getdoc(unwrap(addresses()[name][1])) or "").split("\n\n")[0].replace("\n", " ")
    sentence = said.split(". ")[0].rstrip(".")
    return (sentence or name.replace("-", " ").capitalize()).replace("|", "/")


def who(answer: Answer, row: Row) -> str:
    """Those for whom the address answers, in words."""
    if answer is NONE:
        return NOBODY
    people = frozenset(answer.who)
    if not row.pilot and people == {"owner"}:
        return "who made it"
    return SETS.get(people) or ", ".join(PEOPLE[one] for one in ACTORS if one in people)


def addresses() -> dict[str, tuple[str, Callable[..., object]]]:
    """Route and view by the name of the address."""
    return {
        pattern.name: (route, pattern.callback)
        for route, pattern in _patterns(get_resolver().url_patterns)
        if pattern.name
    }


def _patterns(
    found: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterable[tuple[str, URLPattern]]:
    for pattern in found:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)
        else:
            yield route, pattern
