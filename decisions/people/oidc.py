"""Sign-in by an identity provider (OpenID Connect), as strict as its rules: signature, audience and nonce."""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

NONCE = "oidc_nonce"
SIGNED_WITH = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, jwt.PyJWTError)


class StrictAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Checks every identity token: who signed it, for whom, and that it answers this sign-in."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who the provider says it is. Raises OAuth2Error for anything that is not as it must be."""
        try:
            claims = self._decode_id_token(app, kwargs["response"]["id_token"])
            data = {"id_token": claims, **self._more_about(claims, token)}
            login = self.get_provider().sociallogin_from_response(request, data)
        except UNREADABLE as error:
            raise OAuth2Error("The provider's answer cannot be read.") from error
        request.session.pop(NONCE, None)
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        # First of all: a token that says "none" is verified with nothing, and one that names a shared secret
        # with the public key.
        if jwt.get_unverified_header(id_token).get("alg") not in SIGNED_WITH:
            raise OAuth2Error("The identity token is signed in a way that is not allowed.")
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        # A token that was got for another sign-in, or by another browser, must open nothing here.
        expected = self.request.session.get(NONCE, "")
        if not expected or not constant_time_compare(str(claims.get("nonce", "")), expected):
            raise OAuth2Error("The identity token answers another sign-in.")
        if not claims.get("sub") or "exp" not in claims:
            raise OAuth2Error("The identity token names nobody, or never ends.")
        return claims

    def _more_about(self, claims: dict[str, Any], token: SocialToken) -> dict[str, Any]:
        """What the provider says beside a token without an address. It must be of the same person."""
        if "email" in claims or "userinfo_endpoint" not in self.openid_config:
            return {}
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != claims["sub"]:
            raise OAuth2Error("The provider's answers are about two people.")
        return {"userinfo": userinfo}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required  # type: ignore[untyped-decorator]
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Ask whether to go to the provider, and go."""
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    adapter = StrictAdapter(request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    if request.method != "POST":
        return render(request, "socialaccount/login.html", {"provider": provider})
    return go(request, provider)


def go(request: HttpRequest, provider: Any) -> HttpResponse:
    """The way to the provider, or a page where it does not answer."""
    # One for the session: of two tabs that ask at once, either answer counts.
    nonce = request.session.setdefault(NONCE, secrets.token_urlsafe(32))
    params = {**provider.get_auth_params(), "nonce": nonce}
    where = get_next_redirect_url(request)
    try:
        response: HttpResponse = provider.redirect(
            request, AuthProcess.LOGIN, next_url=where, auth_params=params
        )
    except (RequestException, *UNREADABLE):
        return render(request, "socialaccount/authentication_error.html", status=502)
    return response


@require_safe
@login_not_required  # type: ignore[untyped-decorator]
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer."""
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(StrictAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except UNREADABLE:
        return render(request, "socialaccount/authentication_error.html", status=401)
    return response
