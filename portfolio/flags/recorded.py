"""Since when a field of the pilot holds what it holds, as far as it was recorded here."""

from django.db.models import DateField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncDate

from portfolio.models import Event


def recorded_on(field: str) -> Coalesce:
    """The day the field was last set here; for what came without an event the registration.

    A fact may be older than its record, so ages by it are lower bounds.
    """
    named = Event.objects.filter(pilot=OuterRef("pk"), after__has_key=field).order_by("-at")
    day = Subquery(named.values(day=TruncDate("at"))[:1], output_field=DateField())
    return Coalesce(day, F("registered_on"))
