"""Declared beside computed: the sum in Python and the sum in SQL agree on every set of flags."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.flags import health
from portfolio.flags.registry import rules
from portfolio.models import Flag, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, settled


@dataclass(frozen=True)
class Found:
    rule: str
    severity: str
    snoozed: bool = False


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], "on_track"),
        ([Found("STALE_POC", "H")], "off_track"),
        ([Found("NO_OWNER", "H"), Found("NO_UPDATE", "M")], "off_track"),
        ([Found("STALE_POC", "H", snoozed=True)], "on_track"),
        ([Found("NO_UPDATE", "M")], "at_risk"),
        ([Found("MISSING_3", "H")], "at_risk"),
        ([Found("HOSTING_AGED", "L")], "on_track"),
        ([Found("WATERMELON", "M")], "on_track"),
        ([Found("A_RULE_THAT_IS_GONE", "H")], "off_track"),
    ],
)
def test_what_flags_amount_to(flags: list[Found], expected: str) -> None:
    assert health.computed(flags).health == expected


def test_the_reasons_are_those_that_make_it_so() -> None:
    grave, mild, light = Found("STALE_POC", "H"), Found("NO_UPDATE", "M"), Found("X", "L")
    assert health.computed([grave, mild, light]).reasons == (grave,)
    assert health.computed([mild, light]).reasons == (mild,)
    assert health.computed([light]).reasons == ()


@pytest.mark.parametrize(
    ("declared", "found", "expected"),
    [("on_track", "off_track", True), ("off_track", "on_track", True),
     ("on_track", "at_risk", False), ("off_track", "off_track", False), ("", "off_track", False)],
)  # fmt: skip
def test_two_apart(declared: str, found: str, expected: bool) -> None:
    assert health.apart(declared, found) is expected


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_database_sums_as_python_does(cast: Cast, data: st.DataObject) -> None:
    pilot = Pilot.objects.first() or settled(cast.mona)
    Flag.objects.all().delete()
    codes = st.sampled_from([*sorted(rules), "A_RULE_THAT_IS_GONE"])
    found = data.draw(
        st.lists(
            st.builds(Found, codes, st.sampled_from("HML"), st.booleans()),
            unique_by=lambda f: f.rule, max_size=5,
        )
    )  # fmt: skip
    for one in found:
        until = DAY + timedelta(days=data.draw(st.integers(0, 3))) if one.snoozed else None
        Flag.objects.create(
            pilot=pilot, rule=one.rule, severity=one.severity, since=DAY,
            opened_at="2026-11-01T00:00Z", snoozed_until=until, snooze_reason="x" if until else "",
        )  # fmt: skip
    summed = Pilot.objects.annotate(computed=health.expression(DAY)).get(pk=pilot.pk)
    assert summed.computed == health.computed(found).health


def test_what_has_ended_has_none(cast: Cast) -> None:
    settled(cast.mona)
    Pilot.objects.update(stage="stopped")
    assert Pilot.objects.annotate(computed=health.expression(DAY)).get().computed == ""
