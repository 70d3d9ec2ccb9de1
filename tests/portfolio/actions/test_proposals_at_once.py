"""Two people at once, on two connections: one wins, the other is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import proposals
from portfolio.models import Channel, OwnerProposal, Pilot, RoleAssignment
from tests import factories
from tests.factories.owners import accept, ask

pytestmark = pytest.mark.django_db(transaction=True)


def both(*acts: Callable[[], object]) -> list[str]:
    """What became of each: "" when it went through, else the name of the refusal."""
    told = [""] * len(acts)
    start = Barrier(len(acts))

    def run(number: int) -> None:
        try:
            start.wait(timeout=120)
            acts[number]()
        except (Conflict, Refused, NotAllowed) as refusal:
            told[number] = type(refusal).__name__
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=150)
    return told


def test_two_managers_ask_two_people(transactional_db: None) -> None:
    cast = factories.make_cast()
    pilot = factories.pilot(cast.mona)

    def asking(person: User) -> Callable[[], object]:
        return lambda: ask(pilot, person, User.objects.get(pk=cast.mona.pk))

    assert sorted(both(asking(cast.alice), asking(cast.bob))) == ["", "Refused"]
    assert OwnerProposal.objects.open().count() == 1


def test_one_accepts_while_another_takes_it_back(transactional_db: None) -> None:
    cast = factories.make_cast()
    pilot = factories.pilot(cast.mona)
    question = ask(pilot, cast.alice, cast.mona)
    told = both(
        lambda: accept(Pilot.objects.get(pk=pilot.pk), cast.alice),
        lambda: proposals.withdraw(proposal=question, by=cast.mona, channel=Channel.WEB),
    )
    owned = RoleAssignment.objects.open().owners().filter(person=cast.alice).exists()
    question.refresh_from_db()
    assert (question.outcome, owned, told[0]) in {
        ("accepted", True, ""), ("withdrawn", False, "Conflict"),
    }  # fmt: skip
