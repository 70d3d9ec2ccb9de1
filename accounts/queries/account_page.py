"""What people see of their own account."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import Membership, Role, User
from accounts.queries.people import HeldRole
from common import clock

BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone|iPad", "iOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session: where, since when, and whether it is the one that asks."""

    device: str
    address: str
    since: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    id: int
    name: str
    alone: bool
    added: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    roles: tuple[HeldRole, ...]
    app: bool
    passkeys: tuple[Passkey, ...]
    codes_left: int | None
    linked: bool
    sessions: tuple[SignedIn, ...]


def account_page(user: User, *, session_key: str) -> AccountPage:
    """Roles, factors and sessions of a person, five queries whatever their number."""
    factors = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    codes = [f for f in factors if f.type == Authenticator.Type.RECOVERY_CODES]
    return AccountPage(
        roles=_roles(user),
        app=any(f.type == Authenticator.Type.TOTP for f in factors),
        passkeys=tuple(_passkey(f) for f in factors if f.type == Authenticator.Type.WEBAUTHN),
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else None,
        linked=SocialAccount.objects.filter(user=user).exists(),
        sessions=_sessions(user, session_key),
    )


def _roles(user: User) -> tuple[HeldRole, ...]:
    rows = Membership.objects.current().filter(user=user).order_by("role", "unit__path")
    return tuple(
        HeldRole(Role(role).label, unit or "")
        for role, unit in rows.values_list("role", "unit__path")
    )


def _passkey(factor: Authenticator) -> Passkey:
    key = factor.wrap()
    return Passkey(
        id=factor.pk, name=key.name, alone=bool(key.is_passwordless), added=factor.created_at,
        used=factor.last_used_at,
    )  # fmt: skip


def _sessions(user: User, session_key: str) -> tuple[SignedIn, ...]:
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at"))
    known = Session.objects.filter(
        session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()
    )
    alive = set(known.values_list("session_key", flat=True))
    found = [
        SignedIn(device(row.user_agent), row.ip, row.created_at, row.session_key == session_key)
        for row in rows
        if row.session_key in alive
    ]
    return tuple(sorted(found, key=lambda one: not one.here))


def device(user_agent: str) -> str:
    """A browser's name for itself in words: "Firefox on Windows"."""
    browser = next((word for sign, word in BROWSERS if re.search(sign, user_agent)), "")
    system = next((word for sign, word in SYSTEMS if re.search(sign, user_agent)), "")
    return " on ".join(part for part in (browser or "A browser", system) if part)
