"""What becomes of a mail, told by a real SMTP server in another process."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from common.emails import KeptMailBackend, Outcome, inlined, kept_mail, kept_mails, post
from config.environment import mailer
from tests.smtp import Sink, sink


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with sink(tmp_path_factory.mktemp("sink")) as running:
        yield running


@pytest.fixture
def smtp(server: Sink, settings: Any) -> Sink:
    settings.MAILERS = {"default": mailer(server.url, Path("unused"))}
    return server


def letter(to: str, number: int = 1) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        "Grüße", "Text", to=[to], headers={"Message-ID": f"<{number}@example.com>"}
    )
    mail.attach_alternative("<p>Text</p>", "text/html")
    return mail


def test_many_mails_over_one_connection(smtp: Sink) -> None:
    before = len(smtp.mails())
    with post() as line:
        outcomes = [line.send(letter(f"a{n}@example.com", n)) for n in range(5)]
    assert outcomes == [Outcome("accepted")] * 5
    mails = smtp.mails()[before:]
    assert [str(m["To"]) for m in mails] == [f"a{n}@example.com" for n in range(5)]
    assert smtp.connections() == 1


@pytest.mark.parametrize(
    ("to", "fate", "words"),
    [
        ("refused@example.com", "refused", "550 5.1.1 No such person here"),
        ("busy@example.com", "later", "450 4.2.1 Come back later"),
        ("toobig@example.com", "refused", "552 5.3.4 Too big for this box"),
        ("broken@example.com", "unknown", "The line broke after the mail was given"),
    ],
)
def test_what_the_server_says(smtp: Sink, to: str, fate: str, words: str) -> None:
    with post() as line:
        outcome = line.send(letter(to))
        after = line.send(letter("next@example.com"))
    assert outcome.fate == fate
    assert words in outcome.words
    assert after == Outcome("accepted")  # One bad mail does not spoil the next.


def test_an_address_that_is_none(smtp: Sink) -> None:
    with post() as line:
        assert line.send(letter("nobody")).fate == "accepted"  # A local mailbox is an address.
        assert line.send(letter("a b@@c")).fate == "refused"


def test_no_server_there(settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{port}", Path("unused"))}
    with post() as line:
        outcome = line.send(letter("a@example.com"))
    assert outcome.fate == "later"
    assert "cannot be reached" in outcome.words


def test_a_server_that_hangs_up_before_the_mail_is_given(settings: Any) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def rude() -> None:
        line, _ = listener.accept()
        line.sendall(b"220 here\r\n")
        line.recv(1000)
        line.sendall(b"250 hello\r\n")
        line.recv(1000)
        line.close()

    threading.Thread(target=rude, daemon=True).start()
    url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    settings.MAILERS = {"default": mailer(url, Path("unused"))}
    with post() as line:
        assert line.send(letter("a@example.com")).fate == "later"
    listener.close()


def test_kept_mails_are_whole_files_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    assert kept_mails(folder) == []
    backend = KeptMailBackend(folder=str(folder), alias="default")
    backend.send_messages([letter("a@example.com"), letter("b@example.com")])
    found = kept_mails(folder)
    assert [mail.to for mail in found] == ["b@example.com", "a@example.com"]
    assert found[0].subject == "Grüße"
    assert sorted(p.suffix for p in folder.iterdir()) == [".eml", ".eml"]
    assert {oct(p.stat().st_mode & 0o777) for p in folder.iterdir()} == {"0o600"}
    whole = kept_mail(folder, found[0].name)
    assert whole is not None
    assert (whole.text.strip(), whole.html.strip()) == ("Text", "<p>Text</p>")
    assert kept_mail(folder, "../" + found[0].name) is None


def test_styles_are_written_into_the_elements() -> None:
    html = inlined("<style>p { color: red }</style><p>Text</p>")
    assert 'style="color: red' in html
    assert "<style" not in html
