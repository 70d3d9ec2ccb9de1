from datetime import date

from accounts.models import User
from portfolio.models import Channel, Pilot
from readiness.access import get_item
from readiness.actions import answers
from readiness.models import Answer

LINK = "https://wiki.example.com/evidence"


def answer(
    pilot: Pilot, code: str, by: User, state: str = "attested", *, link: str = LINK,
    note: str = "", until: date | None = None, seen: int | None = None,
) -> Answer | None:  # fmt: skip
    """Answer one of the ten questions; attested with evidence unless said otherwise."""
    return answers.save(
        pilot=pilot, item=get_item(code), by=by, channel=Channel.COMMAND, state=state,
        note=note, evidence_url=link, valid_until=until, seen=seen,
    )  # fmt: skip
