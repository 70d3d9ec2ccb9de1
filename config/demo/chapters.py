"""The parts of a pilot's story: its people, updates, metrics and facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from config.demo import words
from config.demo.company import PEOPLE
from config.demo.plots import IDEA, PILOT, POC, PRODUCTION, Plot
from config.demo.shapes import Held, Measured, Said, Span

# kind -> name, unit, direction, baseline, target, task type
KINDS = {
    "minutes": ("Minutes per case", "min", "down", "38", "15", "text to record"),
    "accuracy": ("Right without rework", "%", "up", "71", "92", "classification"),
    "detection": ("Confirmed finds per 1,000", "", "up", "4", "11", "detection"),
    "forecast": ("Forecast error", "%", "down", "24", "12", "forecast"),
    "satisfaction": ("Satisfaction, 1 to 5", "", "up", "3.1", "4.2", "conversation"),
    "adoption": ("Weekly users of those intended", "%", "up", "5", "60", "assistance"),
    "cost": ("Cost per case", "EUR", "down", "6.40", "4.10", "optimisation"),
    "backlog": ("Cases waiting", "", "down", "1400", "300", "automation"),
}
LEAVERS = {person.name for person in PEOPLE if person.left}


@dataclass(frozen=True)
class Draft:
    """What the chapters of one pilot have in common; `last` is the last day that can happen."""

    random: Random
    plot: Plot
    kind: str
    unit: str
    spans: tuple[Span, ...]
    registered: date
    today: date
    last: date

    def entered(self, stage: str) -> date | None:
        return next((span.bound for span in self.spans if span.stage == stage), None)

    def between(self, first: date, last: date) -> date:
        """A day in between, both included; `first` when there is none."""
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))


def people(draft: Draft) -> tuple[Held, ...]:
    """Owners, a sponsor from PoC on, a technical owner, sometimes a reviewer."""
    held = [*_owners(draft)]
    began = draft.entered(POC)
    sponsor = "Pierre Dumont" if draft.unit.startswith("Claims") else "Elisabeth Kranz"
    if began:
        held.append(Held(sponsor, "sponsor", began))
        held.append(_builder(draft, began + timedelta(days=3)))
    if began and draft.random.random() < 0.25 and not draft.plot.restricted:
        outside = draft.random.choice(["Sam Whitfield", "Tanvi Rao"])
        held.append(Held(outside, "reviewer", began + timedelta(days=10)))
    live, piloted = draft.entered(PRODUCTION), draft.entered(PILOT)
    if piloted:
        held.append(Held("Emma Nilsson", "feedback_owner", piloted))
    if live:
        held.append(Held("Nils Aaltonen", "operations_owner", live))
        held.append(Held(sponsor, "value_owner", live))
    return tuple(one for one in held if one.since <= draft.last)


def _builder(draft: Draft, since: date) -> Held:
    if draft.plot.builder_left:
        return Held("Rosa Keller", "technical_owner", since, since + (draft.last - since) / 2)
    return Held("Marta Jimenez", "technical_owner", since)


def _owners(draft: Draft) -> Iterator[Held]:
    plot, start = draft.plot, draft.registered
    at_home = [p.name for p in PEOPLE if draft.unit in p.home and not p.left]
    owner = draft.random.choice(at_home)
    left = next((p.name for p in PEOPLE if draft.unit in p.home and p.left), "Quentin Moreau")
    middle = start + (draft.last - start) / 2
    if plot.owner in ("never", "proposed"):
        return
    if plot.owner == "lost":
        yield Held(left, "owner", start, middle, accepted=start)
    elif plot.owner == "passed":
        yield Held(left, "owner", start, middle, accepted=start)
        gap = timedelta(days=draft.random.choice([0, 0, 9, 16]))
        yield Held(owner, "owner", middle + gap, accepted=middle + gap)
    elif plot.owner == "named":
        yield Held(owner, "owner", start)
    else:
        # Sometimes nobody owned it at first: the beginning of many a story.
        late = timedelta(days=draft.random.choice([0, 0, 0, 0, 12]))
        since = min(start + late, draft.last)
        yield Held(owner, "owner", since, accepted=since)


def owner_on(held: Sequence[Held], day: date) -> str | None:
    return next((h.person for h in held if h.role == "owner" and h.covers(day)), None)


def first_owner(held: Sequence[Held]) -> str | None:
    return next((h.person for h in held if h.role == "owner"), None)


def updates(draft: Draft, held: Sequence[Held]) -> Iterator[Said]:
    """A report every ten days or so while somebody owns it, until the silence begins."""
    random, plot = draft.random, draft.plot
    if plot.silence is None:
        return
    silent = draft.last - timedelta(days=random.randint(*plot.silence) - 1)
    day = draft.registered + timedelta(days=random.randint(2, 9))
    while day < silent - timedelta(days=3):
        yield from _report(draft, held, day)
        often = (18, 27) if _stage(draft, day) == PRODUCTION else (7, 13)
        # Every now and then nobody finds the time.
        late = random.randint(8, 20) if random.random() < 0.08 else 0
        day += timedelta(days=random.randint(*often) + late)
    yield from _report(draft, held, silent, health=plot.health)


def _stage(draft: Draft, day: date) -> str:
    return next(span.stage for span in draft.spans if span.covers(day))


def _report(draft: Draft, held: Sequence[Held], day: date, health: str = "") -> Iterator[Said]:
    author = owner_on(held, day)
    if author and day >= draft.registered:
        yield _said(draft, day, author, health)


def _said(draft: Draft, day: date, author: str, health: str) -> Said:
    random = draft.random
    health = health or random.choices(["on_track", "at_risk", "off_track"], [70, 25, 5])[0]
    step = random.choice(words.NEXT_STEPS[_stage(draft, day)])
    due = day + timedelta(days=random.randint(5, 21)) if random.random() < 0.7 else None
    return Said(
        day, author, health, random.choice(words.NOTES[health]), step, due,
        random.choices(["web", "email", "api"], [70, 25, 5])[0],
    )  # fmt: skip


def metrics(draft: Draft) -> Iterator[Measured]:
    began = draft.entered(POC)
    if draft.plot.metric == "none" or began is None:
        return
    name, unit, direction, low, high, _ = KINDS[draft.kind]
    baseline, target = Decimal(low), Decimal(high)
    since = began + timedelta(days=draft.random.choice([0, 0, 0, 12, 25]))
    since = min(since, draft.last)
    until = draft.last - timedelta(days=12) if draft.plot.metric == "ended" else None
    # Who does not report does not measure either.
    stop = until or draft.last - timedelta(days=draft.plot.silence[0] if draft.plot.silence else 0)
    known = draft.random.random() < 0.85  # Without a baseline nobody can say what it changed.
    yield Measured(
        name, unit, direction, baseline if known else None, target, since + timedelta(days=180), 30,
        since, until, tuple(_readings(draft, since, stop, baseline, target)),
    )  # fmt: skip
    if draft.random.random() < 0.3:
        asked, aim = Decimal("0.16"), Decimal("0.10")
        yield Measured(
            "Cost per request", "EUR", "down", asked, aim, None, 30, since, until,
            tuple(_readings(draft, since, stop, asked, aim)),
        )  # fmt: skip


def _readings(
    draft: Draft, since: date, stop: date, baseline: Decimal, target: Decimal
) -> Iterator[tuple[date, Decimal]]:
    day, reach = since + timedelta(days=14), draft.random.uniform(0.3, 1.15)
    whole = max((stop - since).days, 60)
    while day < stop:
        part = Decimal(str(round(reach * (day - since).days / whole, 3)))
        noise = Decimal(draft.random.randint(-5, 5)) / 100
        yield day, round(baseline + (target - baseline) * (part + noise), 2)
        day += timedelta(days=draft.random.randint(24, 36))


def facts(draft: Draft) -> dict[str, Any]:
    """Charter, where it runs and money; blank and None are unknown, and some are."""
    random, began = draft.random, draft.entered(POC)
    told = began is not None
    values: dict[str, Any] = {
        "problem": random.choice(words.PROBLEMS) if told or random.random() < 0.5 else "",
        "hypothesis": "It takes half of the time and makes no more mistakes." if told else "",
        "ready_when": "The metric holds for four weeks on raw data." if told else "",
        "stop_when": "No team wants it after two months of pilot." if random.random() < 0.6 else "",
        "planned_outlet": random.choice(words.OUTLETS) if random.random() < 0.8 else "",
        "audience": "customer" if "Customer Service" in draft.unit else "internal",
        "data_class": random.choice(["internal", "confidential", "personal", ""]),
        "third_party": random.choice([True, True, False, None]),
        "influences_decisions": random.choice([True, False, None]),
        "task_type": KINDS[draft.kind][5],
        "form": random.choice(["embedded", "separate", ""]),
        **_running(draft),
        **(_money(draft) if draft.plot.money else {}),
    }
    return values | _dates(draft, began)


def _dates(draft: Draft, began: date | None) -> dict[str, date]:
    """A quarter to decide about a PoC, five months about what came after; demo and success."""
    if began is None:
        return {}
    if not draft.spans[0].known:  # Older than its registration, as its demo shows.
        return {"demo_on": draft.today - timedelta(days=800)}
    values = {}
    entered, stage = draft.spans[-1].bound, draft.spans[-1].stage
    time = timedelta(days=91 if stage == POC else 150)
    if draft.random.random() < 0.9:
        values["decide_by"] = (began if stage == POC else entered) + time
    if began + timedelta(days=30) < draft.last:
        values["demo_on"] = began + timedelta(days=30)
    if stage != POC or draft.plot.owner == "lost":
        values["poc_success_on"] = min(
            draft.entered(PILOT) or began + timedelta(days=25), draft.last
        )
    return values


def _running(draft: Draft) -> dict[str, Any]:
    random, stage = draft.random, draft.spans[-1].stage
    if stage == IDEA:
        return {}
    live = stage in (PRODUCTION, "retired")
    early = ["laptop", "consultant_machine", "test_server", "cloud_sandbox", ""]
    return {
        "hosting": "production" if live else random.choice(early),
        "last_seen_working": draft.last - timedelta(days=random.randint(0, 40)),
        "build_basis": random.choice(["hardened", "rebuilt"]) if live else "poc_code",
        "deploy": random.choice(["scripted", "automated"]) if live else "manual",
        "integration": random.choice(["api", "in_workflow"]) if live else random.choice(
            ["none", "file_drop", ""]
        ),
    }  # fmt: skip


def _money(draft: Draft) -> dict[str, Decimal | None]:
    random = draft.random
    months = max((draft.last - draft.registered).days // 30, 1)
    burn = Decimal(random.randint(2, 24)) * 500
    return {
        "budget": burn * random.choice([6, 9, 12]),
        "data_work_budget": burn * 2 if random.random() < 0.5 else None,
        "spend_to_date": burn * months,
        "monthly_burn": burn if random.random() < 0.9 else None,
        "run_cost_forecast": burn / 2 if random.random() < 0.6 else None,
    }
