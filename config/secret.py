"""The secret key that signs cookies: made once, kept in a file that its owner alone can read.

The keys before it, which are still accepted, can stand in a file beside it, a line each.
"""

import os
import secrets
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(file: Path) -> str:
    """The key in the file, made on the first call.

    Raises ImproperlyConfigured where others can read the file, or where it holds no key.
    """
    if not file.exists():
        _make(file)
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


def _make(file: Path) -> None:
    """Write a new key in full under another name, then link it: of two that race, the first key stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(64))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
