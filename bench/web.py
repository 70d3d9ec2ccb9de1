"""Web servers as they ship, and a client that measures them from another process."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float


@dataclass
class Server:
    """One gunicorn with two sync workers, and the session cookie of a signed-in person."""

    port: int
    process: subprocess.Popen[bytes]
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """One request on a new connection (sync workers close theirs), timed to the last byte."""
        begin = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", path, headers={"Cookie": self.cookie} | self.headers | headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        taken = time.perf_counter() - begin
        return Answer(response.status, body, dict(response.getheaders()), taken)

    def expect(self, path: str, text: str, **headers: str) -> Answer:
        """The same, refusing to time an error page: status 200 and a known text in the body."""
        answer = self.get(path, **headers)
        if answer.status != 200 or text.encode() not in answer.body:
            raise RuntimeError(f"{path} answered {answer.status} without “{text}”.")
        return answer

    def worker_megabytes(self) -> float:
        """The largest resident size among the workers, from the kernel's own books."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = task.read_text().split()
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children]
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def serve(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve a WSGI application on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--timeout", "300"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | dict(environment))
    try:
        server = Server(port, process)
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def manage(*arguments: str, environment: Mapping[str, str]) -> str:
    """Run a management command of the product and return what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=os.environ | dict(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed: {done.stderr[-2000:]}")
    return done.stdout


def linked_assets(page: bytes) -> list[str]:
    """The scripts and styles a page asks for."""
    found = re.findall(rb'<script[^>]+src="([^"]+)"|<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"'
                       rb'|<link[^>]+href="([^"]+\.css)"', page)  # fmt: skip
    return sorted({part.decode() for match in found for part in match if part})


def _wait(server: Server) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.get("/health/live")
            return
        except OSError:
            if time.monotonic() > deadline or server.process.poll() is not None:
                raise RuntimeError("The web server does not answer.") from None
            time.sleep(0.1)
