"""What strikes an experienced eye in a record: hints, never blocks. Pure."""

import re
from collections.abc import Callable

from portfolio.models import Pilot

# A number in digits or in words, or a share. "Fast" and "better" are none.
NUMBER = re.compile(
    r"\d|%|\b(one|two|three|four|five|six|seven|eight|nine|ten|half|twice|all|none|no|every)\b",
    re.IGNORECASE,
)
DEPARTMENTS = 3  # From so many on it is an organisational change before it is a system.


def charter(pilot: Pilot) -> list[str]:
    """Source map C28: a goal without a number or unit cannot be missed, nor reached."""
    said = {"Ready when": pilot.ready_when, "Stop when": pilot.stop_when}
    vague = [label for label, words in said.items() if words and not NUMBER.search(words)]
    found = [f"“{label}” names no number or unit. Who will say that it is met?" for label in vague]
    if pilot.target_launch_on and pilot.decide_by and pilot.target_launch_on < pilot.decide_by:
        found.append("The target launch comes before the day to decide by.")
    return found


def effort(pilot: Pilot) -> list[str]:
    """Source map D06, D16 and D17."""
    found = []
    if pilot.model_share is not None and pilot.model_share > 50:
        found.append(
            "More than half of the effort is the model. In what ships it is the smaller part: "
            "data, integration and operations are the rest."
        )
    build, integrate = pilot.build_days, pilot.integrate_days
    if build is not None and integrate is not None and integrate < build:
        found.append(
            "Connecting is planned shorter than building. Usually it is weeks to build and months "
            "to integrate."
        )
    if pilot.departments is not None and pilot.departments >= DEPARTMENTS:
        found.append(f"{pilot.departments} departments have to change. Plan time for the people.")
    return found


def hosting(pilot: Pilot) -> list[str]:
    """Source map A04."""
    if pilot.access_holders is not None and pilot.access_holders < 2:
        return ["Fewer than two people can reach it. When one leaves, it is gone."]
    return []


HINTS: dict[str, Callable[[Pilot], list[str]]] = {
    "charter": charter, "effort": effort, "hosting": hosting,
}  # fmt: skip


def hints(code: str, pilot: Pilot) -> tuple[str, ...]:
    """Hints for the section of that code."""
    return tuple(HINTS[code](pilot)) if code in HINTS else ()
