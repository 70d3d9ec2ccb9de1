"""The house rules that an import graph cannot see, each with a planted violation.

A rule looks at one file and yields the lines that break it. `sentence` is what a developer reads
when it does; `exempt` names the files that may, each with its reason.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.repository.files import Source

DOORS = {"views", "api", "tasks", "management", "admin", "urls", "middleware"}
APPS = {"accounts", "portfolio", "readiness"}
CLOCKS = {"now", "today", "utcnow", "localdate", "localtime"}
WRITES = {
    "save", "delete", "create", "bulk_create", "update", "bulk_update", "get_or_create",
    "update_or_create", "cursor",
}  # fmt: skip
# Known by name to be no rows: the environment, dictionaries, counters, hashes. A new one had
# better be written with |=.
NO_ROWS = {"os.environ", "digest", "plain", "draft.cells", "filled", "outcome.closed",
           "outcome.opened", "outcome.open"}  # fmt: skip
VAGUE = {"helper", "helpers", "util", "utils", "misc", "lib", "tools", "stuff"}

Find = Callable[[Source], Iterator[int]]


@dataclass(frozen=True)
class Rule:
    name: str
    sentence: str
    find: Find
    planted: tuple[str, str]
    exempt: Mapping[str, str] = field(default_factory=dict)

    def problems(self, source: Source) -> list[str]:
        if source.path in self.exempt:
            return []
        return [f"{source.path}:{line}: {self.sentence}" for line in self.find(source)]


def _imports(source: Source) -> Iterator[tuple[str, str, int]]:
    """(module, name, line) of every import."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name, node.lineno


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def request_below_the_doors(source: Source) -> Iterator[int]:
    if source.app not in APPS or source.room in DOORS:
        return
    for module, name, line in _imports(source):
        what = f"{module}.{name}"
        if what.startswith(("django.http", "django.contrib.messages", "django.contrib.auth.login")):
            if source.room == "access" and what == "django.http.Http404":
                continue  # What may not be seen is not there: access says so itself.
            yield line


def other_clocks(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in {"timezone", "datetime", "date"}:
                yield node.lineno
    for module, name, line in _imports(source):
        if module == "django.utils.timezone" and name in CLOCKS - {"localtime"}:
            yield line
        if module == "django.db.models.functions" and name == "Now":
            yield line


def writes(source: Source) -> Iterator[int]:
    if source.room in {"actions", "migrations"}:
        return
    actions = {name for module, name, _ in _imports(source) if module.endswith(".actions")}
    for call in _calls(source):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
            continue
        owner = ast.unparse(call.func.value)
        if owner not in actions and owner not in NO_ROWS:
            yield call.lineno


def own_door_to_a_pilot(source: Source) -> Iterator[int]:
    for call in _calls(source):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        if name in {"get_object_or_404", "aget_object_or_404"} and call.args:
            yield from [call.lineno] if "Pilot" in ast.unparse(call.args[0]) else []


def unfiltered_pilots(source: Source) -> Iterator[int]:
    if source.app not in APPS or source.room not in {"views", "api", "forms", "filters", "queries"}:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute) or node.attr == "visible_to":
            continue
        if ast.unparse(node.value) == "Pilot.objects":
            yield node.lineno


def long_functions(source: Source, limit: int = 60, first: str = "") -> Iterator[int]:
    """Functions longer than the limit; with `first` only those whose first parameter it is."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if first and [arg.arg for arg in node.args.args[:1]] != [first]:
            continue
        if (node.end_lineno or 0) - node.lineno + 1 > limit:
            yield node.lineno


def long_views(source: Source) -> Iterator[int]:
    if source.room == "views":
        yield from long_functions(source, 25, "request")


def long_tasks(source: Source) -> Iterator[int]:
    if source.room == "tasks" and len(source.parts) == 2:
        yield from long_functions(source, 10)


def long_files(source: Source) -> Iterator[int]:
    if source.room != "migrations" and source.text.count("\n") > 400:  # Those are generated.
        yield 401


def vague_modules(source: Source) -> Iterator[int]:
    if VAGUE.intersection(part.removesuffix(".py") for part in source.parts):
        yield 1


def product_in_migrations(source: Source) -> Iterator[int]:
    if source.room == "migrations":
        for module, _, line in _imports(source):
            if module.split(".")[0] in {*APPS, "common", "config"}:
                yield line


def unnamed_migrations(source: Source) -> Iterator[int]:
    name = source.parts[-1]
    if source.room != "migrations" or name == "__init__.py":
        return
    if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+\.py", name) or "auto_" in name:
        yield 1


def signals(source: Source) -> Iterator[int]:
    for module, _, line in _imports(source):
        if module in {"django.db.models.signals", "django.dispatch"}:
            yield line


def atomic_requests(source: Source) -> Iterator[int]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"ATOMIC_REQUESTS\W+True", line):
            yield number


WIRING = "wiring: it looks after the database itself, not after rows"
RULES = (
    Rule(
        "request below the doors", "requests and messages are for views, api, tasks and admin",
        request_below_the_doors,
        ("portfolio/actions/pilots.py", "from django.http import HttpRequest\n"),
    ),
    Rule(
        "clock", "ask common.clock what time it is",
        other_clocks, ("portfolio/queries/x.py", "from datetime import date\ndate.today()\n"),
        {
            "common/clock.py": "is the clock",
            "config/embedded/backup.py": "runs before Django and its clock are there",
        },
    ),
    Rule(
        "writes", "only actions write", writes,
        ("portfolio/views/pilots.py", "def view(pilot):\n    pilot.save()\n"),
        {
            "portfolio/flags/engine.py": "the engine writes flags set-based, called by an action",
            "accounts/models/user.py": "Django's own name for making a user, used by its commands",
            "common/prepared.py": "only reads: runs the SQL of a SELECT that Django made",
            "common/queue.py": "claim, lease and fence: the one library that takes rows",
            "config/privileges.py": WIRING,
            "portfolio/apps.py": "tells a connection how near a word must come to be meant",
            "config/demo/boards.py": "minutes of a past day, which no action writes",
            "config/demo/write.py": "the demo's past has past dates, which no action writes",
            "config/health.py": WIRING,
        },
    ),
    Rule(
        "door to a pilot", "a single pilot comes from portfolio.access.get_pilot",
        own_door_to_a_pilot,
        ("portfolio/views/x.py", "get_object_or_404(Pilot.objects.all(), pk=1)\n"),
    ),
    Rule(
        "visible pilots", "every read of pilots starts from Pilot.objects.visible_to(user)",
        unfiltered_pilots, ("portfolio/queries/x.py", "Pilot.objects.filter(pk=1)\n"),
        {
            "portfolio/queries/imports.py": "matches a file against all, for the writer's eyes",
            "portfolio/queries/overview.py": "asks whether the rollup is still of the same pilots",
            "portfolio/queries/digests.py": "asks once for many; a test holds it to visible_to",
            "portfolio/queries/exports.py": "is given the ids that may be exported",
            "portfolio/queries/pilot_rows.py": "is given the ids of a page that may be seen",
            "readiness/queries/shares.py": "scores the ids of a page that its reader may see",
            "readiness/queries/likeness.py": "answers for the ids of pilots its reader may see",
            "readiness/queries/derived.py": "answers for the ids of pilots that its reader may see",
        },
    ),
    Rule(
        "function length", "a function has at most 60 lines", long_functions,
        ("common/x.py", "def f():\n" + "    pass\n" * 60),
    ),
    Rule(
        "view length", "a view has at most 25 lines", long_views,
        ("portfolio/views/x.py", "def f(request):\n" + "    pass\n" * 25),
    ),
    Rule(
        "task length", "a task is a door of at most ten lines", long_tasks,
        ("portfolio/tasks.py", "def f():\n" + "    pass\n" * 10),
    ),
    Rule(
        "file length", "a file has at most 400 lines", long_files,
        ("common/x.py", "x = 1\n" * 401),
    ),
    Rule(
        "vague modules", "name the module after what it knows", vague_modules,
        ("portfolio/actions/helpers.py", ""),
    ),
    Rule(
        "product in migrations", "a migration copies what it needs; the product will change",
        product_in_migrations,
        ("portfolio/migrations/0009_x.py", "from portfolio.models import Pilot\n"),
    ),
    Rule(
        "named migrations", "a migration says in its name what it does", unnamed_migrations,
        ("portfolio/migrations/0009_auto_20260101.py", ""),
    ),
    Rule(
        "signals", "an action says what happens; signals hide it", signals,
        ("portfolio/apps.py", "from django.db.models.signals import post_save\n"),
    ),
    Rule(
        "atomic requests", "an action is the transaction, not the request", atomic_requests,
        ("config/settings.py", "ATOMIC_REQUESTS = True\n"),
    ),
)  # fmt: skip
