"""Flags in words. A rule that is gone keeps its code's words: its flags are history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portfolio.flags.registry import rules


def title(code: str) -> str:
    """Short words for a rule, such as "Stale PoC"."""
    return rules.get(code).title if code in rules else code.replace("_", " ").capitalize()


def why(code: str, facts: Mapping[str, Any], as_of: date) -> str:
    """The finding with its numbers as of a day, such as "In PoC for 140 days"."""
    return rules.get(code).words(facts, as_of) if code in rules else title(code)


def help_text(code: str) -> str:
    """What the rule means and, in a second line, how to clear it; "" for a rule that is gone."""
    return rules.get(code).help if code in rules else ""
