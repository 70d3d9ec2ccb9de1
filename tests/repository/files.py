"""What is in the repository: the files git knows, or in a bare copy those that are there."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("accounts", "common", "config", "portfolio", "readiness")
MADE = {".git", ".venv", "var", "node_modules", "staticfiles", ".build", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root, its text and its tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).parts

    @property
    def app(self) -> str:
        return self.parts[0]

    @property
    def room(self) -> str:
        """The second part without its ending: "actions", "views", "models"..."""
        return Path(self.parts[1]).stem if len(self.parts) > 1 else ""


@cache
def committed() -> tuple[str, ...]:
    """Paths from the root, as git lists them (files not yet added included)."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_walk()))
    names = (name for name in listed.split("\0") if name)
    here = (name for name in names if (ROOT / name).is_file() or (ROOT / name).is_symlink())
    return tuple(sorted(here))


def _walk() -> Iterator[str]:
    for path in ROOT.rglob("*"):
        relative = path.relative_to(ROOT)
        if path.is_file() and not MADE.intersection(relative.parts):
            yield relative.as_posix()


@cache
def sources(*apps: str) -> tuple[Source, ...]:
    """The Python files of these packages (default: the product), migrations included."""
    wanted = apps or PRODUCT
    paths = [p for p in committed() if p.endswith(".py") and p.split("/")[0] in wanted]
    return tuple(Source(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths)


def texts(*endings: str) -> Iterator[tuple[str, str]]:
    """(path, text) of every committed text file with one of these endings; all without any."""
    for path in committed():
        if endings and not path.endswith(endings):
            continue
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
