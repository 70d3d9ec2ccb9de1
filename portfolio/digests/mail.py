"""A digest as a mail: HTML and plain text from the same content, links from SITE_URL only."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import get_template
from django.urls import reverse

from common import company
from common.emails import inlined
from portfolio.digests.content import Content, bar, shares, summary

UNSUBSCRIBE = "portfolio.digest.unsubscribe"  # Salt: this token is good for nothing else.


@dataclass(frozen=True)
class Letter:
    """What a person reads."""

    subject: str
    html: str
    text: str


def site(path: str) -> str:
    """The full address of a page of ours; never from the request, whose host anyone can write."""
    return f"{settings.SITE_URL}{path}"


def unsubscribe_url(person: int) -> str:
    """A signed address that stops the digests of this person by POST, without signing in."""
    return site(reverse("digest-unsubscribe", args=[unsubscribe_token(person)]))


def unsubscribe_token(person: int) -> str:
    return signing.dumps(person, salt=UNSUBSCRIBE)


def person_of(token: str) -> int:
    """Whose token it is; signing.BadSignature when it is not ours. It stays good for ever."""
    return int(signing.loads(token, salt=UNSUBSCRIBE))


def letter(content: Content, person: int) -> Letter:
    """Render a digest for its recipient (or, withheld, for somebody who looks at it)."""
    context = {
        "content": content, "summary": summary(content), "company": company.current().name,
        "parts": [
            {
                "part": part,
                "more_url": site(f"{reverse('pilots')}?{part.more_query}"),
                "lines": [
                    {
                        "line": line, "url": pilot_url(line.ref),
                        "update_url": update_url(line.ref),
                        "bar": shares(line.days), "text_bar": bar(line.days),
                    }
                    for line in part.lines
                ],
            }
            for part in content.parts
        ],
        "list_url": site(f"{reverse('pilots')}?state=stalled"),
        "archive_url": site(reverse("digests")),
        "unsubscribe_url": unsubscribe_url(person),
    }  # fmt: skip
    return Letter(
        subject=f"{summary(content)} ({content.period})",
        html=inlined(_template("html").render(context)),
        text=_template("txt").render(context),
    )


def message(
    content: Content, *, person: int, address: str, number: int, message_id: str
) -> EmailMultiAlternatives:
    """The mail itself. `number` is the ledger row, by which a kept mail finds its content."""
    written = letter(content, person)
    mail = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        to=[address],
        headers={
            "Message-ID": message_id,
            "List-Id": f"Pilotage digests <digests.{settings.SITE_HOST}>",
            "List-Unsubscribe": f"<{unsubscribe_url(person)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "X-Pilotage-Digest": str(number),
        },
    )
    mail.attach_alternative(written.html, "text/html")
    return mail


def message_id(number: int, period: str) -> str:
    """The same for every attempt, so that a mail program shows a repeated mail once."""
    return f"<digest-{number}-{period.lower()}@{settings.SITE_HOST}>"


def pilot_url(ref: str) -> str:
    return site(reverse("pilot", args=[ref]))


def update_url(ref: str) -> str:
    return site(reverse("pilot-update", args=[ref]))


@cache
def _template(kind: str) -> Any:
    return get_template(f"emails/digest.{kind}")
