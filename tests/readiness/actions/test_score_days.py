"""What is kept of each day is what the answers said at the end of that day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from portfolio.actions import merging, pilots
from portfolio.models import Channel, Pilot
from readiness.actions import answers, assessments, catalog
from readiness.catalog import Item, Template
from readiness.models import Answer, Assessment, ChecklistItem, ScoreDay
from tests.factories import Cast, pilot

FIRST = date(2026, 3, 2)
KEYS = ("a", "b", "c", "d")
SIDES = {"a": "technical", "b": "technical", "c": "organisational", "d": "organisational"}
# A later version drops a question, adds one and asks one of language models alone.
VERSIONS = {1: {"a": (), "b": (), "c": ()}, 2: {"a": (), "c": ("llm",), "d": ()}}


def on(day: date) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(12), UTC), tick=False)


def template(version: int) -> Template:
    items = tuple(
        Item(
            code=code, question=f"{code}?", evidence="e", close="c", dimension="data",
            level="groundwork", side=SIDES[code], when=when,
        )
        for code, when in VERSIONS[version].items()
    )  # fmt: skip
    return Template("walk", version, "Walk", "", "", items)


def publish(version: int, day: date) -> None:
    """Asked at once, without the days of notice."""
    for row in catalog.sync(templates=[template(version)]):
        catalog.ask(row, as_of=day)


Step = tuple[str, Any]
says = st.tuples(
    st.just("answer"),
    st.tuples(
        st.sampled_from(KEYS),
        st.sampled_from(["open", "attested", "bare", "waived", "not_applicable"]),
        st.none() | st.integers(0, 6),  # days it counts
    ),
)
steps: st.SearchStrategy[list[Step]] = st.lists(
    says
    | st.tuples(st.just("wait"), st.integers(1, 5))
    | st.tuples(st.just("expire"), st.none())
    | st.tuples(st.just("llm"), st.sampled_from([True, False, None]))
    | st.tuples(st.just("version"), st.none())
    | st.tuples(st.just("merge"), st.none()),
    min_size=3, max_size=12,
)  # fmt: skip


class World:
    """One pilot that lives through the steps, and what an outsider noted each evening."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.day, self.number = cast, FIRST, 1
        with on(FIRST):
            publish(1, FIRST)
            self.one = pilot(cast.mona, "Walker", owner=cast.alice)
        self.noted: dict[date, tuple[int, int, int]] = {}

    def live(self, told: list[Step]) -> None:
        for what, value in told:
            with on(self.day):
                getattr(self, what)(value)
        self.wait(1)

    def answer(self, value: tuple[str, str, int | None]) -> None:
        code, state, days = value
        item = ChecklistItem.objects.filter(template__current=True, key=f"walk.{code}").first()
        if item is None:
            return
        until = self.day + timedelta(days=days) if days is not None else None
        if state == "waived":
            until = until or self.day + timedelta(days=3)
        note = "" if state == "bare" else "why"
        answers.save(
            pilot=self.one, item=item, by=self.cast.mona, channel=Channel.WEB,
            state="attested" if state == "bare" else state, note=note,
            valid_until=None if state == "open" else until,
        )  # fmt: skip

    def wait(self, days: int) -> None:
        """The evenings pass; nobody runs the task unless a step says so."""
        for _ in range(days):
            self.noted[self.day] = self.counted()
            self.day += timedelta(days=1)

    def expire(self, _: None) -> None:
        assessments.expire(as_of=self.day)

    def llm(self, value: bool | None) -> None:
        self.one.refresh_from_db()
        pilots.edit(pilot=self.one, by=self.cast.mona, channel=Channel.WEB, uses_llm=value)

    def version(self, _: None) -> None:
        self.number = 2
        publish(2, self.day)

    def merge(self, _: None) -> None:
        """Another pilot with two answers becomes part of this one; the task has run that day."""
        assessments.expire(as_of=self.day)
        other = pilot(self.cast.mona, "Walker two")
        for key in ("walk.a", "walk.c"):
            item = ChecklistItem.objects.get(template__current=True, key=key)
            answers.save(
                pilot=other, item=item, by=self.cast.mona, channel=Channel.WEB, state="attested",
                note="why", valid_until=self.day + timedelta(days=3),
            )  # fmt: skip
        self.one.refresh_from_db()
        merging.merge(
            survivor=self.one, merged=other, by=self.cast.mona, channel=Channel.WEB, reason="one"
        )

    def counted(self) -> tuple[int, int, int]:
        """An independent count: met, total, version."""
        facts = Pilot.objects.get(pk=self.one.pk).uses_llm
        asked = [
            code for code, when in VERSIONS[self.number].items() if not when or facts is not False
        ]
        met = 0
        for code in asked:
            said = Answer.objects.filter(pilot=self.one, key=f"walk.{code}", since__lte=self.day)
            last = said.order_by("-recorded_at", "-pk").first()
            if last is None or last.state == "open":
                continue
            if last.valid_until and last.valid_until < self.day:
                continue
            met += last.state != "attested" or bool(last.note)
        return met, len(asked), self.number


def kept(one: Pilot, day: date) -> tuple[int, int, int]:
    """The last row up to that day; nothing answered yet is nothing met."""
    row = ScoreDay.objects.filter(pilot=one, checklist="walk", day__lte=day).order_by("day").last()
    return (row.met, row.total, row.template.version) if row else (0, 0, 0)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=steps)
def test_every_evening_is_kept_as_an_outsider_noted_it(cast: Cast, told: list[Step]) -> None:
    with transaction.atomic():
        world = World(cast)
        world.live(told)
        begun = ScoreDay.objects.filter(pilot=world.one, checklist="walk").order_by("day").first()
        with on(world.day):
            assessments.expire(as_of=world.day)
            now = world.counted()
        for evening, noted in world.noted.items():
            if begun and evening >= begun.day:
                assert kept(world.one, evening) == noted, evening
        found = Assessment.objects.filter(pilot=world.one, checklist="walk").first()
        assert found is None or (found.met, found.total, found.template.version) == now
        event(f"days with a row: {ScoreDay.objects.filter(pilot=world.one).count()}")
        transaction.set_rollback(True)


def test_an_evening_that_says_nothing_new_has_no_row(cast: Cast) -> None:
    world = World(cast)
    world.live(
        [("answer", ("a", "attested", None)), ("wait", 2), ("answer", ("a", "waived", 5))]
    )  # Met on both days.
    assert [row.day for row in ScoreDay.objects.filter(checklist="walk")] == [FIRST]


def test_a_worker_that_stood_still_leaves_no_hole(cast: Cast) -> None:
    """Evidence ran out on the third day, and nobody counted before the tenth."""
    world = World(cast)
    world.live(
        [
            ("answer", ("a", "attested", 1)), ("answer", ("b", "attested", 3)), ("wait", 9),
            ("answer", ("c", "attested", None)),
        ]
    )  # fmt: skip
    days = ScoreDay.objects.filter(checklist="walk").order_by("day")
    assert [((row.day - FIRST).days, row.met) for row in days] == [(0, 2), (2, 1), (4, 0), (9, 1)]


def test_a_new_list_counts_what_was_answered_before(cast: Cast) -> None:
    """Answers belong to questions: a list that asks them too begins with them."""
    world = World(cast)
    world.live([("answer", ("a", "attested", None))])
    other = Template(
        "other", 1, "Other", "", "",
        (Item(code="same", question="a?", evidence="e", close="c", dimension="data",
              level="groundwork", side="technical", same_as="walk.a"),),
    )  # fmt: skip
    catalog.sync(templates=[other])
    found = Assessment.objects.get(pilot=world.one, checklist="other")
    assert (found.met, found.total) == (1, 1)
