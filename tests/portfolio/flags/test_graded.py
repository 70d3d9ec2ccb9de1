"""A rule of two severities: an open flag follows, and keeps its since and its snooze."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db.models import Case, CharField, F, Value, When

from portfolio.actions import flags
from portfolio.flags.registry import Rule, rules
from portfolio.models import Flag
from portfolio.querysets import PilotQuerySet
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, flag, settled, sweep

HEAVY = DAY + timedelta(days=5)


def find(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Light until a day, heavy from it on."""
    heavy = When(registered_on__lte=as_of - timedelta(days=15), then=Value("H"))
    grade = Case(heavy, default=Value("L"), output_field=CharField())
    return pilots.annotate(since=F("registered_on"), severity=grade)


RULE = Rule(
    code="GRADED", title="Graded", family="Time", severity="L", stages=("idea",), limit=0,
    find=find, say=lambda facts: "Graded", facts=("registered_on",), graded=True,
)  # fmt: skip


@pytest.mark.parametrize("alone", [True, False])
def test_it_grows_heavier_in_place(
    cast: Cast, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = settled(cast.mona)
    with rules.temporarily("GRADED", RULE):
        sweep()
        first = flag(pilot, "GRADED")
        assert (first.severity, first.since) == ("L", ago(10))
        Flag.objects.filter(pk=first.pk).update(snoozed_until=HEAVY, snooze_reason="Known")
        if alone:
            monkeypatch.setattr("common.clock.today", lambda: HEAVY)
            flags.sweep_pilots(pilots=[pilot.pk])
        else:
            sweep(HEAVY)
        now = flag(pilot, "GRADED")
        assert (now.pk, now.severity, now.since) == (first.pk, "H", first.since)
        assert now.snooze_reason == "Known"
        flags.sweep(as_of=DAY, refresh=True)
        assert flag(pilot, "GRADED").severity == "L"


def test_other_rules_keep_the_severity_they_opened_with(cast: Cast) -> None:
    pilot = settled(cast.mona)
    with rules.temporarily("GRADED", replace(RULE, graded=False, severity="M")):
        sweep()
        Flag.objects.filter(pilot=pilot, rule="GRADED").update(severity="H")
        sweep()
        assert flag(pilot, "GRADED").severity == "H"
