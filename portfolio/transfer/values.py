# ruff: noqa: RUF001 - typographic characters are what these patterns look for
"""Yes and no, choices and amounts of money, as people type them."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Literal

from portfolio.transfer.text import header_key, opens_as_unknown, says_unknown

_YES = frozenset(
    ["yes", "y", "true", "t", "1", "x", "ja", "j", "wahr", "oui", "si", "sí", "✓", "✔", "☑", "on"]
)
_NO = frozenset(["no", "n", "false", "f", "0", "nein", "falsch", "non", "✗", "✘", "☐", "off"])

# Values of the pilot's choice fields and the words for them; the code itself always counts.
CHOICES: dict[str, dict[str, str]] = {
    "audience": {
        "internal": "internal|intern|employees|employee|staff|internal users|mitarbeiter|"
        "mitarbeitende|internal use|internal only|back office|workforce",
        "customer": "customer|customers|external|extern|public|client|clients|citizens|kunden|"
        "kunde|customer facing|external users|general public|public facing",
    },
    "data_class": {
        "public": "public|open|offentlich|oeffentlich|unclassified|open data",
        "internal": "internal|intern|internal use only|internal only",
        "confidential": "confidential|vertraulich|sensitive|secret|strictly confidential|"
        "restricted|geheim|streng vertraulich|proprietary|highly confidential",
        "personal": "personal|pii|personal data|personenbezogen|personenbezogene daten|gdpr|"
        "contains pii|privacy relevant|personally identifiable information",
        "regulated": "regulated|phi|hipaa|pci|health data|financial data|reguliert|"
        "special category",
    },
    "form": {
        "embedded": "embedded|integrated|built in|eingebettet|integriert",
        "separate": "separate|stand alone|standalone|separate tool|eigenstandig|separat",
    },
    "hosting": {
        "laptop": "laptop|a laptop|local|desktop|local machine|workstation|lokal|notebook",
        "consultant_machine": "consultant machine|a consultant s machine|consultant|vendor machine",
        "test_server": "test server|a test server|test|testserver|test environment|dev server|"
        "staging|testumgebung",
        "cloud_sandbox": "cloud sandbox|a cloud sandbox|sandbox|dev cloud|cloud test",
        "production": "production|prod|produktion|production environment|produktivumgebung",
    },
    "build_basis": {
        "poc_code": "poc code|poc code promoted|promoted|prototype code",
        "hardened": "hardened|gehartet|gehaertet",
        "rebuilt": "rebuilt|rewritten|neu gebaut",
    },
    "deploy": {
        "manual": "manual|by hand|manuell",
        "scripted": "scripted|script|skript",
        "automated": "automated|automatic|ci cd|cicd|automatisch|automatisiert",
    },
    "integration": {
        "none": "none|no integration|keine|no",
        "file_drop": "file drop|file|csv|batch file|datei|dateiaustausch",
        "api": "api|rest|rest api|web service|schnittstelle",
        "in_workflow": "in workflow|in the workflow|workflow|embedded in workflow",
    },
    "mode": {
        "interactive": "interactive|online|somebody waits for it|real time|interaktiv",
        "background": "background|in the background|batch|asynchronous|im hintergrund",
    },
    "artefact": {
        "slides": "slides|presentation|folien",
        "notebook": "notebook|a notebook|jupyter|jupyter notebook",
        "script": "script|a script|skript",
        "service": "service|a service|application|dienst|anwendung",
    },
    "dataset": {
        "static": "static|snapshot|statisch",
        "refreshed": "refreshed|updated regularly|aktualisiert",
        "streaming": "streaming|stream|live",
    },
}  # fmt: skip
_CHOICE_WORDS = {
    column: {
        header_key(word): code
        for code, words in codes.items()
        for word in f"{code}|{words}".split("|")
    }
    for column, codes in CHOICES.items()
}  # fmt: skip

Decimals = Literal[".", ","]
_MONEY = re.compile(
    r"(?:ca\.?|approx\.?|about|~|≈)?\s*(?:[$€£¥]|[a-z]{2,3}\b\.?)?\s*"
    r"(?P<number>\d[\d.,'’\u00a0\u202f ]*)\s*(?P<unit>[a-zäöü]*)\.?\s*"
    r"(?:[$€£¥]|[a-z]{3})?(?:\s*,?-)?",
)
_UNITS = {
    "": 0, "k": 3, "tsd": 3, "tausend": 3, "thousand": 3, "t": 3, "tds": 3, "m": 6, "mm": 6,
    "mio": 6, "mn": 6, "mln": 6, "million": 6, "millions": 6, "millionen": 6, "b": 9, "bn": 9,
    "mrd": 9, "billion": 9, "milliarden": 9, "eur": 0, "usd": 0, "gbp": 0, "chf": 0, "euro": 0,
    "dollar": 0, "dollars": 0,
}  # fmt: skip
_THOUSANDS = re.compile(
    r"\bt\s?(?:€|eur\b)|\bk\s?(?:€|eur\b|usd\b|\$|gbp\b|£|chf\b)|[€$£]\s?k\b|\btsd\b|"
    r"\bthousands?\b|\btausend\b|\(k\)|\bin k\b|[€$£']\s?000s?\b|\b000s\b"
)
_MILLIONS = re.compile(
    r"\bm\s?(?:€|eur\b|usd\b|\$)|[€$£]\s?mn?\b|\bmio\b|\bmillions?\b|\bmillionen\b|\(m\)"
)
_MOST = Decimal(10) ** 14


def unknown(cell: str) -> str | None:
    """The reason when a cell says in words that its value is unknown."""
    if says_unknown(cell) or opens_as_unknown(cell):
        return f"says “{' '.join(cell.split())[:60]}”: kept as unknown"
    return None


def yes_no(cell: str) -> tuple[bool | None, str]:
    """True or False and "", or None and the reason (completes "The cell ...")."""
    word = " ".join(cell.casefold().split()).strip(".!*")
    if word in _YES:
        return True, ""
    if word in _NO:
        return False, ""
    if reason := unknown(cell):
        return None, reason
    first = re.match(r"(yes|no|ja|nein|oui|non)\s*[-–—,.:;(]", word)
    if first:
        return first[1] in _YES, ""
    return None, "is neither yes nor no"


def choice(column: str, cell: str) -> tuple[str | None, str]:
    """The code of a choice field, or None and the reason."""
    words = _CHOICE_WORDS[column]
    key = header_key(cell)
    code = words.get(key) or words.get(header_key(cell.split("(")[0]))
    if code:
        return code, ""
    if reason := unknown(cell):
        return None, reason
    known = ", ".join(CHOICES[column])
    return None, f"is none of the known values ({known})"


def decimal_mark(cells: Iterable[str]) -> Decimals | None:
    """Which character divides the fraction in this column; None when nothing tells."""
    comma = point = 0
    for cell in cells:
        number = re.sub(r"[^\d.,]", "", cell)
        if re.search(r"\.\d{3},|,\d{1,2}$|\.\d{3}\.", number):
            comma += 1
        elif re.search(r",\d{3}\.|\.\d{1,2}$|,\d{3},", number):
            point += 1
    if comma == point:
        return None
    return "," if comma > point else "."


def scale(header: str) -> int:
    """The power of ten a header counts in: 3 for "Budget (T€)" or "Cost in k USD"."""
    text = header.casefold()
    if _MILLIONS.search(text):
        return 6
    return 3 if _THOUSANDS.search(text) else 0


def amount(cell: str, mark: Decimals | None, power: int = 0) -> tuple[Decimal | None, str]:
    """An amount of money, without its currency, or None and the reason.

    `power` is the scale of its column; a cell that names its own unit goes by that.
    """
    text = " ".join(cell.casefold().split())
    if reason := unknown(cell):
        return None, reason
    if re.search(r"\d\s*(?:-|–|to|bis)\s*[$€£]?\s*\d", text):
        return None, "names a range, not an amount"
    if re.match(r"[-(]\s*[$€£]?\s*\d", text):
        return None, "is negative, which no amount here can be"
    match = _MONEY.fullmatch(text)
    if not match or match["unit"] not in _UNITS:
        return None, "is not an amount"
    digits = re.sub(r"['’\u00a0\u202f ]", "", match["number"]).rstrip(".,")
    number = _number(digits, mark)
    if number is None:
        return None, "is ambiguous: does the last mark divide thousands or the fraction?"
    value = number * (Decimal(10) ** (_UNITS[match["unit"]] or power))
    if value >= _MOST:
        return None, "is larger than any amount that can be kept"
    return value.quantize(Decimal("0.01")), ""


def _number(digits: str, mark: Decimals | None) -> Decimal | None:
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        mark = "." if digits.rfind(".") > digits.rfind(",") else ","
    elif points + commas == 1:
        sign = "." if points else ","
        behind = len(digits) - digits.index(sign) - 1
        if behind != 3:
            mark = "." if points else ","
        elif mark is None:
            return None
    elif points > 1:
        mark = ","
    elif commas > 1:
        mark = "."
    thousands = "," if mark == "." else "."
    plain = digits.replace(thousands, "").replace(mark or ".", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
