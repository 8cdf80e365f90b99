"""One-time links: the one that makes the first administrator, and those with which people set a password."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils import timezone
from django.utils.http import base36_to_int

from decisions.log.services import record
from decisions.models import FirstKey, Person, Role, RoleGrant

LIFETIME = dt.timedelta(hours=24)


class Links(PasswordResetTokenGenerator):
    """Tokens that are good until the password changes, for `PASSWORD_RESET_TIMEOUT` seconds."""

    key_salt = "conus.people.link"


links = Links()


def first_key() -> str:
    """A new key for the first administrator, or nothing where there are people. Older keys are void."""
    with transaction.atomic():
        FirstKey.objects.all().delete()
        if Person.objects.exists():
            return ""
        key = secrets.token_urlsafe(32)
        FirstKey.objects.create(digest=digest(key))
    return key


def is_first_key(key: str) -> bool:
    """Whether a key makes the first administrator now."""
    return _good(key).exists() and not Person.objects.exists()


def make_first(key: str, *, username: str, name: str, password: str) -> Person | None:
    """Make the first administrator and use the key up. None where the key is not good any more."""
    with transaction.atomic():
        # To delete it is to use it up: of two at once, one finds the row.
        used, _ = _good(key).delete()
        if not used or Person.objects.exists():
            return None
        person = Person.objects.make(username, password, name=name)
        RoleGrant.objects.create(person=person, role=Role.ADMINISTRATOR)
        record("person_added", actor=person, details={"person": person.pk, "first": True})
        record("role_granted", actor=person, details={"person": person.pk, "role": Role.ADMINISTRATOR.value})
    return person


def _good(key: str):  # type: ignore[no-untyped-def]
    return FirstKey.objects.filter(digest=digest(key), made_at__gt=timezone.now() - LIFETIME)


def digest(key: str) -> str:
    """What is stored of a key: who can read the database cannot use it."""
    return hashlib.sha256(key.encode()).hexdigest()


def person_of_link(number: str, token: str) -> Person | None:
    """The active person whom a link is for, while it is good."""
    try:
        person = Person.objects.filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return person if person and links.check_token(person, token) else None


def use_link(number: str, token: str, password: str) -> Person | None:
    """Set the password with a link, which uses it up. None where it is not good any more."""
    with transaction.atomic():
        person = person_of_link(number, token)
        kept = locked(person) if person else None
        if kept is None or not links.check_token(kept, token):
            return None
        kept.set_password(password)
        kept.save(update_fields=["password"])
        record("person_changed", actor=kept, details={"person": kept.pk, "changed": ["password"]})
    return kept


def hours() -> int:
    """How long a link to set a password is good."""
    return settings.PASSWORD_RESET_TIMEOUT // 3600


def locked(person: Person) -> Person:
    """The person as they are now, locked until the transaction ends.

    Not their key: who writes a row that names them would wait here while holding the head of the event log.
    """
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)
