import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from common import text


@given(st.text())
def test_clean_text_is_stable_and_has_no_controls(raw: str) -> None:
    cleaned = text.clean(raw)
    assert text.clean(cleaned) == cleaned
    assert all(unicodedata.category(c) not in ("Cc", "Cs") for c in cleaned)
    assert cleaned == " ".join(cleaned.split())


@given(st.text())
def test_a_key_is_a_fixed_point_of_at_most_500(raw: str) -> None:
    assert len(text.key(raw)) <= 500
    assert text.key(raw.upper().lower()) == text.key(raw.upper().lower().strip())


def test_lines_are_kept_where_they_are_wanted() -> None:
    assert text.clean("a\r\nb\tc\0\u202e ", lines=True) == "a\nb\tc"
    assert text.clean("a\r\nb\tc") == "a b c"


def test_names_that_read_alike_have_one_key() -> None:
    assert text.key(" Straße  A") == text.key("STRASSE a")
    assert text.key("ﬁnance") == text.key("Finance")


def test_what_draws_nothing_is_no_text() -> None:
    for nothing in ("\u200b", "\u202e \u200b", "\u3164", "\u2800\u2800", "\ufeff\n", "\u0301"):
        assert text.clean(nothing) == text.clean(nothing, lines=True) == ""
    for something in ("1", "—", "日", "👩\u200d🚀", "e\u0301", "?"):
        assert text.clean(something) == unicodedata.normalize("NFC", something)
