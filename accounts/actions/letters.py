"""Mails to single people: written into rows by whoever has something to say, sent by the worker."""

import time
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string

from accounts.models import Letter, LetterState, User
from common import clock, queue
from common.emails import ABOUT_PILOTS, Post, inlined, post

TASK = "accounts.tasks.send_letters"
BATCH = 20
LEASE = 120.0  # seconds for a batch
TRIES = 8  # with pauses of 1, 2, 4 ... 64 minutes: about two hours
GIVEN_UP = "Its worker ended again and again."


def write(
    *, person: User | None, subject: str, body: str, html: str = "", address: str = "",
    wait: int = 0, about_pilots: bool = False,
) -> Letter:  # fmt: skip
    """Plan a letter to a person; it leaves after the transaction, within a minute at most.

    `wait` seconds it stays here at least, and can be called back. One that is `about_pilots` is
    shown to nobody else, where mails are kept: a restricted pilot may be among them.
    """
    now = clock.now()
    letter = Letter.objects.create(
        person=person, address=address or (person.email if person else ""),
        subject=" ".join(subject.split())[:200], body=body, html=html, planned_at=now,
        about_pilots=about_pilots,
        next_try_at=now + timedelta(seconds=wait) if wait else None,
    )  # fmt: skip
    if not wait:
        queue.ring(TASK)
    return letter


def call_back(*, letter: Letter) -> bool:
    """Unwrite a letter that nobody has tried to send; False when it is on its way."""
    waiting = Letter.objects.filter(pk=letter.pk, state=LetterState.PLANNED, attempt=0)
    return bool(waiting.delete()[0])


def notify(*, person: User, sentence: str) -> Letter:
    """Tell somebody that the way into their account changed, in case it was not them."""
    context = {"sentence": sentence, "at": clock.now(), "url": f"{settings.SITE_URL}/account/"}
    return write(
        person=person, subject=f"Your Pilotage account: {sentence}",
        body=render_to_string("accounts/emails/notice.txt", context),
    )  # fmt: skip


def work(*, seconds: float = 40.0) -> int:
    """Send what waits, for so long at most. Returns how many letters the server took.

    A worker that dies in the dialogue leaves a letter that is sent once more, with the same
    Message-ID: a link twice is better than none.
    """
    until = time.monotonic() + seconds
    sent = 0
    queue.expire(
        Letter, states=[LetterState.SENDING], into=LetterState.FAILED, attempts_min=TRIES,
        reason=GIVEN_UP, body="", html="",
    )  # fmt: skip
    with post() as connection:
        while time.monotonic() < until:
            due = Letter.objects.filter(Q(next_try_at=None) | Q(next_try_at__lte=clock.now()))
            tickets = queue.claim(
                due.order_by("pk"), ready=[LetterState.PLANNED], into=LetterState.SENDING,
                limit=BATCH, lease=LEASE, retake=[LetterState.SENDING],
            )  # fmt: skip
            if not tickets:
                break
            sent += sum(_send(ticket, connection) for ticket in tickets)
    return sent


def _send(ticket: queue.Ticket, connection: Post) -> bool:
    letter = Letter.objects.get(pk=ticket.pk)
    outcome = connection.send(_message(letter))
    if outcome.fate == "accepted":
        now = clock.now()
        return queue.advance(
            Letter, ticket, LetterState.SENDING, into=LetterState.SENT, sent_at=now, body="",
            html="",
        )  # fmt: skip
    if outcome.fate == "refused" or ticket.attempt >= TRIES:
        queue.advance(
            Letter, ticket, LetterState.SENDING, into=LetterState.FAILED, reason=outcome.words,
            body="", html="",
        )  # fmt: skip
        return False
    pause = timedelta(minutes=2 ** (ticket.attempt - 1))
    queue.advance(
        Letter, ticket, LetterState.SENDING, into=LetterState.PLANNED, reason=outcome.words,
        next_try_at=clock.now() + pause,
    )  # fmt: skip
    return False


def _message(letter: Letter) -> EmailMultiAlternatives:
    headers = {
        "Message-ID": f"<letter-{letter.pk}@{settings.SITE_HOST}>",
        "Auto-Submitted": "auto-generated",
        **({ABOUT_PILOTS: "yes"} if letter.about_pilots else {}),
    }
    message = EmailMultiAlternatives(
        letter.subject, letter.body, to=[letter.address], headers=headers
    )
    if letter.html:
        message.attach_alternative(inlined(letter.html), "text/html")
    return message
