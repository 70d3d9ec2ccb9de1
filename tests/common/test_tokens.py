"""Every text colour on every surface reaches WCAG AA in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = Path("static/css/tokens.css").read_text()
HEX = r"#([0-9a-f]{6})"
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(rf"--([\w-]+): light-dark\({HEX}, {HEX}\)", TOKENS)
}
SURFACES = ("paper", "sunk", "raised")
TEXT = (
    "ink", "muted", "accent", "on-track", "at-risk", "off-track", "no-update", "shipped", "stopped",
)  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", TEXT)
def test_text_on_surface(text: str, surface: str, theme: int) -> None:
    assert contrast(PAIRS[text][theme], PAIRS[surface][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_buttons_edges_and_bars(theme: int) -> None:
    assert contrast(PAIRS["on-accent"][theme], PAIRS["accent"][theme]) >= 4.5
    assert contrast(PAIRS["on-accent"][theme], PAIRS["accent-strong"][theme]) >= 4.5
    for surface in SURFACES:
        assert contrast(PAIRS["edge"][theme], PAIRS[surface][theme]) >= 3
        assert contrast(PAIRS["bar"][theme], PAIRS[surface][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_rail(theme: int) -> None:
    for surface in ("rail", "rail-here"):
        for fixed in ("rail-ink", "rail-muted"):
            colour = re.search(rf"--{fixed}: {HEX}", TOKENS)
            assert colour is not None
            assert contrast(colour[1], PAIRS[surface][theme]) >= 4.5
