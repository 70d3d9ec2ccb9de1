"""Static files that are built, not committed: they come out of installed packages.

`BuiltFinder` stands beside Django's finders, so that `collectstatic`, the
development server and tests all see the same files with no step to forget.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from common import icons

CARTESIAN = Path("node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js")


def plotly_bundle() -> Path:
    """The browser's Plotly: the small one npm installed, else the full one in the wheel."""
    small = Path(settings.BASE_DIR) / CARTESIAN
    if small.is_file():
        return small
    # The package is located, not imported: importing plotly costs half a second.
    from importlib.util import find_spec

    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("The plotly package is missing; run ./run to install it.")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


_STRING = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"""


def plotly_css(script: str) -> str:
    """The style rules that a Plotly bundle would inject, as a file for a strict CSP.

    The bundle carries them as one object of selector -> declarations, in which X
    and Y stand for its roots. It injects none of them when the page has an element
    with id plotly.js-style-global and class no-inline-styles. Each rule would be
    inserted before the last one, so the file has them in reverse.
    ValueError when the bundle no longer looks like that.
    """
    found = re.search(r'=\{("X,X div":.*?)\};for\(', script, re.DOTALL)
    if found is None:
        raise ValueError("No style rules found in the Plotly bundle; its format has changed.")
    pairs = re.findall(rf"(?:{_STRING}|([XY])):{_STRING}", found[1])
    rules = [_rule(a or b or c, d or e) for a, b, c, d, e in pairs]
    return "".join(reversed(rules))


def _rule(key: str, body: str) -> str:
    selector = re.sub(r"^,", " ,", key).replace("X", ".js-plotly-plot .plotly")
    return f"{selector.replace('Y', '.plotly-notifier')}{{{body}}}\n"


def _bundle_bytes() -> bytes:
    return plotly_bundle().read_bytes()


BUILDERS: dict[str, Callable[[], bytes]] = {
    "icons.svg": lambda: icons.sprite().encode(),
    "icons.css": lambda: icons.masks().encode(),
    "vendor/plotly.min.js": _bundle_bytes,
    "vendor/plotly.css": lambda: plotly_css(_bundle_bytes().decode()).encode(),
}


def build(name: str) -> Path:
    """Build one file into the build folder, unless it is already there as it should be."""
    target = Path(settings.STATIC_BUILD) / name
    content = _content(name)
    if not target.is_file() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        part.write_bytes(content)
        part.replace(target)
    return target


@cache
def _content(name: str) -> bytes:
    return BUILDERS[name]()


class BuiltFinder(BaseFinder):
    """Offers the files of BUILDERS to django.contrib.staticfiles."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in BUILDERS:
            return []
        found = str(build(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        storage = FileSystemStorage(location=settings.STATIC_BUILD)
        for name in BUILDERS:
            build(name)
            yield name, storage
