from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from portfolio.queries import figures
from portfolio.queries.figures import OLDEST, Counts


@given(st.integers(-5, 4000))
def test_every_age_lies_within_its_class(days: int) -> None:
    first, last = figures.class_days(figures.age_class(days))
    assert first <= max(days, 0)
    assert last is None or days <= last


def test_the_quarter_line_stands_between_two_classes() -> None:
    assert figures.age_class(91) == 6
    assert figures.age_class(92) == 7
    assert figures.class_days(6) == (79, 91)
    assert figures.class_days(7) == (92, 104)
    assert figures.age_class(364) == OLDEST - 1
    assert figures.age_class(365) == OLDEST


def test_classes_leave_no_day_out() -> None:
    for age in range(OLDEST):
        assert figures.class_days(age)[1] == figures.class_days(age + 1)[0] - 1


def test_groups_add_up() -> None:
    one = {("poc", 1): Counts(pilots=2, stalled=1), ("idea", 0): Counts(pilots=1)}
    other = {("poc", 1): Counts(pilots=3), ("poc", -1): Counts(pilots=5, burn=7)}
    both = figures.add(one, other)
    assert both["poc", 1] == Counts(pilots=5, stalled=1)
    stages = figures.by_stage(both)
    assert stages["poc"] == Counts(pilots=10, stalled=1, burn=7)
    assert stages["retired"] == Counts()
    assert figures.summed(stages.values()).pilots == 11
    assert timedelta(days=7) == figures.WEEK
