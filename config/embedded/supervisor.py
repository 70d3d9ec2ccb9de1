"""Watches everything that `./run up` started: relays lines, restarts what ends, stops in order."""

from __future__ import annotations

import contextlib
import http.client
import os
import selectors
import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from config.embedded.console import Console
from config.embedded.errors import StartError
from config.embedded.postgres import Postgres
from config.embedded.services import BACK_OFF, Service
from config.embedded.valkey import Valkey

GIVE_UP = 4  # starts in vain before the first readiness end everything
READY_WAIT = 300.0  # seconds
LINE_MAX = 8_192  # bytes of one line; the rest is another line


class Supervisor:
    """The loop of `./run up`. One thread, so that children can ask for our death signal."""

    def __init__(
        self,
        console: Console,
        children: list[Service],
        servers: list[Postgres | Valkey],
        environment: dict[str, str],
        port: int,
    ) -> None:
        self.console = console
        self.children = children
        self.servers = servers
        self.environment = environment
        self.port = port
        self.changed: Callable[[], None] = lambda: None  # told after every start of a child
        self._selector = selectors.DefaultSelector()
        self._wishes = 0
        self._server_pause = {id(server): (0.0, 0) for server in servers}

    def listen(self) -> None:
        """From now on Ctrl-C, `./run stop` and a closed terminal end the loop in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._wish)

    def _wish(self, number: int, frame: FrameType | None) -> None:
        self._wishes += 1

    @property
    def stopping(self) -> bool:
        return self._wishes > 0

    # --- running ----------------------------------------------------------------------------------

    def start_children(self) -> None:
        for child in self.children:
            self._start(child)

    def _start(self, child: Service) -> None:
        child.start(self.environment)
        assert child.process is not None
        assert child.process.stdout is not None
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)
        self.changed()

    def wait_until_ready(self) -> bool:
        """True when web, worker and beat are ready; False when asked to stop meanwhile."""
        deadline = time.monotonic() + READY_WAIT
        while not all(child.ready for child in self.children):
            if self.stopping:
                return False
            self.turn(0.05)
            for child in self.children:
                if child.failures >= GIVE_UP:
                    raise StartError(f"{child.name} does not start: {' '.join(child.lines[-3:])}")
                if child.name == "web" and not child.ready:
                    child.ready = self._web_ready()
            if time.monotonic() > deadline:
                late = ", ".join(child.name for child in self.children if not child.ready)
                raise StartError(f"Not ready after {READY_WAIT:.0f} s: {late}. See the log above.")
        return True

    def run(self) -> None:
        """Until somebody asks to stop."""
        while not self.stopping:
            self.turn(0.25)

    def turn(self, wait: float) -> None:
        """Relay what was printed, look after what ended."""
        for key, _ in self._selector.select(wait):
            self._relay(key.data, key.fileobj)
        if self.stopping:
            return
        for server in self.servers:
            self._look_after(server)
        for child in self.children:
            code = child.ended()
            if code is not None:
                self.console.line(child.name, f"ended with code {code}, starting it again")
            if child.process is None and time.monotonic() >= child.next_start:
                self._start(child)

    def _relay(self, child: Service, pipe: Any) -> None:
        try:
            data = os.read(pipe.fileno(), 65_536)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(pipe)
            pipe.close()
            return
        *lines, child.tail = (child.tail + data).split(b"\n")
        if len(child.tail) > LINE_MAX:
            lines.append(child.tail)
            child.tail = b""
        for line in lines:
            if child.mark and child.mark in line:
                child.ready = True
            text = line.decode(errors="replace").rstrip()
            child.lines = [*child.lines[-9:], text]
            self.console.line(child.name, text)

    def _look_after(self, server: Postgres | Valkey) -> None:
        if server.process is not None and server.process.poll() is None:
            return
        moment, failures = self._server_pause[id(server)]
        if time.monotonic() < moment:
            return
        name = type(server).__name__.lower()
        self.console.line(name, "ended, starting it again")
        try:
            server.start()
            failures = 0
        except StartError as error:
            self.console.line(name, str(error))
            failures += 1
        pause = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
        self._server_pause[id(server)] = (time.monotonic() + pause, failures)
        self.changed()

    def _web_ready(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            asked.request("GET", "/health/ready")
            return asked.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()

    # --- stopping ---------------------------------------------------------------------------------

    def stop(self) -> None:
        """Beat first, so that nothing new begins; then web and worker; then broker, database."""
        self._end("beat")
        self._end("web", "worker")
        for server in reversed(self.servers):
            with contextlib.suppress(OSError):
                server.stop()

    def _end(self, *names: str) -> None:
        begun = time.monotonic()
        ending = [child for child in self.children if child.name in names]
        for child in ending:
            child.stop()
        while ending := [child for child in ending if child.running()]:
            for key, _ in self._selector.select(0.02):
                self._relay(key.data, key.fileobj)
            for child in ending:
                if time.monotonic() > begun + child.patience or self._wishes > 1:
                    self.console.line(child.name, "does not end in time and is killed")
                    child.kill()
