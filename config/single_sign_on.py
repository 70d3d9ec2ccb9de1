"""Single sign-on with OpenID Connect: who comes in, and as whom.

The sign-in package speaks the protocol (authorization code, PKCE, state). We are stricter than it
with tokens, and link people ourselves: by the provider's number for them, at first by an address
the provider has verified.
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from accounts.actions import identities
from accounts.models import User
from accounts.views import Request
from common.errors import Refused
from common.htmx import toast
from config.oidc import SingleSignOn

# The algorithms of public keys; with any other the client secret or nothing would sign.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
UNREACHABLE = "The identity provider cannot be reached, or does not speak as it should."


def provider() -> SingleSignOn:
    """The configured provider; Http404 when there is none."""
    if settings.OIDC is None:
        raise Http404("Single sign-on is not set up.")
    found: SingleSignOn = settings.OIDC
    return found


class StrictProtocol(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Believes a token only by its signature, its issuer and one and the same subject."""

    def get_provider(self) -> Any:
        found = super().get_provider()
        found.oauth2_adapter_class = StrictProtocol  # for the way there, too
        return found

    @property
    def openid_config(self) -> dict[str, Any]:
        config = super().openid_config
        if not isinstance(config, dict) or config.get("issuer") != provider().issuer:
            raise OAuth2Error("The provider names another issuer than PILOTAGE_OIDC_ISSUER.")
        if any(not isinstance(config.get(name), str) for name in ENDPOINTS):
            raise OAuth2Error("The provider's configuration is not complete.")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """As registered at the provider: from SITE_URL, never from the Host header."""
        return f"{settings.SITE_URL}{reverse('single-sign-on-callback')}"

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> SocialLogin:
        raw = kwargs["response"].get("id_token")
        if not isinstance(raw, str):
            raise OAuth2Error("The provider sent no identity.")
        claims = self._decode_id_token(app, raw)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 191:
            raise OAuth2Error("The identity has no subject.")
        if "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(token.token)
            if not isinstance(more, dict) or more.get("sub") != subject:
                raise OAuth2Error("The provider speaks of two people.")
            claims = claims | more
        self.request.oidc_claims = claims
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            algorithm = jwtkit.jwt.get_unverified_header(id_token).get("alg")
            if algorithm not in ALGORITHMS:
                raise OAuth2Error("The identity is not signed with a public key.")
            found: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=provider().issuer,
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, TypeError, ValueError, jwtkit.jwt.PyJWTError) as error:
            raise OAuth2Error("The identity cannot be read.") from error
        return found


class CompanyAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Decides as whom somebody comes in whom the provider has identified."""

    def authenticate_by_email(self, sociallogin: SocialLogin) -> None:
        """Off: it takes a string "false" for verified and wipes the person's password."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find, link or add the person; every refusal is a page with its sentence."""
        config = provider()
        claims: dict[str, Any] = request.oidc_claims  # type: ignore[attr-defined]
        if sociallogin.state.get("process") == "connect":
            self._connect(request, config, sociallogin)
        if not sociallogin.is_existing:
            try:
                account = _by_address(config, claims, sociallogin.account.uid)
            except Refused as refusal:
                _refuse(request, refusal.sentence)
            sociallogin.user, sociallogin.account = account.user, account
        groups = claims.get(config.roles_claim)
        if config.roles and sociallogin.user.is_active and isinstance(groups, list):
            identities.follow(user=sociallogin.user, groups=groups, mapping=config.roles)

    def _connect(self, request: HttpRequest, config: SingleSignOn, login: SocialLogin) -> NoReturn:
        """Somebody who is signed in links the account they showed at the provider."""
        user = request.user
        if not isinstance(user, User):
            _refuse(request, "You were signed out meanwhile. Sign in, then link the account.")
        if login.is_existing and login.user != user:
            _refuse(request, f"That account of {config.name} is linked to somebody else.")
        try:
            identities.link(
                user=user, provider=config.provider_id, name=config.name, uid=login.account.uid
            )
        except Refused as refusal:
            _refuse(request, refusal.sentence)
        toast(request, f"From now on {config.name} signs you in.")
        raise ImmediateHttpResponse(redirect("account"))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        error = kwargs.get("error")
        cancelled = getattr(error, "value", error) == "cancelled"
        exception = kwargs.get("exception")
        sentence = str(exception) if isinstance(exception, OAuth2Error) else UNREACHABLE
        if cancelled:
            sentence = "Signing in was cancelled at the identity provider."
        elif exception is None:
            sentence = "That sign-in took too long or began elsewhere. Start again from here."
        _refuse(request, sentence, status=400 if cancelled or exception is None else 502)


def _by_address(config: SingleSignOn, claims: dict[str, Any], uid: str) -> Any:
    """The account linked now, of the person with the verified address; or of a new viewer."""
    email = claims.get("email")
    # Some providers write it as text; anything else is no promise, 1 and "yes" included.
    promise = claims.get("email_verified")
    verified = promise is True or promise == "true" or config.trust_email
    if not isinstance(email, str) or not email or not verified:
        raise Refused(
            f"{config.name} has not verified your e-mail address, so we cannot know that an"
            " account here is yours. Sign in with your password and link it on your account page."
        )
    known = {"provider": config.provider_id, "name": config.name, "uid": uid}
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        if not user.is_active:
            raise Refused("Your account here is closed. An administrator can open it again.")
        return identities.link(user=user, **known)
    if not config.create:
        raise Refused(f"There is no account for {email}. Ask an administrator of Pilotage for one.")
    full_name = claims.get("name")
    return identities.join(
        email=email, full_name=full_name if isinstance(full_name, str) else "", **known
    )


def _refuse(request: HttpRequest, sentence: str, *, status: int = 403) -> NoReturn:
    context = {"sentence": sentence}
    raise ImmediateHttpResponse(
        render(request, "accounts/single_sign_on_refused.html", context, status=status)
    )


@login_not_required
@require_POST
def begin(request: HttpRequest) -> HttpResponseBase:
    """Off to the identity provider. By POST, so that no foreign page starts it."""
    protocol = StrictProtocol(request, provider().provider_id)
    try:
        return _begin(protocol, request)
    except (RequestException, OAuth2Error, ValueError) as error:
        known = isinstance(error, OAuth2Error)
        context = {"sentence": str(error) if known else UNREACHABLE}
        return render(request, "accounts/single_sign_on_refused.html", context, status=502)


def _begin(protocol: StrictProtocol, request: HttpRequest) -> HttpResponseBase:
    view = OAuth2LoginView.adapter_view(protocol)
    response: HttpResponseBase = view(request)
    return response


@login_not_required
@require_safe
def callback(request: HttpRequest) -> HttpResponseBase:
    """Back from the identity provider."""
    view = OAuth2CallbackView.adapter_view(StrictProtocol(request, provider().provider_id))
    response: HttpResponseBase = view(request)
    return response


@require_POST
def unlink(request: Request) -> HttpResponseBase:
    """From now on with a password only."""
    identities.unlink(by=request.user, name=provider().name)
    toast(request, f"{provider().name} no longer signs you in.")
    return redirect("account")
