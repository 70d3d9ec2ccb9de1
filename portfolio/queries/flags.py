"""Open flags, for a page of pilots and for the Flags page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q

from accounts.models import User
from portfolio.flags import limits, words
from portfolio.flags.limits import Setting
from portfolio.flags.registry import Rule, rules
from portfolio.models import Flag, Pilot, Stage, SweepRun
from portfolio.models.flag import FlagQuerySet, Severity
from portfolio.models.pilot import Audience
from portfolio.queries.overview import usable_rollup
from portfolio.querysets import STALLING_RULES, PilotQuerySet

ORDER = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
EXAMPLES = 5
NONE = (0, 0)
FLAGS = "flags"  # where the rollup keeps the counts

Counts = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """One open flag as shown. `why` is its sentence as of the day, without a full stop."""

    id: int
    rule: str
    title: str
    severity: str
    since: date
    why: str
    help: str
    snoozed_until: date | None
    snooze_reason: str

    @property
    def snoozed(self) -> bool:
        return self.snoozed_until is not None

    @property
    def stalls(self) -> bool:
        return self.rule in STALLING_RULES and not self.snoozed


@dataclass(frozen=True, slots=True)
class Example:
    ref: str
    name: str
    since: date
    why: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """A rule with what it found among the pilots that the person can see."""

    rule: Rule
    open: int
    snoozed: int
    examples: tuple[Example, ...]

    @property
    def meaning(self) -> str:
        return self.rule.help.partition("\n")[0]

    @property
    def cure(self) -> str:
        return self.rule.help.partition("\n")[2].removeprefix("To clear it: ")


def open_flags(pilot_ids: Iterable[int], as_of: date) -> dict[int, list[OpenFlag]]:
    """The open flags of these pilots, gravest and oldest first; one query for all of them.

    The caller has asked who may see the pilots.
    """
    found: dict[int, list[OpenFlag]] = defaultdict(list)
    rows = Flag.objects.open().filter(pilot__in=list(pilot_ids))
    for flag in sorted(rows, key=_gravity):
        awake = flag.snoozed_until is None or flag.snoozed_until < as_of
        found[flag.pilot_id].append(
            OpenFlag(
                id=flag.pk, rule=flag.rule, title=words.title(flag.rule), severity=flag.severity,
                since=flag.since, why=words.why(flag.rule, flag.facts, as_of),
                help=words.help_text(flag.rule),
                snoozed_until=None if awake else flag.snoozed_until,
                snooze_reason="" if awake else flag.snooze_reason,
            )
        )  # fmt: skip
    return found


def _gravity(flag: Flag) -> tuple[int, int, date, str]:
    """What means standstill first, in the order of the headlines."""
    stalls = flag.rule in STALLING_RULES
    rank = STALLING_RULES.index(flag.rule) if stalls else len(STALLING_RULES)
    return ORDER[Severity(flag.severity)], rank, flag.since, flag.rule


@dataclass(frozen=True, slots=True)
class FlagGroups:
    """Every rule, the gravest and most frequent first. `computed_at` is None when the pilots were
    counted just now."""

    groups: tuple[RuleGroup, ...]
    computed_at: datetime | None


def flag_groups(user: User, as_of: date) -> FlagGroups:
    """What the rules found, with the oldest of each: at most three queries, whatever the size."""
    visible = Flag.objects.open().filter(pilot__in=Pilot.objects.visible_to(user))
    counts, computed_at = _counts(user, as_of)
    speaking = [code for code in rules if counts.get(code, NONE)[0]]
    examples = _oldest(visible.filter(_awake(as_of)), speaking, as_of)
    groups = [
        RuleGroup(
            rule=rule, open=counts.get(code, NONE)[0], snoozed=counts.get(code, NONE)[1],
            examples=tuple(examples[code]),
        )
        for code, rule in rules.items()
    ]  # fmt: skip
    groups.sort(key=lambda g: (ORDER[Severity(g.rule.severity)], -g.open, g.rule.code))
    return FlagGroups(tuple(groups), computed_at)


def _counts(user: User, as_of: date) -> tuple[Counts, datetime | None]:
    kept = usable_rollup(user, as_of, FLAGS)
    if kept is None:
        return count(Pilot.objects.visible_to(user), as_of), None
    if kept.sees_more:
        more = count(Pilot.objects.visible_to(user).restricted_for(user), as_of)
        return together(kept.counts, more), kept.computed_at
    return kept.counts, kept.computed_at


def count(pilots: PilotQuerySet, as_of: date) -> Counts:
    """By rule: on how many of these pilots it speaks, and on how many it is snoozed. One query."""
    awake = _awake(as_of)
    rows = Flag.objects.open().filter(pilot__in=pilots.order_by()).values("rule")
    numbers = rows.annotate(
        open=Count("pk", filter=awake), snoozed=Count("pk", filter=~awake)
    )  # fmt: skip
    return {row["rule"]: (row["open"], row["snoozed"]) for row in numbers}


def together(one: Counts, other: Counts) -> Counts:
    """What was counted over two sets of pilots that have none in common."""
    pairs = {code: (one.get(code, NONE), other.get(code, NONE)) for code in {*one, *other}}
    return {code: (a[0] + b[0], a[1] + b[1]) for code, (a, b) in pairs.items()}


def _awake(as_of: date) -> Q:
    return Q(snoozed_until=None) | Q(snoozed_until__lt=as_of)


def _oldest(visible: FlagQuerySet, codes: Iterable[str], as_of: date) -> dict[str, list[Example]]:
    one_each = [
        visible.filter(rule=code)
        .order_by("since", "pilot_id")
        .values("rule", "pilot_id", "since", "facts", name=F("pilot__name"))[:EXAMPLES]
        for code in codes
    ]
    found: dict[str, list[Example]] = defaultdict(list)
    if not one_each:
        return found
    first, *rest = one_each
    for row in first.union(*rest, all=True):
        found[row["rule"]].append(
            Example(
                ref=f"{Pilot.REF_PREFIX}{row['pilot_id']}", name=row["name"], since=row["since"],
                why=words.why(row["rule"], row["facts"], as_of),
            )
        )  # fmt: skip
    for rows in found.values():
        rows.sort(key=lambda e: (e.since, e.ref))
    return found


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit in force. `stage` and `audience` are in words; `set` tells rows from defaults."""

    limit: int
    unit: str
    stage: str
    audience: str
    set: bool


@dataclass(frozen=True, slots=True)
class RuleLimits:
    code: str
    title: str
    lines: tuple[LimitLine, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """How many pilots that the person can see a rule flags with the present and another limit."""

    title: str
    now: int
    then: int


def limits_in_force() -> list[RuleLimits]:
    """After how many days each rule speaks, most specific first; one query."""
    settings = limits.load()
    return [
        RuleLimits(
            code,
            rule.title,
            tuple(
                LimitLine(
                    setting.limit, rule.unit,
                    Stage(setting.stage).label if setting.stage else "",
                    Audience(setting.audience).label if setting.audience else "",
                    setting in settings.get(code, ()),
                )
                for setting in limits.in_force(rule, settings)
            ),
        )
        for code, rule in rules.items()
    ]  # fmt: skip


def dry_run(user: User, code: str, setting: Setting | None, as_of: date) -> DryRun:
    """What a limit would change; None is the rule's own defaults."""
    rule, settings = rules.get(code), limits.load()
    other = (
        {**settings, code: ()} if setting is None else limits.with_setting(settings, code, setting)
    )

    def count(chosen: limits.Settings) -> int:
        scoped = Pilot.objects.visible_to(user).annotate(limit=limits.expression(rule, chosen))
        return rule.candidates(scoped, as_of).count()

    return DryRun(rule.title, count(settings), count(other))


def last_sweep() -> SweepRun | None:
    return SweepRun.objects.exclude(finished_at=None).order_by("-pk").first()
