from portfolio.actions import proposals
from portfolio.models import Channel, OwnerProposal
from tests import factories
from tests.factories import Cast
from tests.factories.owners import accept, ask
from tests.portfolio.flags.made import ago, codes, flag, settled, sweep, words


def test_it_opens_on_the_eighth_day(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    ask(pilot, cast.alice, cast.mona)
    for days, expected in ((7, False), (8, True), (9, True)):
        OwnerProposal.objects.update(asked_on=ago(days))
        sweep()
        assert ("OWNER_CONTESTED" in codes(pilot)) is expected
    assert flag(pilot, "OWNER_CONTESTED").since == ago(0)
    assert words(pilot, "OWNER_CONTESTED").startswith("Asked 9 days ago")
    accept(pilot, cast.alice)
    assert "OWNER_CONTESTED" not in codes(pilot)


def test_no_and_taking_it_back_clear_it(cast: Cast) -> None:
    for answer in ("decline", "withdraw"):
        pilot = factories.pilot(cast.mona, answer)
        question = ask(pilot, cast.alice, cast.mona)
        OwnerProposal.objects.filter(pk=question.pk).update(asked_on=ago(20))
        sweep()
        assert "OWNER_CONTESTED" in codes(pilot)
        if answer == "decline":
            proposals.decline(pilot=pilot, by=cast.alice, channel=Channel.WEB, reason="No time")
        else:
            proposals.withdraw(proposal=question, by=cast.mona, channel=Channel.WEB)
        assert "OWNER_CONTESTED" not in codes(pilot)


def test_a_handover_nobody_answers_is_contested_too(cast: Cast) -> None:
    pilot = settled(cast.mona)
    ask(pilot, cast.alice, cast.mona)
    OwnerProposal.objects.update(asked_on=ago(10))
    sweep()
    assert codes(pilot) == {"OWNER_CONTESTED"}
