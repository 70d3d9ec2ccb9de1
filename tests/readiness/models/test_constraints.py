"""What the database itself refuses, by the name of the truth."""

from typing import Any

import pytest
from django.db import IntegrityError

from common import clock
from readiness.access import get_item
from readiness.models import Answer, Assessment, ChecklistTemplate, WaiverRequest
from tests.factories import Cast, pilot

DAY = "2026-01-01"


@pytest.mark.parametrize(
    ("values", "truth"),
    [
        ({"state": "splendid"}, "readiness_answer_state_is_known"),
        ({"until": "2025-12-31"}, "readiness_answer_ends_after_it_begins"),
        ({"evidence_url": "javascript:x"}, "readiness_answer_evidence_is_a_web_link"),
        ({"state": "waived"}, "readiness_answer_waiver_has_reason_approver_and_end"),
        ({"state": "not_applicable"}, "readiness_answer_not_applicable_has_a_reason"),
        (
            {"state": "verified", "evidence_url": "https://x.example", "confirmed": "author"},
            "readiness_answer_verified_by_a_second_person",
        ),
        ({"state": "verified"}, "readiness_answer_verified_by_a_second_person"),
    ],
)
def test_answers(cast: Cast, values: dict[str, Any], truth: str) -> None:
    if values.pop("confirmed", ""):
        values = {**values, "confirmed_by": cast.alice}
    base = {
        "pilot": pilot(cast.mona), "item": get_item("latency"), "key": "production.latency",
        "author": cast.alice, "since": DAY, "recorded_at": clock.now(),
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=truth):
        Answer.objects.create(**base, **values)


@pytest.mark.parametrize(
    ("values", "truth"),
    [
        ({"state": "splendid", "settled": "other"}, "state_is_known"),
        ({"reason": ""}, "has_a_reason"),
        ({"state": "granted", "settled": "asker"}, "approver_is_another"),
        ({"state": "declined", "settled": "other"}, "declined_has_a_reason"),
        ({"state": "ended"}, "is_settled_once"),
    ],
)
def test_waivers_that_are_asked_for(cast: Cast, values: dict[str, Any], truth: str) -> None:
    base: dict[str, Any] = {
        "pilot": pilot(cast.mona), "item": get_item("cost"), "key": "production.cost",
        "reason": "Later.", "until": DAY, "asked_by": cast.alice, "asked_at": clock.now(),
    }  # fmt: skip
    settled = values.pop("settled", "")
    if settled:
        who = cast.alice if settled == "asker" else cast.ed
        values = {**values, "settled_by": who, "settled_at": clock.now()}
    with pytest.raises(IntegrityError, match=f"readiness_waiverrequest_{truth}"):
        WaiverRequest.objects.create(**base | values)


def test_one_waiver_waits_per_question(cast: Cast) -> None:
    base: dict[str, Any] = {
        "pilot": pilot(cast.mona), "item": get_item("cost"), "key": "production.cost",
        "reason": "Later.", "until": DAY, "asked_by": cast.alice, "asked_at": clock.now(),
    }  # fmt: skip
    WaiverRequest.objects.create(**base)
    with pytest.raises(IntegrityError, match="readiness_waiverrequest_one_waits"):
        WaiverRequest.objects.create(**base)


def test_one_answer_is_open_per_item(cast: Cast) -> None:
    base = {
        "pilot": pilot(cast.mona), "item": get_item("latency"), "key": "production.latency",
        "author": cast.alice, "since": DAY, "recorded_at": clock.now(),
    }  # fmt: skip
    Answer.objects.create(**base)
    with pytest.raises(IntegrityError, match="readiness_answer_one_is_open"):
        Answer.objects.create(**base)


def test_the_met_are_part_of_the_total(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="readiness_assessment_met_is_part_of_total"):
        Assessment.objects.create(
            pilot=pilot(cast.mona),
            checklist="production",
            met=3,
            total=2,
            assessed_at=clock.now(),
            template=ChecklistTemplate.objects.get(slug="production", current=True),
        )


def test_one_version_is_asked(db: None) -> None:
    with pytest.raises(IntegrityError, match="readiness_checklisttemplate_one_is_current"):
        ChecklistTemplate.objects.create(
            slug="production", version=9, title="x", checksum="x", current=True,
            loaded_at=clock.now(),
        )  # fmt: skip
