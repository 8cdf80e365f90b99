"""Secrets of second factors as they are stored: encrypted with a key that is not in the database.

What an older secret key encrypted can be read while that key is among the fallbacks. `renew_all` encrypts it
anew, so that the older key can be dropped.
"""

from __future__ import annotations

import base64
import hashlib

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

HIDDEN = ("secret", "seed")
"""What of a second factor's data is hidden: the secret of an app, the seed of recovery codes."""


def hide(text: str) -> str:
    """A secret, encrypted."""
    return _cipher().encrypt(text.encode()).decode()


def show(hidden: str) -> str:
    """A secret again. One that was hidden with another key is worth nothing, and no code fits it."""
    try:
        return _cipher().decrypt(hidden.encode()).decode()
    except InvalidToken:
        return ""


@transaction.atomic
def renew_all() -> tuple[int, int]:
    """Encrypt every secret that can be read with the current secret key. Returns how many, and how many
    cannot be read.
    """
    renewed = unreadable = 0
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        data = {name: _renewed(value) for name, value in factor.data.items() if name in HIDDEN}
        # All of a factor or nothing: with one half under each key, no code would fit.
        if None in data.values():
            unreadable += 1
        elif data:
            Authenticator.objects.filter(pk=factor.pk).update(data={**factor.data, **data})
            renewed += 1
    return renewed, unreadable


def _renewed(hidden: str) -> str | None:
    try:
        return _cipher().rotate(hidden.encode()).decode()
    except InvalidToken:
        return None


def _cipher() -> MultiFernet:
    """Encrypts with the current secret key, and reads what that one or a fallback encrypted."""
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret_key: str) -> Fernet:
    key = hashlib.sha256(b"conus.second-factor\0" + secret_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
