"""What the preview says is what happens then."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts.access import roles_of
from common import clock
from portfolio.models import Pilot
from readiness.actions import assessments, catalog
from readiness.catalog import Item, Template
from readiness.models import Answer, Assessment, ChecklistTemplate, Origin
from readiness.queries.catalog import rows_of
from readiness.queries.checklist_preview import Move, compare, preview
from readiness.scoring import Share
from tests.factories import Cast, pilot

CODES = ("a", "b", "c", "d", "e", "f")
FACTS: tuple[dict[str, object], ...] = (
    {},
    {"uses_llm": True},
    {"uses_llm": False},
    {"audience": "customer"},
)


def item(code: str, *, must: bool = True, when: tuple[str, ...] = ()) -> Item:
    side = "technical" if code < "d" else "organisational"
    return Item(code, f"{code}?", "x", "y", "data", "groundwork", side, must_have=must, when=when)


def version(number: int, codes: list[str], llm: set[str]) -> Template:
    items = tuple(item(code, when=("llm",) if code in llm else ()) for code in codes)
    return Template("own-tried", number, "Tried", "", "", items)


some_codes = st.lists(st.sampled_from(CODES), min_size=1, unique=True)
one_answer = st.tuples(
    st.sampled_from(CODES),
    st.sampled_from(["attested", "not_applicable", "open"]),
    st.booleans(),
    st.sampled_from([None, -1, 0, 9]),
)
answers_of_a_pilot = st.lists(one_answer, unique_by=lambda one: one[0])


def say(one: Pilot, rows: ChecklistTemplate, said: list[tuple[str, str, bool, int | None]]) -> None:
    items = {row.code: row for row in rows.items.all()}
    today = clock.today()
    Answer.objects.bulk_create(
        Answer(
            pilot=one, item=items[code], key=f"own-tried.{code}", state=state, backed=backed,
            note="n", valid_until=None if days is None else today + timedelta(days=days),
            author=one.events.get(verb="pilot.registered").actor, since=today - timedelta(days=20),
            recorded_at=clock.now(),
        )
        for code, state, backed, days in said
    )  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    before=some_codes, after=some_codes, llm=st.sets(st.sampled_from(CODES), max_size=2),
    said=st.lists(answers_of_a_pilot, min_size=len(FACTS), max_size=len(FACTS)),
)  # fmt: skip
def test_the_preview_is_what_happens(
    cast: Cast, before: list[str], after: list[str], llm: set[str],
    said: list[list[tuple[str, str, bool, int | None]]],
) -> None:  # fmt: skip
    from django.db import transaction

    with transaction.atomic():
        pilots = [pilot(cast.mona, f"P{n}", owner=cast.alice) for n in range(len(FACTS))]
        for one, facts in zip(pilots, FACTS, strict=True):
            Pilot.objects.filter(pk=one.pk).update(**facts)
        # Every code was asked once, so that there are answers to what the present one leaves out.
        (oldest,) = catalog.sync(templates=[version(1, list(CODES), set())], origin=Origin.FILE)
        for one, told in zip(pilots, said, strict=True):
            say(one, oldest, told)
        (present,) = catalog.sync(templates=[version(2, before, set())], origin=Origin.FILE)
        catalog.ask(present, as_of=clock.today())
        first = {row.pilot_id: row for row in Assessment.objects.filter(checklist="own-tried")}
        planned = version(3, after, llm)
        found = preview(
            slug="own-tried", items=rows_of(planned), user=cast.mona, as_of=clock.today()
        )
        (third,) = catalog.sync(templates=[planned], origin=Origin.FILE)
        catalog.ask(third, as_of=clock.today())
        then = {row.pilot_id: row for row in Assessment.objects.filter(checklist="own-tried")}
        moves = [*found.lowered, *found.raised, *found.begun]
        assert found.total == len(then)
        for move in moves:
            row = then[move.pilot.pk]
            assert (row.met, row.total) == (move.after.overall.met, move.after.overall.total)
        lowered = {pk for pk in first if ratio(then[pk]) < ratio(first[pk])}
        raised = {pk for pk in first if ratio(then[pk]) > ratio(first[pk])}
        assert {move.pilot.pk for move in found.lowered if move.pilot.pk in first} == lowered
        assert {move.pilot.pk for move in found.raised if move.pilot.pk in first} == raised
        transaction.set_rollback(True)


def ratio(row: Assessment) -> float:
    return row.met / row.total if row.total else 1.0


def test_as_many_statements_for_one_pilot_as_for_twenty(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    (row,) = catalog.sync(templates=[version(1, list(CODES), set())], origin=Origin.FILE)
    roles_of(cast.mona)
    items = rows_of(version(2, ["a", "b"], set()))
    for number in (1, 20):
        for n in range(number):
            say(pilot(cast.mona, f"P{number} {n}"), row, [("a", "attested", True, None)])
        with django_assert_num_queries(3):
            found = preview(slug=row.slug, items=items, user=cast.mona, as_of=clock.today())
    assert (found.total, len(found.raised)) == (21, 21)
    assert [more for _, _, more in found.groups] == [0]


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ((1, 3), (2, 6), 0), ((7, 10), (7, 11), -1), ((7, 11), (7, 10), 1), ((0, 5), (0, 9), 0),
        ((0, 0), (3, 3), 0), ((3, 3), (0, 0), 0), ((2, 3), (0, 0), 1),
        ((333, 1000), (1, 3), 1),
    ],
)  # fmt: skip
def test_shares_are_compared_exactly(
    before: tuple[int, int], after: tuple[int, int], way: int
) -> None:
    assert compare(Share(*before), Share(*after)) == way


def test_the_worst_comes_first(cast: Cast) -> None:
    (row,) = catalog.sync(templates=[version(1, list(CODES), set())], origin=Origin.FILE)
    for name, codes in (("Some", "ab"), ("Most", "abcde"), ("None", "f")):
        one = pilot(cast.mona, name)
        say(one, row, [(code, "attested", True, None) for code in codes])
        assessments.reassess([one.pk], checklist=row.slug)
    kept = replace(version(2, ["a", "f"], set()), items=(item("f"), item("z")))
    found = preview(slug=row.slug, items=rows_of(kept), user=cast.mona, as_of=clock.today())
    assert [move.pilot.name for move in found.lowered] == ["Most", "Some"]
    assert [move.pilot.name for move in found.raised] == ["None"]
    assert found.lowered[0].signed == "-83 points"
    assert Move(found.lowered[0].pilot, None, found.lowered[0].after).way == 0
