"""The guide's table of rules says what the rules say."""

import re
from pathlib import Path

import pytest

from portfolio.flags.registry import Rule, rules
from portfolio.models.flag import Severity

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "flags.md"
ROW = re.compile(r"\| `(\w+)` \| (\w+) \| ([HML]) \| [^|]+ \| ([^|]+) \|")


def test_the_guide_lists_every_rule_as_it_is() -> None:
    listed = {m[1]: (m[2], m[3], m[4]) for m in map(ROW.match, GUIDE.read_text().split("\n")) if m}
    assert {code: row[:2] for code, row in listed.items()} == {
        code: (rule.family, rule.severity) for code, rule in rules.items()
    }
    for code, rule in rules.items():
        limits = {rule.limit, *rule.by_stage.values()} - {0}
        if code == "DECISION_OVERDUE":
            continue  # One day after the day is "has passed".
        assert limits <= {int(n) for n in re.findall(r"\d+", listed[code][2])}, code


@pytest.mark.parametrize("rule", rules.values(), ids=lambda rule: rule.code)
def test_every_rule_says_what_it_means_and_how_to_clear_it(rule: Rule) -> None:
    meaning, _, cure = rule.help.partition("\n")
    assert meaning.endswith(".")
    assert cure.startswith("To clear it: ")
    assert rule.severity in Severity.values
    assert len(rule.title) <= 20
