"""Self-checks and comparisons: everybody who sees a pilot reads, its people answer."""

from accounts.models import User
from portfolio.models import Channel, Pilot
from readiness.actions import self_checks


def fill(one: Pilot, mona: User, word: str) -> None:
    """A self-check that runs, with a word in its notes; the last question is not answered."""
    check = self_checks.begin(pilot=one, by=mona, channel=Channel.WEB)
    for item in list(check.template.items.all())[:-1]:
        self_checks.rate(
            check=check, item=item, by=mona, channel=Channel.WEB, rating=1, note=f"{word} thinks"
        )


def made(one: Pilot) -> dict[str, int]:
    return {"check": one.self_checks.get().pk}
