"""Weekly digests: planned when due, claimed by a worker, sent once, told apart when they are not.

The rows of the ledger are the queue. `sending` is committed before the dialogue with the mail
server begins, so that a dead worker leaves behind either a mail that was surely not sent, or one
that is `unknown`.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q

from accounts.access import roles_of
from accounts.models import Membership, Role, User
from common import clock, company, queue
from common.emails import Outcome, Post, post
from common.errors import NotAllowed, Refused
from portfolio.actions import events
from portfolio.digests import compose, mail, registry, schedule
from portfolio.digests.content import Content, from_json
from portfolio.models import Digest, DigestState, RoleAssignment
from portfolio.queries.digests import MINE, Batch

log = logging.getLogger(__name__)

BATCH = 100
LEASE = 300.0  # seconds for a batch, renewed for each mail
CLAIMS_MAX = 12  # A row that ended so many workers is not tried again.
LATE = "late"
NOTHING = "nothing to say"
CRASHED = "The worker ended during the dialogue with the mail server; it may have taken the mail."
POISON = "Its worker ended again and again while the mail was being written."


def run(*, seconds: float = 200.0) -> Counter[str]:
    """What beat rings for: plan what is due, then send what is planned, for so long at most."""
    plan(now=clock.now())
    return work(seconds=seconds)


def run_week(*, week: str | None, late: bool) -> dict[str, int]:
    """On demand: a week's digests, or everybody's present one, now, through the same claims.

    A named week that is past its window is noted as skipped, unless `late` says to send it.
    Counts what this run planned, sent and skipped, and what of these weeks is failed or unknown.
    """
    now = clock.now()
    if week is not None:
        try:
            begins = schedule.monday(week)
        except ValueError:
            raise Refused(f"“{week}” is not a week; write 2026-W31.", field="week") from None
        if begins > clock.today() + timedelta(days=1):
            raise Refused(f"{week} has not begun yet.", field="week")
    plan(now=now, week=week, on_demand=True, late=late)
    work(seconds=24 * 3600.0)
    ours = Digest.objects.filter(planned_at=now)
    weeks = {week or schedule.period_of(now, clock.zone())}
    weeks |= set(ours.values_list("period", flat=True).distinct())
    rows = Digest.objects.filter(period__in=weeks)
    return rows.aggregate(
        planned=Count("pk", filter=Q(planned_at=now)),
        sent=Count("pk", filter=Q(sent_at__gte=now)),
        skipped=Count("pk", filter=Q(planned_at=now, state=DigestState.SKIPPED)),
        failed=Count("pk", filter=Q(state=DigestState.FAILED)),
        unknown=Count("pk", filter=Q(state=DigestState.UNKNOWN)),
    )


# --- Planning -------------------------------------------------------------------------------------


def plan(
    *, now: datetime, week: str | None = None, on_demand: bool = False, late: bool = False
) -> None:
    """Write the rows that are due and not there; on demand also those that are not due yet.

    Who had no role when the digest was due gets the next one.
    """
    rows = []
    for person in _without_row(now, week, on_demand=on_demand):
        zone = schedule.zone_of(person["time_zone"], company.current().zone)
        due = schedule.due_at(person["period"], zone, person["weekday"], person["hour"])
        if not on_demand and (due > now or not _held_by(person, due)):
            continue
        too_late = schedule.is_late(due, now) and not late and (week is not None or not on_demand)
        rows.append(
            Digest(
                period=person["period"], recipient_id=person["id"], due_at=due, planned_at=now,
                state=DigestState.SKIPPED if too_late else DigestState.PLANNED,
                reason=LATE if too_late else "",
            )
        )  # fmt: skip
    Digest.objects.bulk_create(rows, batch_size=1_000, ignore_conflicts=True)
    if late and week:
        skipped = Digest.objects.of(week).filter(state=DigestState.SKIPPED, reason=LATE)
        skipped.update(state=DigestState.PLANNED, reason="", planned_at=now)


def _without_row(now: datetime, week: str | None, *, on_demand: bool) -> Iterable[dict[str, Any]]:
    """People who may get a digest and have no row for a week in question, with that week.

    Who shares zone, weekday and hour is due at the same moment, so the clock is asked per such
    group and the people by one query a week, however many they are.
    """
    everyone = _recipients()
    groups = everyone.values_list("time_zone", "digest_weekday", "digest_hour").distinct()
    wanted: dict[str, Q] = {}
    for name, weekday, hour in groups.order_by():
        zone = schedule.zone_of(name, company.current().zone)
        current, last = schedule.current_and_last(now, zone)
        for period in [week] if week else [current] if on_demand else [current, last]:
            if on_demand or schedule.due_at(period, zone, weekday, hour) <= now:
                group = Q(time_zone=name, digest_weekday=weekday, digest_hour=hour)
                wanted[period] = wanted.get(period, Q()) | group
    for period, group in wanted.items():
        there = Digest.objects.of(period).filter(recipient=OuterRef("pk"))
        people = everyone.filter(group).filter(~Exists(there)).annotate(
            role_since=Min("pilot_roles__recorded_at", filter=_open_role("pilot_roles__")),
            member_since=Min("memberships__since", filter=_portfolio_role("memberships__")),
        )  # fmt: skip
        for row in people.values_list(
            "id", "time_zone", "digest_weekday", "digest_hour", "date_joined", "role_since",
            "member_since",
        ):  # fmt: skip
            names = ("id", "time_zone", "weekday", "hour", "joined", "role_since", "member_since")
            yield {**dict(zip(names, row, strict=True)), "period": period}


def _recipients() -> Any:
    roles = RoleAssignment.objects.filter(_open_role(), person=OuterRef("pk"))
    memberships = Membership.objects.filter(_portfolio_role(), user=OuterRef("pk"))
    active = User.objects.filter(is_active=True, digest_enabled=True)
    return active.filter(Exists(roles) | Exists(memberships))


def _open_role(prefix: str = "") -> Q:
    there = {f"{prefix}pilot__removed_at": None}
    return Q(**{f"{prefix}until": None, f"{prefix}role__in": MINE}, **there)


def _portfolio_role(prefix: str = "") -> Q:
    roles = (Role.PORTFOLIO_MANAGER, Role.EXECUTIVE)
    return Q(**{f"{prefix}until": None, f"{prefix}role__in": roles})


def _held_by(person: Mapping[str, Any], due: datetime) -> bool:
    """Whether the person was here, with a role, when the digest was due."""
    role, member = person["role_since"], person["member_since"]
    held = (role is not None and role <= due) or (member is not None and member <= due.date())
    return held and person["joined"] <= due


# --- Sending --------------------------------------------------------------------------------------


def work(*, seconds: float) -> Counter[str]:
    """Send what is planned, batch after batch, until there is nothing or the time is over."""
    until = time.monotonic() + seconds
    done: Counter[str] = Counter()
    recover()
    with post() as connection:
        while time.monotonic() < until:
            waiting = Digest.objects.filter(
                Q(next_try_at=None) | Q(next_try_at__lte=clock.now())
            ).order_by("due_at", "pk")
            tickets = queue.claim(
                waiting, ready=[DigestState.PLANNED], into=DigestState.CLAIMED, limit=BATCH,
                lease=LEASE,
            )  # fmt: skip
            if not tickets:
                break
            done += _send_batch(tickets, connection, until)
            if connection.trouble:
                break  # The server is away: the next bell asks again.
    return done


def recover() -> None:
    """Take up what dead workers left: unsent rows again, uncertain ones by the set policy."""
    queue.expire(
        Digest, states=[DigestState.CLAIMED], into=DigestState.FAILED, attempts_min=CLAIMS_MAX,
        reason=POISON,
    )  # fmt: skip
    queue.expire(Digest, states=[DigestState.CLAIMED], into=DigestState.PLANNED)
    queue.expire(Digest, states=[DigestState.SENDING], into=DigestState.UNKNOWN, reason=CRASHED)
    if settings.UNKNOWN_MAIL == "resend":
        Digest.objects.filter(state=DigestState.UNKNOWN, resent=False).update(
            state=DigestState.PLANNED, resent=True, next_try_at=None
        )


def _send_batch(tickets: Sequence[queue.Ticket], connection: Post, until: float) -> Counter[str]:
    rows = Digest.objects.select_related("recipient").in_bulk([t.pk for t in tickets])
    contents = _contents([row for row in rows.values() if row.content is None])
    done: Counter[str] = Counter()
    for ticket in tickets:
        row = rows[ticket.pk]
        content = from_json(row.content) if row.content else contents.get(row.recipient_id)
        if time.monotonic() > until:
            queue.advance(Digest, ticket, DigestState.CLAIMED, into=DigestState.PLANNED)
        elif connection.trouble:
            done[_settle(row, ticket, connection.trouble, DigestState.CLAIMED)] += 1
        elif not row.recipient.is_active or not row.recipient.digest_enabled:
            done[_skip(ticket, "stopped by the recipient")] += 1
        elif content is None:
            done[_skip(ticket, NOTHING)] += 1
        else:
            content = replace(content, period=row.period)
            done[_send(row, ticket, content, connection)] += 1
    return done


def _contents(rows: Sequence[Digest]) -> dict[int, Content]:
    """What these rows say; the same few queries for one or a hundred."""
    if not rows:
        return {}
    batch = Batch([row.recipient for row in rows], clock.today())
    found = [(section, section.say(batch)) for section in registry.in_order()]
    periods = {row.recipient_id: row.period for row in rows}
    return compose.compose(periods, found, period=periods, currency=company.current().currency)


def _skip(ticket: queue.Ticket, reason: str) -> str:
    queue.advance(Digest, ticket, DigestState.CLAIMED, into=DigestState.SKIPPED, reason=reason)
    return DigestState.SKIPPED


def _send(row: Digest, ticket: queue.Ticket, content: Content, connection: Post) -> str:
    message_id = row.message_id or mail.message_id(row.pk, row.period)
    try:
        message = mail.message(
            content, person=row.recipient_id, address=row.recipient.email, number=row.pk,
            message_id=message_id,
        )  # fmt: skip
    except Exception as error:
        log.exception("Digest %s cannot be written.", row.pk)
        words = f"It could not be written: {type(error).__name__}: {error}"
        queue.advance(Digest, ticket, DigestState.CLAIMED, into=DigestState.FAILED, reason=words)
        return DigestState.FAILED
    mine = queue.advance(
        Digest, ticket, DigestState.CLAIMED, into=DigestState.SENDING, lease=LEASE,
        message_id=message_id, content=content.as_json(),
    )  # fmt: skip
    if not mine:
        return "lost"  # Another worker has it: our lease ran out while the ones before took long.
    return _settle(row, ticket, connection.send(message), DigestState.SENDING)


def _settle(row: Digest, ticket: queue.Ticket, outcome: Outcome, now_in: str) -> str:
    now = clock.now()
    values: dict[str, Any] = {"reason": outcome.words}
    if outcome.fate == "accepted":
        state = DigestState.SENT
        values = {"sent_at": now, "reason": row.reason if row.resent else "", "next_try_at": None}
    elif outcome.fate == "unknown":
        state = DigestState.UNKNOWN
    elif outcome.fate == "refused":
        state = DigestState.FAILED
    else:
        tries = row.tries + 1
        again = schedule.next_try(tries, row.due_at, now)
        state = DigestState.PLANNED if again else DigestState.FAILED
        values |= {"tries": tries, "next_try_at": again}
    queue.advance(Digest, ticket, now_in, into=state, **values)
    return state


# --- What people do -------------------------------------------------------------------------------


@transaction.atomic
def unsubscribe(*, person: User, channel: str) -> None:
    """Stop a person's digests; twice is once."""
    _switch(person, channel, on=False)


@transaction.atomic
def subscribe(*, person: User, channel: str) -> None:
    _switch(person, channel, on=True)


def _switch(person: User, channel: str, *, on: bool) -> None:
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.digest_enabled == on:
        return
    row.digest_enabled = on
    row.save(update_fields=["digest_enabled"])
    events.record(
        verb="digest.subscribed" if on else "digest.unsubscribed", by=row, channel=channel,
        before={"digest_enabled": not on}, after={"digest_enabled": on},
    )  # fmt: skip


def retry(*, digest: Digest, by: User, channel: str) -> None:
    """Try a failed or unknown digest once more, at an administrator's wish."""
    if not roles_of(by).is_administrator:
        raise NotAllowed("Only an administrator sends a digest again.")
    with transaction.atomic():
        row = Digest.objects.select_for_update(of=("self",)).get(pk=digest.pk)
        if row.state not in (DigestState.FAILED, DigestState.UNKNOWN):
            raise Refused("Only a failed or unknown digest can be sent again.")
        before = {"state": row.state, "reason": row.reason}
        row.state, row.resent, row.next_try_at, row.tries = DigestState.PLANNED, True, None, 0
        row.save(update_fields=["state", "resent", "next_try_at", "tries"])
        events.record(
            verb="digest.retried", by=by, channel=channel, before=before,
            after={"digest": row.pk, "period": row.period, "recipient": row.recipient},
        )  # fmt: skip
    queue.ring("portfolio.tasks.send_digests")
