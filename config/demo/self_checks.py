"""What Norddal's teams think of themselves: some twice, one in the middle of it."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random

from accounts.models import User
from config.demo.moments import at
from config.demo.plots import PILOT, POC, PRODUCTION, ROLLOUT
from config.demo.shapes import Told
from portfolio.models import Channel, Event, Pilot
from readiness.access import self_check_template
from readiness.models import ChecklistItem, SelfCheck
from readiness.queries.self_check import outcome

USUAL = {POC: 1, PILOT: 2, ROLLOUT: 3, PRODUCTION: 3}
NOTES = ("We did not agree; the lower one stands here.", "To be looked at again in spring.", "")
EVERY = 4  # one pilot in so many has checked itself
AGO = (100, 12)  # days


def checks(
    pairs: Iterable[tuple[Told, Pilot]], people: dict[str, User], today: date
) -> Iterator[tuple[SelfCheck, list[Event]]]:
    """Self-checks with the events that tell of them."""
    template = self_check_template()
    items = list(template.items.all())
    running = False
    for told, pilot in pairs:
        random = Random(f"self-check of {told.name}")  # noqa: S311 - a story, no secret
        span = told.stage_on(today)
        owner = next((h for h in told.people if h.role == "owner" and h.covers(today)), None)
        if span is None or span.stage not in USUAL or owner is None or random.randrange(EVERY):
            continue
        ratings = _ratings(items, USUAL[span.stage], random)
        for ago in AGO:
            day = today - timedelta(days=ago)
            if day < told.registered:
                continue
            check = SelfCheck(
                pilot=pilot, template=template, ratings=ratings, author=people[owner.person],
                notes={items[2].code: note} if (note := random.choice(NOTES)) else {},
                begun_at=at(day, 14), finished_at=at(day, 15),
            )  # fmt: skip
            if ago == AGO[-1] and not running:
                running, check.finished_at = True, None
                check.ratings = dict(list(ratings.items())[:5])
            yield check, _events(check, items)
            ratings = _later(ratings, random)


def _ratings(items: list[ChecklistItem], usual: int, random: Random) -> dict[str, int | None]:
    return {
        item.code: None
        if random.random() < 0.06
        else max(0, min(4, usual + random.choice((-1, -1, 0, 0, 1))))
        for item in items
    }


def _later(ratings: dict[str, int | None], random: Random) -> dict[str, int | None]:
    return {
        code: min(4, rung + 1) if rung is not None and random.random() < 0.3 else rung
        for code, rung in ratings.items()
    }


def _events(check: SelfCheck, items: list[ChecklistItem]) -> list[Event]:
    told = [("begun", check.begun_at, check.template.title)]
    if check.finished_at:
        found = outcome(items, check.ratings)
        told.append(("finished", check.finished_at, f"{found.points} of {found.most}"))
    return [
        Event(
            verb=f"readiness.self_check_{verb}", at=moment, actor=check.author,
            channel=Channel.WEB, pilot=check.pilot, before={}, after={"self-check": said},
        )
        for verb, moment, said in told
    ]  # fmt: skip
