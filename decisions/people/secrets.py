"""Secrets of second factors as they are stored: encrypted with a key that is not in the database."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def hide(text: str) -> str:
    """A secret, encrypted."""
    return _cipher().encrypt(text.encode()).decode()


def show(hidden: str) -> str:
    """A secret again. One that was hidden with another key is worth nothing, and no code fits it."""
    try:
        return _cipher().decrypt(hidden.encode()).decode()
    except InvalidToken:
        return ""


def _cipher() -> Fernet:
    key = hashlib.sha256(b"conus.second-factor\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
