"""Which questions are asked of a pilot, by what is known of it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from portfolio.models.pilot import Audience
from portfolio.models.stage import ACTIVE_STAGES, Stage
from readiness.models.checklist import Fact

Facts = Mapping[str, bool | None]
"""Each Fact as yes, no, or None: not known."""
COLUMNS = ("audience", "uses_llm", "third_party", "influences_decisions")
"""The columns of a pilot that the facts follow from."""


class PilotLike(Protocol):
    @property
    def audience(self) -> str: ...
    @property
    def uses_llm(self) -> bool | None: ...
    @property
    def third_party(self) -> bool | None: ...
    @property
    def influences_decisions(self) -> bool | None: ...


class Asked(Protocol):
    @property
    def when(self) -> Iterable[str]: ...


def facts_of(pilot: PilotLike) -> dict[str, bool | None]:
    """Each Fact as yes, no, or None: not known."""
    customers = pilot.audience == Audience.CUSTOMER if pilot.audience else None
    return {
        Fact.CUSTOMER_FACING: customers,
        Fact.LLM: pilot.uses_llm,
        Fact.THIRD_PARTY: pilot.third_party,
        Fact.INFLUENCES_DECISIONS: pilot.influences_decisions,
    }


def signature(facts: Mapping[str, bool | None]) -> str:
    """The facts in as many letters, such as "yn?n", in the order of Fact."""
    letters = {True: "y", False: "n", None: "?"}
    return "".join(letters[facts[fact]] for fact in Fact.values)


def facts_from(letters: str) -> dict[str, bool | None]:
    """What `signature` wrote; a fact it did not know yet is not known."""
    meaning = {"y": True, "n": False}
    said = dict(zip(Fact.values, letters, strict=False))
    return {fact: meaning.get(said.get(fact, "?")) for fact in Fact.values}


def applies(item: Asked, facts: Mapping[str, bool | None]) -> bool:
    """False only when a fact it needs is known to be false: what is unknown is asked."""
    return all(facts[fact] is not False for fact in item.when)


def due(stage: str, now: str) -> bool:
    """The item's stage has come: `now` is the pilot's, an ended pilot's lists are all due."""
    if now not in ACTIVE_STAGES:
        return True
    return ACTIVE_STAGES.index(Stage(stage)) <= ACTIVE_STAGES.index(Stage(now))
