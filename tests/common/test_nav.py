"""Which entry of the rail is lit."""

import pytest

from common import nav


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "Overview"),
        ("/pilots/PIL-1/readiness/full/", "Pilots"),
        ("/decisions/register/", "Decisions"),
        ("/boards/", "Decisions"),
        ("/boards/2/minutes", "Decisions"),
        ("/lessons/", "Decisions"),
        ("/readiness/trend/", "Readiness"),
        ("/checklists/full/compare", "Readiness"),
        ("/settings/gates/", "Settings"),
        ("/boardsandmore/", None),
    ],
)
def test_a_page_lights_the_entry_that_it_stands_under(path: str, label: str | None) -> None:
    lit = [link.label for link in nav.links(path, ["is_administrator"]) if link.here]
    assert lit == ([label] if label else [])
