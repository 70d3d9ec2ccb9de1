"""What is asked once a pilot is in use: checks after launch, and every month whether it is useful.

Months are known by their first day; a month is asked about when it is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse

from accounts.models import User
from common.numbers import with_unit
from common.registry import Ask
from portfolio.access import may_edit
from portfolio.flags.days import DaysAfter
from portfolio.models import Metric, Pilot, Reading, RoleAssignment, RoleKind, Stage, StageInterval
from portfolio.queries.labels import day
from portfolio.querysets import PilotQuerySet
from readiness.access import may_attest
from readiness.models import Attestation, CheckResult, LaunchCheck, Verdict

ASKED_FROM = (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)
"""Stages in which people use it, so that somebody can say whether it is useful."""

MONTHS = 12  # shown, and answered or corrected afterwards
EARLY = 14  # days before its day on which a check may be answered already
AT_LAUNCH = 30  # days after launch in which a first reading still says how it began
MOST = 200


# --- Months ---------------------------------------------------------------------------------------
def first_of(on: date) -> date:
    return on.replace(day=1)


def months_before(month: date, count: int = 1) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def month_asked(as_of: date) -> date:
    """The last month that is over on that day."""
    return months_before(first_of(as_of))


def month_words(month: date) -> str:
    return f"{month:%B %Y}"


def in_use_during(pilot: Pilot, month: date) -> bool:
    """Whether it was in an asked stage on one day of the month at least."""
    stays = pilot.stage_intervals.filter(Q(until=None) | Q(until__gt=month), stage__in=ASKED_FROM)
    return stays.filter(since_bound__lt=months_before(month, -1)).exists()


def asked_about(pilots: PilotQuerySet, month: date) -> PilotQuerySet:
    """Those of which the month is asked and not answered: in use since its first day, still in use,
    registered before it was over."""
    whole = StageInterval.objects.filter(
        Q(until=None) | Q(until__gt=month), pilot=OuterRef("pk"), stage__in=ASKED_FROM,
        since_bound__lte=month,
    )  # fmt: skip
    answered = standing().filter(pilot=OuterRef("pk"), month=month)
    found = pilots.filter(stage__in=ASKED_FROM, registered_on__lt=months_before(month, -1))
    return found.filter(Exists(whole)).exclude(Exists(answered))


@dataclass(frozen=True)
class Month:
    """One month of a pilot. `state` is a verdict, "asked" (waits for an answer), "silent" (nobody
    said it) or "" (it was not in use, or not known here, for the whole month)."""

    month: date
    state: str
    answer: Attestation | None

    @property
    def code(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def words(self) -> str:
        return month_words(self.month)

    @property
    def said(self) -> str:
        if self.answer:
            return self.answer.get_verdict_display()
        return {"asked": "Asked now", "silent": "No answer"}.get(self.state, "Not asked")


def standing() -> QuerySet[Attestation]:
    """Answers that no later one has taken the place of."""
    return Attestation.objects.filter(superseded_at=None)


def months(pilot: Pilot, as_of: date) -> tuple[Month, ...]:
    """The last twelve months that are over, the oldest first; two queries."""
    last = month_asked(as_of)
    first = months_before(last, MONTHS - 1)
    answers = {
        one.month: one
        for one in standing()
        .filter(pilot=pilot, month__range=(first, last))
        .select_related("author")
    }
    stays = list(
        pilot.stage_intervals.filter(stage__in=ASKED_FROM).values_list("since_bound", "until")
    )
    found = []
    for back in reversed(range(MONTHS)):
        month = months_before(last, back)
        answer = answers.get(month)
        state = answer.verdict if answer else ""
        if not answer and _whole(pilot, month, stays):
            state = "asked" if month == last and pilot.stage in ASKED_FROM else "silent"
        found.append(Month(month, state, answer))
    return tuple(found)


def one_month(pilot: Pilot, month: date) -> Month:
    """A month with what was said of it; one query."""
    rows = standing().filter(pilot=pilot, month=month).select_related("author")
    answer = rows.first()
    return Month(month, answer.verdict if answer else "", answer)


def _whole(pilot: Pilot, month: date, stays: Sequence[tuple[date, date | None]]) -> bool:
    """Whether the month is asked about: in use on its first day, and registered before its end."""
    known = pilot.registered_on < months_before(month, -1)
    return known and any(
        since <= month and (until is None or until > month) for since, until in stays
    )


# --- Checks after launch --------------------------------------------------------------------------
@dataclass(frozen=True)
class Check:
    """One check as the page shows it. `state`: done, open (may be answered now), later, overdue,
    waits (not in production now), not_needed (the pilot has ended)."""

    row: LaunchCheck
    state: str
    since: date

    @property
    def title(self) -> str:
        return f"{self.row.days} days after launch"

    @property
    def url(self) -> str:
        return reverse(f"pilot-check-{self.row.days}", args=[self.row.pilot.ref])

    @property
    def answerable(self) -> bool:
        return self.state in ("done", "open", "overdue")


def checks(pilot: Pilot, as_of: date) -> tuple[Check, ...]:
    """Its checks in the order of their days; one query."""
    rows = pilot.launch_checks.select_related("done_by").order_by("days")
    found = []
    for row in rows:
        row.pilot = pilot
        found.append(Check(row, check_state(row, pilot, as_of), row.due_on - timedelta(EARLY)))
    return tuple(found)


def check_state(row: LaunchCheck, pilot: Pilot, as_of: date) -> str:
    if row.result:
        return "done"
    if pilot.stage in (Stage.RETIRED, Stage.STOPPED):
        return "not_needed"
    if pilot.stage != Stage.PRODUCTION:
        return "waits"
    if row.due_on < as_of:
        return "overdue"
    return "open" if row.due_on - timedelta(EARLY) <= as_of else "later"


def fingerprint(row: LaunchCheck) -> str:
    """What is said in the check, in short: a form that carries it notices another answer."""
    said = (row.result, row.measured, row.evidence_url, row.done_on, row.done_by_id)
    return sha256(repr(said).encode()).hexdigest()[:32]


def measured(pilot: Pilot, as_of: date) -> str:
    """Each success metric at launch and now, with date and source, as a draft; two queries."""
    launched = pilot.first_production_on
    if launched is None:
        return ""
    metrics = list(Metric.objects.filter(pilot=pilot, until=None).order_by("pk"))
    readings = Reading.objects.filter(metric__in=metrics, superseded_at=None, on__lte=as_of)
    rows: dict[int, list[Reading]] = {metric.pk: [] for metric in metrics}
    for reading in readings.order_by("on", "pk"):
        rows[reading.metric_id].append(reading)
    return "\n".join(_then_and_now(metric, rows[metric.pk], launched) for metric in metrics)


def _then_and_now(metric: Metric, readings: Sequence[Reading], launched: date) -> str:
    before = [one for one in readings if one.on <= launched]
    soon = [one for one in readings if launched < one.on <= launched + timedelta(AT_LAUNCH)]
    then = before[-1] if before else next(iter(soon), None)
    now = readings[-1] if readings and readings[-1].on > launched else None
    if then is now:  # The only one says how it began, and nothing about now.
        now = None
    at_launch = _reading(metric, then) if then else "no reading"
    today = _reading(metric, now) if now else "no reading"
    return f"{metric.name}: at launch {at_launch}; now {today}"


def _reading(metric: Metric, one: Reading) -> str:
    source = f", {one.source}" if one.source else ""
    return f"{with_unit(one.value, metric.unit)} ({day(one.on)}{source})"


def overdue(pilots: PilotQuerySet, days: int, as_of: date) -> PilotQuerySet:
    """For the flag rules: pilots whose check of so many days is open; annotated with its `due_on`
    and `since`, `limit` days and one later."""
    unanswered = Q(launch_checks__done_on=None) | Q(launch_checks__done_on__gt=as_of)
    found = pilots.filter(unanswered, launch_checks__days=days)
    return found.annotate(
        due_on=F("launch_checks__due_on"),
        since=DaysAfter(F("launch_checks__due_on"), F("limit"), Value(1)),
    )


# --- The panel and the page -----------------------------------------------------------------------
@dataclass(frozen=True)
class InUse:
    """What the pilot's page says about its use. `asked` is the month that waits for an answer."""

    pilot: Pilot
    months: tuple[Month, ...]
    checks: tuple[Check, ...]
    may_attest: bool
    may_edit: bool
    asked: Month | None

    @property
    def shown(self) -> tuple[Month, ...]:
        """The strip without the months before it was in use."""
        begun = next((i for i, one in enumerate(self.months) if one.state), len(self.months))
        return self.months[begun:]

    @property
    def answered(self) -> tuple[Month, ...]:
        """Newest first."""
        return tuple(one for one in reversed(self.months) if one.answer)

    @property
    def latest(self) -> Month | None:
        return next(iter(self.answered), None)

    @property
    def too_early(self) -> bool:
        """Nothing to ask yet: no whole month is over."""
        return not self.shown and self.pilot.stage in ASKED_FROM

    @property
    def worse(self) -> Check | None:
        """The latest check, if it found the pilot worse than at launch or out of use."""
        done = [one for one in self.checks if one.row.result]
        bad = done and done[-1].row.result != CheckResult.HELD
        return done[-1] if bad else None


def concerns(pilot: Pilot) -> bool:
    """Whether the page of this pilot has the panel."""
    return pilot.shipped or pilot.stage in ASKED_FROM


def in_use(pilot: Pilot, user: User, as_of: date) -> InUse:
    """Three queries, and those of the person's rights."""
    found = months(pilot, as_of)
    asked = next((one for one in found if one.state == "asked"), None)
    edit = may_edit(user, pilot)
    return InUse(pilot, found, checks(pilot, as_of), edit and may_attest(user, pilot), edit, asked)


# --- What waits for a person ----------------------------------------------------------------------
def attestations_asked(user: User, as_of: date) -> list[Ask]:
    """Months that this person is asked about: as value owner, or as owner where there is none."""
    month = month_asked(as_of)
    said = f"{month:%B}: was it useful?"
    asked = asked_about(_of_value_owner(user).not_on_hold(as_of), month)
    return [
        Ask(
            title=said, ref=one.ref, name=one.name, button="Answer", due=first_of(as_of),
            why="Useful, not useful, or you cannot tell: one click, once a month.",
            url=f"{reverse('pilot-attest', args=[one.ref])}?month={month:%Y-%m}",
        )
        for one in asked.only("pk", "name").order_by("pk")[:MOST]
    ]  # fmt: skip


def _of_value_owner(user: User) -> PilotQuerySet:
    held = RoleAssignment.objects.open().filter(pilot=OuterRef("pk"))
    named = held.filter(role=RoleKind.VALUE_OWNER)
    mine = Exists(named.filter(person=user)) | (
        Exists(held.owners().filter(person=user)) & ~Exists(named)
    )
    # Said first, so that the few pilots of a person are looked at and not all that there are.
    roles = RoleAssignment.objects.open().filter(person=user)
    few = roles.filter(role__in=(RoleKind.VALUE_OWNER, RoleKind.OWNER)).values("pilot")
    return Pilot.objects.visible_to(user).filter(mine, pk__in=few)


def checks_asked(user: User, as_of: date) -> list[Ask]:
    """Checks whose day has come, of pilots that this person owns or whose value they own."""
    mine = RoleAssignment.objects.open().filter(
        person=user, role__in=(RoleKind.OWNER, RoleKind.VALUE_OWNER)
    )
    rows = LaunchCheck.objects.filter(
        pilot__in=Pilot.objects.visible_to(user).filter(stage=Stage.PRODUCTION),
        pilot_id__in=mine.values("pilot_id"), result="", due_on__lte=as_of,
    )  # fmt: skip
    rows = rows.select_related("pilot").order_by("due_on", "pk")[:MOST]
    return [
        Ask(
            title=f"Still right {row.days} days after launch?", ref=row.pilot.ref,
            name=row.pilot.name, button="Answer", due=row.due_on,
            why=f"Due since {day(row.due_on)}: compare it with the day it was launched.",
            url=reverse(f"pilot-check-{row.days}", args=[row.pilot.ref]),
        )
        for row in rows
    ]  # fmt: skip


# --- The filter of pilot lists --------------------------------------------------------------------
NARROWINGS = {
    "worse": "worse than at launch, or out of use",
    "unchecked": "a check after launch overdue",
    "not_useful": "last said: not useful",
    "unknown": "last said: cannot tell",
    "silent": "nobody said whether last month was useful",
}


def narrow(pilots: PilotQuerySet, value: str, as_of: date) -> PilotQuerySet:
    """The pilots of one of NARROWINGS."""
    rows = LaunchCheck.objects.filter(pilot=OuterRef("pk"))
    if value == "unchecked":
        due = rows.filter(result="", due_on__lt=as_of)
        return pilots.filter(Exists(due), stage=Stage.PRODUCTION)
    if value == "silent":
        return asked_about(pilots, month_asked(as_of))
    if value == "worse":
        latest = rows.exclude(result="").order_by("-days").values("result")[:1]
        bad = (CheckResult.DEGRADED, CheckResult.NOT_USED)
        return pilots.alias(last_result=Subquery(latest)).filter(last_result__in=bad)
    said = standing().filter(pilot=OuterRef("pk")).order_by("-month").values("verdict")[:1]
    wanted = Verdict.NOT_USEFUL if value == "not_useful" else Verdict.UNKNOWN
    return pilots.alias(last_verdict=Subquery(said)).filter(last_verdict=wanted)
