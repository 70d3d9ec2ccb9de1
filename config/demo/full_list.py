"""What Norddal's teams say on the full list: much where they are far, little in a PoC."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from accounts.models import User
from config.demo.moments import at
from config.demo.plots import PILOT, POC, PRODUCTION, ROLLOUT
from config.demo.shapes import Told
from portfolio.models import Pilot
from readiness.models import Answer, ChecklistItem
from readiness.scoring import is_met

ORDER = (POC, PILOT, ROLLOUT, PRODUCTION)
SHARES = {POC: 0.12, PILOT: 0.35, ROLLOUT: 0.6, PRODUCTION: 0.8}
LATER = 0.3  # how much of it when the question matters in a later stage only
WIKI = "https://wiki.norddal.example/ai"
FIGURES: dict[str, dict[str, object]] = {
    "number": {"value": "312", "unit": ""},
    "drill": {"on": "2026-03-03", "minutes": "45"},
    "load_ratio": {"tested": 120, "expected": "80"},
    "latency": {"budget": "2000", "p95": "1340"},
}
BARRED: dict[str, dict[str, object]] = {
    "full.rate_limits_known": {"value": "64"}, "full.edge_cases": {"value": "91"},
    "full.adoption": {"value": "58"}, "llm.hallucination": {"value": "2.5"},
    "llm.variance": {"value": "94"},
}  # fmt: skip
# One team tuned its model before anybody had looked at the data.
DATA, MODEL = {"full.sources_listed", "full.data_reality"}, "full.constraints"


def items() -> list[ChecklistItem]:
    """The questions of all lists that people answer, beside the ten, each once."""
    asked = ChecklistItem.objects.filter(template__current=True, template__answered="people")
    asked = asked.exclude(key__startswith="production.").select_related("template")
    return list({item.key: item for item in asked.order_by("template__slug", "position")}.values())


def answers(
    pairs: Iterable[tuple[Told, Pilot]], people: dict[str, User], today: date
) -> Iterator[Answer]:
    questions = items()
    hasty = True
    for told, pilot in pairs:
        span = told.stage_on(today)
        owner = next((h for h in told.people if h.role == "owner" and h.covers(today)), None)
        if span is None or span.stage not in ORDER or owner is None:
            continue
        random = Random(f"full list of {told.name}")  # noqa: S311 - a story, no secret
        made = list(_of(told, pilot, people[owner.person], questions, random, today))
        if hasty and span.stage == PILOT:
            made = [one for one in made if one.key not in DATA]
            if MODEL not in {one.key for one in made}:
                item = next(item for item in questions if item.key == MODEL)
                made.append(_answer(pilot, item, people[owner.person], span.bound, today))
            hasty = False
        yield from made


def _of(
    told: Told, pilot: Pilot, owner: User, questions: list[ChecklistItem], random: Random,
    today: date,
) -> Iterator[Answer]:  # fmt: skip
    """As far as the team came with the ten, so it came with the rest."""
    span = told.stage_on(today)
    assert span is not None
    ten = [answer for answer in told.answers if answer.covers(today)]
    share = sum(is_met(answer, today) for answer in ten) / 10 if ten else SHARES[span.stage]
    began = next((s.bound for s in told.spans if s.stage in ORDER), told.registered)
    for item in questions:
        due = item.stage in ORDER and ORDER.index(item.stage) <= ORDER.index(span.stage)
        if random.random() >= share * (1 if due else LATER):
            continue
        since = began + timedelta(days=random.randint(2, max(3, (today - began).days)))
        yield _answer(pilot, item, owner, min(since, today), today)


def _answer(pilot: Pilot, item: ChecklistItem, owner: User, since: date, today: date) -> Answer:
    last = since + timedelta(days=item.valid_days or 365)
    return Answer(
        pilot=pilot, item=item, key=item.key, state="attested", backed=True, author=owner,
        evidence_url=f"{WIKI}/{item.code.replace('_', '-')}",
        figures=BARRED.get(item.key) or FIGURES.get(item.kind, {}),
        since=since, recorded_at=at(since, 12),
        valid_until=max(last, today + timedelta(days=20)),
    )  # fmt: skip
