"""Requests to the teams that must look at a pilot before it ships."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.actions import records
from portfolio.models import Outcome, Pilot, Review, Team


@transaction.atomic
def request(
    *, pilot: Pilot, by: User, channel: str, token: UUID | None = None, **values: Any
) -> Review:
    """A team was asked; with an outcome at once when the answer is known already."""
    pilot = records.editable(pilot, by)
    existing = records.sent_before(Review, token, pilot=pilot)
    if existing:
        return existing
    row = Review(pilot=pilot, **_cleaned(pilot, {"requested_on": clock.today()}, values))
    return records.add(row, pilot=pilot, by=by, channel=channel, token=token)


@transaction.atomic
def change(
    *, review: Review, by: User, channel: str, revision: int | None = None, **values: Any
) -> Review:
    """Record the decision, or correct the request."""
    pilot = records.editable(review.pilot, by)
    row = records.locked_row(review)
    names = ("team", "requested_on", "decided_on", "outcome", "note")
    kept = {name: getattr(row, name) for name in names}
    values = _cleaned(pilot, kept, values, row)
    verb = "decided" if values["outcome"] and not row.outcome else "changed"
    return records.change(
        row, values, pilot=pilot, by=by, channel=channel, revision=revision, verb=verb
    )


def _cleaned(
    pilot: Pilot, kept: dict[str, Any], given: dict[str, Any], row: Review | None = None
) -> dict[str, Any]:
    values = kept | records.cleaned(Review, given)
    if values.get("team") not in Team.values:
        raise Refused("Which team is it?", field="team")
    values["requested_on"] = values.get("requested_on") or clock.today()
    outcome, decided = values.get("outcome", ""), values.get("decided_on")
    if decided and not outcome:
        raise Refused("Say how they decided, or leave the day empty.", field="outcome")
    values |= {"outcome": outcome, "decided_on": (decided or clock.today()) if outcome else None}
    records.in_past(values["requested_on"], "requested_on", "A request")
    records.in_past(values["decided_on"], "decided_on", "A decision")
    records.in_order(
        values["requested_on"], values["decided_on"], "decided_on",
        "They cannot have decided before they were asked.",
    )  # fmt: skip
    if outcome not in ("", Outcome.APPROVED) and not values.get("note"):
        raise Refused("Say why: the conditions, or the reason.", field="note")
    if not outcome:
        _check_once(pilot, values["team"], row)
    return values


def _check_once(pilot: Pilot, team: str, row: Review | None) -> None:
    waiting = pilot.reviews.filter(team=team, outcome="")
    if row:
        waiting = waiting.exclude(pk=row.pk)
    if waiting.exists():
        label = Team(team).label
        raise Refused(f"{label} has been asked already and has not decided.", field="team")
