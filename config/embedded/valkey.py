"""A private Valkey: the doorbell of the workers. It keeps nothing, the rows are the queue."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from config.embedded.binaries import Runtime
from config.embedded.children import spawn
from config.embedded.errors import StartError


@dataclass
class Valkey:
    """One server on one unix socket."""

    runtime: Runtime
    sockets: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def path(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    def start(self) -> None:
        self.path.unlink(missing_ok=True)
        command = [str(self.runtime.valkey), "--port", "0", "--unixsocket", str(self.path)]
        command += ["--unixsocketperm", "700", "--save", "", "--appendonly", "no"]
        command += ["--maxmemory-policy", "noeviction", "--daemonize", "no"]
        with self.log.open("ab") as output:
            self.process = spawn(
                command, output=output, user=self.runtime.user, folder=self.sockets
            )
        deadline = time.monotonic() + 15
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise StartError(f"Valkey does not start. The whole story is in {self.log}.")
            time.sleep(0.02)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.path))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
