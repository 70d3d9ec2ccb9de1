"""Which questions the portfolio leaves open most often, and on how many pilots."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import User
from readiness.facts import COLUMNS, applies, facts_of
from readiness.models import Answer, ChecklistItem, ChecklistTemplate
from readiness.queries.heat_choice import QUESTION, QUESTIONS, Chosen, in_stages
from readiness.queries.kinds import PilotFacts


@dataclass(frozen=True)
class OpenQuestion:
    """A question, on how many of the `asked` pilots it is open, and the address of those."""

    item: ChecklistItem
    open: int
    asked: int
    query: str


def open_most(
    user: User, chosen: Chosen, template: ChecklistTemplate, as_of: date
) -> tuple[OpenQuestion, ...]:
    """Every question of the list, the one open most often first; three statements."""
    items = list(template.items.all())
    many = len(items) > QUESTIONS
    pilots = in_stages(user, chosen.stage, chosen.unit)
    facts = {
        row: facts_of(PilotFacts(*row[:-1]))
        for row in pilots.order_by().values_list(*COLUMNS).annotate(n=Count("pk"))
    }
    asked = {item.key: sum(row[-1] for row in facts if applies(item, facts[row])) for item in items}
    met: Counter[str] = Counter()
    keyed = {item.key: item for item in items}
    said = Answer.objects.open_interval().met(as_of).filter(pilot__in=pilots, key__in=keyed)
    columns = [f"pilot__{name}" for name in COLUMNS]
    for key, *row, number in said.order_by().values_list("key", *columns).annotate(n=Count("pk")):
        if applies(keyed[key], facts_of(PilotFacts(*row))):
            met[key] += number
    found = [
        OpenQuestion(
            item, asked[item.key] - met[item.key], asked[item.key],
            chosen.query(by=QUESTION, among=item.dimension if many else "", open=item.code),
        )
        for item in items
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.open, one.item.position)))
