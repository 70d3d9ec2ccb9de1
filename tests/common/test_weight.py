"""What a page without charts costs the reader: JS and CSS, compressed as served."""

from pathlib import Path

import brotli
from django.contrib.staticfiles import finders

from common.compressed import QUALITY

EVERY_PAGE = (
    "css/tokens.css", "css/base.css", "css/controls.css", "css/data.css",
    "js/app.js", "django_htmx/htmx-2.min.js",
)  # fmt: skip


def weight(name: str) -> int:
    found = finders.find(name)
    assert isinstance(found, str)
    return len(brotli.compress(Path(found).read_bytes(), quality=QUALITY))


def test_every_page_stays_within_35_kilobytes() -> None:
    assert sum(map(weight, EVERY_PAGE)) <= 35_000


def test_the_sprite_is_small() -> None:
    assert weight("icons.svg") <= 4_000
