"""What hangs on a pilot, in words, and what becomes of it when two pilots are merged.

Every model with a foreign key to Pilot has one line here; an app of its own registers its lines
when it is ready. A test fails for a model without one.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from common.registry import Registry


@dataclass(frozen=True)
class MergeRule:
    """Rows of the merged pilot move to the survivor, unless `stays`.

    A row that a constraint keeps from moving stays with the merged pilot. `once_per`: rows stay
    too when the survivor has a row with the same values in these fields; `among` limits that to
    rows with these values, such as those still open. `after` is called with
    the ids of both pilots once all has moved, to compute anew what follows from it. `one` and
    `many` name the rows in lists of consequences; rows without a name are not listed.
    """

    one: str = ""
    many: str = ""
    stays: bool = False
    once_per: tuple[str, ...] = ()
    among: tuple[tuple[str, Any], ...] = ()
    after: Callable[[Collection[int]], None] | None = None

    def counted(self, number: int) -> str:
        """ "1 update", "12 updates"."""
        return f"{number:,} {self.one if number == 1 else self.many or self.one + 's'}"


merge_rules: Registry[MergeRule] = Registry("merge rule")

for label, rule in {
    "portfolio.update": MergeRule("update"),
    "portfolio.metric": MergeRule("success metric"),
    "portfolio.costentry": MergeRule("cost entry", "cost entries"),
    "portfolio.costestimate": MergeRule("cost estimate"),
    "portfolio.rawtest": MergeRule("test on raw data", "tests on raw data"),
    "portfolio.roleassignment": MergeRule("role"),
    "portfolio.ownerproposal": MergeRule("question about its owner", "questions about its owner"),
    "portfolio.ownershipanswer": MergeRule(
        "answer about the twelve months", "answers about the twelve months"
    ),
    "portfolio.dependency": MergeRule("system it leans on", "systems it leans on"),
    "portfolio.modeluse": MergeRule(
        "model in use",
        "models in use",
        once_per=("slug", "version", "retires_on"),
        among=(("until", None),),
    ),
    "portfolio.rollout": MergeRule("rollout"),
    "portfolio.review": MergeRule("review request", once_per=("team",), among=(("outcome", ""),)),
    "portfolio.link": MergeRule("link", once_per=("url",), among=(("until", None),)),
    "portfolio.pilottag": MergeRule("tag"),
    "portfolio.pilotfacts": MergeRule("page of facts from a file", "pages of facts from a file"),
    # The survivor's voyage is its own, and the sweep finds its flags anew.
    "portfolio.stageinterval": MergeRule("step of its voyage", "steps of its voyage", stays=True),
    "portfolio.flag": MergeRule("flag", stays=True),
    # More time was asked and granted for the pilot that was decided about.
    "portfolio.extension": MergeRule("extension", stays=True),
    # Later files know by these what became of the pilot.
    "portfolio.importedcells": MergeRule(stays=True),
    "portfolio.importrow": MergeRule("row of an import", "rows of imports", stays=True),
    "portfolio.event": MergeRule("line of history", "lines of history", stays=True),
    "portfolio.merge": MergeRule(stays=True),
    "portfolio.pilot": MergeRule("pilot merged into it", "pilots merged into it", stays=True),
}.items():
    merge_rules.register(label, rule)
