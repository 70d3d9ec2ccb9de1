"""Checks that make themselves after launch, and what a month was worth."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import people, pilots, stages
from portfolio.models import Channel, Event, Pilot
from readiness import tasks
from readiness.actions import aftercare
from readiness.models import Attestation, LaunchCheck
from tests.factories import Cast
from tests.factories.aftercare import attest, check, live, on
from tests.factories.pilots import pilot

TODAY = date(2026, 11, 20)
LAUNCH = date(2026, 6, 1)
WEB = Channel.WEB


def due(one: Pilot) -> dict[int, date]:
    return dict(LaunchCheck.objects.filter(pilot=one).values_list("days", "due_on"))


# --- Checks make themselves -----------------------------------------------------------------------
def test_a_launch_plans_both_checks_at_once(cast: Cast) -> None:
    with on(LAUNCH):
        one = pilot(cast.mona, stage="rollout", owner=cast.alice)
        assert due(one) == {}
        stages.change(pilot=one, by=cast.mona, channel=WEB, stage="production", decided=True)
    assert due(one) == {90: date(2026, 8, 30), 180: date(2026, 11, 28)}


def test_the_job_catches_up_and_is_safe_twice(cast: Cast) -> None:
    """As after an import: the row stands there, and no action has looked at it."""
    with on(LAUNCH):
        one = pilot(cast.mona, stage="rollout")
        Pilot.objects.filter(pk=one.pk).update(shipped=True, first_production_on=LAUNCH)
        tasks.plan_checks()
        before = list(LaunchCheck.objects.values_list("pk", "due_on"))
        assert len(before) == 2
        assert aftercare.plan_checks() == 0
    assert list(LaunchCheck.objects.values_list("pk", "due_on")) == before


def test_it_is_one_statement_for_any_number(cast: Cast) -> None:
    with on(LAUNCH):
        for number in range(5):
            pilot(cast.mona, f"Reader {number}", stage="rollout")
        Pilot.objects.update(shipped=True, first_production_on=LAUNCH)
    with CaptureQueriesContext(connection) as queries:
        assert aftercare.plan_checks() == 10
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("registered_after", "asked"),
    [(0, {90, 180}), (120, {90, 180}), (121, {180}), (210, {180}), (211, set())],
)
def test_what_was_due_long_before_the_registration_is_not_asked(
    cast: Cast, registered_after: int, asked: set[int]
) -> None:
    launched = date(2026, 1, 1)
    one = live(cast.mona, launched, registered=launched + timedelta(registered_after))
    assert set(due(one)) == asked


def test_an_unknown_day_of_launch_asks_nothing(cast: Cast) -> None:
    with on(LAUNCH):
        one = pilot(cast.mona, stage="rollout")
        Pilot.objects.filter(pk=one.pk).update(shipped=True, first_production_on=None)
        assert aftercare.plan_checks() == 0
    assert due(one) == {}


def test_a_corrected_launch_moves_what_is_open_and_leaves_what_is_done(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(date(2026, 9, 1)):
        check(one, cast.mona)
        Pilot.objects.filter(pk=one.pk).update(first_production_on=LAUNCH + timedelta(10))
        assert aftercare.plan_checks() == 1
    assert due(one) == {90: date(2026, 8, 30), 180: date(2026, 12, 8)}


def test_what_never_shipped_after_all_is_not_asked_any_more(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(date(2026, 9, 1)):
        check(one, cast.mona)
        Pilot.objects.filter(pk=one.pk).update(shipped=False, first_production_on=None)
        assert aftercare.plan_checks() == 1
    assert set(due(one)) == {90}  # What somebody said stays said.


def test_a_retired_pilot_keeps_its_open_check_and_gets_none_anew(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(date(2026, 7, 1)):
        stages.change(pilot=one, by=cast.mona, channel=WEB, stage="retired", decided=True)
        assert set(due(one)) == {90, 180}
        LaunchCheck.objects.all().delete()
        assert aftercare.plan_checks() == 0
        with pytest.raises(Conflict, match="not checked 90 days"):
            check(one, cast.mona)


def test_a_check_of_an_ended_pilot_is_refused(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY):
        stages.change(pilot=one, by=cast.mona, channel=WEB, stage="retired", decided=True)
        with pytest.raises(Refused, match="has ended"):
            check(one, cast.mona)


# --- Making a check -------------------------------------------------------------------------------
def test_a_check_is_recorded_with_its_event_and_corrected(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, owner=cast.alice)
    with on(TODAY):
        made = check(one, cast.alice, evidence_url="https://wiki.example/q")
        again = check(one, cast.alice, evidence_url="https://wiki.example/q")
        assert (made.pk, made.result, made.done_on) == (again.pk, "held", TODAY)
        check(one, cast.mona, result="degraded", measured="92 % then, 71 % now")
    row = LaunchCheck.objects.get(pilot=one, days=90)
    assert (row.result, row.done_by) == ("degraded", cast.mona)
    events = Event.objects.filter(verb="readiness.launch_checked").order_by("pk")
    assert [event.after["result"] for event in events] == [
        "As good as at launch", "Worse than at launch",
    ]  # fmt: skip
    assert events[0].after["check"] == "90 days after launch"
    assert events[1].before["result"] == "As good as at launch"
    assert events[1].reason == "92 % then, 71 % now"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"result": "splendid"}, "result"),
        ({"measured": " \u202e "}, "measured"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
    ],
)
def test_bad_checks_are_refused(cast: Cast, values: dict[str, str], field: str) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY), pytest.raises(Refused) as refused:
        check(one, cast.mona, **values)
    assert refused.value.field == field


def test_too_early_is_refused_and_two_weeks_before_is_not(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(date(2026, 8, 15)), pytest.raises(Refused, match="from 16 Aug 2026 on"):
        check(one, cast.mona)
    with on(date(2026, 8, 16)):
        check(one, cast.mona)


def test_out_of_use_needs_no_numbers(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY):
        assert check(one, cast.mona, result="not_used", measured="").result == "not_used"


def test_of_two_at_once_one_is_told(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY):
        from readiness.queries.aftercare import fingerprint

        seen = fingerprint(LaunchCheck.objects.get(pilot=one, days=90))
        check(one, cast.mona, seen=seen)
        check(one, cast.mona, seen=seen)  # The same form twice.
        with pytest.raises(Conflict):
            check(one, cast.mona, result="degraded", seen=seen)


def test_strangers_check_nothing(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY), pytest.raises(NotAllowed):
        check(one, cast.charlie)


# --- A month --------------------------------------------------------------------------------------
OCTOBER = date(2026, 10, 1)


def test_a_month_is_answered_and_corrected(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, owner=cast.alice)
    with on(TODAY):
        first = attest(one, OCTOBER, cast.alice, "unknown")
        assert attest(one, OCTOBER, cast.alice, "unknown", seen=0).pk == first.pk
        second = attest(one, OCTOBER, cast.mona, "not_useful", "Nobody opens it", seen=first.pk)
        with pytest.raises(Conflict, match="October 2026"):
            attest(one, OCTOBER, cast.alice, "useful", seen=first.pk)
    rows = Attestation.objects.filter(pilot=one).order_by("pk")
    assert [(row.pk, row.superseded_at is None) for row in rows] == [
        (first.pk, False), (second.pk, True),
    ]  # fmt: skip
    event = Event.objects.filter(verb="readiness.value_attested").latest("pk")
    assert event.before == {"verdict": "I cannot tell"}
    assert event.after == {"month": "October 2026", "verdict": "Not useful"}
    assert event.reason == "Nobody opens it"


@pytest.mark.parametrize(
    ("month", "words"),
    [
        (date(2026, 11, 1), "not over"),
        (date(2027, 1, 1), "not over"),
        (date(2026, 5, 1), "not in use in May 2026"),
        (date(2025, 10, 1), "last twelve months"),
    ],
)
def test_other_months_are_refused(cast: Cast, month: date, words: str) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY), pytest.raises(Refused, match=words):
        attest(one, month, cast.mona)
    assert not Attestation.objects.exists()


def test_an_unknown_verdict_is_refused(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY), pytest.raises(Refused):
        attest(one, OCTOBER, cast.mona, "great")


def test_the_value_owner_answers_and_the_owner_where_there_is_none(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH, owner=cast.alice)
    with on(TODAY):
        for role, person in (("value_owner", cast.bob), ("technical_owner", cast.vera)):
            people.assign(pilot=one, person=person, by=cast.mona, channel=WEB, role=role)
        for other in (cast.alice, cast.vera, cast.ed):
            with pytest.raises(NotAllowed):
                attest(one, OCTOBER, other)
        attest(one, OCTOBER, cast.bob)
        held = one.people.get(role="value_owner", until=None)
        people.release(assignment=held, by=cast.mona, channel=WEB)
        attest(one, date(2026, 9, 1), cast.alice)
        with pytest.raises(NotAllowed):
            attest(one, date(2026, 9, 1), cast.bob, "not_useful")


def test_a_merged_pilot_keeps_one_answer_a_month(cast: Cast) -> None:
    from portfolio.actions import merging

    one = live(cast.mona, LAUNCH, name="One")
    two = live(cast.mona, LAUNCH, name="Two")
    with on(TODAY):
        attest(one, OCTOBER, cast.mona, "useful")
        attest(two, OCTOBER, cast.mona, "unknown")
        attest(two, date(2026, 9, 1), cast.mona, "unknown")
        merging.merge(survivor=one, merged=two, by=cast.mona, channel=WEB, reason="The same")
    said = Attestation.objects.filter(pilot=one).order_by("month")
    assert [row.verdict for row in said] == ["unknown", "useful"]
    assert set(due(one)) == {90, 180}


def test_an_edit_costs_one_statement_more(cast: Cast) -> None:
    one = live(cast.mona, LAUNCH)
    with on(TODAY), CaptureQueriesContext(connection) as queries:
        pilots.edit(pilot=one, by=cast.mona, channel=WEB, summary="Reads invoices")
    assert sum("readiness_launchcheck" in q["sql"] for q in queries if "wished" in q["sql"]) == 1
