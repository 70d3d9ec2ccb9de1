"""The sweep against the same rules in plain Python, over portfolios nobody thought of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.models import (
    ACTIVE_STAGES,
    Flag,
    FlagLimit,
    Metric,
    Pilot,
    RoleAssignment,
    Stage,
    StageInterval,
)
from tests.factories import Cast, unit
from tests.portfolio.flags.made import DAY, sweep

RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
HEADLINE = {"STALE_POC", "NO_OWNER", "NO_UPDATE", "NO_METRIC"}
past = st.integers(0, 400).map(lambda days: DAY - timedelta(days=days))
spans = st.lists(st.tuples(past, st.integers(0, 90)), max_size=3)


@dataclass(frozen=True)
class Made:
    """A pilot as drawn: spans are (first day, length)."""

    stage: str
    audience: str
    bound: date
    known: bool
    registered: date
    updated: date | None
    earlier: Sequence[tuple[date, int]]
    earlier_known: bool
    former_owners: Sequence[tuple[date, int]]
    owned: bool
    former_metrics: Sequence[tuple[date, int]]
    measured: bool


made = st.builds(
    Made,
    stage=st.sampled_from(Stage.values), audience=st.sampled_from(["", "internal", "customer"]),
    bound=past, known=st.booleans(), registered=past, updated=st.none() | past, earlier=spans,
    earlier_known=st.booleans(), former_owners=spans, owned=st.booleans(),
    former_metrics=spans, measured=st.booleans(),
)  # fmt: skip
rows = st.dictionaries(
    st.tuples(
        st.sampled_from(sorted(HEADLINE)),
        st.sampled_from(["", "poc", "production"]),
        st.sampled_from(["", "customer"]),
    ),
    st.integers(0, 200),
    max_size=4,
)


def limit(rule: str, one: Made, table: dict[tuple[str, str, str], int]) -> int:
    for place in ((one.stage, one.audience), (one.stage, ""), ("", one.audience), ("", "")):
        if (rule, *place) in table:
            return table[(rule, *place)]
    if rule == "NO_UPDATE":
        return 30 if one.stage == "production" else 14
    return 91 if rule == "STALE_POC" else 0


def oracle(one: Made, table: dict[tuple[str, str, str], int]) -> dict[str, date]:
    """The rules in words: code -> since."""
    found = {}
    if one.stage not in ACTIVE_STAGES:
        return {}
    if one.stage == "poc":
        spent = sum(length for _, length in one.earlier)
        found["STALE_POC"] = one.bound + timedelta(limit("STALE_POC", one, table) + 1 - spent)
    if not one.owned:
        left = [first + timedelta(length) for first, length in one.former_owners]
        found["NO_OWNER"] = max(left, default=one.registered) + timedelta(
            limit("NO_OWNER", one, table)
        )
    said = one.updated or one.registered
    found["NO_UPDATE"] = said + timedelta(limit("NO_UPDATE", one, table) + 1)
    if one.stage != "idea" and not one.measured:
        ended = [first + timedelta(length) for first, length in one.former_metrics]
        found["NO_METRIC"] = max([one.bound, *ended]) + timedelta(limit("NO_METRIC", one, table))
    return {rule: since for rule, since in found.items() if since <= DAY}


def write(one: Made, cast: Cast, number: int) -> Pilot:
    since = one.bound if one.known else None
    pilot = Pilot.objects.create(
        name=f"P{number}", name_key=f"p{number}", unit=unit(), registered_on=one.registered,
        stage=one.stage, stage_since=since, stage_since_bound=one.bound, audience=one.audience,
        last_update_on=one.updated,
    )  # fmt: skip
    StageInterval.objects.create(
        pilot=pilot, stage=one.stage, since=since, since_bound=one.bound, recorded_at=RECORDED
    )
    for first, length in one.earlier:
        StageInterval.objects.create(
            pilot=pilot, stage="poc", since=first if one.earlier_known else None,
            since_bound=first, until=first + timedelta(length), recorded_at=RECORDED,
        )  # fmt: skip
    held = {"pilot": pilot, "role": "owner", "person": cast.alice, "recorded_at": RECORDED}
    for first, length in one.former_owners:
        RoleAssignment.objects.create(**held, since=first, until=first + timedelta(length))
    if one.owned:
        RoleAssignment.objects.create(**held, since=one.registered)
    for first, length in one.former_metrics:
        Metric.objects.create(pilot=pilot, name="M", since=first, until=first + timedelta(length))
    if one.measured:
        Metric.objects.create(pilot=pilot, name="M", since=one.registered)
    return pilot


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(portfolio=st.lists(made, min_size=1, max_size=6), table=rows)
def test_the_sweep_finds_what_the_oracle_finds(
    cast: Cast, portfolio: list[Made], table: dict[tuple[str, str, str], int]
) -> None:
    for model in (Flag, FlagLimit, StageInterval, RoleAssignment, Metric):
        model.objects.all().delete()
    for (rule, stage, audience), days in table.items():
        FlagLimit.objects.create(rule=rule, stage=stage, audience=audience, limit=days)
    pilots = [write(one, cast, number) for number, one in enumerate(portfolio)]
    sweep()
    for pilot, one in zip(pilots, portfolio, strict=True):
        opened = Flag.objects.open().filter(pilot=pilot, rule__in=HEADLINE)
        assert dict(opened.values_list("rule", "since")) == oracle(one, table)
    before = set(Flag.objects.values_list("id", "closed_at"))
    sweep()
    assert set(Flag.objects.values_list("id", "closed_at")) == before


@pytest.mark.django_db
def test_the_oracle_knows_every_headline_rule() -> None:
    from portfolio.flags.registry import rules

    assert set(rules) >= HEADLINE
