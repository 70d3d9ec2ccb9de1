"""Values that break forms, and the boxes of a page to put them in."""

from html.parser import HTMLParser

HUGE = "9" * 30
NASTY = (
    "",
    "0",
    "-1",
    HUGE,
    "²",
    "1e400",
    "NaN",
    "-Infinity",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "javascript:alert(1)",
    "https://[::1",
    "//evil.example/\\",
    "<script>alert(1)</script> {{ 7|add:7 }} [x](javascript:alert(1))",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe\u2066",
    "\ufdfa" * 3_000,  # Eighteen characters each when it is folded.
    "x" * 10_000,
    "00000000-0000-4000-8000-000000000000",
    '{"a": [1, null]}',
)


class Boxes(HTMLParser):
    """Names of what a page sends, with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "input" and name and told.get("type") not in ("submit", "button"):
            if told.get("type") not in ("checkbox", "radio") or "checked" in told:
                self.found[name] = told.get("value", "")
            else:
                self.found.setdefault(name, told.get("value", "") or "on")
        elif tag == "select" and name:
            self._select = name
            self.found.setdefault(name, "")
        elif tag == "option" and self._select:
            if "selected" in told or not self.found[self._select]:
                self.found[self._select] = told.get("value", "")
        elif tag == "textarea" and name:
            self._text = name
            self.found[name] = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._text = "" if tag == "textarea" else self._text


def boxes(body: str) -> dict[str, str]:
    parser = Boxes()
    parser.feed(body)
    return {name: value for name, value in parser.found.items() if name != "csrfmiddlewaretoken"}
