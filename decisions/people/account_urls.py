"""The pages of django-allauth that there are, under "accounts/". What is not listed does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from decisions.people import oidc

View = Callable[..., HttpResponse]


def whole(view: View) -> View:
    """A view whose changes and events are one transaction. A form that was refused is answered with 422."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            return marked(view(request, *args, **kwargs))

    return answered


def refused(view: View) -> View:
    """A view whose form, where it was refused, is answered with 422."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return marked(view(request, *args, **kwargs))

    return answered


def marked(response: HttpResponse) -> HttpResponse:
    """The response, as 422 where its form has errors."""
    context = getattr(response, "context_data", None) or {}
    forms = [context.get("form"), context.get("webauthn_form")]
    if any(form is not None and form.is_bound and form.errors for form in forms):
        response.status_code = 422
    return response


def with_password(view: View) -> View:
    """A view for people who have a password. Others sign in elsewhere, and are told so."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            messages.info(
                request, "You have no password here. An administrator can give you a link to set one."
            )
            return HttpResponseRedirect(reverse("people:account"))
        return view(request, *args, **kwargs)

    return answered


def last_stays(view: View) -> View:
    """A view that removes a security key, but not the last factor of somebody whose role needs one."""

    @wraps(view)
    def answered(request: HttpRequest, pk: int) -> HttpResponse:
        key = Authenticator.objects.filter(pk=pk, user_id=request.user.pk).first()
        if key and not get_adapter().can_delete_authenticator(key):
            messages.info(request, "Your role needs a second factor. Set up another one first.")
            return HttpResponseRedirect(reverse("mfa_list_webauthn"))
        return view(request, pk=pk)

    return answered


# Sign-in is no single transaction: a failed attempt is counted and recorded whatever comes after it.
urlpatterns = [
    path("login/", refused(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", refused(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", whole(with_password(account.password_change)), name="account_change_password"),
    path("oidc/<slug:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
    path("2fa/", factors.index, name="mfa_index"),
    path("2fa/authenticate/", refused(factors.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", refused(factors.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", whole(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", whole(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        whole(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("2fa/webauthn/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", whole(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        refused(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        whole(last_stays(webauthn.remove_webauthn)),
        name="mfa_remove_webauthn",
    ),
    path("2fa/webauthn/keys/<int:pk>/edit/", whole(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]
