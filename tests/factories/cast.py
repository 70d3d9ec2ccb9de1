from dataclasses import dataclass

from accounts.actions import users
from accounts.models import Role, Unit, User

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
    return Cast(
        alice=person("Alice", Role.PRODUCT_OWNER),
        bob=person("Bob", Role.PRODUCT_OWNER),
        vera=person("Vera", Role.VIEWER),
        charlie=person("Charlie", Role.VIEWER),
        mona=person("Mona", Role.PORTFOLIO_MANAGER),
        ada=person("Ada", Role.ADMINISTRATOR),
        ed=person("Ed", Role.EXECUTIVE),
        otto=person("Otto", Role.AUDITOR),
    )
