"""The guide as it is written, turned into safe HTML.

It knows what the guide uses and nothing more: headings, paragraphs, lists, numbered lists, tables,
blocks of code, links, bold, italic and code. Everything else is text. All text is escaped.
"""

import re
from collections.abc import Callable, Iterator
from html import escape

from django.utils.safestring import SafeString, mark_safe

_ITEM = re.compile(r"(?:[-*]|(\d+)\.) +(\S.*)")
_RULE = re.compile(r"\|(?: *:?-+:? *\|)+")
_CELL = re.compile(r"(?<!\\)\|")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\[(?P<label>[^\]]+)\]\((?P<target>[^)\s]+)\)"
    r"|\*\*(?P<bold>.+?)\*\*"
    r"|\*(?P<slant>[^*\s](?:[^*]*[^*\s])?)\*"
)
_SAFE = re.compile(r"(?:https?://|/(?!/)|#)[^\s]*")

Follow = Callable[[str], str]


def html(written: str, *, follow: Follow = str) -> SafeString:
    """The text as HTML. `follow` turns a link's target into an address; "" drops the link."""
    return mark_safe("\n".join(_blocks(written.splitlines(), follow)))  # noqa: S308 - escaped here


def anchor(heading: str) -> str:
    """The name by which a link finds a heading."""
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading.casefold())).strip("-")


def _blocks(lines: list[str], follow: Follow) -> Iterator[str]:
    at = 0
    while at < len(lines):
        begin = at
        line = lines[at]
        if not line.strip():
            at += 1
        elif line.startswith("```"):
            at = _until(lines, at + 1, lambda one: one.startswith("```")) + 1
            text = escape("\n".join(lines[begin + 1 : at - 1]))
            yield f'<pre tabindex="0"><code>{text}</code></pre>'
        elif line.startswith("#"):
            at += 1
            yield _heading(line, follow)
        elif line.startswith("|"):
            at = _until(lines, at, lambda one: not one.startswith("|"))
            yield _table(lines[begin:at], follow)
        elif _ITEM.match(line):
            at = _until(lines, at, lambda one: not one.startswith(" ") and not _ITEM.match(one))
            yield _list(lines[begin:at], follow)
        else:
            at = _until(lines, at + 1, _begins_another)
            yield f"<p>{_inline(' '.join(lines[begin:at]), follow)}</p>"


def _until(lines: list[str], at: int, over: Callable[[str], bool]) -> int:
    while at < len(lines) and not over(lines[at]):
        at += 1
    return at


def _begins_another(line: str) -> bool:
    return not line.strip() or line.startswith(("#", "|", "```")) or bool(_ITEM.match(line))


def _heading(line: str, follow: Follow) -> str:
    text = line.lstrip("#").strip()
    level = min(len(line) - len(line.lstrip("#")), 4)
    return f'<h{level} id="{anchor(text)}">{_inline(text, follow)}</h{level}>'


def _list(lines: list[str], follow: Follow) -> str:
    """Lines that are indented belong to the point above; deeper points stand on one level."""
    points: list[str] = []
    for line in lines:
        point = _ITEM.match(line.strip())
        if point:
            points.append(point[2])
        else:
            points[-1] += f" {line.strip()}"
    first = _ITEM.match(lines[0])
    tag = "ol" if first and first[1] else "ul"
    return f"<{tag}>{''.join(f'<li>{_inline(one, follow)}</li>' for one in points)}</{tag}>"


def _table(lines: list[str], follow: Follow) -> str:
    rows = [[c.strip() for c in _CELL.split(line.strip().strip("|"))] for line in lines]
    head = []
    if len(lines) > 1 and _RULE.fullmatch(lines[1].strip()):
        head, rows = rows[0], rows[2:]
    top = "".join(f'<th scope="col">{_inline(cell, follow)}</th>' for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{_inline(cell, follow)}</td>' for cell in row)}</tr>" for row in rows
    )
    thead = f"<thead><tr>{top}</tr></thead>" if head else ""
    table = f'<table class="table plain">{thead}<tbody>{body}</tbody></table>'
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _inline(text: str, follow: Follow) -> str:
    out, at = [], 0
    for found in _INLINE.finditer(text):
        out += [escape(text[at : found.start()]), _marked(found, follow)]
        at = found.end()
    return "".join([*out, escape(text[at:])]).replace("\\|", "|")


def _marked(found: re.Match[str], follow: Follow) -> str:
    if found["code"]:
        return f"<code>{escape(found['code'])}</code>"
    if found["bold"]:
        return f"<strong>{_inline(found['bold'], follow)}</strong>"
    if found["slant"]:
        return f"<em>{_inline(found['slant'], follow)}</em>"
    target = follow(found["target"])
    label = _inline(found["label"], follow)
    return f'<a href="{escape(target)}">{label}</a>' if _SAFE.fullmatch(target) else label
