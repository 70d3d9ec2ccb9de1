"""An approved extension is a decision, kept with everything as it stood."""

from datetime import timedelta

import pytest

from common import clock
from common.errors import Conflict, Refused
from portfolio.actions import extensions, stages
from portfolio.models import Channel, Extension
from readiness.actions import decisions
from readiness.models import Decision, Gate
from readiness.queries.packet import digest
from tests.factories import Cast, pilot
from tests.factories.decided import STOP, decide

WEB = Channel.WEB


def approved(cast: Cast, days: int = 90) -> Extension:
    made = pilot(
        cast.mona, owner=cast.alice, stage="pilot", decide_by=clock.today() + timedelta(days=10)
    )
    decide(made, cast.mona, cast.ed)
    asked = extensions.propose(
        pilot=made, by=cast.mona, channel=WEB, reason="The fair is later",
        to_day=clock.today() + timedelta(days=days),
    )  # fmt: skip
    return extensions.approve(extension=asked, by=cast.ed, channel=WEB)


def test_it_stands_in_the_register(cast: Cast) -> None:
    extension = approved(cast)
    made = Decision.objects.get(outcome="extend")
    assert (made.round, made.from_stage, made.to_stage) == (2, "pilot", "pilot")
    assert (made.proposed_by, made.approved_by) == (cast.mona, cast.ed)
    assert made.terms == {"next_decide_by": extension.to_day.isoformat()}
    assert made.reason == "The fair is later"


def test_the_snapshot_is_of_the_day_before_it_moved(cast: Cast) -> None:
    extension = approved(cast)
    made = Decision.objects.get(outcome="extend")
    assert made.snapshot["decide_by"] == extension.from_day.isoformat()
    assert digest(made.snapshot) == made.digest


def test_what_is_declined_decides_nothing(cast: Cast) -> None:
    made = pilot(cast.mona, stage="pilot", decide_by=clock.today() + timedelta(days=10))
    asked = extensions.propose(
        pilot=made, by=cast.mona, channel=WEB, reason="x", to_day=made.decide_by + timedelta(days=9)
    )
    extensions.decline(extension=asked, by=cast.ed, channel=WEB, answer="No")
    assert not Decision.objects.exists()


def test_it_does_not_wait_beside_a_proposed_decision(cast: Cast) -> None:
    made = pilot(cast.mona, stage="pilot", decide_by=clock.today() + timedelta(days=10))
    said = {"pilot": made, "by": cast.mona, "channel": WEB, "reason": "x"}
    decisions.propose(**said, outcome="stop", terms={"stop": STOP})
    with pytest.raises(Refused, match="answered first"):
        extensions.propose(**said, to_day=made.decide_by + timedelta(days=9))
    assert not Extension.objects.exists()


def test_what_ended_meanwhile_gets_no_more_time(cast: Cast) -> None:
    made = pilot(cast.mona, stage="pilot", decide_by=clock.today() + timedelta(days=10))
    said = {"pilot": made, "by": cast.mona, "channel": WEB, "reason": "x"}
    asked = extensions.propose(**said, to_day=made.decide_by + timedelta(days=9))
    Gate.objects.create(stage="stopped", mode="off")
    stages.change(**said, stage="stopped")
    with pytest.raises(Conflict, match="ended since"):
        extensions.approve(extension=asked, by=cast.ed, channel=WEB)
    assert not Decision.objects.exists()
