"""Units come and are renamed here only: path and lineage follow."""

from django.db import transaction

from accounts.models import Unit
from common import text
from common.errors import Refused

SEPARATOR = " / "


@transaction.atomic
def ensure(*, name: str, parent: Unit | None = None) -> Unit:
    """The unit of that name below that parent, made when there is none."""
    name = text.clean(name)
    if not name:
        raise Refused("A unit needs a name.", field="unit")
    if len(name) > 200:
        raise Refused("The unit's name is longer than 200 characters.", field="unit")
    unit, made = Unit.objects.get_or_create(
        parent=parent, name_key=text.key(name), defaults={"name": name}
    )
    if made:
        unit.path = f"{parent.path}{SEPARATOR}{name}" if parent else name
        unit.lineage = f"{parent.lineage if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path", "lineage"])
    return unit
