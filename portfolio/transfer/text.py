# ruff: noqa: RUF001 - typographic characters are what these patterns look for
"""Text of cells: cleaned as stored, folded as compared."""

import re
import unicodedata

from common import text as common_text

_BLANKS = re.compile(r"[\s_\-./:*#&?,;'\"“”’–—]+")
# Nothing in it to clean: most cells, and several times faster than looking at each character.
_PLAIN = re.compile(r"[\x20-\x7e\n\t]*")
_CAMEL = re.compile(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])")
# What people write into a cell instead of leaving it blank.
_UNKNOWN = re.compile(
    r"(n\s*/?\s*a|n\.a\.?|not applicable|none|unknown|unclear|tbd|tba|tbc|to be (determined|"
    r"defined|announced|confirmed)|todo|to do|pending|open|\?+|-+|–+|—+|/|xx+|k\.?\s*a\.?|"
    r"keine angabe|unbekannt|offen|nicht bekannt|entfällt|on-?\s?going|ongoing|null|nil|nan|"
    r"blank|#n/a|not available|not known|not yet|in progress|laufend|noch offen|undefined)"
    r"[\s.]*(\(.*\))?"
)
_NA_WITH_WORDS = re.compile(r"(n/a|tbd|to be determined|not applicable|on-?going)\b.*", re.DOTALL)
SPREADSHEET_ERRORS = frozenset(
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ]
)


def line(cell: str) -> str:
    """One line: NFC, no control or bidi characters, single spaces."""
    if _PLAIN.fullmatch(cell) and cell[:1] != "'":
        return " ".join(cell.split())
    return common_text.clean(_unescaped(cell))


def lines(cell: str) -> str:
    """Text that may have several lines."""
    if _PLAIN.fullmatch(cell) and cell[:1] != "'":
        return cell.strip()
    return common_text.clean(_unescaped(cell), lines=True)


def key(cell: str) -> str:
    """The form in which two names are one."""
    if _PLAIN.fullmatch(cell):
        return " ".join(cell.casefold().split())
    return common_text.key(cell)


def header_key(header: str) -> str:
    """A header as compared: folded, without accents, punctuation and camel case."""
    spaced = _CAMEL.sub(" ", header.replace("PoC", "poc"))
    plain = unicodedata.normalize("NFKD", spaced.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c.isprintable())
    return re.sub(r"[()\[\]]+", " ", _BLANKS.sub(" ", plain)).strip().replace("  ", " ")


def says_unknown(cell: str) -> bool:
    """Whether the cell says in words that its value is not known, such as "N/A" or "TBD"."""
    folded = " ".join(cell.casefold().split())
    return bool(_UNKNOWN.fullmatch(folded))


def opens_as_unknown(cell: str) -> bool:
    """The same, followed by an explanation: "N/A - consolidated into another use case"."""
    return bool(_NA_WITH_WORDS.fullmatch(" ".join(cell.casefold().split())))


def _unescaped(cell: str) -> str:
    """Without the apostrophe an export put before a formula sign."""
    if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r"):
        return cell[1:]
    return cell
