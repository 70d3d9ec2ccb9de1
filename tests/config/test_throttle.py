"""Guessing passwords and addresses: slowed down, counted in the database, and told nothing."""

import os
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import pytest
import redis
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories.cast import PASSWORD, person

KNOWN, UNKNOWN = "alice@example.com", "nobody@example.com"


@pytest.fixture
def alice(db: None) -> None:
    cache.clear()
    person("Alice")


def attempt(email: str, password: str = "wrong", address: str = "203.0.113.7") -> Any:
    fields = {"login": email, "password": password}
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), fields)


def told(answer: Any) -> str:
    """The page without what differs by itself: the token and the address typed in."""
    html = answer.content.decode()
    for value in (KNOWN, UNKNOWN):
        html = html.replace(value, "...")
    csrf = answer.context["csrf_token"] if answer.context else ""
    return str(html.replace(str(csrf), ""))


def test_five_wrong_passwords_close_the_door_for_known_and_unknown_alike(alice: None) -> None:
    for email in (KNOWN, UNKNOWN):
        for _ in range(5):
            assert "not correct" in attempt(email).content.decode()
    known, unknown = attempt(KNOWN, PASSWORD), attempt(UNKNOWN, PASSWORD)
    assert "Too many failed login attempts" in known.content.decode()
    assert told(known) == told(unknown)
    # Another address of the guesser does not help.
    elsewhere = attempt(KNOWN, PASSWORD, "198.51.100.9")
    assert "Too many failed login attempts" in elsewhere.content.decode()


def test_a_flushed_broker_forgets_nothing(alice: None) -> None:
    for _ in range(5):
        attempt(KNOWN)
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushall()
    assert "Too many failed" in attempt(KNOWN, PASSWORD).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pilotage_cache")
        assert cursor.fetchone()[0] > 0


def test_many_accounts_from_one_address_are_slowed_down(alice: None) -> None:
    answers = [attempt(f"p{number}@example.com") for number in range(12)]
    assert "Too many failed" in answers[-1].content.decode()
    assert "Too many failed" not in attempt("p99@example.com", address="192.0.2.1").content.decode()


def test_the_page_of_too_many_tries_is_ours(alice: None) -> None:
    answers = [Client().post(reverse("account_reset_password"), {"email": KNOWN}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "tried too often" in answers[-1].content.decode()
    other = [Client().post(reverse("account_reset_password"), {"email": UNKNOWN}) for _ in range(6)]
    assert [answer.status_code for answer in other] == [302] * 5 + [429]


def test_second_factors_cannot_be_guessed(alice: None) -> None:
    from tests.accounts.views.test_account import set_up_app, sign_in

    owner = Client()
    sign_in(owner, KNOWN)
    set_up_app(owner)
    guesser = Client()
    sign_in(guesser, KNOWN)
    pages = [guesser.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}) for n in range(7)]
    assert "Too many failed" in pages[-1].content.decode()
    assert "_auth_user_id" not in guesser.session


def test_wrong_passwords_read_and_take_alike(alice: None, settings: Any) -> None:
    """The password is hashed for an address nobody has, too."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    from accounts.models import User

    user = User.objects.get(email=KNOWN)
    user.set_password(PASSWORD)
    user.save()
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for _ in range(3):
        for email, taken in times.items():
            began = perf_counter()
            answer = attempt(email)
            taken.append(perf_counter() - began)
            assert "not correct" in answer.content.decode()
    assert 0.4 < min(times[KNOWN]) / min(times[UNKNOWN]) < 2.5, times


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_guesses_does_not_slip_through() -> None:
    cache.clear()
    person("Alice")

    def guess(_: int) -> bool:
        try:
            return "not correct" in attempt(KNOWN).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        tried = sum(pool.map(guess, range(24)))
    assert tried <= 6
