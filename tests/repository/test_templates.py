"""Templates keep the browser's policy: no inline style or script, no code in attributes."""

import re

import pytest

from tests.repository.files import texts

# Mails are read by mail programs, which know nothing but inline styles.
PAGES = [
    (path, text)
    for path, text in texts(".html")
    if "/emails/" not in path and "/email/" not in path
]
RULES = {
    "inline style": (r"\sstyle\s*=|<style\b", '<p style="color: red">'),
    "inline script": (
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", "<script>alert(1)</script>",
    ),
    "event attribute": (r"<[^>]*\son[a-z]+\s*=", '<button onclick="go()">'),
    "hx-on": (r"\bhx-on\b|\bhx-on:", '<p hx-on:click="go()">'),
    "code in hx-vals": (r"hx-(?:vals|headers)\s*=\s*.?\s*js:", "<p hx-vals='js:{a: b}'>"),
    "trigger filter": (r"hx-trigger\s*=\s*[\"'][^\"']*\[", '<p hx-trigger="click[ctrlKey]">'),
    "javascript address": (
        r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", '<a href="javascript:x">',
    ),
    "other people's server": (
        r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", '<script src="//cdn.example/x.js">',
    ),
    "unescaped text": (r"\|\s*safe\b|autoescape off", "{{ note|safe }}"),
}  # fmt: skip
NAMED = pytest.mark.parametrize(("pattern", "planted"), RULES.values(), ids=list(RULES))


def found(pattern: str, text: str) -> list[str]:
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", text, flags=re.DOTALL)
    return [match.group(0)[:80] for match in re.finditer(pattern, text, re.IGNORECASE)]


@NAMED
def test_no_template_breaks_the_policy(pattern: str, planted: str) -> None:
    assert PAGES
    problems = [f"{path}: {hit}" for path, text in PAGES for hit in found(pattern, text)]
    assert problems == []


@NAMED
def test_a_planted_violation_is_found(pattern: str, planted: str) -> None:
    assert found(pattern, planted)
