"""What django-allauth asks Conus about: attempts to sign in, second factors, the identity provider."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from decisions.guards.services import client_address, own_places
from decisions.log.services import record
from decisions.models import Person
from decisions.models.people import SECOND_FACTORS
from decisions.people import attempts as limits
from decisions.people import secrets
from decisions.people.factors import needs_second_factor

NOT_RIGHT = "The user name and the password do not belong together, or nobody can sign in with them."


def address_of(request: HttpRequest) -> str:
    """The address that a session is listed with. An IPv6 client's last 64 bits are left out."""
    return client_address(request).partition("/")[0] or "0.0.0.0"  # noqa: S104 (shown, not bound)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by user name and password. Nobody signs up: an administrator adds people."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": NOT_RIGHT,
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether to go there after a sign-in: only to a page of the host that was asked.

        What else Conus answers to, such as localhost, is another machine for whoever comes over the network.
        """
        request = context.request
        here = {request.get_host()}
        return url_has_allowed_host_and_scheme(url, allowed_hosts=here, require_https=request.is_secure())

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the first place of the person's own in the navigation: the work list of those who have one."""
        places = own_places(request.user)  # type: ignore[arg-type]
        return reverse(places[0][1]) if places else "/"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is looked at. Raises ValidationError."""
        try:
            limits.sign_in(request, credentials.get("username", ""))
        except limits.TooManyAttemptsError as error:
            raise ValidationError(str(error), code="too_many_attempts") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The active person with this name and password. For all others the answer is the same."""
        self.pre_authenticate(request, **credentials)
        person: Any = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()  # an inactive person is treated as no person
        name = credentials.get("username", "")
        if person:
            limits.signed_in(name)
        else:
            limits.failed(name)
        return person if isinstance(person, Person) else None

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """An inactive person is treated as no person."""
        return render(request, "socialaccount/nobody.html", status=403)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that sessions are listed with."""
        return address_of(request)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What django-allauth asks of second factors: how their secrets are stored, and which of them may go."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or it has been used or has run out.",
        "cannot_delete_authenticator": "Your role needs a second factor. Set up another one first.",
    }

    def get_totp_label(self, user: Person) -> str:
        """What an authenticator app calls the entry."""
        return user.username

    def encrypt(self, text: str) -> str:
        """A secret as it is stored."""
        return secrets.hide(text)

    def decrypt(self, encrypted_text: str) -> str:
        """A stored secret."""
        return secrets.show(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody who needs one."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS)
        return not needs_second_factor(authenticator.user) or others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Person, type: str) -> str:  # noqa: A002 (named by allauth)
        """What a security key is called until it is renamed."""
        return f"Key {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def _get_site_name(self) -> str:
        return "Conus"


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by the identity provider. It makes nobody: it recognizes people who were added here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the active person, by the link made earlier or by a verified e-mail address."""
        if sociallogin.is_existing:
            return
        person = person_with(verified_addresses(sociallogin))
        if person is None:
            refuse(request)
        with transaction.atomic():
            sociallogin.connect(request, person)
            record("person_changed", actor=person, details={"person": person.pk, "changed": ["provider"]})

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Show our own page, without the cause: it can repeat what the provider sent."""
        page = render(request, "socialaccount/authentication_error.html", status=401)
        raise ImmediateHttpResponse(page)


def verified_addresses(login: SocialLogin) -> list[str]:
    """The addresses that the provider has verified. Anything but a plain true is not verified."""
    return [found.email.strip() for found in login.email_addresses if found.verified is True]


def person_with(addresses: list[str]) -> Person | None:
    """The one active person with one of the addresses.

    Some databases take letters for the same that are not: in PostgreSQL the upper case of a dotless i is a
    plain I. So what the database finds is compared once more.
    """
    wanted = {address.casefold() for address in addresses}
    found = {
        person
        for address in addresses
        for person in Person.objects.filter(email__iexact=address, is_active=True)
        if person.email.casefold() in wanted
    }
    return found.pop() if len(found) == 1 else None


def refuse(request: HttpRequest) -> NoReturn:
    """Say that the provider's account belongs to nobody here."""
    page: HttpResponse = render(request, "socialaccount/nobody.html", status=403)
    raise ImmediateHttpResponse(page)
