"""Mails about accounts: durable, sent once, and without a link kept behind."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import letters, links, users
from accounts.models import Letter, LetterState
from accounts.queries.letters import letters_now
from common import clock
from config.environment import mailer
from tests.factories.cast import PASSWORD, Cast, make_cast
from tests.smtp import Sink, sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def server(tmp_path: Path, settings: Any) -> Iterator[Sink]:
    with sink(tmp_path) as running:
        settings.PILOTAGE_SMTP_URL = running.url
        settings.MAILERS = {"default": mailer(running.url, Path("unused"))}
        yield running


def test_an_invitation_goes_out_once_and_leaves_no_link_behind(cast: Cast, server: Sink) -> None:
    nina = users.create(email="nina@example.com", name="Nina", roles=[])
    link = links.make(user=nina, by=cast.ada, channel="web", mail=True)
    assert link.mailed
    assert server.mails() == []
    assert letters.work() == 1
    assert letters.work() == 0
    [got] = server.mails()
    text = got.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert link.url in text.decode()
    assert got["To"] == "nina@example.com"
    letter = Letter.objects.get()
    assert (letter.state, letter.body) == (LetterState.SENT, "")
    assert letter.sent_at is not None


def test_a_server_that_is_away_is_tried_again(cast: Cast, settings: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{port}", Path("unused"))}
    letters.write(person=cast.vera, subject="Hello", body="Text")
    with time_machine.travel(clock.now(), tick=False) as now:
        for tried in range(1, letters.TRIES + 1):
            assert letters.work() == 0
            letter = Letter.objects.get()
            assert letter.attempt == tried
            assert letters.work() == 0  # Not before its pause is over.
            assert Letter.objects.get().attempt == tried
            now.shift(3600 * 2)
    assert (letter.state, letter.body) == (LetterState.FAILED, "")
    assert "cannot be reached" in letter.reason
    told = letters_now(clock.now())
    assert (told.waiting, told.failed) == (0, 1)
    assert "cannot be reached" in told.reason


def test_a_refused_address_is_given_up_and_the_others_are_sent(cast: Cast, server: Sink) -> None:
    for address in ("refused@example.com", "vera@example.com", "busy@example.com"):
        letters.write(person=None, address=address, subject="Hello", body="Text")
    assert letters.work() == 1
    states = dict(Letter.objects.values_list("address", "state"))
    assert states == {
        "refused@example.com": "failed", "vera@example.com": "sent", "busy@example.com": "planned",
    }  # fmt: skip


def test_a_letter_whose_worker_died_is_sent_again_with_the_same_id(
    cast: Cast, server: Sink
) -> None:
    letter = letters.write(person=cast.vera, subject="Hello", body="Text")
    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.SENDING, attempt=1, lease_until="2020-01-01T00:00Z"
    )
    assert letters.work() == 1
    assert list(server.by_message_id()) == [f"<letter-{letter.pk}@localhost>"]


def test_a_subject_cannot_carry_another_header(cast: Cast) -> None:
    letters.write(person=cast.vera, subject="Hello\r\nBcc: all@example.com", body="Text")
    letters.work()
    [message] = mail.outbox
    assert message.subject == "Hello Bcc: all@example.com"


def test_links_are_not_kept_says_the_database(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="keeps_no_link"), transaction.atomic():
        Letter.objects.create(
            address="v@example.com", subject="s", body="link", state=LetterState.SENT,
            planned_at=clock.now(),
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="state_is_known"), transaction.atomic():
        Letter.objects.create(
            address="v@example.com", subject="s", state="lost", planned_at=clock.now()
        )


def test_people_are_told_when_the_way_in_changes(cast: Cast, settings: Any) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "vera@example.com", "password": PASSWORD})
    new = "an entirely new pass phrase"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), fields)
    assert not Letter.objects.exists()  # Without a mail server nobody would read it.
    settings.PILOTAGE_SMTP_URL = "smtp://localhost"
    fields = {"oldpassword": new, "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_change_password"), fields)
    letter = Letter.objects.get()
    assert letter.address == "vera@example.com"
    assert letter.subject == "Your Pilotage account: The password was changed."
    assert "If not, tell an administrator" in letter.body
