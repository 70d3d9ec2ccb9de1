"""What a checklist template is, whichever file, draft or row it comes from. Pure."""

import hashlib
import json
from dataclasses import MISSING, dataclass, fields

from portfolio.models import Stage
from readiness.models.checklist import Answered, EvidenceKind

OWN = "own-"
"""How the slugs of a company's lists begin, so that no list shipped later can have one of them."""


class CatalogError(ValueError):
    """A template that cannot be used; the message says the first problem, `problems` has all."""

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = problems


@dataclass(frozen=True)
class Item:
    """One question; `evidence` is what a good answer shows, `close` the way there.

    It matters from `stage` on, for pilots of which every fact in `when` is true. `kind` is the
    form its evidence has, `valid_days` how long that counts, `covers` the points of the source
    map it answers. `same_as` is the key of a question of another list that asks the same: one
    answer counts in both. `factor` is one of the eight of the gap chart. `rungs` are the sentences
    a team chooses from in a self-check, for 0 to 4. A question for a number may say what that has
    to reach: `least`, `most` (decimals as text) and the `unit` it is given in.
    """

    code: str
    question: str
    evidence: str
    close: str
    dimension: str
    level: str
    side: str
    must_have: bool = True
    stage: str = Stage.PILOT
    when: tuple[str, ...] = ()
    kind: str = EvidenceKind.ANY
    valid_days: int | None = None
    covers: tuple[str, ...] = ()
    same_as: str = ""
    factor: str = ""
    rungs: tuple[str, ...] = ()
    least: str = ""
    most: str = ""
    unit: str = ""

    def key_in(self, slug: str) -> str:
        """Its identity through versions and lists; `slug` is that of its own list."""
        return self.same_as or f"{slug}.{self.code}"


@dataclass(frozen=True)
class Template:
    slug: str
    version: int
    title: str
    summary: str
    source: str
    items: tuple[Item, ...]
    published: bool = True
    answered: str = Answered.PEOPLE

    @property
    def checksum(self) -> str:
        """The same for the same content, whatever the file's layout and comments."""
        content = json.dumps(told(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


def told(part: Template | Item) -> dict[str, object]:
    """What a file says beyond the defaults, so that a new field changes no published version."""
    said: dict[str, object] = {}
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name == "items":
            said["items"] = [told(item) for item in value]
        elif one.default is MISSING or value != one.default:
            said[one.name] = value
    return said
