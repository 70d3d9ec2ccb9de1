"""Which of the ten questions the portfolio leaves open, and on which pilots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import User
from portfolio.models import Pilot, Stage
from readiness.access import PRODUCTION, get_template
from readiness.models import Answer, ChecklistItem
from readiness.querysets import AnswerQuerySet, count_met
from readiness.scoring import LIKELY_TO_FAIL

FROM_PILOT_ON = (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)


@dataclass(frozen=True)
class Row:
    """A pilot on the overview: `cells` says of each item, in order, whether it is met."""

    pilot: Pilot
    cells: tuple[tuple[ChecklistItem, bool], ...]

    @property
    def met(self) -> int:
        return sum(met for _, met in self.cells)


@dataclass(frozen=True)
class Overview:
    items: tuple[ChecklistItem, ...]
    rows: tuple[Row, ...]
    of_item: tuple[tuple[ChecklistItem, int], ...]
    in_scope: int
    at_risk: int


def overview(user: User, as_of: date, *, limit: int = 100) -> Overview:
    """Pilots from the Pilot stage on that the person may see, most open items first.

    `of_item` counts per item the pilots that have not met it, worst first; `at_risk` the
    pilots with three or more open.
    """
    template = get_template(PRODUCTION)
    items = tuple(template.items.all())
    scope = Pilot.objects.visible_to(user).filter(stage__in=FROM_PILOT_ON)
    counted = scope.annotate(met=count_met(as_of))
    in_scope = scope.count()
    met = Answer.objects.open_interval().met(as_of).filter(key__in=[item.key for item in items])
    met_by = dict(met.filter(pilot__in=scope).values_list("key").annotate(n=Count("pk")))
    of_item = [(item, in_scope - met_by.get(item.key, 0)) for item in items]
    return Overview(
        items=items,
        rows=_rows(list(counted.select_related("unit").order_by("met", "pk")[:limit]), items, met),
        of_item=tuple(sorted(of_item, key=lambda pair: -pair[1])),
        in_scope=in_scope,
        at_risk=counted.filter(met__lte=len(items) - LIKELY_TO_FAIL).count(),
    )


def _rows(
    pilots: Sequence[Pilot], items: Sequence[ChecklistItem], met: AnswerQuerySet
) -> tuple[Row, ...]:
    pairs = set(met.filter(pilot__in=pilots).values_list("pilot", "key"))
    return tuple(
        Row(pilot=pilot, cells=tuple((item, (pilot.pk, item.key) in pairs) for item in items))
        for pilot in pilots
    )
