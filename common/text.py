"""Text as stored and as compared."""

import unicodedata

# Controls that reorder text on screen can make a name read as another one.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
# Letters and signs that draw nothing: fillers of Hangul, the empty pattern of Braille.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def clean(text: str, *, lines: bool = False) -> str:
    """NFC without control and bidirectional characters; `lines` keeps line breaks and tabs.

    What draws nothing at all, such as a zero-width space alone, is no text: "".
    """
    kept = "\n\t" if lines else ""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate(_BIDI)
    text = "".join(
        c if c in kept else " " if c in "\n\t\x0b\x0c" else c
        for c in text
        if c in "\n\t\x0b\x0c" or unicodedata.category(c) not in ("Cc", "Cs")
    )
    if not any(map(_draws, text)):
        return ""
    return text.strip() if lines else " ".join(text.split())


def _draws(character: str) -> bool:
    """Marks are drawn on what stands before them; alone they say nothing."""
    kind = unicodedata.category(character)
    return (kind[0] in "LNPS" or kind == "Co") and character not in _BLANK


def key(text: str) -> str:
    """The form in which two names are the same name: folded, one space between words.

    At most 500 characters, because folding can lengthen a text.
    """
    return " ".join(unicodedata.normalize("NFKC", clean(text)).casefold().split())[:500]


def listed(words: list[str]) -> str:
    """One, two and three."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def whole(typed: str) -> int | None:
    """The number of a row as an address or a form says it; None for everything else.

    Plain digits that a bigint holds: "²" and "٣" are digits too, and not of ours.
    """
    plain = typed.isascii() and typed.isdigit() and len(typed) <= 18
    return int(typed) if plain else None
