"""What was typed becomes a few clean words, however much it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.sought import LENGTH_MAX, WORDS_MAX, sought, swapped


@pytest.mark.parametrize(
    ("typed", "number", "certain"),
    [
        ("PIL-42", 42, True),
        (" pil-42 ", 42, True),
        ("42", 42, False),
        ("PIL-42 x", None, False),
        ("PIL-" + "9" * 19, None, False),
        ("٤٢", None, False),
        ("", None, False),
    ],
)
def test_references(typed: str, number: int | None, certain: bool) -> None:
    what = sought(typed)
    assert (what.number, what.certain) == (number, certain)


def test_what_turns_text_around_is_left_out() -> None:
    assert sought("in\u202evoi\x00ce \u2066reader\x0b").words == ("invoice", "reader")


def test_a_long_text_is_cut_and_said_to_be() -> None:
    what = sought("word " * 2_000)
    assert what.cut
    assert len(what.words) == WORDS_MAX
    assert not sought("Invoice reader").cut
    assert sought("x" * 10_000).words == ("x" * LENGTH_MAX,)


def test_swapped_letters() -> None:
    assert swapped("raed") == ("ared", "read", "rade")
    assert swapped("aaaa") == swapped("abc") == swapped("x" * 17) == ()


@given(st.text(max_size=500))
def test_whatever_is_typed_is_bounded(typed: str) -> None:
    what = sought(typed)
    assert len(what.text) <= LENGTH_MAX
    assert len(what.words) <= WORDS_MAX
    assert what.certain <= (what.number is not None)
