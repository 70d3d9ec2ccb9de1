"""create_user and set_up: what they make, and what they say when they will not."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import Membership, User

pytestmark = pytest.mark.django_db


def run(*words: str, stdin: str = "", monkeypatch: pytest.MonkeyPatch) -> str:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_one_time_password_is_shown_once(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("create_user", "mona@example.com", "--role", "portfolio_manager", "--role", "viewer")
    shown = run(*words, monkeypatch=monkeypatch)
    user = User.objects.get(email="mona@example.com")
    password = shown.strip().rsplit(" ", 1)[-1]
    assert user.check_password(password)
    assert user.must_change_password
    roles = set(Membership.objects.filter(user=user).values_list("role", flat=True))
    assert roles == {"portfolio_manager", "viewer"}


def test_a_password_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("create_user", "vera@example.com", "--role", "viewer", "--password-stdin")
    shown = run(*words, stdin="a long secret, really\n", monkeypatch=monkeypatch)
    user = User.objects.get(email="vera@example.com")
    assert user.check_password("a long secret, really")
    assert not user.must_change_password
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("words", "stdin", "sentence"),
    [
        (["a@example.com", "--role", "king"], "", "“king” is not a role"),
        (["no address", "--role", "viewer"], "", "is not an e-mail address"),
        (["a@example.com", "--role", "viewer", "--password-stdin"], "", "There is no password"),
        (["a@example.com", "--role", "viewer", "--password-stdin"], "short\n", "too short"),
    ],
)
def test_refusals_are_sentences(
    words: list[str], stdin: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("create_user", *words, stdin=stdin, monkeypatch=monkeypatch)
    assert not User.objects.exists()


def test_the_first_administrator_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PILOTAGE_ADMIN_EMAIL", "boss@example.com")
    from config.management.commands.set_up import Command

    out = io.StringIO()
    Command(stdout=out).first_administrator()
    user = User.objects.get()
    assert user.email == "boss@example.com"
    assert user.must_change_password
    words = out.getvalue().splitlines()[0]
    assert user.check_password(words.rsplit(" ", 1)[-1])
    roles = set(Membership.objects.values_list("role", flat=True))
    assert roles == {"administrator", "portfolio_manager"}
