"""Every setting is explained where people look for it."""

import re

from tests.repository.files import ROOT, sources

READ = re.compile(
    r"env\.(?:text|flag|whole|positive|items|choice|database|has)\(\s*\"([A-Z_]+)\"|env, \"([A-Z_]+)\""
)
PLACES = (".env.example", "docs/operate/settings.md")


def settings_read(text: str) -> set[str]:
    return {first or second for first, second in READ.findall(text)}


def all_settings() -> set[str]:
    """Names that config reads from the environment by way of its reader."""
    return {name for source in sources("config") for name in settings_read(source.text)}


def test_every_setting_is_explained() -> None:
    names = all_settings()
    assert {"SITE_URL", "DATABASE_URL", "PILOTAGE_ZONE", "SECRET_KEY"} <= names
    for place in PLACES:
        text = (ROOT / place).read_text(encoding="utf-8")
        missing = sorted(name for name in names if not re.search(rf"\b{name}\b", text))
        assert missing == [], f"{place} does not explain these"


def test_no_setting_is_explained_that_does_not_exist() -> None:
    known = all_settings() | {f"{name}_FILE" for name in all_settings()}
    text = (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\|\s*`(PILOTAGE_[A-Z_]+)`", text, re.MULTILINE))
    assert explained <= known


def test_a_new_setting_is_seen() -> None:
    assert settings_read('X = env.text("PILOTAGE_NEW", default="")') == {"PILOTAGE_NEW"}
