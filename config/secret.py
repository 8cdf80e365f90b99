"""The secret key that signs cookies: made once, kept in a file that its owner alone can read.

The keys before it, which are still accepted, can stand in a file beside it, a line each.
"""

import secrets
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from decisions.durable import make_once


def secret_key(file: Path) -> str:
    """The key in the file, made on the first call.

    Raises ImproperlyConfigured where others can read the file, or where it holds no key.
    """
    if not file.exists():
        make_once(file, secrets.token_urlsafe(64).encode("ascii"))
    key = _read(file).strip()
    if len(key) < 50:
        raise ImproperlyConfigured(f"{file} holds no key. Remove the file, and a new key is made.")
    return key


def older_keys(file: Path) -> list[str]:
    """The keys in a file that need not be there, one a line.

    Raises ImproperlyConfigured where others can read the file, or where a line holds no key.
    """
    keys = [line.strip() for line in _read(file).splitlines() if line.strip()] if file.exists() else []
    if any(len(key) < 50 for key in keys):
        raise ImproperlyConfigured(f"{file} has a line that is no key. Allowed: 50 characters or more.")
    return keys


def _read(file: Path) -> str:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise ImproperlyConfigured(f"{file} can be read by others than its owner. Run: chmod 600 {file}")
    return file.read_text(encoding="ascii")
