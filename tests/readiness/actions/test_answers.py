"""Answering an item: who may say what, what is kept, and what two people at once get."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.models import Channel, Event, Pilot
from readiness.access import get_item
from readiness.actions import answers, catalog
from readiness.catalog import Item, Template
from readiness.models import Answer, Assessment, Origin
from readiness.queries.scorecard import scorecard
from tests.factories import Cast, pilot
from tests.factories.answers import LINK, answer


@pytest.fixture
def one(cast: Cast) -> Pilot:
    made = pilot(cast.mona, owner=cast.alice, stage="pilot")
    from portfolio.actions import people

    people.assign(pilot=made, person=cast.bob, by=cast.mona, channel="web", role="technical_owner")
    return made


def score_of(one: Pilot) -> tuple[int, int]:
    kept = Assessment.objects.get(pilot=one, checklist="production")
    return kept.met, kept.total


def test_attesting_tells_the_whole_story(cast: Cast, one: Pilot) -> None:
    said = answer(one, "latency", cast.alice, note="95th percentile 640 ms")
    assert said is not None
    kept = Answer.objects.get()
    assert (kept.state, kept.evidence_url, kept.note, kept.author, kept.since, kept.until) == (
        "attested", LINK, "95th percentile 640 ms", cast.alice, clock.today(), None,
    )  # fmt: skip
    assert score_of(one) == (1, 10)
    event = Event.objects.filter(verb="readiness.answered").get()
    assert (event.pilot, event.actor, event.channel) == (one, cast.alice, "command")
    assert event.before == {"state": "Open"}
    assert event.after["question"] == get_item("latency").question
    assert event.after["state"] == "Attested"
    assert event.after["evidence_link"] == LINK
    assert event.after["figures"] == "95th percentile 640 ms, budget 800 ms."


def test_attested_counts_only_with_evidence(cast: Cast, one: Pilot) -> None:
    answer(one, "security", cast.alice, link="")
    assert score_of(one) == (0, 10)
    answer(one, "security", cast.alice, link="", note="Decided on 3 May, no conditions")
    assert score_of(one) == (1, 10)


def test_numbers_count_only_when_they_are_good_enough(cast: Cast, one: Pilot) -> None:
    def measured(**figures: str) -> Answer:
        said = answers.save(
            pilot=one, item=get_item("latency"), by=cast.alice, channel="web", state="attested",
            evidence_url=LINK, figures=figures,
        )  # fmt: skip
        assert said
        return said

    assert not measured().backed
    slow = measured(budget="800", p95="900")
    assert (slow.backed, slow.figures) == (False, {"budget": "800", "p95": "900"})
    assert score_of(one) == (0, 10)
    assert measured(budget="800", p95="640").backed
    assert score_of(one) == (1, 10)
    with pytest.raises(Refused) as refused:
        measured(budget="800", p95="1e400")
    assert refused.value.field == "p95"


def test_evidence_has_an_end(cast: Cast, one: Pilot) -> None:
    said = answer(one, "latency", cast.alice)
    assert said
    assert said.valid_until == clock.today() + timedelta(days=180)
    named = answer(one, "training", cast.alice, until=clock.today())
    assert named
    assert named.valid_until == clock.today()


def test_what_counted_before_its_item_asked_for_numbers_still_does(cast: Cast, one: Pilot) -> None:
    said = answer(one, "latency", cast.alice)
    assert said
    Answer.objects.filter(pk=said.pk).update(figures={})  # A link was enough in version 1.
    verified = answers.save(
        pilot=one, item=get_item("latency"), by=cast.bob, channel="web", state="verified",
        evidence_url=LINK,
    )  # fmt: skip
    assert verified
    assert verified.backed
    assert score_of(one) == (1, 10)


def test_a_second_person_verifies_and_the_first_stays_the_author(cast: Cast, one: Pilot) -> None:
    answer(one, "latency", cast.alice)
    with pytest.raises(NotAllowed, match="second person"):
        answer(one, "latency", cast.alice, "verified")
    verified = answer(one, "latency", cast.bob, "verified")
    assert verified is not None
    assert (verified.author, verified.confirmed_by) == (cast.alice, cast.bob)


def test_only_evidence_that_was_attested_can_be_verified(cast: Cast, one: Pilot) -> None:
    with pytest.raises(Refused, match="Only an attested item"):
        answer(one, "latency", cast.bob, "verified")
    answer(one, "latency", cast.alice, link="")
    with pytest.raises(Refused, match="Only an attested item"):
        answer(one, "latency", cast.bob, "verified", link="")
    answer(one, "latency", cast.alice)
    with pytest.raises(Refused, match="attested first"):
        answer(one, "latency", cast.bob, "verified", link="https://other.example/")


def test_a_waiver_needs_reason_approver_and_end(cast: Cast, one: Pilot) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(NotAllowed, match="approved by"):
        answer(one, "cost", cast.alice, "waived", note="Later", until=tomorrow)
    with pytest.raises(Refused, match="why the item is waived"):
        answer(one, "cost", cast.mona, "waived", until=tomorrow)
    with pytest.raises(Refused, match="A waiver ends"):
        answer(one, "cost", cast.mona, "waived", note="Later")
    with pytest.raises(Refused, match="in the past"):
        answer(one, "cost", cast.mona, "waived", note="L", until=clock.today() - timedelta(days=1))
    waived = answer(one, "cost", cast.mona, "waived", note="Small", until=tomorrow, link="")
    assert waived is not None
    assert waived.confirmed_by == cast.mona
    assert Event.objects.filter(verb="readiness.answered").get().reason == "Small"


def test_an_executive_may_waive_but_not_attest(cast: Cast, one: Pilot) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    assert answer(one, "cost", cast.ed, "waived", note="Fine", until=tomorrow)
    with pytest.raises(NotAllowed):
        answer(one, "latency", cast.ed)


def test_nobody_waives_for_a_pilot_they_own(cast: Cast) -> None:
    own = pilot(cast.mona, owner=cast.mona)
    with pytest.raises(NotAllowed, match="does not own"):
        answer(own, "cost", cast.mona, "waived", note="x", until=clock.today())


def test_not_applicable_needs_a_reason(cast: Cast, one: Pilot) -> None:
    with pytest.raises(Refused, match="does not apply"):
        answer(one, "rate_limits", cast.alice, "not_applicable", link="")
    answer(one, "rate_limits", cast.alice, "not_applicable", note="Runs on our own server")
    assert score_of(one) == (1, 10)


def test_evidence_is_a_web_link(cast: Cast, one: Pilot) -> None:
    with pytest.raises(Refused) as refused:
        answer(one, "latency", cast.alice, link="javascript:alert(1)")
    assert refused.value.field == "evidence_url"
    assert not Answer.objects.exists()
    assert answer(one, "latency", cast.alice, link="HTTPS://x.example")


def test_strangers_viewers_and_auditors_answer_nothing(cast: Cast, one: Pilot) -> None:
    for person in (cast.charlie, cast.vera, cast.otto, cast.ada):
        with pytest.raises(NotAllowed):
            answer(one, "latency", person)


def test_an_unknown_state_is_refused(cast: Cast, one: Pilot) -> None:
    with pytest.raises(Refused, match="not a state"):
        answer(one, "latency", cast.alice, "splendid")


def test_the_same_answer_twice_is_one_answer(cast: Cast, one: Pilot) -> None:
    first = answer(one, "latency", cast.alice, seen=0)
    second = answer(one, "latency", cast.alice, seen=0)
    assert first == second
    assert Answer.objects.count() == Event.objects.filter(verb="readiness.answered").count() == 1
    assert answer(one, "cost", cast.alice, "open", link="") is None


def test_an_answer_over_one_that_was_not_seen_is_a_conflict(cast: Cast, one: Pilot) -> None:
    first = answer(one, "latency", cast.alice, seen=0)
    assert first is not None
    with pytest.raises(Conflict, match="Somebody else answered"):
        answer(one, "latency", cast.bob, note="mine", seen=0)
    assert answer(one, "latency", cast.bob, note="mine", seen=first.pk)


def test_old_answers_are_kept_as_intervals(cast: Cast, one: Pilot) -> None:
    days = [clock.today() - timedelta(days=n) for n in (20, 10, 0)]
    with time_machine.travel(days[0].isoformat(), tick=False):
        answer(one, "latency", cast.alice)
    with time_machine.travel(days[1].isoformat(), tick=False):
        answer(one, "latency", cast.alice, "open", link="")
    answer(one, "latency", cast.alice, note="again")
    rows = list(Answer.objects.order_by("pk").values_list("state", "since", "until"))
    assert rows == [
        ("attested", days[0], days[1]), ("open", days[1], days[2]), ("attested", days[2], None),
    ]  # fmt: skip
    states = [[a.state for a in Answer.objects.as_of(day)] for day in days]
    assert states == [["attested"], ["open"], ["attested"]]
    assert score_of(one) == (1, 10)


def trained(one: Pilot, by: User, value: str, slug: str = "production") -> Answer:
    code = "training" if slug == "production" else "users_trained"
    said = answers.save(
        pilot=one, item=get_item(code, slug=slug), by=by, channel=Channel.WEB, state="attested",
        evidence_url=LINK, figures={"value": value},
    )  # fmt: skip
    assert said is not None
    return said


def test_a_number_under_its_bar_is_kept_and_does_not_count(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    said = trained(one, cast.alice, "12")
    assert (said.figures, said.backed) == ({"value": "12"}, False)
    assert Assessment.objects.get(checklist="production").met == 0
    card = scorecard(one, cast.alice, clock.today()).card("training")
    assert card is not None
    assert (card.word, card.short) == (
        "Attested, not good enough", "12 %; at least 80 % is needed",
    )  # fmt: skip
    event = Event.objects.filter(verb="readiness.answered").get()
    assert event.after["figures"] == "12 %; at least 80 % is needed."
    with pytest.raises(Refused, match="Only an attested item with evidence"):
        answer(one, "training", cast.mona, "verified")
    assert trained(one, cast.alice, "80").backed
    assert Assessment.objects.get(checklist="production").met == 1


def test_what_counted_before_a_bar_came_counts_until_it_changes(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    trained(one, cast.alice, "12")
    Answer.objects.update(backed=True)  # As an earlier version found it.
    card = scorecard(one, cast.alice, clock.today()).card("training")
    assert card is not None
    assert (card.met, card.below, card.short) == (True, True, "")
    assert not trained(one, cast.alice, "13").backed


def test_an_easier_list_opens_no_back_door(cast: Cast) -> None:
    easy = Item(
        "training", "Trained?", "The share.", "Train.", "ownership", "production",
        "organisational", kind="number", same_as="production.training",
    )  # fmt: skip
    template = Template("own-easy", 1, "Easy", "", "", (easy,))
    catalog.sync(templates=[template], origin=Origin.FILE)
    one = pilot(cast.mona, owner=cast.alice, stage="pilot")
    said = answers.save(
        pilot=one, item=get_item("training", slug="own-easy"), by=cast.alice, channel=Channel.WEB,
        state="attested", evidence_url=LINK, figures={"value": "12"},
    )  # fmt: skip
    assert said is not None
    assert not said.backed
    card = scorecard(one, cast.alice, clock.today(), slug="own-easy").card("training")
    assert card is not None
    assert card.short == "another list asks more of it"
