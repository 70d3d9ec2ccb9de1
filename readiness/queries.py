"""What the readiness screens and lists show, in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from common import clock
from common.prepared import Prepared
from portfolio.access import may_edit
from portfolio.flags.days import DaysAfter
from portfolio.models import Pilot, Stage
from portfolio.querysets import PilotQuerySet
from readiness.access import PRODUCTION, may_waive, states_for
from readiness.evidence import Verdict, again, judge
from readiness.models import Answer, Assessment, ChecklistItem, ChecklistTemplate, Side, State
from readiness.querysets import AnswerQuerySet, count_met
from readiness.scoring import LIKELY_TO_FAIL, Score, Share, has_expired, is_met, score

FROM_PILOT_ON = (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)


@dataclass(frozen=True)
class ItemCard:
    """One question with its answer; `states` are what this person may choose."""

    item: ChecklistItem
    answer: Answer | None
    past: tuple[Answer, ...]
    met: bool
    expired: bool
    states: tuple[State, ...]

    @property
    def word(self) -> str:
        """The state in a word or two, with what keeps it from counting."""
        if self.answer is None:
            return State.OPEN.label
        label = self.answer.get_state_display()
        if self.expired:
            return f"{label}, expired"
        if self.answer.state == State.ATTESTED and not self.met:
            return (
                f"{label}, not good enough" if self.answer.figures else f"{label} without evidence"
            )
        return label

    @property
    def verdict(self) -> Verdict | None:
        """What the numbers of the evidence say; None without numbers."""
        if self.answer is None or not self.answer.figures:
            return None
        return judge(self.item.kind, again(self.item.kind, self.answer.figures))

    @property
    def dimension(self) -> str:
        return str(self.item.get_dimension_display())

    @property
    def seen(self) -> int:
        return self.answer.pk if self.answer else 0


@dataclass(frozen=True)
class Scorecard:
    pilot: Pilot
    template: ChecklistTemplate
    cards: tuple[ItemCard, ...]
    score: Score
    may_answer: bool

    def card(self, code: str) -> ItemCard:
        return next(card for card in self.cards if card.item.code == code)

    @property
    def open_cards(self) -> list[ItemCard]:
        return [card for card in self.cards if not card.met]

    @property
    def sides(self) -> list[tuple[str, str]]:
        """Each side's name and share, such as ("Technical", "4/7")."""
        return [(str(Side(side).label), str(share)) for side, share in self.score.sides.items()]

    @property
    def ruling_side(self) -> str:
        side = self.score.ruling_side
        return str(Side(side).label) if side else ""


def scorecard(pilot: Pilot, user: User, as_of: date) -> Scorecard:
    """The ten questions of a pilot with their answers and history, worst news included."""
    template = ChecklistTemplate.objects.get(slug=PRODUCTION, current=True)
    items = list(template.items.all())
    answers = _history(pilot, template)
    now = {a.item_id: a for a in answers if a.until is None}
    editor, approver = may_edit(user, pilot), may_waive(user, pilot)
    cards = tuple(
        ItemCard(
            item=item,
            answer=now.get(item.pk),
            past=tuple(a for a in answers if a.item_id == item.pk and a.until is not None),
            met=is_met(now.get(item.pk), as_of),
            expired=item.pk in now and has_expired(now[item.pk], as_of),
            states=states_for(now.get(item.pk), user, editor=editor, approver=approver),
        )
        for item in items
    )
    by_code = {item.code: now[item.pk] for item in items if item.pk in now}
    return Scorecard(
        pilot=pilot,
        template=template,
        cards=cards,
        score=score(items, by_code, as_of),
        may_answer=editor or approver,
    )


def _history(pilot: Pilot, template: ChecklistTemplate) -> list[Answer]:
    rows = Answer.objects.filter(pilot=pilot, item__template=template)
    return list(rows.select_related("author", "confirmed_by").order_by("-recorded_at", "-pk"))


def with_score(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Pilots annotated with `total` and `met`, and `kept`, the stored score (NULL: no answer).

    The stored score is true until one of its answers runs out; then they are counted anew.
    """
    items = ChecklistItem.objects.filter(template__slug=PRODUCTION, template__current=True)
    total = items.order_by().values("template").annotate(n=Count("pk")).values("n")
    answers = current_answers().met(as_of)
    met = answers.values("pilot").annotate(n=Count("pk")).values("n")
    return pilots.annotate(
        kept=FilteredRelation("assessments", condition=Q(assessments__checklist=PRODUCTION)),
        total=Coalesce(Subquery(total), Value(0)),
    ).annotate(
        met=Case(
            When(kept__expires_on__lte=as_of, then=Coalesce(Subquery(met), Value(0))),
            default=Coalesce("kept__met", Value(0)),
            output_field=IntegerField(),
        )
    )


def current_answers() -> AnswerQuerySet:
    """Open answers to the production questions of the pilot of the outer query."""
    answers = Answer.objects.open_interval().current()
    return answers.filter(item__template__slug=PRODUCTION, pilot=OuterRef("pk")).order_by()


def with_expired(pilots: PilotQuerySet, as_of: date, states: Collection[str]) -> PilotQuerySet:
    """Pilots with answers of these states that ran out before that day.

    Annotated with how many `items`, the `question` of the one that ran out first, and `since`,
    the day after its last one.
    """
    gone = (
        Answer.objects.open_interval()
        .current()
        .filter(pilot=OuterRef("pk"), state__in=states, valid_until__lt=as_of)
    )
    first = gone.order_by("valid_until", "pk")
    count = gone.order_by().values("pilot").annotate(n=Count("pk")).values("n")
    return pilots.annotate(
        items=Subquery(count),
        question=Subquery(first.values("item__question")[:1]),
        since=DaysAfter(Subquery(first.values("valid_until")[:1]), Value(1)),
    )


def met_counts(pilots: Collection[int], as_of: date) -> dict[int, Share]:
    """What each of these pilots (by id) has met; one query. The caller may see them."""
    rows = SCORES.ask(list(pilots), as_of)
    return {pilot: Share(met, total) for pilot, met, total in rows}


def _scores(day: date) -> Any:
    scored: Any = with_score(Pilot.objects.all(), day)
    return scored.values_list("pk", "met", "total")


SCORES = Prepared(_scores)


def column(pilots: list[int]) -> dict[int, str]:
    """The pilot column "readiness 7/10"."""
    return {pilot: str(share) for pilot, share in met_counts(pilots, clock.today()).items()}


NARROWINGS = {
    "ready": "every readiness question met",
    "missing": "three or more readiness questions open",
    "begun": "readiness begun",
    "none": "readiness not begun",
}


def narrow(pilots: PilotQuerySet, value: str, as_of: date) -> PilotQuerySet:
    """The pilots of that readiness, one of NARROWINGS."""
    answered = Exists(Assessment.objects.filter(pilot=OuterRef("pk"), checklist=PRODUCTION))
    if value in ("begun", "none"):
        return pilots.filter(answered if value == "begun" else ~answered)
    scored: Any = with_score(pilots, as_of)
    ready = value == "ready"
    wanted = (
        Q(total__gt=0, met__gte=F("total")) if ready else Q(met__lte=F("total") - LIKELY_TO_FAIL)
    )
    narrowed: PilotQuerySet = scored.filter(wanted)
    return narrowed


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
    template = ChecklistTemplate.objects.get(slug=PRODUCTION, current=True)
    items = tuple(template.items.all())
    scope = Pilot.objects.visible_to(user).filter(stage__in=FROM_PILOT_ON)
    counted = scope.annotate(met=count_met(as_of))
    in_scope = scope.count()
    met = Answer.objects.open_interval().met(as_of).filter(item__in=items)
    met_by = dict(met.filter(pilot__in=scope).values_list("item").annotate(n=Count("pk")))
    of_item = [(item, in_scope - met_by.get(item.pk, 0)) for item in items]
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
    pairs = set(met.filter(pilot__in=pilots).values_list("pilot", "item"))
    return tuple(
        Row(pilot=pilot, cells=tuple((item, (pilot.pk, item.pk) in pairs) for item in items))
        for pilot in pilots
    )
