"""The company's settings change here."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction

from accounts.actions import events
from accounts.actions.rights import require_administrator
from accounts.models import CompanySettings, User
from accounts.models.company import ONLY
from accounts.queries.company import stored
from accounts.queries.company_words import FIELDS
from common import company, text
from common.company import Company
from common.errors import Conflict, Refused

NEWER = "Somebody else saved the settings while you were changing them."


def change(*, by: User | None, channel: str, version: int, **values: Any) -> Company:
    """Save settings; `version` is the one the form showed (0: never saved), another is a Conflict.

    Every process follows within seconds.
    """
    require_administrator(by)
    try:
        with transaction.atomic():
            saved = _change(by, channel, version, cleaned(values))
    except IntegrityError:
        raise Conflict(NEWER) from None
    company.forget()
    return saved


def _change(by: User | None, channel: str, version: int, wanted: Mapping[str, Any]) -> Company:
    row = CompanySettings.objects.select_for_update().filter(pk=ONLY).first()
    if version != (row.version if row else 0):
        raise Conflict(NEWER)
    now = stored() or company.from_environment()
    before = {field: value for field, value in asdict(now).items() if field in wanted}
    after = {field: wanted[field] for field in before if before[field] != wanted[field]}
    if not after:
        return now
    if row:
        for field, value in after.items():
            setattr(row, field, value)
        row.version += 1
        row.save()
    else:
        CompanySettings.objects.create(pk=ONLY, **{**asdict(now), **wanted})
    events.record(
        verb="company.changed", by=by, channel=channel,
        before={field: before[field] for field in after}, after=after,
    )  # fmt: skip
    return Company(**{**asdict(now), **after})


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored; Refused with the field that is wrong."""
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise Refused(f"There is no setting {', '.join(sorted(unknown))}.")
    wanted = {f: text.clean(v) if isinstance(v, str) else v for f, v in values.items()}
    for field, check in CHECKS.items():
        if field in wanted and (sentence := check(wanted[field])):
            raise Refused(sentence, field=field)
    low, high = wanted.get("band_low", 0), wanted.get("band_high", 100)
    if low >= high:
        raise Refused("The band ends above where it begins.", field="band_high")
    return wanted


def _name(value: str) -> str:
    if not value:
        return "The company needs a name."
    return "A name has at most 100 characters." if len(value) > 100 else ""


def _whole(low: int, high: int, what: str, *, none: bool = False) -> Any:
    def check(value: Any) -> str:
        if value is None and none:
            return ""
        if isinstance(value, int) and low <= value <= high:
            return ""
        return f"{what} from {low:,} to {high:,}."

    return check


CHECKS: dict[str, Any] = {
    "name": _name,
    "zone": lambda v: "" if v in available_timezones() else f"“{v[:80]}” is not a time zone.",
    "currency": lambda v: (
        "" if re.fullmatch(r"[A-Z]{3}", v) else "Write the three-letter code, such as EUR."
    ),
    "fiscal_month": _whole(1, 12, "A month"),
    "band_low": _whole(0, 100, "A whole percentage"),
    "band_high": _whole(0, 100, "A whole percentage"),
    "band_source": lambda v: "At most 300 characters." if len(v) > 300 else "",
    "wip_limit": _whole(1, 10_000, "A whole number", none=True),
    "keep_uploads": _whole(1, 3_650, "Days", none=True),
}
