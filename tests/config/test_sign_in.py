"""Signing in and out, the first sign-in, and a forgotten password."""

import re

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions import letters, users
from accounts.models import Role
from tests.factories.cast import PASSWORD, Cast, make_cast, person

NEW = "an entirely new pass phrase"
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_signing_in_by_mail_address_opens_what_was_asked_for(cast: Cast) -> None:
    client = Client()
    url = reverse("account_change_password")
    asked = client.get(url)
    assert asked.status_code == 302
    login = asked.headers["Location"]
    page = client.get(login)
    assert "Sign in to" in page.content.decode()
    answer = client.post(
        login, {"login": "alice@example.com", "password": PASSWORD, "next": url}, follow=True
    )
    assert answer.redirect_chain[-1][0] == url
    assert "Change password" in answer.content.decode()


def test_a_wrong_password_is_said_on_the_page(cast: Cast) -> None:
    data = {"login": "alice@example.com", "password": "wrong"}
    page = Client().post(reverse("account_login"), data)
    assert 'class="form-error"' in page.content.decode()


def test_nobody_makes_an_account_by_themselves() -> None:
    assert "Accounts are made for you" in Client().get(reverse("account_signup")).content.decode()


def test_signing_out_takes_a_post(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    assert "Sign out of Pilotage?" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_a_password_for_one_use_opens_only_the_page_that_replaces_it() -> None:
    users.create(
        email="first@example.com",
        roles=[Role.ADMINISTRATOR],
        password=PASSWORD,
        must_change_password=True,
    )
    client = Client()
    change = reverse("account_change_password")
    client.post(reverse("account_login"), {"login": "first@example.com", "password": PASSWORD})
    for name in ("account", "admin:index"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer.headers["Location"] == change
    assert "Choose your own password" in client.get(change).content.decode()
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(change, fields).headers["Location"] == "/"
    assert client.get(reverse("account")).status_code == 200
    other = Client()
    other.post(reverse("account_login"), {"login": "first@example.com", "password": NEW})
    assert "_auth_user_id" in other.session


def test_health_stays_open_for_everybody(cast: Cast) -> None:
    assert Client().get(reverse("health-live")).status_code == 200


def test_a_forgotten_password_is_replaced_by_a_link_that_comes_from_the_site_url(
    cast: Cast,
) -> None:
    client = Client()
    reset = reverse("account_reset_password")
    done = client.post(reset, {"email": "alice@example.com"}, follow=True)
    assert "Look into your mail" in done.content.decode()
    assert mail.outbox == []  # No page waits for a mail server.
    letters.work()
    [message] = mail.outbox
    assert message.subject == "Choose a new password for Pilotage"
    link = re.search(r"http://localhost:8000(/\S+)", str(message.body))
    assert link is not None, message.body
    page = client.get(link[1], follow=True)
    assert "Choose a new password" in page.content.decode()
    here = page.redirect_chain[-1][0]
    client.post(here, {"password1": NEW, "password2": NEW})
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(NEW)
    assert "no longer works" in Client().get(link[1], follow=True).content.decode()


def test_a_stranger_s_address_gets_no_mail_and_the_page_does_not_tell(cast: Cast) -> None:
    data = {"email": "nobody@example.com"}
    page = Client().post(reverse("account_reset_password"), data, follow=True)
    assert "Look into your mail" in page.content.decode()
    assert letters.work() == 0
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["account", "account_reauthenticate", "account_inactive"])
def test_every_page_of_the_sign_in_package_wears_our_frame(name: str) -> None:
    client = Client()
    client.force_login(person("Sailor"))
    html = client.get(reverse(name), follow=True).content.decode()
    assert "css/tokens.css" in html
    assert " style=" not in html


def test_without_a_mail_server_the_page_sends_people_to_an_administrator(
    db: None, settings: LazySettings
) -> None:
    url = reverse("account_reset_password")
    page = Client().get(url).content.decode()
    assert "sends no mail" in page
    assert "Send the link" not in page
    settings.PILOTAGE_SMTP_URL = "smtp://localhost"
    page = Client().get(url).content.decode()
    assert "Send the link" in page
    assert "sends no mail" not in page
