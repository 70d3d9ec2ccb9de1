from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.actions import users
from accounts.models import Channel, Event, Membership, Role, Unit, User
from common import clock

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Cast:
    alice: User
    bob: User
    vera: User
    charlie: User
    mona: User
    ada: User
    ed: User
    otto: User


def person(name: str, *roles: str, unit: Unit | None = None) -> User:
    """A person who can sign in with PASSWORD."""
    email = f"{name.lower()}@example.com"
    return users.create(email=email, name=name, roles=list(roles), password=PASSWORD, unit=unit)


def make_cast() -> Cast:
    """The rows that `person` would make one by one, in three statements: most tests begin here."""
    roles = {
        "Alice": Role.PRODUCT_OWNER,
        "Bob": Role.PRODUCT_OWNER,
        "Vera": Role.VIEWER,
        "Charlie": Role.VIEWER,
        "Mona": Role.PORTFOLIO_MANAGER,
        "Ada": Role.ADMINISTRATOR,
        "Ed": Role.EXECUTIVE,
        "Otto": Role.AUDITOR,
    }
    password = make_password(PASSWORD)
    made = User.objects.bulk_create(
        User(email=f"{name.lower()}@example.com", name=name, password=password) for name in roles
    )
    Membership.objects.bulk_create(
        Membership(user=user, role=roles[user.name], since=clock.today()) for user in made
    )
    events = []
    for user in made:
        added = {"email": user.email, "name": user.name, "is_internal": True}
        granted = {"role": roles[user.name].value, "unit": None}
        for verb, after in (("person.added", added), ("role.granted", granted)):
            events.append(
                Event(
                    at=clock.now(), person=user, verb=verb, channel=Channel.SYSTEM, after=after
                )
            )  # fmt: skip
    Event.objects.bulk_create(events)
    return Cast(*made)
