"""Which texts are the number of a row."""

import pytest

from common.text import whole


@pytest.mark.parametrize(("typed", "number"), [("7", 7), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_plain_digits_are(typed: str, number: int) -> None:
    assert whole(typed) == number


@pytest.mark.parametrize("typed", ["", "-1", "+1", " 1", "1.0", "1_0", "²", "٣", "9" * 19, "1e3"])
def test_nothing_else_is(typed: str) -> None:
    assert whole(typed) is None
