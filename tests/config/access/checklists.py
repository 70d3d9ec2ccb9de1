"""A list of the company for the access matrix: asked now, with a next version and a draft."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from common import clock
from portfolio.models import Channel
from readiness.actions import drafts

SLUG = "own-house-rules"
ITEM: dict[str, Any] = {
    "evidence": "A name.", "close": "Ask.", "dimension": "data", "level": "groundwork",
    "side": "technical", "stage": "pilot",
}  # fmt: skip


def fill(mona: User) -> None:
    """Its first question is one of the ten, so that pilots have a score on it."""
    by: dict[str, Any] = {"by": mona, "channel": Channel.WEB}
    draft = drafts.begin(title="House rules", **by)
    same = {"kind": "latency", "same_as": "production.latency"}
    for days, more in ((0, same), (30, {})):
        item = {**ITEM, "question": f"Rule {days}?", **more}
        drafts.save_item(draft=draft, code="", seen="", values=item, **by)
        draft.refresh_from_db()
        on = clock.today() + timedelta(days=days)
        made = drafts.publish(draft=draft, seen=draft.version, on=on, **by)
        draft = drafts.next_version(template=made, **by)
