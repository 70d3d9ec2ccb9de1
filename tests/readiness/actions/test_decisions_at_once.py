"""Two people at once, on two connections: one decision, the other is told."""

from datetime import timedelta
from threading import Thread
from time import monotonic, sleep
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from common import clock
from portfolio.actions import stages
from portfolio.models import Channel, Pilot
from readiness.actions import decisions
from readiness.models import Decision, Proposal
from tests import factories
from tests.factories import Cast
from tests.portfolio.actions.test_proposals_at_once import both

pytestmark = pytest.mark.django_db(transaction=True)
WEB = Channel.WEB


def begin() -> tuple[Cast, Pilot]:
    cast = factories.make_cast()
    return cast, factories.pilot(cast.mona, owner=cast.alice, stage="poc", **factories.CHARTER)


def go(cast: Cast, one: Pilot, reason: str = "It works.", token: UUID | None = None) -> Proposal:
    day = (clock.today() + timedelta(days=60)).isoformat()
    return decisions.propose(
        pilot=one, by=cast.mona, channel=WEB, outcome="go", to_stage="pilot", reason=reason,
        terms={"next_decide_by": day}, token=token,
    )  # fmt: skip


def test_two_deciders_make_one_decision(transactional_db: None) -> None:
    cast, one = begin()
    second = factories.person("Eve", "executive")
    proposal = go(cast, one)
    told = both(
        lambda: decisions.approve(proposal=proposal, by=cast.ed, channel=WEB),
        lambda: decisions.approve(proposal=proposal, by=second, channel=WEB),
    )
    assert sorted(told) == ["", "Conflict"]
    assert Decision.objects.get().round == 1
    one.refresh_from_db()
    assert (one.stage, one.stage_intervals.count()) == ("pilot", 2)


def test_one_approves_while_another_declines(transactional_db: None) -> None:
    cast, one = begin()
    second = factories.person("Eve", "executive")
    proposal = go(cast, one)
    told = both(
        lambda: decisions.approve(proposal=proposal, by=cast.ed, channel=WEB),
        lambda: decisions.decline(proposal=proposal, by=second, channel=WEB, answer="No."),
    )
    assert sorted(told) == ["", "Conflict"]
    proposal.refresh_from_db()
    assert Decision.objects.exists() == (proposal.state == "approved")


def test_two_propose_and_one_waits(transactional_db: None) -> None:
    cast, one = begin()
    told = both(lambda: go(cast, one, "First."), lambda: go(cast, one, "Second."))
    assert sorted(told) == ["", "Conflict"]
    assert Proposal.objects.count() == 1


def test_it_moves_while_it_is_approved(transactional_db: None) -> None:
    """By hand and by decision at once: never two moves from one stage."""
    cast, one = begin()
    proposal = go(cast, one)
    told = both(
        lambda: decisions.approve(proposal=proposal, by=cast.ed, channel=WEB),
        lambda: stages.change(pilot=one, by=cast.mona, channel=WEB, stage="idea"),
    )
    one.refresh_from_db()
    path = list(one.stage_intervals.order_by("pk").values_list("stage", flat=True))
    if "Conflict" in told:
        assert path == ["poc", "idea"]
    else:
        assert path == ["poc", "pilot", "idea"]
        assert Decision.objects.get().from_stage == "poc"


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_one_form_sent_for_two_pilots_at_the_same_moment(transactional_db: None) -> None:
    """The second insert meets the token of the first before that is committed."""
    cast, one = begin()
    other = factories.pilot(cast.mona, "Other", owner=cast.alice, stage="poc", **factories.CHARTER)
    token, wrong = uuid4(), []

    def second() -> None:
        try:
            go(cast, other, token=token)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            wrong.append(error)
        finally:
            connection.close()

    thread = Thread(target=second)
    with transaction.atomic():
        go(cast, one, token=token)
        thread.start()
        end = monotonic() + 120
        while not somebody_waits_for_a_lock():
            assert monotonic() < end, "The second one never came to its insert."
            sleep(0.02)
    thread.join(timeout=150)
    assert not wrong
    assert Proposal.objects.get(pilot=one).token == token
    assert Proposal.objects.get(pilot=other).token is None


def test_one_form_sent_twice_at_the_same_moment(transactional_db: None) -> None:
    cast, one = begin()
    token = uuid4()
    told = both(lambda: go(cast, one, token=token), lambda: go(cast, one, token=token))
    assert told == ["", ""]
    assert Proposal.objects.get().token == token


def test_one_answer_sent_twice_at_the_same_moment(transactional_db: None) -> None:
    """An approval has no token: the proposal waits once. The second click is told."""
    cast, one = begin()
    proposal = go(cast, one)
    told = both(*[lambda: decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)] * 2)
    assert sorted(told) == ["", "Conflict"]
    assert Decision.objects.count() == 1
