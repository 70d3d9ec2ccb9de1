"""What Norddal's people say about the ten questions: every state, also some that ran out."""

from collections.abc import Iterator
from datetime import date, timedelta

from config.demo import words
from config.demo.chapters import Draft
from config.demo.plots import PILOT
from config.demo.shapes import Answered

SECOND = "Nils Aaltonen"
APPROVER = "Elisabeth Kranz"
WIKI = "https://wiki.norddal.example/ai"


def answers(draft: Draft, owner: str) -> Iterator[Answered]:
    """From the pilot stage on: as many items met as the plot says, the rest open in its ways."""
    began = draft.entered(PILOT)
    if began is None:
        return
    codes = list(words.ANSWERS)
    draft.random.shuffle(codes)
    wanted = draft.random.randint(*draft.plot.met)
    for place, code in enumerate(codes):
        since = draft.between(began + timedelta(days=2), draft.last)
        if place < wanted:
            yield from _met(draft, code, place, since, owner)
        else:
            yield from _open(draft, code, place - wanted, since, owner)


def _link(draft: Draft, code: str) -> str:
    place = draft.unit.split(" / ")[-1].lower().replace(" ", "-")
    return f"{WIKI}/{place}/{code.replace('_', '-')}"


def _approver(owner: str) -> str:
    """Who asks for a waiver does not approve it."""
    return APPROVER if owner != APPROVER else "Mona Bergström"


def _met(draft: Draft, code: str, place: int, since: date, owner: str) -> Iterator[Answered]:
    note, link = words.ANSWERS[code], _link(draft, code)
    far = draft.today + timedelta(days=draft.random.randint(20, 200))
    match place % 5:
        case 0 | 3:
            yield Answered(code, "attested", since, None, owner, "", note, link)
        case 1:
            second = SECOND if owner != SECOND else "Marta Jimenez"
            later = draft.between(since, draft.last)
            yield Answered(code, "attested", since, later, owner, "", note, link)
            yield Answered(code, "verified", later, None, owner, second, note, link,
                           far if place > 4 else None)  # fmt: skip
        case 2:
            waiver = draft.random.choice(words.WAIVERS)
            yield Answered(code, "waived", since, None, owner, _approver(owner), waiver, "", far)
        case _:
            reason = words.NOT_APPLICABLE
            yield Answered(code, "not_applicable", since, None, owner, "", reason)


def _open(draft: Draft, code: str, place: int, since: date, owner: str) -> Iterator[Answered]:
    note, link = words.ANSWERS[code], _link(draft, code)
    ran_out = draft.last - timedelta(days=draft.random.randint(1, 12))
    match place % 4:
        case 0 if since < ran_out:  # Evidence, or a waiver, that nobody renewed.
            if draft.random.random() < 0.5:
                yield Answered(code, "attested", since, None, owner, "", note, link, ran_out)
            else:
                waiver = words.WAIVERS[1]
                yield Answered(code, "waived", since, None, owner, _approver(owner), waiver, "",
                               ran_out)  # fmt: skip
        case 1:
            yield Answered(code, "attested", since, None, owner)
        case 2:
            later = draft.between(since, draft.last)
            yield Answered(code, "attested", since, later, owner, "", note, link)
            yield Answered(code, "open", later, None, owner, "", "The vendor changed it; again.")
        case _:
            return
