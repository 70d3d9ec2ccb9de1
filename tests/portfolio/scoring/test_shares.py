from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.numbers import rounded
from portfolio.scoring.shares import percent, wilson

samples = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Computed apart from this code, with z = 1.959963985.
        (144, 200, "65.4", "77.8"),
        (180, 200, "85.1", "93.4"),
        (0, 10, "0.0", "27.8"),
        (10, 10, "72.2", "100.0"),
        (1, 2, "9.5", "90.5"),
    ],
)
def test_known_intervals(part: int, whole: int, low: str, high: str) -> None:
    found = wilson(part, whole)
    assert (str(rounded(found.low)), str(rounded(found.high))) == (low, high)


@given(samples)
def test_the_interval_holds_the_share_and_stays_in_bounds(sample: tuple[int, int]) -> None:
    part, whole = sample
    found = wilson(part, whole)
    share = Decimal(100) * part / whole
    assert 0 <= found.low <= share + Decimal("1e-20")
    assert share - Decimal("1e-20") <= found.high <= 100
    assert found.low < found.high


@given(samples)
def test_it_is_symmetric_and_narrows_with_the_sample(sample: tuple[int, int]) -> None:
    part, whole = sample
    found, other = wilson(part, whole), wilson(whole - part, whole)
    assert abs(found.low + other.high - 100) < Decimal("1e-20")
    larger = wilson(part * 4, whole * 4)
    assert larger.high - larger.low < found.high - found.low


@given(samples)
def test_its_bounds_solve_the_equation_it_comes_from(sample: tuple[int, int]) -> None:
    """At a bound b the share lies z standard errors of b away: (p - b)^2 = z^2 b (1 - b) / n."""
    part, whole = sample
    found = wilson(part, whole)
    for bound in (found.low / 100, found.high / 100):
        if bound in (0, 1):
            continue
        left = (Decimal(part) / whole - bound) ** 2
        right = Decimal("1.959963984540054") ** 2 * bound * (1 - bound) / whole
        assert abs(left - right) < Decimal("1e-20")


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (3, 2), (-1, 2)])
def test_no_share(part: int, whole: int) -> None:
    for function in (percent, wilson):
        with pytest.raises(ValueError, match="no share"):
            function(part, whole)


def test_percent_is_exact_to_eight_decimals() -> None:
    assert percent(1, 3) == Decimal("33.33333333")
    assert percent(144, 200) == 72
