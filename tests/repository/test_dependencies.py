"""Every dependency says why it is here, and the locks hold what pyproject.toml asks for."""

import re
import tomllib
from collections.abc import Iterable

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.files import ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
LOCKS = ("requirements.lock", "requirements-dev.lock")


def without_reason(text: str) -> list[str]:
    """Lines of the dependency lists that no comment stands above."""
    missing, inside, above = [], False, ""
    for line in map(str.strip, text.splitlines()):
        if re.match(r"(dependencies|dev) = \[$", line):
            inside = True
        elif line == "]":
            inside = False
        elif inside and line.startswith('"') and not above.startswith("#"):
            missing.append(line)
        above = line
    return missing


def wanted() -> dict[str, list[Requirement]]:
    """What each lock must hold."""
    project = tomllib.loads(PYPROJECT)
    run = [Requirement(text) for text in project["project"]["dependencies"]]
    dev = [Requirement(text) for text in project["dependency-groups"]["dev"]]
    return {"requirements.lock": run, "requirements-dev.lock": run + dev}


def disagreements(requirements: Iterable[Requirement], lock: str) -> list[str]:
    """What pyproject.toml asks for and the lock does not hold."""
    held = {canonicalize_name(name): version for name, version in PINNED.findall(lock)}
    problems = []
    for requirement in requirements:
        version = held.get(canonicalize_name(requirement.name))
        if version is None:
            problems.append(f"{requirement.name} is missing")
        elif not requirement.specifier.contains(version, prereleases=True):
            problems.append(f"{requirement} is not met by {version}")
    return problems


def test_every_dependency_has_its_reason() -> None:
    assert without_reason(PYPROJECT) == []
    planted = PYPROJECT.replace("dependencies = [\n", 'dependencies = [\n    "left-pad",\n', 1)
    assert without_reason(planted) == ['"left-pad",']


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_agrees_with_pyproject(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert disagreements(wanted()[name], lock) == []
    assert disagreements([Requirement("django>=99")], lock)
    assert disagreements([Requirement("left-pad")], lock) == ["left-pad is missing"]


def test_the_two_locks_hold_the_same_versions() -> None:
    run, dev = (dict(PINNED.findall((ROOT / name).read_text(encoding="utf-8"))) for name in LOCKS)
    assert run
    assert run.items() <= dev.items()


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_installs_from_any_mirror(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in lock, "a lock holds no address"
    assert not re.search(r"^--(index|extra|find|trusted)", lock, re.MULTILINE)
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock)
    unhashed = [e.split("\n")[0] for e in entries if PINNED.match(e) and "--hash=sha256:" not in e]
    assert unhashed == []


def test_no_lock_that_records_addresses() -> None:
    assert not [n for n in ("uv.lock", "pylock.toml", "poetry.lock") if (ROOT / n).exists()]
