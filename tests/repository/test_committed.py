"""What must not be in the repository: paths of a machine, registries, keys, third-party files."""

import re
from collections.abc import Iterable

from tests.repository.files import ROOT, committed, texts

# Written in pieces, so that this file does not find itself.
HOMES = "|".join(["root", "home", "Users", "work", "mnt"])
MACHINE = re.compile(rf"(?<![\w.*~$)}}/-])/(?:{HOMES})/[\w.]|[A-Z]:\\\\Users")
REGISTRY = re.compile(
    r"https?://[\w.-]*(?:" + "|".join(["pypi", "pythonhosted", "npmjs", "yarnpkg"]) + r")\b"
    r"|--(?:extra-)?index" + "-url[ =]h"
)
KEY = re.compile("-----BEGIN " + r"[A-Z ]*PRIVATE KEY|\bAKIA" + r"[0-9A-Z]{16}\b")
LARGEST = 600_000  # bytes


def found(pattern: re.Pattern[str], files: Iterable[tuple[str, str]]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, text in files
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_one_machine() -> None:
    assert found(MACHINE, texts()) == []
    planted = "log = '/" + "home/alice/pilotage.log'"
    assert found(MACHINE, [("x.py", planted)])
    assert not found(MACHINE, [("x.md", "see https://example.com/" + "home/page")])


def test_no_address_of_a_registry() -> None:
    assert found(REGISTRY, texts()) == []
    assert found(REGISTRY, [("run", "pip install -i https://" + "pypi.org/simple x")])
    assert found(REGISTRY, [("run", "pip install --index" + "-url http://mirror.example")])


def test_no_private_key() -> None:
    assert found(KEY, texts()) == []
    assert found(KEY, [("x.pem", "-----BEGIN " + "RSA PRIVATE KEY-----")])


def test_nothing_is_committed_that_is_made() -> None:
    made = re.compile(r"(^|/)(node_modules|staticfiles|__pycache__|var)/|\.(pyc|sqlite3|log)$")
    assert [path for path in committed() if made.search(path)] == []
    assert made.search("staticfiles/x.css")


def test_no_link_is_committed() -> None:
    """A link points at the machine it was made on, an environment's most of all."""
    assert [path for path in committed() if (ROOT / path).is_symlink()] == []


def test_no_third_party_file_in_static() -> None:
    """What the browser needs comes out of installed packages; ours is small and readable."""
    minified = [path for path in committed() if re.search(r"\.min\.(js|css)$", path)]
    assert minified == []
    large = [path for path in committed() if (ROOT / path).stat().st_size > LARGEST]
    assert large == []
