"""Reads settings from the environment and says clearly what is wrong with them.

Nothing here imports Django's settings, so that settings.py can use it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured


def stop(name: str, problem: str, cure: str) -> NoReturn:
    """End the start with one sentence that names the setting and the cure."""
    raise ImproperlyConfigured(f"{name} {problem}. {cure}")


def given(name: str) -> bool:
    """True when a setting is in the environment, by value or by file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def read_dotenv(file: Path) -> None:
    """Take over what a .env file sets; the environment comes first, empty values say nothing."""
    before = set(os.environ)
    if file.is_file():
        environ.FileAwareEnv.read_env(str(file))
    for name in set(os.environ) - before:
        if not os.environ[name]:
            del os.environ[name]


class Environment:
    """django-environ with file secrets, and errors that name the cure."""

    def __init__(self) -> None:
        self._env = environ.FileAwareEnv()

    def has(self, name: str) -> bool:
        return given(name)

    def text(self, name: str, *, default: str) -> str:
        if not self.has(name):
            return default
        try:
            return str(self._env.str(name)).strip()
        except OSError as error:
            stop(f"{name}_FILE", f"cannot be read ({error.strerror})", "Give a readable file.")

    def flag(self, name: str, *, default: bool) -> bool:
        text = self.text(name, default=str(default)).lower()
        if text in {"1", "true", "yes", "on"}:
            return True
        if text in {"0", "false", "no", "off"}:
            return False
        stop(name, f"is {text!r}", "Use true or false.")

    def whole(self, name: str, *, default: int) -> int:
        text = self.text(name, default=str(default))
        if not text.isascii() or not text.isdigit():
            stop(name, f"is {text!r}", "Use a whole number, 0 or more.")
        return int(text)

    def between(self, name: str, least: int, most: int, *, default: int) -> int:
        value = self.whole(name, default=default)
        if not least <= value <= most:
            stop(name, f"is {value}", f"Use a whole number from {least} to {most}.")
        return value

    def positive(self, name: str, *, default: float) -> float:
        text = self.text(name, default=str(default))
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value <= 86_400:
            stop(name, f"is {text!r}", "Use a number of seconds above 0 and up to 86400.")
        return value

    def items(self, name: str, *, default: list[str]) -> list[str]:
        if not self.has(name):
            return default
        return [part.strip() for part in self.text(name, default="").split(",") if part.strip()]

    def choice(self, name: str, allowed: list[str], *, default: str) -> str:
        value = self.text(name, default=default)
        if value not in allowed:
            stop(name, f"is {value!r}", f"Use one of {', '.join(allowed)}.")
        return value

    def database(self, name: str) -> dict[str, Any]:
        url = self.text(name, default="postgres://pilotage_app@localhost/pilotage")
        return database_config(name, url)


def database_config(name: str, url: str) -> dict[str, Any]:
    """Django's form of a postgres:// address; ?host=/folder means a unix socket."""
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        stop(name, "is not a PostgreSQL address", "Write postgres://user:password@host:5432/name.")
    try:
        config: dict[str, Any] = environ.FileAwareEnv.db_url_config(url)
    except (ValueError, ImproperlyConfigured) as error:
        stop(name, f"cannot be read ({error})", "Write postgres://user:password@host:5432/name.")
    if not config["NAME"]:
        stop(name, "names no database", "Write postgres://user:password@host:5432/name.")
    options = config.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    options.setdefault("application_name", "pilotage")
    # Ten minutes: what a connection has prepared is worth keeping.
    config |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    # pghistory passes who and why as text in front of a statement, which this would break.
    options["server_side_binding"] = False
    return config


def whole_url(name: str, url: str) -> str:
    """An http or https origin without path, as in https://pilotage.example.com."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        stop(name, f"is {url!r}", "Write the public address, as in https://pilotage.example.com.")
    return f"{parts.scheme}://{parts.netloc}"


def zone(name: str, text: str) -> str:
    """The company's time zone, checked against the zones this machine knows."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        stop(name, f"is {text!r}, an unknown time zone", "Write a name such as Europe/Berlin.")
    return text


def broker_url(url: str) -> str:
    """Celery's spelling of a Redis address: unix sockets have another scheme there."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        stop("REDIS_URL", "is not a Redis address", "Write redis://host:6379/0.")
    return f"redis+socket://{parts.path}" if parts.scheme == "unix" else url


def mailer(url: str, folder: Path) -> dict[str, Any]:
    """The default mailer: files below the data folder, or the SMTP server of PILOTAGE_SMTP_URL."""
    if not url:
        return {
            "BACKEND": "common.emails.KeptMailBackend",
            "OPTIONS": {"folder": str(folder)},
        }
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        stop(
            "PILOTAGE_SMTP_URL",
            "is not an SMTP address",
            "Write smtp+tls://user:password@host:587, smtps://... or smtp://....",
        )
    return {
        "BACKEND": "common.emails.SmtpBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or ports[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls",
            "use_ssl": parts.scheme == "smtps",
            "timeout": 20,
        },
    }


def secret_key(env: Environment, data: Path) -> str:
    """SECRET_KEY (or its file), else the one that the first `./run up` left in the data folder."""
    key = env.text("SECRET_KEY", default="")
    file = data / "secret_key"
    if not key and file.is_file():
        key = file.read_text().strip()
    if len(key) < 32:
        stop(
            "SECRET_KEY",
            "is missing or shorter than 32 characters",
            "Start with ./run, which makes one in the data folder, or set SECRET_KEY.",
        )
    return key
