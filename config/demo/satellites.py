"""What hangs on Norddal's pilots: systems, models, rollout, reviews, links."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import User
from common.changes import plain
from config.demo.moments import at
from config.demo.plots import IDEA, PILOT, POC, PRODUCTION, ROLLOUT
from config.demo.shapes import Told
from portfolio.actions import records
from portfolio.actions.model_uses import slug
from portfolio.models import (
    Channel,
    Dependency,
    Event,
    Incident,
    Link,
    ModelUse,
    Pilot,
    Record,
    Review,
    Rollout,
    Team,
    Wave,
)

People = Mapping[str, User]
KINDS: tuple[type[Record], ...] = (
    Dependency, Incident, ModelUse, Rollout, Wave, Review, Link,
)  # fmt: skip
# name, kind, what the pilot is built into by it, who answers, whether its data feed the pilot
SYSTEMS = (
    ("Claims core", "erp", "core", "Claims platform team", True),
    ("Customer master data", "database", "", "Data office", True),
    ("Contact centre desktop", "crm", "users", "Service desk tools", False),
    ("Freight orders", "erp", "process", "Road operations", True),
    ("Document intake", "workflow", "process", "Back office services", True),
    ("Company gateway", "api", "api", "IT / Platform", False),
    ("Weather service", "vendor", "", "", True),
    ("Telematics archive", "other", "", "Fleet partner", True),
)
LIVE = (PILOT, ROLLOUT, PRODUCTION)
STATUSES = ("none", "asked", "agreed", "in_place")
ISSUES: tuple[list[str] | None, ...] = (
    ["missing", "duplicates"], ["malformed", "inconsistent"], ["multilingual", "edge_cases"], [],
    None,
)  # fmt: skip
# vendor, name, former version, version, days until it is retired
MODELS = (
    ("OpenAI", "GPT-4o", "2024-05-13", "2024-08-06", 74),
    ("OpenAI", "GPT-4o mini", "", "2024-07-18", 190),
    ("Anthropic", "Claude Sonnet", "3.7", "4", 160),
    ("Mistral", "Mistral Large", "2402", "2407", 21),
    ("Meta", "Llama", "3", "3.1 70B", None),
    ("", "Norddal claims classifier", "7", "8", None),
    ("Google", "Document OCR", "", "", -6),
)
LINKS = (
    ("repository", "Source code", "git"), ("registry", "Model registry", "models"),
    ("dashboard", "Usage and quality", "dash"), ("contract", "Vendor contract", "contracts"),
    ("other", "Wiki", "wiki"),
)  # fmt: skip
# Days a team takes.
LEAD = {
    "platform": (5, 15), "data": (8, 30), "security": (20, 60), "legal": (25, 70),
    "finance": (3, 12),
}  # fmt: skip
OUTCOMES = ("approved", "approved", "approved", "conditions", "refused", "withdrawn")
NOTES = {
    "": "", "approved": "", "conditions": "Prompts are deleted after 30 days.",
    "refused": "No agreement about the processing of personal data.",
    "withdrawn": "Not needed: internal figures only.",
}  # fmt: skip
INCREMENTS = (["First line", "Evening shift", "All shifts"], ["Motor", "Property"], ["Everything"])
WAVES = ("first line", "evening shift", "everybody")
FEEDBACK = (
    "Saves the second look in most cases. Slow before noon.",
    "Wants to see why it was unsure, not only that it was.",
    "Nobody wants to give it back.",
)
DRIFTS = (
    "The feed sends amounts in cents since its last release.",
    "A field that held one code holds a list now; the parser takes the first.",
    "Dates arrive in local time instead of UTC.",
)


def launch(one: Told) -> date | None:
    """When it is to ship; some never said."""
    random = Random(f"launch of {one.name}")  # noqa: S311 - a story, not a secret
    days = {POC: (60, 260), PILOT: (40, 200), ROLLOUT: (30, 120)}.get(one.stage.stage)
    if days is None or random.random() < 0.3:
        return None
    return one.stage.bound + timedelta(days=random.randint(*days))


def rows(one: Told, pilot: Pilot, people: People, today: date) -> Iterator[Record]:
    """The same for the same pilot; nothing before its registration or after today."""
    random = Random(f"satellites of {one.name}")  # noqa: S311 - a story, not a secret
    if one.stage.stage == IDEA:
        return
    yield from _systems(one, pilot, random, today)
    yield from _models(one, pilot, people, random, today)
    yield from _reviews(one, pilot, people, random, today)
    yield from _rollout(one, pilot, people, random, today)
    yield from _links(one, pilot, random)


def _links(one: Told, pilot: Pilot, random: Random) -> Iterator[Record]:
    for kind, name, address in random.sample(LINKS, random.randint(1, 3)):
        url = f"https://{address}.norddal.example/{pilot.name_key.replace(' ', '-')[:60]}"
        since = _day(random, one.registered, one.stage.bound)
        yield _row(Link, random, since, pilot=pilot, kind=kind, name=name, url=url, since=since)


def _reviews(
    one: Told, pilot: Pilot, people: People, random: Random, today: date
) -> Iterator[Record]:
    """Security and legal mostly in time, the others when somebody thinks of them."""
    late = one.stage.stage == POC
    for team in Team.values:
        if random.random() < (0.6 if late else 0.25):
            continue
        asked = _day(random, one.registered, one.stage.bound if not late else today)
        decided = asked + timedelta(days=random.randint(*LEAD[team]))
        outcome = random.choice(OUTCOMES) if decided <= today else ""
        yield _row(
            Review, random, asked, pilot=pilot, team=team, requested_on=asked,
            decided_on=decided if outcome else None, outcome=outcome, note=NOTES[outcome],
            reviewer=people["Olivia Brandt"] if team == Team.LEGAL else None,
        )  # fmt: skip


def _rollout(
    one: Told, pilot: Pilot, people: People, random: Random, today: date
) -> Iterator[Record]:
    if one.stage.stage not in (ROLLOUT, PRODUCTION):
        return
    over = one.stage.stage == PRODUCTION
    since = next((span.bound for span in one.spans if span.stage == ROLLOUT), one.stage.bound)
    team = one.unit.split(" / ")[-1]
    owner = next((h.person for h in one.people if h.role == "owner" and h.until is None), "")
    rollout = _row(
        Rollout, random, since, pilot=pilot, poc_scope=f"One desk in {team}, picked cases.",
        scope=f"All of {team}, every case, with support by the service desk.",
        increments=random.choice(INCREMENTS), budget=Decimal(random.randint(4, 40)) * 5000,
        owner=people[owner or "Nils Aaltonen"], target_from=since,
        target_until=since + timedelta(days=90), since=since,
        until=one.stage.bound if over else None,
    )  # fmt: skip
    yield rollout
    days = (today - since).days
    for place, kind in enumerate(("shadow", "canary", "full")):
        begins = since + timedelta(days=place * 20)
        done = days > place * 20 + 19
        yield _row(
            Wave, random, since, rollout=rollout, team=f"{team}, {WAVES[place]}", kind=kind,
            starts_on=begins, ends_on=begins + timedelta(days=18) if place < 2 else None,
            users=random.randint(3, 20) * (place + 1) if done else None,
            feedback=random.choice(FEEDBACK) if done else "",
            verdict=random.choice(("continue", "continue", "fix")) if done else "",
        )  # fmt: skip


def _models(
    one: Told, pilot: Pilot, people: People, random: Random, today: date
) -> Iterator[Record]:
    vendor, name, former, version, days = random.choice(MODELS)
    began = one.registered
    model = {"pilot": pilot, "vendor": vendor, "name": name, "slug": slug(vendor, name)}
    if former and random.random() < 0.4:
        until = _day(random, one.registered, one.stage.bound)
        yield _row(ModelUse, random, began, version=former, since=began, until=until, **model)
        began = until
    planned = random.random() < 0.5
    yield _row(
        ModelUse, random, began, version=version, since=began,
        retires_on=today + timedelta(days=days) if days is not None else None,
        planner=people["Nils Aaltonen"] if planned and days is not None else None,
        plan="Score the next version on the 200 raw cases first." if planned else "", **model,
    )  # fmt: skip


def _systems(one: Told, pilot: Pilot, random: Random, today: date) -> Iterator[Record]:
    live = one.stage.stage not in (IDEA, POC)
    for name, kind, target, contact, source in random.sample(SYSTEMS, random.randint(1, 3)):
        since = _day(random, one.registered, one.stage.bound)
        status = random.choice(STATUSES[1:] if live else STATUSES)
        agreed = status in ("agreed", "in_place")
        system = _row(
            Dependency, random, since, pilot=pilot, name=name, kind=kind, target=target,
            contact=contact, status=status, since=since, is_source=source,
            agreement="Read access, nightly, one month's notice of changes." if agreed else "",
            agreement_url="https://wiki.norddal.example/agreements" if agreed else "",
            **(_sheet(random, since) if source else {}),
        )  # fmt: skip
        yield system
        if source and one.stage.stage in LIVE and random.random() < 0.3:
            yield _incident(system, random, max(since, today - timedelta(days=25)), today)


def _sheet(random: Random, since: date) -> dict[str, Any]:
    """Some of it nobody has looked at."""
    looked = random.random() < 0.7
    return {
        "formats": random.randint(1, 15) if looked else None,
        "null_rate": Decimal(random.randint(0, 300)) / 10 if looked else None,
        "encodings": random.choice(["UTF-8", "UTF-8, CP1252", ""]),
        "api_docs_on": since - timedelta(days=random.randint(30, 2500)) if looked else None,
        "issues": random.choice(ISSUES),
    }


def _incident(system: Record, random: Random, earliest: date, today: date) -> Incident:
    began = _day(random, earliest, today)
    over = random.random() < 0.5
    closed = min(began + timedelta(days=2), today) if over else None
    kind = random.choice(["silent_drift", "silent_drift", "outage", "late"])
    return _row(
        Incident, random, began, dependency=system, what=random.choice(DRIFTS), kind=kind,
        opened_on=began, closed_on=closed, cure="The parser was mended." if over else "",
    )  # fmt: skip


def _day(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randint(0, max((last - first).days, 0)))


def _row[R: Record](model: type[R], random: Random, on: date, **values: Any) -> R:
    token = UUID(int=random.getrandbits(128), version=4)
    return model(token=token, recorded_at=at(on, 10), **values)


def event(row: Record, people: People) -> Event:
    """How the row came into the history."""
    verb, after = records.told(row)
    pilot: Pilot = _pilot(row)
    return Event(
        at=row.recorded_at, pilot=pilot, actor=people["Marta Jimenez"], verb=verb,
        channel=Channel.WEB, before={}, after=plain(after), reason="",
    )  # fmt: skip


def _pilot(row: Any) -> Pilot:
    """The pilot a record hangs on, at first or second hand."""
    for name in ("pilot", "dependency", "rollout"):
        if hasattr(row, name):
            found = getattr(row, name)
            return found if isinstance(found, Pilot) else _pilot(found)
    raise TypeError(type(row))
