"""What somebody typed into a search box, as the search takes it."""

import re
from dataclasses import dataclass

from common import text

LENGTH_MAX = 200  # characters
WORDS_MAX = 8
SWAPPED_MAX = 16  # letters
_REFERENCE = re.compile(r"(pil-)?([0-9]{1,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """`number` is that of a reference, or None; `certain` says that it was typed in full, such as
    "PIL-42", and means nothing else. `cut` says that what was typed was longer than is searched.
    """

    words: tuple[str, ...]
    number: int | None
    certain: bool
    cut: bool

    @property
    def text(self) -> str:
        return " ".join(self.words)


def swapped(word: str) -> tuple[str, ...]:
    """The word with two neighbouring letters in each other's place, in every way there is.

    Trigrams hardly see that "raeder" is "reader"; these do.
    """
    if not 4 <= len(word) <= SWAPPED_MAX:
        return ()
    pairs = range(len(word) - 1)
    found = (f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in pairs)
    return tuple(dict.fromkeys(other for other in found if other != word))


def sought(typed: str) -> Sought:
    """Without control and bidirectional characters, at most LENGTH_MAX characters and WORDS_MAX
    words, whatever was typed."""
    # Cleaning is done on what is kept: nobody waits for a megabyte to be folded.
    given = text.clean(typed[: LENGTH_MAX * 10])
    words = given[:LENGTH_MAX].split()
    cut = len(typed) > LENGTH_MAX * 10 or len(given) > LENGTH_MAX or len(words) > WORDS_MAX
    found = _REFERENCE.fullmatch(" ".join(words))
    number = int(found[2]) if found else None  # 18 digits: a bigint holds them.
    return Sought(tuple(words[:WORDS_MAX]), number, bool(found and found[1]), cut)
