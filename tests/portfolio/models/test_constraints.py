"""The database refuses what cannot be true, whoever writes it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from accounts.models import User
from portfolio.models import (
    Event,
    Flag,
    Metric,
    OwnerProposal,
    OwnershipAnswer,
    Pilot,
    RoleAssignment,
    RoleKind,
    StageInterval,
    Update,
)
from tests.factories import Cast, pilot

DAY = date(2026, 3, 2)
NOW = timezone.now()


def reading(one: Pilot, value: str) -> None:
    """By SQL, because Django refuses these values before the database can."""
    metric, _ = Metric.objects.get_or_create(pilot=one, name="Hours", defaults={"since": DAY})
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO portfolio_reading (metric_id, value, "on", source, note, recorded_at,'
            " superseded_reason) VALUES (%s, %s::numeric, %s, '', '', now(), '')",
            [metric.pk, value, DAY],
        )


def flag(one: Pilot, **values: object) -> Flag:
    fields = {"rule": "STALE_POC", "severity": "H", "since": DAY, "opened_at": NOW} | values
    return Flag.objects.create(pilot=one, **fields)


def assignment(one: Pilot, person: User, **values: object) -> RoleAssignment:
    fields = {"role": RoleKind.OWNER, "since": DAY, "recorded_at": NOW} | values
    return RoleAssignment.objects.create(pilot=one, person=person, **fields)


def refused(name: str, write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def pilot_with(one: Pilot, **values: object) -> Callable[[], object]:
    return lambda: Pilot.objects.filter(pk=one.pk).update(**values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("portfolio_pilot_has_a_name", {"name": ""}),
        ("portfolio_pilot_stage_is_known", {"stage": "limbo"}),
        ("portfolio_pilot_health_is_known", {"health": "green"}),
        ("portfolio_pilot_bound_is_known_entry", {"stage_since": date(2020, 1, 1)}),
        ("portfolio_pilot_monthly_burn_is_an_amount", {"monthly_burn": Decimal(-1)}),
    ],
)
def test_a_pilot_that_cannot_be(cast: Cast, name: str, values: dict[str, object]) -> None:
    refused(name, pilot_with(pilot(cast.mona), **values))


def test_two_pilots_never_share_an_external_id(cast: Cast) -> None:
    pilot(cast.mona, external_id="A-1")
    refused(
        "portfolio_pilot_external_id_is_unique",
        pilot_with(pilot(cast.mona, "Another"), external_id="A-1"),
    )


def test_a_pilot_has_one_open_stage_and_leaves_it_after_entering(cast: Cast) -> None:
    one = pilot(cast.mona)
    fields = {"pilot": one, "stage": "poc", "since_bound": DAY, "recorded_at": NOW}
    refused("portfolio_stageinterval_one_is_open", lambda: StageInterval.objects.create(**fields))
    refused(
        "portfolio_stageinterval_ends_after_it_begins",
        lambda: StageInterval.objects.create(**fields, until=DAY - timedelta(days=1)),
    )
    refused(
        "portfolio_stageinterval_bound_is_known_entry",
        lambda: StageInterval.objects.create(**fields, since=DAY - timedelta(days=3), until=DAY),
    )
    refused(
        "portfolio_stageinterval_stage_is_known",
        lambda: StageInterval.objects.create(**fields | {"stage": "limbo"}, until=DAY),
    )


def test_a_pilot_has_one_owner_at_a_time(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    refused("portfolio_roleassignment_one_owner", lambda: assignment(one, cast.bob))
    assignment(one, cast.bob, role=RoleKind.SPONSOR)
    refused(
        "portfolio_roleassignment_is_held_once",
        lambda: assignment(one, cast.bob, role=RoleKind.SPONSOR),
    )
    refused(
        "portfolio_roleassignment_ends_after_it_begins",
        lambda: assignment(one, cast.bob, until=DAY - timedelta(days=1)),
    )
    refused(
        "portfolio_roleassignment_role_is_known",
        lambda: assignment(one, cast.bob, role="mascot"),
    )


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_no_reading_is_not_a_number(cast: Cast, value: str) -> None:
    one = pilot(cast.mona)
    with pytest.raises(DatabaseError), transaction.atomic():
        reading(one, value)
    reading(one, "0.00000001")


def test_a_flag_is_open_once_and_sleeps_only_with_a_reason(cast: Cast) -> None:
    one = pilot(cast.mona)
    flag(one, closed_at=NOW)
    flag(one)
    refused("portfolio_flag_is_open_once", lambda: flag(one))
    refused(
        "portfolio_flag_snooze_has_a_reason",
        lambda: flag(one, rule="NO_OWNER", snoozed_until=DAY),
    )
    refused("portfolio_flag_severity_is_known", lambda: flag(one, rule="NO_OWNER", severity="X"))


def test_the_same_form_twice_is_one_update(cast: Cast) -> None:
    one, token = pilot(cast.mona), uuid4()
    fields = {
        "pilot": one, "author": cast.mona, "on": DAY, "posted_at": NOW,
        "health": "on_track", "token": token,
    }  # fmt: skip
    Update.objects.create(**fields)
    refused("portfolio_update_token", lambda: Update.objects.create(**fields))
    refused(
        "portfolio_update_health_is_known",
        lambda: Update.objects.create(**fields | {"token": uuid4(), "health": "green"}),
    )
    troubled = fields | {"token": uuid4(), "health": "at_risk"}
    refused(
        "portfolio_update_blocker_is_known",
        lambda: Update.objects.create(**troubled | {"blocker": "weather"}),
    )
    refused(
        "portfolio_update_blocks_what_is_not_on_track",
        lambda: Update.objects.create(**fields | {"token": uuid4(), "blocker": "data"}),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portfolio_event SET verb = 'nothing happened'",
        "DELETE FROM portfolio_event",
        "TRUNCATE portfolio_event",
        "UPDATE portfolio_pilothistory SET name = 'another'",
        "DELETE FROM portfolio_pilothistory",
        "DROP TABLE portfolio_event",
    ],
)
def test_the_application_cannot_rewrite_history(cast: Cast, statement: str) -> None:
    pilot(cast.mona)
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        connection.cursor().execute(statement)
    assert Event.objects.filter(verb="pilot.registered").exists()


def test_every_way_of_writing_a_pilot_leaves_its_history(cast: Cast) -> None:
    one = pilot(cast.mona)
    Pilot.objects.filter(pk=one.pk).update(name="By queryset")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_pilot SET name = 'By SQL' WHERE id = %s", [one.pk])
    names = list(one.history.order_by("pgh_id").values_list("pgh_label", "name"))
    assert names == [
        ("insert", "Invoice reader"), ("update", "By queryset"), ("update", "By SQL"),
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["owner", "value_owner", "operations_owner"])
@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_internal": False}])
def test_who_answers_for_a_pilot_is_internal_and_here(
    cast: Cast, role: str, gone: dict[str, bool]
) -> None:
    one = pilot(cast.mona)
    User.objects.filter(pk=cast.bob.pk).update(**gone)
    name = "accountable_are_here"
    refused(name, lambda: assignment(one, cast.bob, role=role))
    rows = [
        RoleAssignment(pilot=one, person=person, role=what, since=DAY, recorded_at=NOW)
        for person, what in ((cast.alice, RoleKind.SPONSOR), (cast.bob, role))
    ]
    refused(name, lambda: RoleAssignment.objects.bulk_create(rows))
    assignment(one, cast.bob, role=role, until=DAY)  # What has ended stays true.
    assignment(one, cast.bob, role=RoleKind.DATA_SCIENTIST)


def test_an_area_has_one_owner(cast: Cast) -> None:
    one = pilot(cast.mona)
    assignment(one, cast.bob, role=RoleKind.DATA_OWNER)
    refused("one_per_area", lambda: assignment(one, cast.alice, role=RoleKind.DATA_OWNER))
    assignment(one, cast.alice, role=RoleKind.MODEL_OWNER)


def proposal(one: Pilot, person: User, **values: object) -> OwnerProposal:
    fields = {"asked_on": DAY, "recorded_at": NOW} | values
    return OwnerProposal.objects.create(pilot=one, person=person, **fields)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"outcome": "perhaps", "answered_on": DAY}, "outcome_is_known"),
        ({"outcome": "open", "answered_on": DAY}, "answer_has_its_day"),
        ({"outcome": "withdrawn"}, "answer_has_its_day"),
        ({"outcome": "withdrawn", "answered_on": DAY - timedelta(days=1)}, "answer_has_its_day"),
        ({"outcome": "accepted", "answered_on": DAY}, "owner_says_yes_three_times"),
        ({"outcome": "accepted", "answered_on": DAY, "cares": True, "collects": True,
          "decides": False}, "owner_says_yes_three_times"),
        ({"outcome": "declined", "answered_on": DAY}, "no_has_a_reason"),
    ],
)  # fmt: skip
def test_questions_about_owners(cast: Cast, values: dict[str, object], name: str) -> None:
    one = pilot(cast.mona)
    refused(name, lambda: proposal(one, cast.bob, **values))
    proposal(one, cast.bob)
    refused("one_at_a_time", lambda: proposal(one, cast.alice))


def test_the_twelve_months_are_answered_once_a_day(cast: Cast) -> None:
    one = pilot(cast.mona)
    people = {"owner": cast.bob, "operations_owner": cast.bob, "feedback_owner": cast.bob}

    def answer() -> None:
        OwnershipAnswer.objects.create(pilot=one, answered_on=DAY, recorded_at=NOW, **people)

    answer()
    refused("one_a_day", answer)
