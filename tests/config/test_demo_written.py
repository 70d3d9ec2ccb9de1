"""The demo company in the database: true to the rules, and with every state there is."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership, Role
from common import clock
from config.demo import live
from config.demo.findings import on
from config.demo.shapes import Told
from config.demo.story import company
from config.demo.write import write
from portfolio.actions import flags
from portfolio.models import (
    Channel,
    Event,
    Flag,
    Health,
    Metric,
    OwnerProposal,
    OwnershipAnswer,
    Pilot,
    ProposalOutcome,
    RoleAssignment,
    RoleKind,
    Stage,
    StageInterval,
    Update,
)
from readiness.models import Answer, Assessment, State
from tests.config.test_demo import DAY, noon


@pytest.fixture(scope="module")
def written(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Told]]:
    """The demo company, written once for all tests of this file."""
    told = company(DAY)
    with django_db_blocker.unblock(), transaction.atomic():
        with noon():
            write(told, DAY, "a password of the demo")
        yield told
        transaction.set_rollback(True)


@pytest.fixture
def norddal(written: list[Told]) -> Iterator[list[Told]]:
    """It at noon of DAY; what a test changes is taken back."""
    with noon(), transaction.atomic():
        yield written
        transaction.set_rollback(True)


def test_the_past_agrees_with_the_real_sweep(norddal: list[Told]) -> None:
    """The flags that were written are those the rules find: nothing to open, nothing to close."""
    rules = {"STALE_POC", "NO_OWNER", "NO_UPDATE", "NO_METRIC", "MISSING_3"}
    counts = flags.sweep().counts
    assert {
        rule: (counts[rule]["opened"], counts[rule]["closed"]) for rule in rules
    } == dict.fromkeys(rules, (0, 0))
    assert {rule for rule, count in flags.sweep().counts.items() if not count["open"]} == set(), (
        "every rule is shown by some pilot"
    )
    told = {one.name: on(one, DAY) for one in norddal}
    kept = Flag.objects.open().filter(rule__in=rules).select_related("pilot")
    assert {(f.pilot.name, f.rule) for f in kept} == {
        (name, rule) for name, found in told.items() for rule in found
    }
    # Each began on the day the rule says, unless it was open before something else changed.
    assert all(flag.since <= told[flag.pilot.name][flag.rule][0] for flag in kept)


def test_every_state_of_pilots_and_people_occurs(norddal: list[Told]) -> None:
    assert set(Pilot.objects.values_list("stage", flat=True)) == set(Stage.values)
    assert set(Pilot.objects.values_list("health", flat=True)) == {"", *Health.values}
    assert set(Update.objects.values_list("channel", flat=True)) == {"web", "email", "api"}
    assert set(RoleAssignment.objects.values_list("role", flat=True)) == set(RoleKind.values)
    owners = RoleAssignment.objects.owners()
    assert owners.open().filter(accepted_on=None).exists(), "named"
    assert set(OwnerProposal.objects.values_list("outcome", flat=True)) == set(
        ProposalOutcome.values
    )
    assert OwnerProposal.objects.open().exclude(former=None).exists(), "a hand-over"
    assert OwnershipAnswer.objects.exists()
    assert owners.exclude(until=None).filter(person__is_active=False).exists(), "left"
    assert RoleAssignment.objects.filter(person__is_internal=False).exists(), "external"
    assert Pilot.objects.active().filter(stage_since=None).exists(), "unknown entry"
    assert Pilot.objects.on_hold(DAY).exists()
    assert Event.objects.filter(verb="pilot.resumed").exists()
    assert Pilot.objects.filter(restricted=True).count() == 5
    assert Pilot.objects.filter(last_update_on=None).exists()
    for field in ("budget", "monthly_burn", "decide_by", "third_party"):
        assert Pilot.objects.filter(**{field: None}).exists(), field
        assert Pilot.objects.exclude(**{field: None}).exists(), field
    assert Metric.objects.filter(baseline=None).exists()
    assert Metric.objects.exclude(until=None).exists()
    again = Counter(StageInterval.objects.filter(stage="poc").values_list("pilot", flat=True))
    assert max(again.values()) == 2, "went back to PoC"
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert Membership.objects.exclude(unit=None).exists(), "limited to a subtree"


def test_every_state_of_flags_and_answers_occurs(norddal: list[Told]) -> None:
    for rule in ("STALE_POC", "NO_OWNER", "NO_UPDATE", "NO_METRIC", "MISSING_3"):
        assert Flag.objects.open().filter(rule=rule).exists(), rule
        assert Flag.objects.exclude(closed_at=None).filter(rule=rule).exists(), rule
    assert Flag.objects.open().filter(snoozed_until__gte=DAY).count() >= 2
    assert Flag.objects.open().filter(snoozed_until__lt=DAY).exists(), "a snooze that ran out"
    now = Answer.objects.open_interval()
    assert set(now.values_list("state", flat=True)) == set(State.values)
    assert now.filter(state="attested", backed=False).exists()
    assert now.filter(valid_until__lt=DAY).exists(), "ran out"
    assert now.filter(valid_until__gte=DAY).exists()
    assert Answer.objects.exclude(until=None).exists(), "history"
    ten = Assessment.objects.filter(checklist="production")
    scores = set(ten.values_list("met", flat=True))
    assert min(scores) <= 1
    assert max(scores) == 10


def test_who_asks_for_a_waiver_does_not_approve_it(norddal: list[Told]) -> None:
    waivers = [a for one in norddal for a in one.answers if a.state == "waived"]
    assert waivers
    assert all(a.confirmed_by and a.confirmed_by != a.author for a in waivers)


def test_derived_values_follow_from_the_records(norddal: list[Told]) -> None:
    for one in Pilot.objects.prefetch_related("stage_intervals", "updates"):
        (open_,) = [i for i in one.stage_intervals.all() if i.until is None]
        assert (one.stage, one.stage_since, one.stage_since_bound) == (
            open_.stage, open_.since, open_.since_bound,
        )  # fmt: skip
        last = max((u.on for u in one.updates.all()), default=None)
        assert one.last_update_on == last
        assert one.shipped is any(i.stage == "production" for i in one.stage_intervals.all())


def test_two_files_wait_to_be_imported(norddal: list[Told]) -> None:
    runs = live.import_files(clock.today())
    assert [run.state for run in runs] == ["uploaded", "uploaded"]
    assert {run.channel for run in runs} == {Channel.WEB}
