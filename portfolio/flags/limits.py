"""After how many days a rule speaks: the administrators' table, else the rule's own default."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, Expression, IntegerField, Q, Value, When

from portfolio.flags.registry import Rule, rules
from portfolio.models import FlagLimit

LIMIT_MAX = 3_650


@dataclass(frozen=True)
class Setting:
    """One row of the table; blank stage or audience means any."""

    limit: int
    stage: str = ""
    audience: str = ""

    @property
    def precision(self) -> tuple[bool, bool]:
        return bool(self.stage), bool(self.audience)

    def covers(self, stage: str, audience: str) -> bool:
        return self.stage in ("", stage) and self.audience in ("", audience)


Settings = Mapping[str, Sequence[Setting]]


def load() -> Settings:
    """All rows of the table, by rule; one query."""
    found: dict[str, list[Setting]] = defaultdict(list)
    for row in FlagLimit.objects.all():
        found[row.rule].append(Setting(row.limit, row.stage, row.audience))
    return found


def of(rule: Rule, settings: Settings, *, stage: str, audience: str = "") -> int:
    """The limit for a pilot of that stage and audience: the most specific row wins."""
    for setting in in_force(rule, settings):
        if setting.covers(stage, audience):
            return setting.limit
    raise LookupError(rule.code)  # Cannot happen: the last one covers everything.


def expression(rule: Rule, settings: Settings) -> Expression:
    """The same choice as SQL, for annotating pilots."""
    *special, usual = in_force(rule, settings)
    default = Value(usual.limit, output_field=IntegerField())
    if not special:
        return default
    return Case(
        *(When(_condition(s), then=Value(s.limit)) for s in special),
        default=default,
        output_field=IntegerField(),
    )


def in_force(rule: Rule, settings: Settings) -> list[Setting]:
    """The rows that count for a rule, most specific first, one for everything at the end."""
    rows = sorted(settings.get(rule.code, ()), key=lambda s: s.precision, reverse=True)
    if not rows or rows[-1].precision != (False, False):
        # Any row beats the rule's defaults; what no row covers is left to them.
        rows += [Setting(limit, stage) for stage, limit in rule.by_stage.items()]
        rows.append(Setting(rule.limit))
    return rows


def with_setting(settings: Settings, code: str, setting: Setting) -> Settings:
    """The settings as they would be with this row set."""
    same = (setting.stage, setting.audience)
    kept = [s for s in settings.get(code, ()) if (s.stage, s.audience) != same]
    return {**settings, code: [*kept, setting]}


def update_limits() -> dict[str, int]:
    """Days after which an update is outdated, by stage, for the freshness of lists."""
    settings = load()
    rule = rules.get("NO_UPDATE")
    return {stage: of(rule, settings, stage=stage) for stage in rule.stages}


def _condition(setting: Setting) -> Q:
    condition = Q()
    if setting.stage:
        condition &= Q(stage=setting.stage)
    if setting.audience:
        condition &= Q(audience=setting.audience)
    return condition
