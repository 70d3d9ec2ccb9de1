"""A decision as it was taken: nothing computed anew, what came later apart."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from common import clock
from portfolio.actions import metrics
from portfolio.models import Channel, Pilot
from readiness.models import Decision
from readiness.queries import packet
from tests.factories import Cast, pilot
from tests.factories.answers import answer
from tests.factories.decided import STOP, condition, decide
from tests.portfolio.views.screen import as_, statements, text


@pytest.fixture
def one(cast: Cast) -> Pilot:
    return pilot(cast.mona, owner=cast.alice, stage="pilot")


def url(decision: Decision) -> str:
    return reverse("decision", args=[decision.pk])


def frozen(cast: Cast, one: Pilot, **values: object) -> Decision:
    """A decision with the paper as it really is."""
    snapshot, _ = packet.frozen(packet.today(one, user=cast.mona))
    return decide(one, cast.mona, cast.ed, snapshot=snapshot, **values)  # type: ignore[arg-type]


def test_it_says_what_was_decided_by_whom_and_why(cast: Cast, one: Pilot) -> None:
    made = frozen(
        cast, one, to_stage="rollout", reason="Nine of ten are right.",
        overridden=("NO_SLA",), override_reason="The SLA is signed next week.",
    )  # fmt: skip
    page = text(as_(cast.charlie).get(url(made)))
    for words in (
        "Pilot to Rollout", "proposed by Mona, approved by Ed", "Nine of ten are right.",
        "Decided in spite of", "The SLA is signed next week.", made.digest,
        "its digest was computed again just now and is the same",
    ):  # fmt: skip
        assert words in page


def test_the_snapshot_stays_as_it_was(cast: Cast, one: Pilot) -> None:
    answer(one, "latency", cast.alice, note="640 ms at noon")
    made = frozen(cast, one)
    Pilot.objects.filter(pk=one.pk).update(stage="stopped")
    page = text(as_(cast.charlie).get(url(made)))
    assert "640 ms at noon" in page
    assert "Is it fast enough for the person who waits?" in page


def test_what_comes_later_is_labelled(cast: Cast, one: Pilot) -> None:
    made = frozen(cast, one)
    assert "After the decision" not in text(as_(cast.vera).get(url(made)))
    answer(one, "latency", cast.alice)
    metric = metrics.add(pilot=one, by=cast.mona, channel=Channel.WEB, name="Minutes", unit="min")
    metrics.read(metric=metric, by=cast.mona, channel=Channel.WEB, value=Decimal(12))
    page = text(as_(cast.vera).get(url(made)))
    assert page.count('<span class="tag">after the decision</span>') >= 2
    assert "Minutes: 12 min on" in page
    assert "Is it fast enough for the person who waits? Attested." in page


def test_a_snapshot_that_was_changed_is_told(cast: Cast, one: Pilot) -> None:
    made = frozen(cast, one)
    Decision.objects.filter(pk=made.pk)  # Nobody can update it, so another one is inserted.
    wrong = Decision.objects.create(
        pilot=one, round=9, outcome="go", from_stage="pilot", to_stage="rollout", reason="x",
        proposed_by=cast.mona, approved_by=cast.ed, decided_on=clock.today(),
        recorded_at=clock.now(), snapshot={"name": "other"}, digest=made.digest,
    )  # fmt: skip
    page = text(as_(cast.vera).get(url(wrong)))
    assert "has another digest than the one stored with it" in page
    assert packet.digest({"name": "other"}) in page


def test_a_stop_says_the_reason_the_lesson_and_what_is_left(cast: Cast, one: Pilot) -> None:
    made = decide(one, cast.mona, cast.ed, "stop", to_stage="stopped", terms={"stop": STOP})
    page = text(as_(cast.vera).get(url(made)))
    for words in ("Data came late or not at all", STOP["lessons"], STOP["reuse"], STOP["access"]):
        assert str(words) in page


def test_nobody_sees_that_of_a_restricted_pilot(cast: Cast) -> None:
    hidden = decide(pilot(cast.mona, restricted=True, owner=cast.alice), cast.mona, cast.ed)
    for who, status in (("charlie", 404), ("ed", 404), ("alice", 200), ("otto", 200)):
        assert as_(getattr(cast, who)).get(url(hidden)).status_code == status
    assert as_(cast.ed).get(f"{url(hidden)}?format=json").status_code == 404
    assert as_(cast.mona).get(f"/decisions/{10**30}/").status_code == 404


def test_it_goes_out_as_json_that_can_be_checked(cast: Cast, one: Pilot) -> None:
    made = frozen(cast, one)
    response = as_(cast.vera).get(f"{url(made)}?format=json")
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="decision-{one.ref}-1.json"'
    )
    told = json.loads(response.content)
    assert packet.digest(told["snapshot"]) == told["digest"] == made.digest
    assert (told["outcome"], told["approved_by"]) == ("go", "Ed")


def test_html_in_words_is_text(cast: Cast, one: Pilot) -> None:
    made = decide(one, cast.mona, cast.ed, reason="<script>alert(1)</script>")
    assert "<script>alert(1)" not in text(as_(cast.vera).get(url(made)))


def test_a_snapshot_of_any_shape_is_shown(cast: Cast, one: Pilot) -> None:
    odd: dict[str, object] = {
        "findings": [1, "x", {"code": "A"}], "lists": [{"items": None}, 3], "clocks": {"days": 3},
        "costs": [["a"], 3], "facts": "none",
    }  # fmt: skip
    shapes: list[dict[str, object]] = [{}, odd, {"facts": [], "lists": {}}]
    for snapshot in shapes:
        made = decide(one, cast.mona, cast.ed, snapshot=snapshot, overridden=("A",),
                      override_reason="x")  # fmt: skip
        assert as_(cast.vera).get(url(made)).status_code == 200


def test_statements_do_not_grow(cast: Cast, one: Pilot) -> None:
    client = as_(cast.vera)
    made = condition(one, cast.vera, cast.mona, cast.ed).decision
    few = statements(client, url(made))
    terms = [
        {"what": f"Thing {n}", "owner": cast.bob.pk, "due": clock.today() + timedelta(days=n)}
        for n in range(1, 9)
    ]
    many = decide(one, cast.mona, cast.ed, "conditions", terms={"conditions": [
        {**term, "due": str(term["due"])} for term in terms
    ]})  # fmt: skip
    for _ in range(5):
        decide(one, cast.mona, cast.ed)
    assert statements(client, url(many)) == few <= 12
