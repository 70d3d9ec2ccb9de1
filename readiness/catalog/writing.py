"""A template as the text of a file, which reads back as the same template. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.catalog.template import Template, told

HEAD = (
    "# A published version never changes: to change a question, copy this file, raise `version`,\n"
    "# then edit. Answers follow an item's code; give a new code to a new meaning.\n\n"
)


def written(template: Template | Mapping[str, Any]) -> str:
    """The TOML of a template, or of what a draft holds so far."""
    values = told(template) if isinstance(template, Template) else dict(template)
    items: Any = values.pop("items", [])
    blocks = ["\n".join(_lines(values))]
    blocks += ["\n".join(["[[items]]", *_lines(item)]) for item in items]
    return HEAD + "\n\n".join(blocks) + "\n"


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if value is not None:
            yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    """JSON's texts, numbers and truths are TOML's."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)
