"""The eight factors in which a PoC and production differ (source map C20), each from 0 to 4: what
evidence shows, what the team's last self-check says, and what production asks."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from common import clock
from portfolio.models import Pilot
from readiness.access import get_template
from readiness.facts import applies, facts_of
from readiness.models import Answer, Factor, SelfCheck
from readiness.scoring import Share, score

LIST = "full"
ASKED = 4  # of every factor, in production


@dataclass(frozen=True)
class Gap:
    """`evidence` is four times the share of the factor's questions that are met; `said` is None
    when no self-check is finished."""

    factor: str
    share: Share
    said: float | None

    @property
    def label(self) -> str:
        return str(Factor(self.factor).label)

    @property
    def evidence(self) -> float:
        return round(ASKED * self.share.ratio, 1) if self.share.total else 0.0

    @property
    def flattered(self) -> bool:
        """The team stands a rung or more above what it can show."""
        return self.said is not None and self.said - self.evidence >= 1


@dataclass(frozen=True)
class Gaps:
    """`checked_on` is the day of the self-check; None without one."""

    pilot: Pilot
    factors: tuple[Gap, ...]
    checked_on: date | None


def gaps(pilot: Pilot, as_of: date) -> Gaps:
    """Five statements at most; factors in the order of the source."""
    facts = facts_of(pilot)
    items = [item for item in get_template(LIST).items.all() if applies(item, facts)]
    keys = [item.key for item in items]
    given = Answer.objects.open_interval().filter(pilot=pilot, key__in=keys)
    answers = {answer.key: answer for answer in given.defer("note", "figures")}
    shares = score(items, answers, as_of).factors
    check, said = _said(pilot)
    found = (Gap(f, shares.get(f, Share(0, 0)), said.get(f)) for f in Factor.values)
    on = clock.local(check.finished_at).date() if check and check.finished_at else None
    return Gaps(pilot, tuple(found), on)


def _said(pilot: Pilot) -> tuple[SelfCheck | None, dict[str, float]]:
    """The last finished self-check, and its rating of each factor: the mean of its questions."""
    done = SelfCheck.objects.filter(pilot=pilot, finished_at__isnull=False)
    check = done.select_related("template").order_by("-finished_at", "-pk").first()
    if check is None:
        return None, {}
    ratings: dict[str, list[int]] = defaultdict(list)
    for code, factor in check.template.items.exclude(factor="").values_list("code", "factor"):
        if code in check.ratings:
            ratings[factor].append(int(check.ratings[code]))
    return check, {factor: sum(r) / len(r) for factor, r in ratings.items()}
