"""What events of readiness say in words, those that were recorded as codes too. Pure."""

import re
from functools import cache
from typing import Any

from readiness.catalog import read_all
from readiness.models import State


@cache
def _questions() -> dict[str, str]:
    found: dict[str, str] = {}
    for template in sorted(read_all(), key=lambda one: one.slug != "production"):
        for item in template.items:
            found.setdefault(item.code, item.question)
    return found


def question(code: Any) -> str:
    """The question of a code, the ten first; the code itself when no file has it."""
    return _questions().get(str(code), str(code))


def state(code: Any) -> str:
    """The word of an item's state."""
    return str(dict(State.choices).get(str(code), code))


def file(told: Any) -> str:
    """A file by its name; of its fingerprint as much as tells two apart."""
    return re.sub(r"(\(SHA-256 [0-9a-f]{12})[0-9a-f]+\)", r"\1…)", str(told))
