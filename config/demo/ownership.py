"""Who is asked to own a pilot, who answers for its areas, and who will in twelve months."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from config.demo.chapters import Draft
from config.demo.company import PEOPLE
from config.demo.plots import PILOT, POC, PRODUCTION, ROLLOUT
from config.demo.shapes import Asked, Foreseen, Held

MANAGER = PEOPLE[1].name
# area or role in the team -> who could have it
AREAS = {
    "data_owner": ("Nils Aaltonen", "Jonas Weber"),
    "model_owner": ("Marta Jimenez", "Nils Aaltonen"),
    "infrastructure_owner": ("Marta Jimenez", "Henrik Dahl"),
    "monitoring_owner": ("Nils Aaltonen", "Marta Jimenez"),
}
TEAM = {
    "data_scientist": ("Tanvi Rao", "Nils Aaltonen"),
    "software_engineer": ("Sam Whitfield", "Marta Jimenez"),
    "devops": ("Henrik Dahl", "Marta Jimenez"),
    "product_manager": ("Emma Nilsson", "Olivia Brandt"),
}
NOTES = (
    "You know the team that uses it.", "You built the first version.",
    "I change the department in a month; you have been in every meeting.",
)  # fmt: skip
REFUSALS = (
    "My team has no capacity before summer. Ask in Operations.",
    "IT runs the machine; whether it pays is for the department to say.",
    "I was not in the PoC and cannot judge it.",
)


def areas(draft: Draft, dice: Random) -> Iterator[Held]:
    """From the rollout on most areas belong to somebody; the team is there from PoC on."""
    began, live = draft.entered(POC), draft.entered(ROLLOUT)
    if began and not draft.plot.restricted:
        for role, people in TEAM.items():
            if dice.random() < 0.6:
                yield Held(dice.choice(people), role, began + timedelta(days=5))
    if live:
        for role, people in AREAS.items():
            if dice.random() < 0.85:
                yield Held(dice.choice(people), role, live)
        if dice.random() < 0.5:
            yield Held("Olivia Brandt", "value_owner", live)


def questions(draft: Draft, held: Sequence[Held], dice: Random) -> Iterator[Asked]:
    """Every owner who accepted was asked; where nobody came, somebody declined."""
    owners = [one for one in held if one.role == "owner"]
    former = ""
    for owner in owners:
        if owner.accepted:
            asked = max(draft.registered, owner.accepted - timedelta(days=dice.randint(0, 4)))
            note = dice.choice(NOTES) if former else ""
            yield Asked(owner.person, former or MANAGER, asked, "accepted", owner.accepted,
                        note=note, former=former)  # fmt: skip
        former = owner.person
    at_home = [p.name for p in PEOPLE if draft.unit in p.home and not p.left]
    if draft.plot.owner == "lost" and owners[0].until:
        on = owners[0].until + timedelta(days=3)
        yield Asked(at_home[0], MANAGER, on, "declined", on + timedelta(days=4),
                    reason=dice.choice(REFUSALS))  # fmt: skip
    if draft.plot.owner == "proposed":
        first = draft.registered + timedelta(days=4)
        yield Asked("Olivia Brandt", MANAGER, first, "withdrawn", first + timedelta(days=5))
        on = draft.last - timedelta(days=dice.choice([2, 11, 12]))
        yield Asked(dice.choice(at_home), MANAGER, on, note=NOTES[0])
    if draft.plot.handed_over:
        now = owners[-1]
        others = [p.name for p in PEOPLE if p.note == "" and p.home and not p.left]
        person = next(name for name in others if name != now.person)
        yield Asked(person, now.person, draft.last - timedelta(days=dice.choice([1, 4, 10])),
                    note=NOTES[2], former=now.person)  # fmt: skip


def foreseen(draft: Draft, held: Sequence[Held], dice: Random) -> Iterator[Foreseen]:
    """The twelve-month questions, answered before the rollout by most; by some long ago."""
    live, owner = draft.entered(ROLLOUT), _last(held, "owner", draft.last)
    if live is None or owner is None or dice.random() < 0.2:
        return
    early = draft.spans[-1].stage == PRODUCTION and dice.random() < 0.5
    on = draft.entered(PILOT) if early else live
    # Who was named early has left since: the answer does not hold any more.
    answers = "Quentin Moreau" if early else "Nils Aaltonen"
    yield Foreseen(owner, answers, "Emma Nilsson", on or live, MANAGER)


def _last(held: Sequence[Held], role: str, day: date) -> str | None:
    return next((h.person for h in held if h.role == role and h.covers(day)), None)
