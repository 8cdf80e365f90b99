"""The forms of a person's own account, and of the links that set a password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from decisions.models import (
    Person,
)


class NewPasswordForm(forms.Form):
    """A new password, twice, under the rules for passwords."""

    password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        help_text=" ".join(password_validators_help_texts()),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label="Password, once more",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def whom(self) -> Person:
        """Whose password it will be: it must not resemble the name."""
        return self.person or Person()

    def clean(self) -> dict[str, Any]:
        """The fields. Both passwords have to be the same, and keep the rules for passwords."""
        given: dict[str, Any] = super().clean() or {}
        password, again = given.get("password"), given.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", "This is not the same password.")
        elif password:
            try:
                validate_password(password, self.whom())
            except ValidationError as error:
                self.add_error("password", error)
        return given


def free_username(text: str, but: int | None = None) -> str:
    """A user name that nobody has, however it is capitalized. Raises ValidationError."""
    name = text.strip()
    if Person.objects.filter(username__iexact=name).exclude(pk=but or 0).exists():
        raise ValidationError("Somebody has this user name.")
    return name


class FirstForm(NewPasswordForm):
    """The first administrator."""

    username = forms.CharField(
        label="User name",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label="Name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("username", "name", "password", "password_again")

    def whom(self) -> Person:
        """Who is about to be made."""
        given = self.cleaned_data
        return Person(username=given.get("username", ""), name=given.get("name", ""))


class SessionForm(forms.Form):
    """A session to end, by its number; without one, all the others."""

    number = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class NoticesForm(forms.Form):
    """That somebody has read what they were told, up to the newest that their page showed."""

    newest = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
