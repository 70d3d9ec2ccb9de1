"""A real SMTP server in a process of its own, that keeps what it takes and can be made difficult.

    python -m tests.smtp FOLDER

It writes its port to FOLDER/port and every mail it was given to FOLDER/<n>-<peer>.eml before it
answers. While FOLDER/stall exists it does not answer the text of a mail, which FOLDER/stalled says.
"""

import asyncio
import email
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent


class Handler:
    """Recipients named refused, busy, toobig and broken get what they are named after."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 No such person here"
        if address.startswith("busy"):
            return "450 4.2.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        if to.startswith("toobig"):
            return "552 5.3.4 Too big for this box"
        self.number += 1
        name = self.folder / f"{self.number:05}-{session.peer[1]}.eml"
        name.with_suffix(".part").write_bytes(envelope.content)
        name.with_suffix(".part").rename(name)
        if to.startswith("broken"):
            server.transport.abort()
            return "250 never heard"
        while (self.folder / "stall").exists():
            (self.folder / "stalled").touch()
            await asyncio.sleep(0.02)
        return "250 OK"


class Sink:
    """The server as a test sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def port(self) -> int:
        return int((self.folder / "port").read_text())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def mails(self) -> list[Message]:
        return [email.message_from_bytes(p.read_bytes()) for p in self._files()]

    def by_message_id(self) -> Counter[str]:
        return Counter(str(mail["Message-ID"]) for mail in self.mails())

    def connections(self) -> int:
        return len({path.stem.split("-")[1] for path in self._files()})

    def stall(self) -> None:
        (self.folder / "stall").touch()

    def go_on(self) -> None:
        (self.folder / "stall").unlink()
        (self.folder / "stalled").unlink(missing_ok=True)

    @property
    def stalled(self) -> bool:
        return (self.folder / "stalled").exists()

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"))


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    """A server for the length of a with block."""
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen([sys.executable, "-m", "tests.smtp", str(folder)], cwd=BASE)
    try:
        deadline = time.monotonic() + 120
        while not (folder / "port").exists():
            assert process.poll() is None, "the sink ended"
            assert time.monotonic() < deadline, "the sink does not start"
            time.sleep(0.02)
        yield Sink(folder)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(60)


async def main(folder: Path) -> None:
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    handler = Handler(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="sink.example", loop=loop), "127.0.0.1", 0
    )
    draft = folder / "port.part"
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.rename(folder / "port")
    parent = os.getppid()
    while os.getppid() == parent:  # A sink never outlives its test.
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
