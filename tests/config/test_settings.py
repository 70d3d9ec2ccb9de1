"""What settings say, and that every one of them is explained."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import mailers

from config.environment import broker_url, database_config, mailer, read_dotenv
from tests.installation import BASE

READ = re.compile(r'(?:env\.\w+|given|whole_url|environ\.get)\(\s*"([A-Z][A-Z0-9_]+)"')
# Read by the launcher or the server, not by settings.py.
ELSEWHERE = (
    "config/embedded", "config/server.py", "config/settings.py", "config/environment.py",
    "config/oidc.py",
)  # fmt: skip
NOT_FOR_PEOPLE = {"PILOTAGE_ANNOUNCE_FD"}


def names() -> set[str]:
    files = [BASE / name for name in ELSEWHERE]
    texts = [
        file.read_text()
        for place in files
        for file in (place.rglob("*.py") if place.is_dir() else [place])
    ]
    found = {name for text in texts for name in READ.findall(text)}
    found |= {name for text in texts for name in re.findall(r'"(PILOTAGE_[A-Z_]+)"', text)}
    return found - NOT_FOR_PEOPLE


@pytest.mark.parametrize("name", sorted(names()))
@pytest.mark.parametrize("file", [".env.example", "docs/operate/settings.md"])
def test_every_setting_is_explained(file: str, name: str) -> None:
    assert re.search(rf"\b{name}\b", (BASE / file).read_text()), f"{name} is missing in {file}"


def test_nothing_is_explained_that_is_not_read() -> None:
    lines = (BASE / ".env.example").read_text().splitlines()
    shown = {match[1] for line in lines if (match := re.match(r"#? ?([A-Z][A-Z0-9_]+)=", line))}
    compose = set(re.findall(r"\$\{([A-Z_]+)", (BASE / "docker-compose.yml").read_text()))
    assert shown <= names() | compose


def test_the_content_security_policy_is_as_decided() -> None:
    assert settings.SECURE_CSP["default-src"] == ["'none'"]
    assert not any("unsafe" in source for rule in settings.SECURE_CSP.values() for source in rule)


def test_celery_never_works_eagerly() -> None:
    assert settings.CELERY_TASK_ALWAYS_EAGER is False
    assert settings.CELERY_TASK_ACKS_LATE is True
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]


def test_mail_is_kept_in_the_data_folder_by_default(tmp_path: Path) -> None:
    kept = mailer("", tmp_path / "mail")
    assert str(tmp_path / "mail") in kept["OPTIONS"].values()
    assert "default" in mailers


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", "mail.example", 25, False, False),
        ("smtp+tls://u:p%40ss@mail.example", "mail.example", 587, True, False),
        ("smtps://mail.example:4650", "mail.example", 4650, False, True),
    ],
)
def test_smtp(url: str, host: str, port: int, tls: bool, ssl: bool) -> None:
    options = mailer(url, Path("/unused"))["OPTIONS"]
    assert (options["host"], options["port"]) == (host, port)
    assert (options["use_tls"], options["use_ssl"]) == (tls, ssl)
    assert options["password"] == ("p@ss" if "@mail" in url else "")


def test_addresses() -> None:
    config = database_config("DATABASE_URL", "postgres://u:p%2Fw@db.example:5433/name")
    assert (config["USER"], config["PASSWORD"], config["NAME"]) == ("u", "p/w", "name")
    socket = database_config("DATABASE_URL", "postgres://app@/pilotage?host=/run/x")
    assert socket["OPTIONS"]["host"] == "/run/x"
    assert broker_url("unix:///run/valkey.sock") == "redis+socket:///run/valkey.sock"
    assert broker_url("redis://broker:6379/2") == "redis://broker:6379/2"


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 50 + "\n")
    environment = {key: value for key, value in os.environ.items() if key != "SECRET_KEY"}
    shown = subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(s.SECRET_KEY)"],
        cwd=BASE,
        env=environment | {"SECRET_KEY_FILE": str(tmp_path / "key")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.strip() == "k" * 50


def test_https_makes_everything_strict() -> None:
    code = (
        "import config.settings as s; print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.SECURE_PROXY_SSL_HEADER)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE, env=os.environ | {"SITE_URL": "https://pilotage.example.com"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.strip() == "True True True True ('HTTP_X_FORWARDED_PROTO', 'https')"


def test_beat_rings_for_tasks_that_exist() -> None:
    from config.celery import app

    app.loader.import_default_modules()
    rung = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert [task for task in rung if task not in app.tasks] == []
    assert all(entry["options"]["expires"] for entry in app.conf.beat_schedule.values())


def test_a_dotenv_file_fills_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\nPILOTAGE_COMPANY='Acme & Sons'\nSITE_URL=\nPILOTAGE_ZONE=UTC\n")
    monkeypatch.delenv("PILOTAGE_COMPANY", raising=False)
    monkeypatch.setenv("PILOTAGE_ZONE", "Europe/Berlin")
    read_dotenv(file)
    assert os.environ["PILOTAGE_COMPANY"] == "Acme & Sons"
    assert os.environ["PILOTAGE_ZONE"] == "Europe/Berlin", "the environment comes first"
    assert "SITE_URL" not in os.environ, "an empty value says nothing"
    monkeypatch.delenv("PILOTAGE_COMPANY")
