"""The database refuses records of a pilot that cannot be true, whoever writes them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from portfolio.models import (
    Dependency,
    Incident,
    Link,
    ModelUse,
    Pilot,
    Record,
    Review,
    Rollout,
    Wave,
)
from tests.factories import Cast, pilot

DAY = date(2026, 3, 2)
NOW = timezone.now()


def kept[R: Record](model: type[R], **values: Any) -> R:
    return model._default_manager.create(token=uuid4(), recorded_at=NOW, **values)


def dependency(one: Pilot, **values: Any) -> Dependency:
    return kept(Dependency, **{"pilot": one, "name": "ERP", "kind": "erp", "since": DAY} | values)


def incident(one: Pilot, **values: Any) -> Incident:
    of = Dependency.objects.filter(pilot=one).first() or dependency(one)
    return kept(Incident, **{"dependency": of, "what": "Gone", "opened_on": DAY} | values)


def model(one: Pilot, **values: Any) -> ModelUse:
    return kept(ModelUse, **{"pilot": one, "name": "GPT", "slug": "gpt", "since": DAY} | values)


def rollout(one: Pilot, **values: Any) -> Rollout:
    """A closed one, so that there may be several."""
    given = {"pilot": one, "scope": "All", "budget": 1, "since": DAY, "until": DAY}
    return kept(Rollout, **given | {"owner": User.objects.get(name="Mona")} | values)


def wave(one: Pilot, **values: Any) -> Wave:
    of = Rollout.objects.filter(pilot=one).first() or rollout(one)
    return kept(Wave, **{"rollout": of, "team": "Motor"} | values)


def review(one: Pilot, **values: Any) -> Review:
    return kept(Review, **{"pilot": one, "team": "legal", "requested_on": DAY} | values)


def link(one: Pilot, **values: Any) -> Link:
    given = {"pilot": one, "kind": "other", "name": "Wiki", "url": "https://w.example/"}
    return kept(Link, **given | {"since": DAY} | values)


BEFORE = DAY - timedelta(days=1)
BAD: list[tuple[Callable[..., Record], dict[str, Any], str]] = [
    (dependency, {"name": ""}, "portfolio_dependency_has_a_name"),
    (dependency, {"kind": "martian"}, "portfolio_dependency_kind_is_known"),
    (dependency, {"target": "moon"}, "portfolio_dependency_target_is_known"),
    (dependency, {"status": ""}, "portfolio_dependency_status_is_known"),
    (
        dependency,
        {"agreement_url": "javascript:alert(1)"},
        "portfolio_dependency_agreement_is_a_web_link",
    ),
    (dependency, {"until": BEFORE}, "portfolio_dependency_ends_after_it_begins"),
    (
        dependency,
        {"is_source": True, "null_rate": 101},
        "portfolio_dependency_null_rate_is_a_percentage",
    ),
    (
        dependency,
        {"is_source": True, "issues": ["spiders"]},
        "portfolio_dependency_issues_are_known",
    ),
    (dependency, {"formats": 3}, "portfolio_dependency_sheet_is_of_a_source"),
    (dependency, {"issues": []}, "portfolio_dependency_sheet_is_of_a_source"),
    (incident, {"what": ""}, "portfolio_incident_has_a_what"),
    (incident, {"kind": ""}, "portfolio_incident_kind_is_known"),
    (incident, {"closed_on": BEFORE}, "portfolio_incident_closes_after_it_opens"),
    (model, {"name": ""}, "portfolio_modeluse_has_a_name"),
    (model, {"slug": "a/b"}, "portfolio_modeluse_slug_is_an_address"),
    (model, {"until": BEFORE}, "portfolio_modeluse_ends_after_it_begins"),
    (rollout, {"scope": ""}, "portfolio_rollout_has_a_scope"),
    (rollout, {"scope": None}, "scope"),
    (rollout, {"budget": 0}, "portfolio_rollout_has_a_budget"),
    (rollout, {"budget": None}, "budget"),
    (rollout, {"owner": None}, "owner_id"),
    (
        rollout,
        {"target_from": DAY, "target_until": BEFORE},
        "portfolio_rollout_targets_are_in_order",
    ),
    (rollout, {"until": BEFORE}, "portfolio_rollout_ends_after_it_begins"),
    (review, {"team": "marketing"}, "portfolio_review_team_is_known"),
    (
        review,
        {"outcome": "maybe", "decided_on": DAY, "note": "x"},
        "portfolio_review_outcome_is_known",
    ),
    (
        review,
        {"outcome": "approved", "decided_on": BEFORE},
        "portfolio_review_is_decided_after_the_request",
    ),
    (review, {"outcome": "approved"}, "portfolio_review_outcome_has_its_day"),
    (review, {"decided_on": DAY}, "portfolio_review_outcome_has_its_day"),
    (review, {"outcome": "refused", "decided_on": DAY}, "portfolio_review_says_why"),
    (link, {"name": ""}, "portfolio_link_has_a_name"),
    (link, {"url": ""}, "portfolio_link_has_a_url"),
    (link, {"kind": "blog"}, "portfolio_link_kind_is_known"),
    (link, {"url": "javascript:alert(1)"}, "portfolio_link_is_a_web_link"),
    (link, {"url": "https://a b"}, "portfolio_link_is_a_web_link"),
    (link, {"until": BEFORE}, "portfolio_link_ends_after_it_begins"),
    (wave, {"team": ""}, "portfolio_wave_has_a_team"),
    (wave, {"kind": "flood"}, "portfolio_wave_kind_is_known"),
    (wave, {"verdict": "maybe", "starts_on": DAY}, "portfolio_wave_verdict_is_known"),
    (wave, {"starts_on": DAY, "ends_on": BEFORE}, "portfolio_wave_ends_after_it_begins"),
    (wave, {"verdict": "stop"}, "portfolio_wave_verdict_is_of_one_that_began"),
]


@pytest.mark.parametrize(("make", "values", "name"), BAD, ids=[f"{n}" for _, _, n in BAD])
def test_the_database_refuses(
    cast: Cast, make: Callable[..., Record], values: dict[str, Any], name: str
) -> None:
    one = pilot(cast.mona)
    make(one)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(one, **values)


def test_a_pilot_has_one_open_rollout(cast: Cast) -> None:
    one = pilot(cast.mona)
    rollout(one, until=None)
    with (
        pytest.raises(IntegrityError, match="portfolio_rollout_one_at_a_time"),
        transaction.atomic(),
    ):
        rollout(one, until=None)


def test_a_token_is_used_once(cast: Cast) -> None:
    one = pilot(cast.mona)
    token = dependency(one).token
    with pytest.raises(IntegrityError, match="token"), transaction.atomic():
        Dependency.objects.create(
            pilot=one, name="B", kind="erp", since=DAY, token=token, recorded_at=NOW
        )
