"""Live asks nobody; ready names what is broken."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from config import health
from tests.installation import wait_for
from tests.servers import TestServers

READY = {"status": "ok", "database": "ok", "broker": "ok", "migrations": "ok"}


@pytest.fixture(autouse=True)
def own_connection() -> None:
    """Health has a thread of its own: end its connection, it must see the test's settings."""
    health._asking.submit(close).result()


def close() -> None:
    """To be called in the thread whose connection shall end."""
    connection.close()


def test_live_asks_no_database(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, READY)


@pytest.mark.django_db
def test_a_dead_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", "redis://127.0.0.1:9/0")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "REDIS_URL" in answer.json()["broker"]
    assert answer.json()["database"] == "ok"


@pytest.mark.django_db
def test_an_unreachable_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_it() -> None:
        connection.close()
        options = {**connection.settings_dict["OPTIONS"], "host": "/nowhere"}
        broken = {**connection.settings_dict, "OPTIONS": options}
        monkeypatch.setattr(connections["default"], "settings_dict", broken)

    health._asking.submit(break_it).result()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "DATABASE_URL" in answer.json()["database"]
    assert "nowhere" not in answer.content.decode(), "no addresses for strangers"


@pytest.mark.django_db(transaction=True)
def test_a_missing_migration(client: Client) -> None:
    url = os.environ["PILOTAGE_TEST_SUPERUSER_URL"]
    with psycopg.connect(url, dbname=connection.settings_dict["NAME"]) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 of them are missing. Run ./run manage migrate."


@pytest.mark.django_db
def test_a_frozen_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than the patience, and afterwards all is well again."""
    monkeypatch.setattr(health, "PATIENCE", 0.5)
    servers = TestServers()
    try:
        servers.start()
        assert servers.postgres.process is not None

        def elsewhere() -> None:
            options = {**connection.settings_dict["OPTIONS"], "host": str(servers.folder)}
            there = {**connection.settings_dict, "NAME": "pilotage", "OPTIONS": options}
            monkeypatch.setattr(connections["default"], "settings_dict", there)

        health._asking.submit(elsewhere).result()
        assert client.get("/health/ready").json()["database"] == "ok"
        server = servers.postgres.process.pid
        backends = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        family = [server, *map(int, backends)]
        for pid in family:
            os.kill(pid, signal.SIGSTOP)
        answer = client.get("/health/ready")
        for pid in family:
            os.kill(pid, signal.SIGCONT)
        assert answer.status_code == 503
        assert "no answer" in answer.json()["database"]
        wait_for(lambda: client.get("/health/ready").json()["database"] == "ok")
    finally:
        health._asking.submit(close).result()
        servers.stop()
