"""The compose file without an engine: its shape, and every command of it started by hand."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.installation import BASE, free_port, wait_for
from tests.servers import TestServers

COMPOSE: dict[str, Any] = yaml.safe_load((BASE / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# From the compose specification: what a service may have of what is used here.
KNOWN = {
    "build", "cap_drop", "command", "configs", "depends_on", "environment", "healthcheck", "image",
    "init", "logging", "ports", "read_only", "restart", "security_opt", "shm_size",
    "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip
CONDITIONS = {"service_healthy", "service_completed_successfully", "service_started"}
OURS = ("migrate", "web", "worker", "beat")


def test_the_shape_follows_the_specification() -> None:
    top = {key for key in COMPOSE if not key.startswith("x-")}
    assert top <= {"name", "services", "volumes", "configs"}
    assert set(SERVICES) == {"db", "redis", *OURS}
    for name, service in SERVICES.items():
        assert set(service) <= KNOWN, name
        assert "image" in service
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES
            assert how["condition"] in CONDITIONS
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"]
        if name != "migrate":
            assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_one_image_and_one_environment() -> None:
    assert len({SERVICES[name]["image"] for name in OURS}) == 1
    shared = SERVICES["web"]["environment"]
    assert SERVICES["worker"]["environment"] == SERVICES["beat"]["environment"] == shared
    extra = set(SERVICES["migrate"]["environment"]) - set(shared)
    assert extra == {"DATABASE_OWNER_URL"}, "only migrations know the owner"


def test_workers_scale() -> None:
    assert not {"container_name", "ports", "hostname"} & set(SERVICES["worker"])


def test_nothing_listens_beyond_the_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert [port.split(":")[0] for port in ports] == ["127.0.0.1"]


def test_secrets_have_no_default() -> None:
    text = (BASE / "docker-compose.yml").read_text()
    for use in re.findall(r"\${(\w*(?:PASSWORD|SECRET)\w*)([^}]*)}", text):
        if use[0] == "PILOTAGE_OIDC_CLIENT_SECRET":  # without it there is no single sign-on
            assert use[1] == ":-"
        else:
            assert use[1].startswith(":?"), f"{use[0]} must be required"
    required = set(re.findall(r"\${(\w+):\?", text))
    shown = dict(re.findall(r"^(\w+)=(.*)$", (BASE / ".env.example").read_text(), re.MULTILINE))
    assert shown == dict.fromkeys(required, ""), "required, and without a value to keep by mistake"


# --- by hand --------------------------------------------------------------------------------------


def substituted(value: str, given: dict[str, str]) -> str:
    def fill(match: re.Match[str]) -> str:
        name, default = match[1], match[2] or ""
        return given.get(name) or (default[2:] if default.startswith(":-") else "")

    return re.sub(r"\${(\w+)([^}]*)}", fill, value).replace("$$", "$")


class ByHand:
    """Starts a service's command as compose would, with the addresses of the test's servers."""

    def __init__(self, data: Path) -> None:
        self.servers = TestServers()
        self.addresses = self.servers.start()
        self.port = free_port()
        self.data = data
        self.started: list[subprocess.Popen[bytes]] = []

    def environment(self, name: str) -> dict[str, str]:
        given = {"SECRET_KEY": "k" * 50, "SITE_URL": f"http://localhost:{self.port}"}
        wanted = {
            key: substituted(value, given) for key, value in SERVICES[name]["environment"].items()
        }
        for key in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
            if key in wanted:
                wanted[key] = self.addresses[key]
        return wanted | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PILOTAGE_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{self.port}",
        }

    def start(self, name: str) -> subprocess.Popen[bytes]:
        with (self.data / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(
                SERVICES[name]["command"],
                cwd=BASE, env=self.environment(name), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.started.append(child)
        return child

    def healthy(self, name: str) -> bool:
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        words = [substituted(word, {}).replace(":8000", f":{self.port}") for word in words]
        command = ["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words
        done = subprocess.run(
            command, cwd=BASE, env=self.environment(name), capture_output=True, check=False
        )
        return done.returncode == 0

    def close(self) -> None:
        for child in self.started:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self.servers.stop()


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByHand]:
    made = ByHand(tmp_path_factory.mktemp("data"))
    yield made
    made.close()


@pytest.mark.slow
def test_every_command_works(by_hand: ByHand) -> None:
    assert by_hand.start("migrate").wait(300) == 0, (by_hand.data / "migrate.log").read_text()
    shown = (by_hand.data / "migrate.log").read_text()
    assert "one-time password" in shown
    children = {name: by_hand.start(name) for name in ("web", "worker", "beat")}
    for name, child in children.items():
        wait_for(partial(by_hand.healthy, name), 120, f"{name} is healthy")
        assert child.poll() is None
    children["beat"].terminate()
    assert children["beat"].wait(120) is not None
    beat = by_hand.data / "beat"
    os.utime(beat, (0, 0))
    assert not by_hand.healthy("beat"), "a beat that stands still is not healthy"
    for name in ("web", "worker"):
        children[name].terminate()
        assert children[name].wait(120) is not None
