"""The pages about digests and mails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db.models import Count

from accounts.models import User
from common import company
from common.emails import KeptMail, kept_mail, kept_mails
from portfolio.digests import compose, content, mail, registry, schedule
from portfolio.digests.content import Content
from portfolio.models import Digest, DigestState, Pilot
from portfolio.queries.digests import Batch

SHOWN = 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OPEN_QUESTIONS = (DigestState.FAILED, DigestState.UNKNOWN)


@dataclass(frozen=True)
class Archived:
    period: str
    state: str
    label: str
    at: datetime | None
    reason: str
    summary: str


@dataclass(frozen=True)
class MyDigests:
    """`next_summary` is empty when the next digest would have nothing to say."""

    enabled: bool
    when: str
    next_at: datetime
    next_summary: str
    archive: tuple[Archived, ...]


@dataclass(frozen=True)
class LedgerRow:
    id: int
    period: str
    recipient: str
    state: str
    label: str
    at: datetime
    reason: str
    resent: bool

    @property
    def may_retry(self) -> bool:
        return self.state in OPEN_QUESTIONS


@dataclass(frozen=True)
class MailPage:
    """The latest digests, those that need somebody first; how many stand in each state."""

    rows: tuple[LedgerRow, ...]
    states: tuple[tuple[str, str, int], ...]
    kept: tuple[KeptMail, ...]

    @property
    def troubled(self) -> int:
        return sum(number for state, _, number in self.states if state in OPEN_QUESTIONS)


def my_digests(user: User, now: datetime) -> MyDigests:
    zone = schedule.zone_of(user.time_zone, company.current().zone)
    following = _next_period(user, now)
    found = next_content(user, now.astimezone(zone).date(), now)
    rows = Digest.objects.filter(kind=Digest.WEEKLY, recipient=user).order_by("-period")[:SHOWN]
    return MyDigests(
        enabled=user.digest_enabled,
        when=f"{WEEKDAYS[user.digest_weekday]} {user.digest_hour:02}:00, {zone.key}",
        next_at=schedule.due_at(following, zone, user.digest_weekday, user.digest_hour),
        next_summary=content.summary(found) if found else "",
        archive=tuple(
            Archived(
                row.period, row.state, DigestState(row.state).label, row.sent_at or row.due_at,
                row.reason, summary_of(row),
            )
            for row in rows
        ),
    )  # fmt: skip


def next_content(user: User, as_of: date, now: datetime) -> Content | None:
    """What the person's next digest would say now."""
    batch = Batch([user], as_of)
    found = [(section, section.say(batch)) for section in registry.in_order()]
    contents = compose.compose(
        [user.pk], found, period={user.pk: _next_period(user, now)},
        currency=company.current().currency,
    )  # fmt: skip
    return contents.get(user.pk)


def _next_period(user: User, now: datetime) -> str:
    zone = schedule.zone_of(user.time_zone, company.current().zone)
    period = schedule.period_of(now, zone)
    if schedule.due_at(period, zone, user.digest_weekday, user.digest_hour) > now:
        return period
    return schedule.following(period)


def content_of(row: Digest) -> Content | None:
    return content.from_json(row.content) if row.content else None


def summary_of(row: Digest) -> str:
    found = content_of(row)
    return content.summary(found) if found else ""


def mail_page(folder: Path) -> MailPage:
    """For administrators: who got what and what went wrong, but not what the digests say."""
    counts = dict(
        Digest.objects.values_list("state").annotate(number=Count("pk")).order_by("state")
    )
    return MailPage(
        rows=tuple(_troubled_first()),
        states=tuple((s.value, s.label, counts[s.value]) for s in DigestState if counts.get(s)),
        kept=tuple(_without_summary(kept) for kept in kept_mails(folder)),
    )


def _troubled_first() -> Sequence[LedgerRow]:
    rows = Digest.objects.select_related("recipient")
    troubled = list(rows.filter(state__in=OPEN_QUESTIONS).order_by("-due_at", "-pk")[:SHOWN])
    others = rows.exclude(state__in=OPEN_QUESTIONS).order_by("-due_at", "-pk")[:SHOWN]
    return [
        LedgerRow(
            id=row.pk, period=row.period, recipient=row.recipient.email, state=row.state,
            label=DigestState(row.state).label, at=row.sent_at or row.due_at, reason=row.reason,
            resent=row.resent,
        )
        for row in (*troubled, *others)
    ]  # fmt: skip


NOT_YOURS = (
    "This mail tells of pilots, and perhaps not all of them are yours to see. Only its reader is "
    "shown the text."
)


def kept_for(viewer: User, folder: Path, name: str) -> KeptMail | None:
    """A kept mail for an administrator's eyes. A letter about pilots is read by its reader only.

    A digest may tell of restricted pilots, so it is written again from its content with only the
    pilots that the viewer may see, without the totals of the others.
    """
    found = kept_mail(folder, name)
    if found is not None and found.about_pilots:
        mine = found.to.casefold() == viewer.email.casefold()
        return found if mine else replace(_without_summary(found), text=NOT_YOURS, html="")
    if found is None or found.digest is None:
        return found
    row = Digest.objects.filter(pk=found.digest).first()
    told = content_of(row) if row else None
    if row is None or told is None:
        return replace(_without_summary(found), text="", html="")
    if row.recipient_id == viewer.pk:
        return found
    visible = Pilot.objects.visible_to(viewer).filter(pk__in=told.pilots)
    shown = told.seen_by_another(set(visible.values_list("pk", flat=True)))
    letter = mail.letter(shown, row.recipient_id)
    return replace(_without_summary(found), text=letter.text, html=letter.html)


def _without_summary(found: KeptMail) -> KeptMail:
    """The subject of a digest counts pilots, that of a letter may name one; restricted ones too."""
    if found.about_pilots:
        return replace(found, subject="About pilots")
    return replace(found, subject="Weekly digest") if found.digest is not None else found
