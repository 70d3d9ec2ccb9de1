"""What the database itself refuses, by the name of the truth."""

from typing import Any

import pytest
from django.db import IntegrityError

from common import clock
from readiness.access import get_item
from readiness.models import Answer, Assessment, ChecklistTemplate
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
