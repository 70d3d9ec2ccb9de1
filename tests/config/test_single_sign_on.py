"""Single sign-on against a real identity provider in a process of its own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts.access import roles_of
from accounts.actions import leaving, users
from accounts.models import Event, Role, User
from config.environment import Environment
from config.oidc import ROLES, SingleSignOn, single_sign_on
from tests.factories.cast import PASSWORD, Cast, make_cast
from tests.identity_provider import CLIENT, SECRET, Provider, running

pytestmark = pytest.mark.django_db
ALICE = {"sub": "a-1", "email": "Alice@example.com", "email_verified": True, "name": "Alice"}
HONEST: dict[str, Any] = {
    "issuer": "", "audience": CLIENT, "expires": 300, "algorithm": "RS256", "key": "true",
    "userinfo": {}, "refuse": "", "asked": [],
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def process() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def idp(process: Provider, settings: Any) -> Provider:
    """The provider, honest, with Alice at the keyboard, and configured here."""
    process.set(**HONEST, person=ALICE)
    configure(settings, SingleSignOn(process.issuer, CLIENT, SECRET, "Example ID"))
    return process


def configure(settings: Any, config: SingleSignOn) -> None:
    settings.OIDC = config
    settings.SOCIALACCOUNT_PROVIDERS = config.providers


def come_back(client: Client, idp: Provider, **fields: str) -> Any:
    """From our button to the provider and back: our last answer."""
    away = client.post(reverse("single-sign-on"), fields)
    assert away.status_code == 302, away.content.decode()
    assert away.headers["Location"].startswith(f"{idp.issuer}/authorize?")
    back = urlsplit(idp.approve(away.headers["Location"]))
    assert f"{back.scheme}://{back.netloc}{back.path}" == (
        "http://localhost:8000/account/sso/callback/"
    )
    return client.get(f"{back.path}?{back.query}")


def who(client: Client) -> str:
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).email if number else ""


def said(answer: Any) -> str:
    found = re.search(r"<p data-sentence>(.*?)</p>", answer.content.decode(), re.DOTALL)
    assert found is not None, answer.content.decode()
    return found[1]


def test_an_account_is_found_by_its_verified_address_and_then_by_the_subject(
    cast: Cast, idp: Provider
) -> None:
    client = Client()
    assert "Sign in with Example ID" in client.get(reverse("account_login")).content.decode()
    answer = come_back(client, idp, next=reverse("account"))
    assert answer.headers["Location"] == reverse("account")
    assert who(client) == "alice@example.com"
    [asked] = idp.asked()
    assert asked["code_challenge_method"] == "S256"
    assert {"openid", "email", "profile"} <= set(asked["scope"].split())
    assert Event.objects.filter(person=cast.alice, verb="identity.linked").count() == 1
    # The password goes on working, and the address may change at the provider.
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(PASSWORD)
    idp.set(person=ALICE | {"email": "renamed@example.com"})
    again = Client()
    come_back(again, idp)
    assert who(again) == "alice@example.com"
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("verified", [False, "false", None, 0, 1, "yes"])
def test_an_address_that_is_not_verified_opens_nothing(
    cast: Cast, idp: Provider, verified: Any
) -> None:
    idp.set(person=ALICE | {"email_verified": verified})
    client = Client()
    answer = come_back(client, idp)
    assert answer.status_code == 403
    assert "not verified" in said(answer)
    assert who(client) == ""
    assert not SocialAccount.objects.exists()


def test_a_company_directory_may_be_believed(cast: Cast, idp: Provider, settings: Any) -> None:
    configure(settings, replace(settings.OIDC, trust_email=True))
    person = {name: value for name, value in ALICE.items() if name != "email_verified"}
    idp.set(person=person)
    client = Client()
    come_back(client, idp)
    assert who(client) == "alice@example.com"


def test_who_is_not_known_stays_outside_unless_they_may_join(
    cast: Cast, idp: Provider, settings: Any
) -> None:
    idp.set(person={"sub": "n-1", "email": "nina@example.com", "email_verified": True, "name": "N"})
    client = Client()
    answer = come_back(client, idp)
    assert answer.status_code == 403
    assert "no account for nina@example.com" in said(answer)
    assert not User.objects.filter(email="nina@example.com").exists()
    configure(settings, replace(settings.OIDC, create=True))
    come_back(client, idp)
    nina = User.objects.get(email="nina@example.com")
    assert who(client) == "nina@example.com"
    assert roles_of(nina).codes == {Role.VIEWER}
    assert not nina.has_usable_password()
    assert client.get(reverse("account")).status_code == 200


def test_a_closed_account_stays_closed(cast: Cast, idp: Provider) -> None:
    leaving.deactivate(user=cast.alice, by=cast.ada, channel="web")
    client = Client()
    assert "closed" in said(come_back(client, idp))
    leaving.reactivate(user=cast.alice, by=cast.ada, channel="web")
    come_back(client, idp)
    assert who(client) == "alice@example.com"
    leaving.deactivate(user=cast.alice, by=cast.ada, channel="web")
    other = Client()
    assert come_back(other, idp).headers["Location"] == reverse("account_inactive")
    assert who(other) == ""


def test_the_account_of_another_is_not_taken_over(cast: Cast, idp: Provider) -> None:
    come_back(Client(), idp)
    idp.set(person=ALICE | {"sub": "somebody-else"})
    client = Client()
    assert "another account" in said(come_back(client, idp))
    assert who(client) == ""


@pytest.mark.parametrize(
    "lie",
    [
        {"key": "other"}, {"algorithm": "HS256"}, {"algorithm": "none"},
        {"issuer": "https://elsewhere.example"}, {"audience": "another-client"},
        {"expires": -60}, {"userinfo": {"sub": "b-2", "email": "ada@example.com"}},
    ],
    ids=lambda lie: next(iter(lie)) + str(next(iter(lie.values())))[:8],
)  # fmt: skip
def test_an_identity_that_is_not_genuine_opens_nothing(
    cast: Cast, idp: Provider, lie: dict[str, Any]
) -> None:
    idp.set(**lie)
    client = Client()
    answer = come_back(client, idp)
    assert answer.status_code == 502
    assert who(client) == ""
    assert not SocialAccount.objects.exists()


def test_what_did_not_begin_here_goes_nowhere(cast: Cast, idp: Provider) -> None:
    began = Client()
    away = began.post(reverse("single-sign-on")).headers["Location"]
    back = urlsplit(idp.approve(away))
    victim = Client()
    answer = victim.get(f"{back.path}?{back.query}")
    assert answer.status_code == 400
    assert "began elsewhere" in said(answer)
    assert who(victim) == ""
    # And each way back works once.
    assert began.get(f"{back.path}?{back.query}").status_code == 302
    assert began.get(f"{back.path}?{back.query}").status_code == 400
    assert Client(enforce_csrf_checks=True).post(reverse("single-sign-on")).status_code == 403
    assert Client().get(reverse("single-sign-on")).status_code == 405


def test_cancelling_at_the_provider_is_said(cast: Cast, idp: Provider) -> None:
    idp.set(refuse="access_denied")
    assert "cancelled" in said(come_back(Client(), idp))


def test_a_provider_that_is_away_is_said(cast: Cast, settings: Any) -> None:
    with running() as gone:
        issuer = gone.issuer
    configure(settings, SingleSignOn(issuer, CLIENT, SECRET, "Example ID"))
    answer = Client().post(reverse("single-sign-on"))
    assert answer.status_code == 502
    assert "cannot be reached" in said(answer)


def test_a_provider_that_names_another_issuer_is_refused(idp: Provider, settings: Any) -> None:
    other = idp.issuer.replace("127.0.0.1", "localhost")
    configure(settings, replace(settings.OIDC, issuer=other))
    answer = Client().post(reverse("single-sign-on"))
    assert answer.status_code == 502
    assert "another issuer" in said(answer)


def test_the_second_factor_is_still_asked_for(cast: Cast, idp: Provider) -> None:
    from tests.accounts.views.test_account import set_up_app, sign_in

    setting_up = Client()
    sign_in(setting_up, "alice@example.com")
    set_up_app(setting_up)
    client = Client()
    assert come_back(client, idp).headers["Location"] == reverse("mfa_authenticate")
    assert who(client) == ""


def test_a_password_made_for_one_use_does_not_stand_in_the_way(idp: Provider) -> None:
    users.create(
        email="alice@example.com", roles=[Role.VIEWER], password=PASSWORD,
        must_change_password=True,
    )  # fmt: skip
    client = Client()
    come_back(client, idp)
    assert client.get(reverse("account")).status_code == 200


def test_somebody_signed_in_links_and_unlinks_their_account(cast: Cast, idp: Provider) -> None:
    idp.set(person={"sub": "b-1", "email": "robert@elsewhere.example"})
    client = Client()
    client.force_login(cast.bob)
    answer = come_back(client, idp, process="connect")
    assert answer.headers["Location"] == reverse("account")
    assert "From now on Example ID signs you in." in client.get(reverse("account")).content.decode()
    other = Client()
    come_back(other, idp)
    assert who(other) == "bob@example.com"
    thief = Client()
    thief.force_login(cast.charlie)
    assert "somebody else" in said(come_back(thief, idp, process="connect"))
    client.post(reverse("single-sign-on-unlink"))
    assert not SocialAccount.objects.exists()
    verbs = Event.objects.filter(person=cast.bob, verb__startswith="identity")
    assert list(verbs.values_list("verb", flat=True).order_by("pk")) == [
        "identity.linked", "identity.unlinked",
    ]  # fmt: skip


def test_who_has_no_password_does_not_lock_themselves_out(idp: Provider, settings: Any) -> None:
    configure(settings, replace(settings.OIDC, create=True))
    client = Client()
    come_back(client, idp)
    answer = client.post(reverse("single-sign-on-unlink"))
    assert answer.status_code == 422
    assert "Set a password first" in answer.content.decode()
    assert SocialAccount.objects.count() == 1


def test_mapped_roles_follow_the_groups(cast: Cast, idp: Provider, settings: Any) -> None:
    mapping = {"Board": "executive", "Pilots": "portfolio_manager", "Admins": "administrator"}
    configure(settings, replace(settings.OIDC, roles=mapping))

    def after(*groups: str) -> set[str]:
        idp.set(person=ALICE | {"groups": list(groups)})
        come_back(Client(), idp)
        return set(roles_of(User.objects.get(pk=cast.alice.pk)).codes)

    own = {"product_owner"}  # not in the mapping, so left alone
    assert after("Board", "Other") == own | {"executive"}
    assert after("Pilots") == own | {"portfolio_manager"}
    idp.set(person=ALICE)  # says nothing about groups
    come_back(Client(), idp)
    assert after() == own
    ended = Event.objects.filter(person=cast.alice, verb="role.ended", channel="system")
    assert ended.count() == 2


def test_the_last_administrator_stays_whatever_the_provider_says(
    cast: Cast, idp: Provider, settings: Any
) -> None:
    configure(settings, replace(settings.OIDC, roles={"Admins": "administrator"}))
    idp.set(person=ALICE | {"sub": "ada", "email": "ada@example.com", "groups": []})
    client = Client()
    come_back(client, idp)
    assert roles_of(User.objects.get(pk=cast.ada.pk)).is_administrator


def test_without_a_provider_there_is_nothing(cast: Cast) -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert reverse("single-sign-on") not in page
    assert Client().post(reverse("single-sign-on")).status_code == 404
    assert Client().get(reverse("single-sign-on-callback")).status_code == 404


def test_roles_are_spelled_alike() -> None:
    assert set(ROLES) == set(Role.values)


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> SingleSignOn | None:
    usual = {"ISSUER": "https://login.example.com/r", "CLIENT_ID": "c", "CLIENT_SECRET": "s"}
    for name, value in (usual | values).items():
        monkeypatch.setenv(f"PILOTAGE_OIDC_{name}", value)
    return single_sign_on(Environment())


def test_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch, CREATE="true", NAME="Example", ORIGINS="https://a.example, https://b.example",
        ROLES="Pilot board=executive, x=y=viewer",
    )  # fmt: skip
    assert found is not None
    assert found.form_origins == [
        "https://login.example.com", "https://a.example", "https://b.example",
    ]  # fmt: skip
    assert found.roles == {"Pilot board": "executive", "x=y": "viewer"}
    assert found.create
    assert found.provider_id != replace(found, issuer="https://other.example").provider_id


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"ISSUER": "http://login.example.com"}, "PILOTAGE_OIDC_ISSUER"),
        ({"ISSUER": "login.example.com"}, "PILOTAGE_OIDC_ISSUER"),
        ({"CLIENT_ID": ""}, "PILOTAGE_OIDC_CLIENT_ID"),
        ({"CLIENT_SECRET": ""}, "PILOTAGE_OIDC_CLIENT_SECRET"),
        ({"ROLES": "Board=king"}, "PILOTAGE_OIDC_ROLES"),
        ({"ORIGINS": "a.example"}, "PILOTAGE_OIDC_ORIGINS"),
        ({"CREATE": "perhaps"}, "PILOTAGE_OIDC_CREATE"),
    ],
)
def test_a_wrong_setting_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], named: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=named):
        read(monkeypatch, **wrong)
