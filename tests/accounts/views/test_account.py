"""One's own account: preferences, second factors, sessions."""

import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from accounts.actions import users
from accounts.models import Event, User
from accounts.queries.account_page import device
from tests.factories.cast import PASSWORD, Cast, make_cast, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> str:
    """Where one lands after the password."""
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    return answer.headers.get("Location", "")


def app_code(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def confirm(client: Client, url: str) -> str:
    """Open a page that asks whether it is you; the page after the password."""
    page = client.get(url, follow=True)
    where = page.redirect_chain[-1][0]
    return client.post(where, {"password": PASSWORD}, follow=True).content.decode()


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Switch an authenticator app on: its secret and the recovery codes."""
    page = confirm(client, reverse("mfa_activate_totp"))
    found = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert found is not None, page
    answer = client.post(
        reverse("mfa_activate_totp"), {"code": app_code(found[1])}, follow=True
    ).content.decode()
    return found[1], re.findall(r"<li>(\d{8})</li>", answer)


def fields(**changed: object) -> dict[str, object]:
    usual = {
        "name": "Alice", "time_zone": "", "digest_enabled": "on", "digest_weekday": 0,
        "digest_hour": 8, "landing": "overview", "page_size": 50, "theme": "",
    }  # fmt: skip
    return usual | changed


def test_preferences_are_saved_with_an_event(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    wanted = fields(name="Alice O", time_zone="Asia/Tokyo", digest_weekday=2, digest_hour=17)
    del wanted["digest_enabled"]
    assert client.post(reverse("account"), wanted).status_code == 302
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.name, alice.time_zone, alice.digest_enabled) == ("Alice O", "Asia/Tokyo", False)
    assert (alice.digest_weekday, alice.digest_hour) == (2, 17)
    event = Event.objects.get(verb="preferences.set")
    assert event.before["digest_hour"] == 8
    assert event.after["digest_hour"] == 17
    assert event.actor == event.person == alice


def test_preferences_are_saved_in_place(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    headers = {"HX-Request": "true"}
    page = client.post(reverse("account"), fields(digest_hour=9), headers=headers)
    html = page.content.decode()
    assert html.lstrip().startswith('<form class="form" id="preferences"')
    assert "Saved." in html
    wrong = client.post(reverse("account"), fields(time_zone="Mars/Base"), headers=headers)
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Base"}, {"digest_weekday": 7}, {"digest_hour": 24},
        {"digest_hour": "noon"}, {"name": "x" * 201},
    ],
)  # fmt: skip
def test_preferences_that_make_no_sense_are_refused(cast: Cast, wrong: dict[str, object]) -> None:
    client = Client()
    client.force_login(cast.alice)
    assert client.post(reverse("account"), fields(**wrong)).status_code == 422
    assert not Event.objects.filter(verb="preferences.set").exists()


def test_nobody_changes_their_own_address_or_role(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    more = {"email": "ceo@example.com", "is_staff": "on", "is_internal": "", "role": "auditor"}
    client.post(reverse("account"), fields(**more))
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.email, alice.is_staff, alice.is_internal) == ("alice@example.com", False, True)
    assert client.get("/account/email/").status_code == 404


def test_an_authenticator_app_is_asked_for_after_the_password(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client()
    with (
        time_machine.travel("2026-03-02 10:00Z", tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        sign_in(client, "alice@example.com")
        secret, codes = set_up_app(client)
    assert len(codes) == 10
    other = Client()
    with time_machine.travel("2026-03-02 10:05Z", tick=False):
        assert sign_in(other, "alice@example.com") == reverse("mfa_authenticate")
        assert "_auth_user_id" not in other.session
        assert "One more step" in other.get(reverse("mfa_authenticate")).content.decode()
        wrong = other.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert "Incorrect code" in wrong.content.decode()
        code = app_code(secret)
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert other.session["_auth_user_id"] == str(cast.alice.pk)
        # The same code does not work twice.
        third = Client()
        sign_in(third, "alice@example.com")
        third.post(reverse("mfa_authenticate"), {"code": code})
        assert "_auth_user_id" not in third.session
    verbs = Event.objects.filter(person=cast.alice, verb="factor.added").values_list("after__what")
    assert list(verbs) == [("an authenticator app",)]


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    client = Client()
    sign_in(client, "alice@example.com")
    _, codes = set_up_app(client)
    for expected in (True, False):
        other = Client()
        sign_in(other, "alice@example.com")
        other.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert ("_auth_user_id" in other.session) is expected
    page = client.get(reverse("account")).content.decode()
    assert "9 codes left" in page
    text = client.get(reverse("mfa_download_recovery_codes")).content.decode()
    assert codes[1] in text
    assert codes[0] not in text


def test_secrets_are_not_readable_in_the_database(cast: Cast) -> None:
    client = Client()
    sign_in(client, "alice@example.com")
    secret, codes = set_up_app(client)
    stored = str(list(Authenticator.objects.values()))
    assert secret not in stored
    assert codes[0] not in stored


def test_with_another_secret_key_no_code_fits_and_an_administrator_helps(
    cast: Cast, settings: object
) -> None:
    client = Client()
    sign_in(client, "alice@example.com")
    secret, _ = set_up_app(client)
    settings.SECRET_KEY = "another " * 8  # type: ignore[attr-defined]
    other = Client()
    sign_in(other, "alice@example.com")
    for code in (app_code(secret), app_code("")):
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert "_auth_user_id" not in other.session
    ada = Client()
    ada.force_login(cast.ada)
    ada.post(reverse("person-factors", args=[cast.alice.pk]))
    assert sign_in(Client(), "alice@example.com") == "/"
    assert Event.objects.filter(verb="factors.removed", actor=cast.ada).count() == 1


def test_a_one_time_link_does_not_go_around_the_second_factor(cast: Cast) -> None:
    client = Client()
    sign_in(client, "alice@example.com")
    set_up_app(client)
    ada = Client()
    ada.force_login(cast.ada)
    page = ada.post(reverse("person-link", args=[cast.alice.pk])).content.decode()
    link = re.search(r'value="http://localhost:8000(/[^"]+)"', page)
    assert link is not None
    thief = Client()
    form = thief.get(link[1], follow=True).redirect_chain[-1][0]
    new = {"password1": "an entirely new pass phrase", "password2": "an entirely new pass phrase"}
    assert thief.post(form, new).headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in thief.session


def test_factors_change_only_after_showing_who_it_is(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert "reauthenticate" in answer.headers["Location"], name


def test_one_signs_out_everywhere_else(cast: Cast) -> None:
    here, there, bobs = Client(), Client(), Client()
    for client, email in ((here, "alice"), (there, "alice"), (bobs, "bob")):
        sign_in(client, f"{email}@example.com")
    page = here.get(reverse("account")).content.decode()
    assert page.count("since ") >= 2
    assert "Sign out everywhere else" in page
    done = here.post(reverse("sessions-end"), follow=True).content.decode()
    assert "Signed out of 1 other session." in done
    assert here.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302
    assert bobs.get(reverse("account")).status_code == 200


def test_a_new_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = Client(), Client()
    sign_in(here, "alice@example.com")
    sign_in(there, "alice@example.com")
    new = "an entirely new pass phrase"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert here.get(reverse("account")).status_code == 200
    assert there.get(reverse("account")).status_code == 302


def test_an_administrator_signs_somebody_out(cast: Cast) -> None:
    hers, ada = Client(), Client()
    sign_in(hers, "alice@example.com")
    ada.force_login(cast.ada)
    ada.post(reverse("person-sign-out", args=[cast.alice.pk]))
    assert hers.get(reverse("account")).status_code == 302


def test_who_has_no_password_sets_one(cast: Cast) -> None:
    nina = users.create(email="nina@example.com", roles=[])
    client = Client()
    client.force_login(nina)
    page = client.get(reverse("account")).content.decode()
    assert "Set one" in page
    assert client.get(reverse("account_change_password")).headers["Location"] == reverse(
        "account_set_password"
    )


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("(Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140", "Edge on Windows"),
        ("(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("(iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari on iOS"),
        ("(Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert device(agent) == words


@pytest.mark.parametrize(
    "name",
    [
        "account", "account_change_password", "account_reauthenticate", "mfa_deactivate_totp",
        "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_add_webauthn", "mfa_reauthenticate",
    ],
)  # fmt: skip
def test_every_page_wears_our_frame_and_keeps_the_policy(name: str) -> None:
    person("Sailor")
    client = Client()
    sign_in(client, "sailor@example.com")
    set_up_app(client)
    html = client.get(reverse(name)).content.decode()
    assert "css/tokens.css" in html
    assert " style=" not in html
    for script in re.findall(r"<script[^>]*>", html):
        assert "src=" in script or 'type="application/json"' in script, script
