"""People come and are corrected; addresses are theirs alone."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction

from accounts.actions import users
from accounts.models import Event, Membership, Role, User
from common.errors import NotAllowed, Refused
from tests.factories.cast import PASSWORD, Cast, make_cast, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_adding_a_person_tells_who_did_it(cast: Cast) -> None:
    made = users.create(
        email=" new@example.com ", name="New\u202e One", roles=[Role.VIEWER], by=cast.ada,
        channel="web",
    )  # fmt: skip
    assert (made.email, made.name) == ("new@example.com", "New One")
    assert not made.has_usable_password()
    told = Event.objects.filter(person=made, actor=cast.ada).order_by("id")
    verbs = list(told.values_list("verb", flat=True))
    assert verbs == ["person.added", "role.granted"]


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nonsense", "not an e-mail"),
        ("ALICE@example.com", "already"),
        ("x" * 250 + "@example.com", "254|not an"),
    ],
)
def test_an_address_that_is_none_or_taken_is_refused(cast: Cast, email: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        users.create(email=email, roles=[Role.VIEWER], by=cast.ada, channel="web")


def test_only_administrators_add_and_correct(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        users.create(email="n@example.com", roles=[Role.VIEWER], by=cast.mona, channel="web")
    with pytest.raises(NotAllowed):
        users.edit(user=cast.bob, name="B", email="b@example.com", by=cast.bob, channel="web")


def test_an_old_address_no_longer_opens_the_account(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.bob, email="bob@example.com", verified=True)
    users.edit(user=cast.bob, name="Bob", email="robert@example.com", by=cast.ada, channel="web")
    assert User.objects.get(pk=cast.bob.pk).email == "robert@example.com"
    assert not EmailAddress.objects.filter(user=cast.bob, email="bob@example.com").exists()
    event = Event.objects.get(person=cast.bob, verb="person.edited")
    assert event.before == {"email": "bob@example.com"}
    assert event.after == {"email": "robert@example.com"}


def test_saving_what_is_there_already_changes_nothing(cast: Cast) -> None:
    users.edit(user=cast.bob, name="Bob", email="bob@example.com", by=cast.ada, channel="web")
    assert not Event.objects.filter(person=cast.bob, verb="person.edited").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_event SET verb = 'x'",
        "DELETE FROM accounts_event",
        "TRUNCATE accounts_event",
    ],
)
def test_the_history_of_people_cannot_be_rewritten(cast: Cast, statement: str) -> None:
    denied = pytest.raises(DatabaseError, match="permission denied")
    with denied, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_people_of_the_tests_are_those_the_action_makes() -> None:
    def rows() -> dict[str, list[Any]]:
        people = "email", "name", "is_active", "is_internal", "is_staff", "must_change_password"
        roles = "user__email", "role", "unit", "since", "until"
        told = "person__email", "actor", "unit", "verb", "channel", "before", "after", "reason"
        return {
            "people": list(User.objects.order_by("email").values_list(*people)),
            "roles": list(Membership.objects.order_by("user__email").values_list(*roles)),
            "told": list(Event.objects.order_by("person__email", "id").values_list(*told)),
        }

    with transaction.atomic():
        made = make_cast()
        assert made.alice.check_password(PASSWORD)
        assert all(name == user.name.lower() for name, user in vars(made).items())
        roles = {m.user.name: m.role for m in Membership.objects.select_related("user")}
        quick = rows()
        transaction.set_rollback(True)
    for name, role in roles.items():
        person(name, role)
    assert rows() == quick
