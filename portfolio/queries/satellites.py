"""Everything that hangs on a pilot beside its facts, in one query however much there is."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from portfolio.models import Pilot, Stage
from portfolio.queries import dependencies, links, model_uses, reviews, rollouts
from portfolio.queries.dependencies import Dependencies
from portfolio.queries.links import Links
from portfolio.queries.model_uses import Models
from portfolio.queries.reviews import Reviews
from portfolio.queries.rollouts import Rollouts

FROM_POC = (Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)
FROM_PILOT = (Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)


@dataclass(frozen=True, slots=True)
class Satellites:
    """`asked` names the sections that the stage asks for; others show when they are filled."""

    dependencies: Dependencies
    models: Models
    rollout: Rollouts
    reviews: Reviews
    links: Links
    asked: frozenset[str]

    @property
    def shown(self) -> frozenset[str]:
        return self.asked | {name for name in SECTIONS if getattr(self, name).filled}

    @property
    def addable(self) -> list[str]:
        """Sections that nobody asks for yet, offered in one line below."""
        return [name for name in SECTIONS if name not in self.shown]


# Section -> the stages that ask for it.
SECTIONS: dict[str, tuple[Stage, ...]] = {
    "rollout": FROM_PILOT,
    "reviews": FROM_POC,
    "dependencies": FROM_POC,
    "models": FROM_POC,
    "links": FROM_POC,
}

# Section -> the form that begins it, and its label.
ADD_DOORS = {
    "rollout": ("pilot-rollout-add", "A rollout"),
    "reviews": ("pilot-review-add", "A review"),
    "dependencies": ("pilot-dependency-add", "A system it leans on"),
    "models": ("pilot-model-add", "A model it uses"),
    "links": ("pilot-link-add", "A link"),
}
# Forms that open over the pilot's page.
RECORD_DIALOGS = frozenset(
    {
        "pilot-dependency-add", "pilot-dependency", "pilot-incident-add", "pilot-incident",
        "pilot-model-add", "pilot-model", "pilot-rollout-add", "pilot-rollout", "pilot-wave-add",
        "pilot-wave", "pilot-review-add", "pilot-review", "pilot-link-add", "pilot-link",
    }
)  # fmt: skip


def satellites(pilot: Pilot, *, user: User, as_of: date) -> Satellites:
    """One query: each kind of record is a JSON array beside the others."""
    rows = Pilot.objects.visible_to(user).filter(pk=pilot.pk)
    found = rows.values(
        found_dependencies=dependencies.rows(), found_models=model_uses.rows(),
        found_rollouts=rollouts.rows(), found_reviews=reviews.rows(),
        usual=reviews.usual(), found_links=links.rows(),
    ).get()  # fmt: skip
    return Satellites(
        dependencies=dependencies.read(found["found_dependencies"], as_of),
        models=model_uses.read(found["found_models"], as_of),
        rollout=rollouts.read(found["found_rollouts"], as_of),
        reviews=reviews.read(found["found_reviews"], found["usual"], pilot.target_launch_on, as_of),
        links=links.read(found["found_links"]),
        asked=frozenset(name for name, stages in SECTIONS.items() if pilot.stage in stages),
    )
