"""Sends mail, one recipient per message, and says exactly what became of each.

Where no SMTP server is set, mails are kept as files in the data folder and shown to administrators.
"""

import email.policy
import os
import secrets
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage as Parsed
from email.parser import BytesParser
from pathlib import Path
from typing import Any, Literal

import css_inline
from django.core.mail import EmailMessage, EmailMultiAlternatives, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from common import clock

# accepted: the server took it; later: ask again; refused: it never will;
# unknown: the line broke when it may have been taken.
Fate = Literal["accepted", "later", "refused", "unknown"]


@dataclass(frozen=True)
class Outcome:
    """What became of one mail; `words` is the server's sentence, or ours about the line."""

    fate: Fate
    words: str = ""


class _Dialogue:
    """Mixed into smtplib's client: knows whether the text of a mail has been given away."""

    given = False

    def data(self, msg: Any) -> Any:
        self.given = True
        answer = super().data(msg)  # type: ignore[misc]
        self.given = False
        return answer


class _Plain(_Dialogue, smtplib.SMTP):
    pass


class _Ssl(_Dialogue, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's, with a client that remembers how far a dialogue came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Ssl if self.use_ssl else _Plain

    @property
    def given(self) -> bool:
        return bool(getattr(self.connection, "given", False))


ABOUT_PILOTS = "X-Pilotage-About-Pilots"


class KeptMailBackend(BaseEmailBackend):
    """Keeps each message as one .eml file, whole or not at all."""

    def __init__(self, *, folder: str, **options: Any) -> None:
        super().__init__(**options)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        number = 0
        for message in email_messages:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            name = f"{clock.now():%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
            draft = self.folder / f".{name}.part"
            content = message.message(policy=email.policy.SMTP).as_bytes()
            with open(draft, "wb", opener=_private) as file:
                file.write(content)
            draft.rename(self.folder / f"{name}.eml")
            number += 1
        return number


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # Mails hold links that let people in.


class Post:
    """One connection, used for mail after mail; opened when first needed and after it broke."""

    def __init__(self) -> None:
        self._backend = mailers.default
        self.trouble: Outcome | None = None  # Why the server could not be reached the last time.

    def send(self, message: EmailMultiAlternatives) -> Outcome:
        """Give one mail to the server; never raises for what a server or a line can do."""
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            self.trouble = Outcome("later", f"The mail server cannot be reached: {_words(error)}")
            return self.trouble
        self.trouble = None
        try:
            self._backend.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            return _refusal(code, answer)
        except smtplib.SMTPResponseException as error:
            self.close()
            return _refusal(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            given = getattr(self._backend, "given", False)
            self.close()
            if isinstance(error, smtplib.SMTPNotSupportedError):
                return Outcome("refused", _words(error))
            if given:
                return Outcome(
                    "unknown", f"The line broke after the mail was given: {_words(error)}"
                )
            return Outcome("later", f"The line to the mail server broke: {_words(error)}")
        except ValueError as error:
            return Outcome("refused", f"The address cannot be used: {error}")
        return Outcome("accepted")

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException, ssl.SSLError):
            self._backend.close()
        # Django keeps a connection that could not say goodbye.
        if hasattr(self._backend, "connection"):
            self._backend.connection = None


@contextmanager
def post() -> Iterator[Post]:
    """A connection for as long as the block lasts."""
    opened = Post()
    try:
        yield opened
    finally:
        opened.close()


def _refusal(code: int, answer: bytes | str) -> Outcome:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    words = " ".join(words.split())
    return Outcome("later" if 400 <= code < 500 else "refused", f"{code} {words}".strip())


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def inlined(html: str) -> str:
    """HTML with its style sheet written into the elements, as mail programs want it."""
    return css_inline.inline(html, load_remote_stylesheets=False)


# --- Kept mails -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeptMail:
    """A mail in the data folder. `digest` is the number of the ledger row it belongs to, if any;
    `about_pilots` that it tells of pilots which perhaps only its reader sees."""

    name: str
    to: str
    subject: str
    date: str
    digest: int | None
    text: str = ""
    html: str = ""
    about_pilots: bool = False


def kept_mails(folder: Path, at_most: int = 200) -> list[KeptMail]:
    """The newest mails in the folder, newest first, without their text."""
    if not folder.is_dir():
        return []
    names = sorted((path.name for path in folder.glob("*.eml")), reverse=True)[:at_most]
    return [_read(folder / name, whole=False) for name in names]


def kept_mail(folder: Path, name: str) -> KeptMail | None:
    """One mail with its text; None when there is none of that name."""
    path = folder / name
    if path.parent != folder or path.suffix != ".eml" or not path.is_file():
        return None
    return _read(path, whole=True)


def drop_kept_mails(folder: Path, words: Iterable[str], *, really: bool = True) -> int:
    """Delete kept mails to or about somebody, by address or full name; how many there are."""
    wanted = [word.casefold() for word in words]
    found = [
        folder / kept.name
        for name in (sorted(path.name for path in folder.glob("*.eml")) if folder.is_dir() else [])
        if (kept := _read(folder / name, whole=True))
        and any(w in f"{kept.to} {kept.subject} {kept.text} {kept.html}".casefold() for w in wanted)
    ]
    for path in found if really else []:
        path.unlink(missing_ok=True)
    return len(found)


def _read(path: Path, *, whole: bool) -> KeptMail:
    parser = BytesParser(policy=email.policy.default)
    with path.open("rb") as file:
        parsed = parser.parse(file, headersonly=not whole)
    digest = str(parsed.get("X-Pilotage-Digest", ""))
    return KeptMail(
        name=path.name,
        to=str(parsed.get("To", "")),
        subject=str(parsed.get("Subject", "")),
        date=str(parsed.get("Date", "")),
        digest=int(digest) if digest.isascii() and digest.isdigit() else None,
        text=_body(parsed, "plain") if whole else "",
        html=_body(parsed, "html") if whole else "",
        about_pilots=bool(parsed.get(ABOUT_PILOTS)),
    )


def _body(parsed: Parsed, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part else ""
