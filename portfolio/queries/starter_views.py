"""Views that everybody has from the start. They are data: a line here is a view."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StarterView:
    """`filter` and `sort` as they stand in an address."""

    slug: str
    name: str
    filter: str
    sort: str = ""
    tab: bool = True

    @property
    def address(self) -> str:
        """What stands behind the question mark of the list that it opens."""
        sort = f"&sort={self.sort}" if self.sort else ""
        return f"{self.filter}{sort}&view={self.slug}"


STARTERS = {
    view.slug: view
    for view in (
        StarterView("stalled", "Stalled", "state=stalled", "entered"),
        StarterView("no-owner", "No owner", "state=active&owner=none", "entered"),
        StarterView("decide-soon", "Decide within 30 days", "state=active&decide=30", "decide"),
        StarterView("my-unit", "My unit", "state=active&unit=mine"),
        StarterView("past-the-quarter", "PoCs past the quarter", "flag=STALE_POC&snoozed=any",
                    "entered", tab=False),
        StarterView("overdue", "Decision overdue", "decide=overdue", "decide", tab=False),
        StarterView("silent", "No update", "state=active&freshness=outdated", "updated", tab=False),
        StarterView("off-track", "Off track", "state=active&health=off_track", "updated",
                    tab=False),
        StarterView("on-hold", "On hold", "state=hold", tab=False),
        StarterView("nothing-measured", "Nothing measured", "state=active&metric=none", tab=False),
    )
}  # fmt: skip
