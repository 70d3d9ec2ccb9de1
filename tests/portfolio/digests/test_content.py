from decimal import Decimal

import pytest

from portfolio.digests import content
from portfolio.digests.compose import compose
from portfolio.digests.content import Line, Part, bar, capped, from_json, shares, summary
from portfolio.digests.registry import Found, Section


def line(number: int) -> Line:
    return Line(
        number, f"PIL-{number}", "Invoice reader", "Sales", "PoC", 140, False, ("No owner",)
    )


def found(*numbers: int, total: int | None = None, burn: int = 0, unknown: int = 0) -> Found:
    lines = tuple(line(n) for n in numbers)
    return Found(lines, len(lines) if total is None else total, Decimal(burn), unknown)


def section(code: str) -> Section:
    return Section(code, code.title(), 1, "state=stalled", lambda batch: {})


def written(*pairs: tuple[str, Found]) -> content.Content | None:
    said = [(section(code), {7: one}) for code, one in pairs]
    return compose([7], said, period={7: "2026-W31"}, currency="EUR").get(7)


def test_nothing_to_say_is_no_digest() -> None:
    assert written() is None
    assert written(("yours", found())) is None


@pytest.mark.parametrize(
    ("total", "burn", "unknown", "expected"),
    [
        (1, 0, 1, "1 stalled pilot, cost not known"),
        (9, 41_400, 2, "9 stalled pilots, 41 k EUR a month, 2 without a known cost"),
        (2_133, 1_250_000, 0, "2,133 stalled pilots, 1.2 M EUR a month"),
        (3, 940, 0, "3 stalled pilots, 940 EUR a month"),
    ],
)
def test_the_line_on_top(total: int, burn: int, unknown: int, expected: str) -> None:
    said = written(("yours", found(1, total=total, burn=burn, unknown=unknown)))
    assert said is not None
    assert summary(said) == expected


def test_twenty_at_most_then_a_count() -> None:
    said = written(("yours", found(*range(15))), ("rest", found(*range(20, 40), total=300)))
    assert said is not None
    assert [len(part.lines) for part in said.parts] == [15, 5]
    assert [part.more for part in said.parts] == [0, 295]
    assert said.total == 315
    assert len(capped([Part("a", "A", 25, tuple(line(n) for n in range(25)))])[0].lines) == 20


def test_it_is_kept_as_json_and_read_back() -> None:
    import json

    said = written(("yours", found(1, 2, burn=5)))
    assert said is not None
    assert from_json(json.loads(json.dumps(said.as_json()))) == said


def test_another_person_sees_only_their_pilots_and_no_totals() -> None:
    said = written(("yours", found(1, 2, total=9, burn=41_000)), ("rest", found(3)))
    assert said is not None
    shown = said.seen_by_another({2})
    assert shown.pilots == [2]
    assert (shown.total, shown.burn, shown.withheld) == (1, 0, True)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "[..........|          ]"), (45, "[====......|          ]"),
        (91, "[==========|          ]"), (92, "[==========|+         ]"),
        (140, "[==========|++++++    ]"), (5_000, "[==========|++++++++++]"),
    ],
)  # fmt: skip
def test_the_quarter_line_in_characters(days: int, expected: str) -> None:
    assert bar(days) == expected
    assert sum(shares(days).values()) == 140
    assert bool(shares(days)["past"]) == (days > 91)
