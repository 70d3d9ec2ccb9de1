# ruff: noqa: E501 - the paragraphs of the page stand here as the page has them
"""The page that says which question covers which point of the source map, made from the files."""

import os

from readiness.catalog import read_all
from tests.installation import BASE

PAGE = "docs/build/coverage.md"
COMMAND = "WRITE_COVERAGE=1 ./run test tests/readiness/test_coverage.py"
INTRO = """\
# Which question covers which point

<!-- Made from readiness/catalog. Do not edit: {command} -->

The marks are those of the source articles (A01 to E37). What is not here is a field, a flag, a metric, a chart or a workflow of the product and no question of a checklist. A question in *italics* has the answer of another list's question.

| List | Version | Questions | Marks |
|---|---|---|---|
"""


def page() -> str:
    """The whole page as Markdown."""
    templates = read_all()
    covered: dict[str, list[str]] = {}
    lines = []
    for template in templates:
        marks = {mark for item in template.items for mark in item.covers}
        lines.append(
            f"| {template.title} (`{template.slug}`) | {template.version} "
            f"| {len(template.items)} | {len(marks)} |"
        )
        for item in template.items:
            name = f"{template.slug}.{item.code}"
            for mark in item.covers:
                covered.setdefault(mark, []).append(f"*{name}*" if item.same_as else name)
    items = sum(len(template.items) for template in templates)
    lines.append(f"| Together | | {items} | {len(covered)} |")
    lines += ["", "| Mark | Questions |", "|---|---|"]
    lines += [f"| {mark} | {', '.join(names)} |" for mark, names in sorted(covered.items())]
    return INTRO.format(command=COMMAND) + "\n".join(lines) + "\n"


def test_the_page_is_as_the_files_have_it() -> None:
    file = BASE / PAGE
    if os.environ.get("WRITE_COVERAGE"):
        file.write_text(page())
    written = file.read_text() if file.is_file() else ""
    assert written == page(), f"{PAGE} is stale. Write it anew: {COMMAND}"
    assert "| E32 | " in written
