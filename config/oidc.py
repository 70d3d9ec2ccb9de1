"""Settings of single sign-on with OpenID Connect, read and checked at the start.

Nothing here imports Django's settings, so that settings.py can use it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from config.environment import Environment, stop, whole_url

ROLES = (
    "viewer", "product_owner", "portfolio_manager", "executive", "administrator", "auditor",
)  # fmt: skip
LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class SingleSignOn:
    """One identity provider. `roles` maps its group names to our role codes."""

    issuer: str
    client_id: str
    secret: str
    name: str
    create: bool = False
    trust_email: bool = False
    origins: tuple[str, ...] = ()
    roles_claim: str = "groups"
    roles: dict[str, str] = field(default_factory=dict)

    @property
    def provider_id(self) -> str:
        """Bound to the issuer: a subject of another provider is another person."""
        return f"oidc-{hashlib.sha256(self.issuer.encode()).hexdigest()[:12]}"

    @property
    def form_origins(self) -> list[str]:
        """Where the sign-in form leads; the browser follows only to these."""
        parts = urlsplit(self.issuer)
        return [f"{parts.scheme}://{parts.netloc}", *self.origins]

    @property
    def providers(self) -> dict[str, Any]:
        """The sign-in package's form of the same."""
        app = {
            "provider_id": self.provider_id,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.issuer.rstrip("/"), "oauth_pkce_enabled": True},
        }
        return {"openid_connect": {"APPS": [app]}}


def single_sign_on(env: Environment) -> SingleSignOn | None:
    """The identity provider of PILOTAGE_OIDC_ISSUER, or None when there is none."""
    issuer = env.text("PILOTAGE_OIDC_ISSUER", default="")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    known = parts.hostname and not parts.query and not parts.fragment
    if not known or not (parts.scheme == "https" or parts.hostname in LOCAL):
        stop(
            "PILOTAGE_OIDC_ISSUER",
            f"is {issuer!r}",
            "Write the issuer as the provider states it, as in https://login.example.com/realm.",
        )
    client = env.text("PILOTAGE_OIDC_CLIENT_ID", default="")
    secret = env.text("PILOTAGE_OIDC_CLIENT_SECRET", default="")
    if not client:
        stop("PILOTAGE_OIDC_CLIENT_ID", "is missing", "Register Pilotage at the provider.")
    if not secret:
        stop(
            "PILOTAGE_OIDC_CLIENT_SECRET",
            "is missing",
            "Give the secret, or PILOTAGE_OIDC_CLIENT_SECRET_FILE.",
        )
    return SingleSignOn(
        issuer=issuer,
        client_id=client,
        secret=secret,
        name=env.text("PILOTAGE_OIDC_NAME", default="the company account"),
        create=env.flag("PILOTAGE_OIDC_CREATE", default=False),
        trust_email=env.flag("PILOTAGE_OIDC_TRUST_EMAIL", default=False),
        origins=tuple(
            whole_url("PILOTAGE_OIDC_ORIGINS", url)
            for url in env.items("PILOTAGE_OIDC_ORIGINS", default=[])
        ),
        roles_claim=env.text("PILOTAGE_OIDC_ROLES_CLAIM", default="groups"),
        roles=role_map("PILOTAGE_OIDC_ROLES", env.items("PILOTAGE_OIDC_ROLES", default=[])),
    )


def role_map(name: str, pairs: list[str]) -> dict[str, str]:
    """ "Pilots=portfolio_manager" and so on: groups of the provider to our roles."""
    mapped = {}
    for pair in pairs:
        group, equals, role = pair.rpartition("=")
        if not equals or not group.strip() or role.strip() not in ROLES:
            cure = f"Write group=role, separated by commas; roles are {', '.join(ROLES)}."
            stop(name, f"has {pair!r}", cure)
        mapped[group.strip()] = role.strip()
    return mapped
