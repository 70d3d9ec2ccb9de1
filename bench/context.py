"""What a figure may use: the databases of each size, their servers, and the query meter."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench.cluster import Cluster, cluster
from bench.report import Figure
from bench.seed import DJANGO, OURS, seed, session
from bench.web import Server, manage, serve

SIZES = (10_000, 100_000, 1_000_000)
TIMED_PAGES = {
    "first page": "/pilots/",
    "filtered": "/pilots/?stage=poc&health=at_risk",
    "flagged": "/pilots/?flag=STALE_POC",
    "search": "/pilots/?q=Invoice+Claims",
    "sorted": "/pilots/?sort=decide",
}

# What people open often, with a word of it. PIL-4 has as many events as EVENTS of the seed says.
PAGES = {
    "list": ("/pilots/", "PIL-"),
    "pilot": ("/pilots/PIL-8/", "PIL-8"),
    "my pilots": ("/my/", "My pilots"),
    "flags": ("/flags/", "Flags"),
    "readiness": ("/readiness/", "Readiness"),
    "scorecard": ("/pilots/PIL-8/readiness/full/", "answered"),
    "pilot's readiness": ("/pilots/PIL-8/readiness/", "Runs out next"),
    "overview": ("/", "Overview"),
    "history": ("/pilots/PIL-4/history/", "PIL-4"),
    "timeline": ("/timeline/", "Timeline"),
}


@dataclass
class Context:
    """One run: databases and servers are made when a figure first asks for them."""

    cluster: Cluster
    sizes: tuple[int, ...]
    stack: ExitStack
    secret: str = field(default_factory=lambda: secrets.token_hex(32))
    figures: list[Figure] = field(default_factory=list)
    servers: dict[tuple[str, int], Server] = field(default_factory=dict)
    seeded: set[int] = field(default_factory=set)

    def database(self, size: int) -> str:
        name = f"bench_{size}"
        if size not in self.seeded:
            say(f"seeding {size:,} pilots")
            seed(self.cluster, name, size)
            self.seeded.add(size)
        return name

    def environment(self, size: int) -> dict[str, str]:
        return self.cluster.environment(self.database(size)) | {"SECRET_KEY": self.secret}

    def server(self, size: int, application: str = "bench.wsgi") -> Server:
        """A signed-in server on the database of that size."""
        key = (application, size)
        if key not in self.servers:
            environment = self.environment(size)
            if not self.servers:
                # A fresh clone has none, and one that ran before may have older ones.
                manage("collectstatic", "--noinput", environment=environment)
            server = self.stack.enter_context(serve(f"{application}:application", environment))
            backend = OURS if application == "bench.wsgi" else DJANGO
            server.cookie = session(self.cluster, self.database(size), self.secret, backend)
            self.servers[key] = server
        return self.servers[key]

    def statements(self, size: int, act: Callable[[], object]) -> int:
        """How many statements the application's login sends while `act` runs.

        The least of three runs: each worker renews the company's settings every five seconds, by
        one statement that belongs to no page.
        """
        return min(self._statements(size, act) for _ in range(3))

    def _statements(self, size: int, act: Callable[[], object]) -> int:
        with self.cluster.connect(self.database(size)) as connection:
            connection.execute("SELECT pg_stat_statements_reset()")
            act()
            row = connection.execute(
                "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s JOIN pg_roles r "
                "ON r.oid = s.userid WHERE r.rolname = 'pilotage_app' "
                "AND query NOT ILIKE 'set %' AND query NOT IN ('BEGIN', 'COMMIT', 'ROLLBACK') "
                "AND query NOT ILIKE 'savepoint%' AND query NOT ILIKE 'release savepoint%'"
            ).fetchone()
        assert row is not None
        return int(str(row[0]))

    def add(
        self, code: str, what: str, value: str, goal: str, passed: bool | None, note: str = ""
    ) -> None:
        figure = Figure(code, what, value, goal, passed, note)
        self.figures.append(figure)
        print(figure.line(), flush=True)


@contextmanager
def context(sizes: tuple[int, ...]) -> Iterator[Context]:
    with cluster() as servers, ExitStack() as stack:
        yield Context(servers, sizes, stack)


def say(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr, flush=True)
