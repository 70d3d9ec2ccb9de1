"""What people decide about themselves."""

from collections.abc import Collection
from zoneinfo import available_timezones

from django.db import transaction

from accounts.actions import events
from accounts.models import User
from accounts.models.user import LANDINGS, PAGE_SIZES, THEMES
from common import text
from common.changes import changed
from common.errors import Refused

OFFERED: dict[str, Collection[object]] = {
    "landing": LANDINGS, "page_size": PAGE_SIZES, "theme": THEMES
}  # fmt: skip


@transaction.atomic
def set_preferences(
    *,
    by: User,
    channel: str,
    name: str,
    time_zone: str,
    digest_enabled: bool,
    digest_weekday: int,
    digest_hour: int,
    landing: str | None = None,
    page_size: int | None = None,
    theme: str | None = None,
) -> User:
    """A person's own name, zone ("" is the company's), digest and screens; None leaves it."""
    name = text.clean(name)
    if len(name) > 200:
        raise Refused("A name has at most 200 characters.", field="name")
    if time_zone and time_zone not in available_timezones():
        raise Refused(f"“{time_zone}” is not a time zone.", field="time_zone")
    if not 0 <= digest_weekday <= 6:
        raise Refused("Choose a day of the week.", field="digest_weekday")
    if not 0 <= digest_hour <= 23:
        raise Refused("Choose an hour from 0 to 23.", field="digest_hour")
    screens = {"landing": landing, "page_size": page_size, "theme": theme}
    for field, value in screens.items():
        if value is not None and value not in OFFERED[field]:
            raise Refused("Choose one of those offered.", field=field)
    user = User.objects.select_for_update().get(pk=by.pk)
    wanted = {
        "name": name, "time_zone": time_zone, "digest_enabled": digest_enabled,
        "digest_weekday": digest_weekday, "digest_hour": digest_hour,
        **{field: value for field, value in screens.items() if value is not None},
    }  # fmt: skip
    before, after = changed(user, wanted)
    for field, value in after.items():
        setattr(user, field, value)
    if after:
        user.save(update_fields=list(after))
        events.record(
            verb="preferences.set", by=by, channel=channel, person=user,
            before=before, after=after,
        )  # fmt: skip
    return user
