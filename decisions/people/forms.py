"""The forms of sign-in and second factors. Attempts are counted before they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as StillYouForm
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError

from decisions.log.services import record_alone
from decisions.models import Person
from decisions.people import attempts

Value = TypeVar("Value")
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What the reading of a security key's answer raises where it is no such answer."""
USED = "This code is not right, or it has been used or has run out."


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "User name"
        self.fields["login"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
        take_focus(self, "login")
        self.fields["password"].help_text = ""


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password, with the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", "Your password now"),
            ("password1", "New password"),
            ("password2", "New password, once more"),
        ):
            self.fields[name].label = label
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        """The person's password, counted as an attempt first. Raises ValidationError where it is wrong."""
        return str(counted(self.user, super().clean_oldpassword))


def take_focus(form: forms.Form, name: str) -> None:
    """Let a field have the focus as the page is opened; not once something is wrong: its summary takes it."""
    if not form.is_bound:
        form.fields[name].widget.attrs["autofocus"] = True


class OneCodeForm(BaseAuthenticateForm):  # type: ignore[misc]
    """A code from an authenticator app, or a recovery code."""

    code = forms.CharField(
        label="Code from your authenticator app, or a recovery code",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        take_focus(self, "code")

    def clean_code(self) -> str:
        """The code, right and never used before. Raises ValidationError."""
        return used_once(self.user, str(counted(self.user, super().clean_code)))


class CodeForm(OneCodeForm, AuthenticateForm):  # type: ignore[misc]
    """A code at sign-in."""


class PasswordAgainForm(StillYouForm):  # type: ignore[misc]
    """The password, asked for once more before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        take_focus(self, "password")


class CodeAgainForm(OneCodeForm, ReauthenticateForm):  # type: ignore[misc]
    """A code, asked for once more before something that matters."""


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app, which shows that it was set up."""

    code = forms.CharField(
        label="Code that the app shows now",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """The code, right and never used before. Raises ValidationError."""
        return used_once(self.user, str(counted(self.user, super().clean_code)))


class KeyField(forms.JSONField):
    """A security key's answer, as its page sends it."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """What was sent. Raises ValidationError where it is nested too deeply to be read."""
        try:
            return super().to_python(value)
        except RecursionError:
            raise ValidationError("The security key's answer cannot be read.", code="unreadable") from None


class KeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A security key's answer at sign-in."""

    credential = KeyField()

    def clean_credential(self) -> Any:
        """The answer of one of the person's keys. Raises ValidationError."""
        return counted(self.user, super().clean_credential)


class KeyAgainForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A security key's answer, asked for once more."""

    credential = KeyField()

    def clean_credential(self) -> Any:
        """The answer of one of the person's keys. Raises ValidationError."""
        return counted(self.user, super().clean_credential)


class NewKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A security key that is added: its name and its answer."""

    name = forms.CharField(label="Name of the key", required=False, max_length=100)
    credential = KeyField()

    def clean(self) -> dict[str, Any]:
        """The fields, with an answer that a key gave to what this page asked. Raises ValidationError."""
        try:
            given: dict[str, Any] = super().clean()
        except UNREADABLE:
            raise ValidationError("The security key's answer cannot be read.", code="unreadable") from None
        return given


def counted(person: Person, check: Callable[[], Value]) -> Value:
    """The result of a check of a password or code, counted as an attempt first, and recorded where it is
    wrong.

    Raises ValidationError.
    """
    try:
        attempts.code(person)
    except attempts.TooManyAttemptsError as error:
        if error.just_now:
            record_alone("sign_in_locked", actor=person, details={"person": person.pk})
        raise ValidationError(str(error), code="too_many_attempts") from None
    try:
        value = check()
    except UNREADABLE:
        raise ValidationError("The security key's answer cannot be read.", code="unreadable") from None
    except ValidationError:
        record_alone("second_factor_failed", actor=person, details={"person": person.pk})
        raise
    attempts.code_was_right(person)
    return value


def used_once(person: Person, code: str) -> str:
    """A code that is used for the first time. Raises ValidationError for one that was used before."""
    if not attempts.first_use(person, code):
        record_alone("second_factor_failed", actor=person, details={"person": person.pk, "again": True})
        raise ValidationError(USED, code="used")
    return code
