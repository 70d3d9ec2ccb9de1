from hypothesis import given
from hypothesis import strategies as st

from common import bars


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_a_longer_age_is_never_a_shorter_bar(a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert 0 <= bars.quarter_x(low) <= bars.quarter_x(high) <= bars.WIDTH


def test_the_bar_reaches_the_mark_on_day_91_and_is_hatched_from_day_92() -> None:
    at, past = bars.quarter_bar(91), bars.quarter_bar(92)
    assert 'class="age"' in at
    assert 'class="h"' not in at
    assert 'class="age over"' in past
    assert 'class="h"' in past
    assert past.endswith("92 days</span>")


def test_an_unknown_entry_reads_at_least_and_is_dotted() -> None:
    bar = bars.quarter_bar(30, at_least=True)
    assert "at least 30 days" in bar
    assert 'class="u"' in bar


def test_a_settled_stage_has_no_mark_and_no_hatch() -> None:
    bar = bars.quarter_bar(900, settled=True)
    assert 'class="h"' not in bar
    assert 'class="m"' not in bar


def test_the_bar_of_a_row_has_a_second_part_past_day_91() -> None:
    at, past, settled = bars.row_line(91), bars.row_line(92), bars.row_line(900, settled=True)
    assert at.count("<path") == settled.count("<path") == 1
    assert past.count("<path") == 2


def test_no_inline_style_anywhere() -> None:
    drawn = bars.quarter_bar(10) + bars.share_bar(1, 3) + bars.sparkline([1, 2], goal=3)
    assert "style=" not in drawn


def test_percentages_never_round_to_nothing_or_to_all() -> None:
    cases = {(0, 9): "0 %", (1, 900): "under 1 %", (899, 900): "over 99 %", (9, 9): "100 %"}
    assert {pair: bars.percent(*pair) for pair in cases} == cases
    assert bars.percent(0, 0) == "unknown"


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40), st.none() | st.floats(-1e9, 1e9))
def test_a_sparkline_stays_in_its_box(values: list[float], goal: float | None) -> None:
    drawn = bars.sparkline(values, goal=goal)
    path = drawn.split(' d="M')[-1].split('"')[0]
    points = [tuple(map(float, p.split(" "))) for p in path.split("L")]
    assert all(-0.01 <= x <= 96.01 and -0.01 <= y <= 24.01 for x, y in points)


def test_a_sparkline_without_readings_says_so() -> None:
    assert "no readings" in bars.sparkline([])
