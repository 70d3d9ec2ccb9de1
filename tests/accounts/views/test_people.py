"""The pages of people: who sees them, and the way in of a new person."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.actions import letters, roles
from accounts.models import Event, Membership, Role, User
from portfolio.models import Flag
from tests.factories.cast import PASSWORD, Cast, make_cast, person
from tests.factories.pilots import pilot, unit

NEW = "an entirely new pass phrase"
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_list_is_for_administrators_and_portfolio_managers(cast: Cast) -> None:
    for who, status in (("ada", 200), ("mona", 200), ("vera", 403), ("ed", 403), ("otto", 403)):
        client = signed_in(getattr(cast, who))
        assert client.get(reverse("people")).status_code == status, who
        assert client.get(reverse("person", args=[cast.bob.pk])).status_code == status, who
    assert "Add a person" in signed_in(cast.ada).get(reverse("people")).content.decode()
    assert "Add a person" not in signed_in(cast.mona).get(reverse("people")).content.decode()
    assert signed_in(cast.ada).get(reverse("person", args=[999_999])).status_code == 404


def test_managers_look_but_change_nothing(cast: Cast) -> None:
    client = signed_in(cast.mona)
    held = Membership.objects.get(user=cast.bob)
    posts = [
        reverse("person-add"), reverse("person-edit", args=[cast.bob.pk]),
        reverse("role-grant", args=[cast.bob.pk]),
        reverse("role-end", args=[cast.bob.pk, held.pk]),
        reverse("person-link", args=[cast.bob.pk]), reverse("person-factors", args=[cast.bob.pk]),
        reverse("person-sign-out", args=[cast.bob.pk]),
        reverse("person-leave", args=[cast.bob.pk]),
        reverse("person-return", args=[cast.bob.pk]),
        reverse("person-external", args=[cast.bob.pk]),
    ]  # fmt: skip
    for url in posts:
        assert client.post(url, {"role": "administrator"}).status_code == 403, url
    page = client.get(reverse("person", args=[cast.bob.pk])).content.decode()
    assert "One-time" not in page
    assert '<form method="post" action="/people/' not in page


def test_the_list_is_searched_and_filtered(cast: Cast) -> None:
    client = signed_in(cast.ada)
    roles.grant(user=cast.vera, role=Role.EXECUTIVE, unit=unit("Sales", "North"))
    url = reverse("people")
    page = client.get(url, {"q": "vera example"}).content.decode()
    assert "1 person" in page
    assert "Sales / North" in page
    assert "2 people" in client.get(url, {"role": "executive"}).content.decode()
    assert "Nobody matches" in client.get(url, {"state": "external"}).content.decode()
    assert "7 people" in client.get(url, {"state": "invited"}).content.decode()
    assert "8 people" in client.get(url, {"state": "nonsense", "role": "king"}).content.decode()


def test_pages_of_the_list_hold_everybody_once(cast: Cast) -> None:
    User.objects.bulk_create(
        User(email=f"p{number:03}@example.com", name="Same name" if number % 2 else "")
        for number in range(113)
    )
    client = signed_in(cast.ada)
    seen: list[str] = []
    url: str | None = reverse("people")
    while url:
        page = client.get(url).content.decode()
        seen += re.findall(r'data-href="(/people/\d+/)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 121


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.ada)
    counts = []
    for more in range(2):
        with CaptureQueriesContext(connection) as told:
            client.get(reverse("people"))
        counts.append(len(told))
        for number in range(20):
            person(f"Many{more}x{number}", Role.VIEWER, Role.EXECUTIVE)
    assert counts[0] == counts[1] <= 8


def test_without_a_mail_server_the_link_is_shown_and_works_once(cast: Cast) -> None:
    client = signed_in(cast.ada)
    fields = {"email": "nina@example.com", "name": "Nina", "role": "product_owner"}
    answer = client.post(reverse("person-add"), fields)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert mail.outbox == []
    link = re.search(r'value="http://localhost:8000(/[^"]+)"', answer.content.decode())
    assert link is not None
    nina = User.objects.get(email="nina@example.com")
    assert not nina.has_usable_password()
    hers = Client()
    page = hers.get(link[1], follow=True)
    form = page.redirect_chain[-1][0]
    hers.post(form, {"password1": NEW, "password2": NEW})
    assert hers.session["_auth_user_id"] == str(nina.pk)
    assert "no longer works" in Client().get(link[1], follow=True).content.decode()
    events = Event.objects.filter(person=nina).values_list("verb", "actor__name")
    assert list(events.order_by("pk")) == [
        ("person.added", "Ada"), ("role.granted", "Ada"), ("password.link_made", "Ada"),
        ("password.chosen", "Nina"),
    ]  # fmt: skip
    kept = "".join(str(row) for row in Event.objects.filter(person=nina).values())
    assert link[1] not in kept


def test_with_a_mail_server_the_invitation_goes_to_the_person(cast: Cast, settings: Any) -> None:
    settings.PILOTAGE_SMTP_URL = "smtp://localhost"
    fields = {"email": "nina@example.com", "name": "Nina & Co", "role": "viewer"}
    page = signed_in(cast.ada).post(reverse("person-add"), fields).content.decode()
    assert "The link is on its way" in page
    letters.work()
    [message] = mail.outbox
    assert message.to == ["nina@example.com"]
    assert "Nina & Co" in message.body
    assert "http://localhost:8000/account/password/reset/key/" in message.body
    assert "/password/reset/key/" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "alice@example.com", "role": "viewer"}, "already an account"),
        ({"email": "no", "role": "viewer"}, "valid email"),
        ({"email": "n@example.com", "role": "king"}, "valid choice"),
        ({"email": "n@example.com", "role": "viewer", "name": "x" * 10_000}, "200 characters"),
    ],
)
def test_what_cannot_be_added_is_said_beside_the_field(
    cast: Cast, fields: dict[str, str], said: str
) -> None:
    answer = signed_in(cast.ada).post(reverse("person-add"), fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_fields_that_are_not_in_the_form_set_nothing(cast: Cast) -> None:
    hidden = {"is_superuser": "on", "is_staff": "on", "must_change_password": "on", "id": "1"}
    fields = {"email": "n@example.com", "role": "viewer", **hidden}
    signed_in(cast.ada).post(reverse("person-add"), fields)
    made = User.objects.get(email="n@example.com")
    assert (made.is_superuser, made.is_staff, made.must_change_password) == (False,) * 3


def test_giving_and_ending_a_role_in_place(cast: Cast) -> None:
    client = signed_in(cast.ada)
    where = unit("Sales")
    headers = {"HX-Request": "true", "HX-Target": "person"}
    url = reverse("role-grant", args=[cast.vera.pk])
    given = client.post(url, {"role": "executive", "unit": where.pk}, headers=headers)
    assert given.status_code == 200
    html = given.content.decode()
    assert html.lstrip().startswith('<div id="person">')
    assert "Vera is executive from today." in html
    held = Membership.objects.get(user=cast.vera, role="executive")
    assert held.unit == where
    ended = client.post(reverse("role-end", args=[cast.vera.pk, held.pk]))
    assert ended.status_code == 302
    assert "Former roles" in client.get(ended.headers["Location"]).content.decode()
    wrong = client.post(url, {"role": "auditor", "unit": where.pk}, headers=headers)
    assert wrong.status_code == 422
    assert "whole company" in wrong.content.decode()


def test_the_last_administrator_is_told(cast: Cast) -> None:
    mine = Membership.objects.get(user=cast.ada)
    answer = signed_in(cast.ada).post(reverse("role-end", args=[cast.ada.pk, mine.pk]))
    assert answer.status_code == 422
    assert "only administrator" in answer.content.decode()


def test_before_somebody_leaves_one_sees_what_they_hold(cast: Cast) -> None:
    pilot(cast.mona, "Invoice reader", owner=cast.alice)
    pilot(cast.mona, "Hush", owner=cast.alice, restricted=True)
    client = signed_in(cast.ada)
    url = reverse("person-leave", args=[cast.alice.pk])
    page = client.get(url).content.decode()
    assert "Invoice reader" in page
    assert "No owner" in page
    assert "Hush" not in page  # Administrators as such do not see restricted pilots.
    assert Flag.objects.filter(rule="NO_OWNER", closed_at=None).count() == 0
    client.post(url, {"reason": "Moved on"})
    assert Flag.objects.filter(rule="NO_OWNER", closed_at=None).count() == 2
    page = client.get(reverse("person", args=[cast.alice.pk])).content.decode()
    assert "has left" in page
    assert "Moved on" in page
    left = Client()
    answer = left.post(
        reverse("account_login"), {"login": "alice@example.com", "password": PASSWORD}, follow=True
    )
    assert "This account is closed" in answer.content.decode()
    client.post(reverse("person-return", args=[cast.alice.pk]))
    cast.alice.refresh_from_db()
    assert cast.alice.is_active


def test_external_and_back(cast: Cast) -> None:
    pilot(cast.mona, "Invoice reader", owner=cast.alice)
    client = signed_in(cast.ada)
    url = reverse("person-external", args=[cast.alice.pk])
    assert "Invoice reader" in client.get(url).content.decode()
    client.post(url, {"internal": "0"})
    cast.alice.refresh_from_db()
    assert not cast.alice.is_internal
    client.post(url, {"internal": "1"})
    cast.alice.refresh_from_db()
    assert cast.alice.is_internal


def test_names_are_shown_as_text(cast: Cast) -> None:
    odd = person("X")
    User.objects.filter(pk=odd.pk).update(name="<script>alert(1)</script>")
    client = signed_in(cast.ada)
    for url in (
        reverse("people"),
        reverse("person", args=[odd.pk]),
        reverse("person-leave", args=[odd.pk]),
    ):
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html
