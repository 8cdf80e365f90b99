"""The key that signs checkpoints: Ed25519, in a file outside of the database, its public half beside it."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from decisions.durable import append, make_once

_BLOCK = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
PublicKeys = Mapping[str, Ed25519PublicKey]


class SigningKeyError(Exception):
    """A key file cannot be used. The message says which, and what to do."""


def public_file() -> Path:
    """Where the public half lies: beside the key, with `.pub` for its ending."""
    return Path(settings.CHECKPOINT_KEY).with_suffix(".pub")


def signing_key() -> Ed25519PrivateKey:
    """The key, made on the first call. Raises SigningKeyError and OSError.

    A new key's public half is added to those that are there, so what older keys signed can still be checked.
    A key that was put in place of another is refused: its public half is not among them.
    """
    file = Path(settings.CHECKPOINT_KEY)
    if not file.exists():
        _make(file)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise SigningKeyError(f"{file} can be read by others than its owner. Run: chmod 600 {file}")
    key = _private(file)
    if not public_file().exists():
        publish(key.public_key())
    if name(key.public_key()) not in public_keys(public_file()):
        raise SigningKeyError(f"The public half of {file} is not in {public_file()}: one was exchanged.")
    return key


def name(key: Ed25519PublicKey) -> str:
    """What a checkpoint calls the key that signed it: the start of its SHA-256."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def public_keys(file: Path) -> dict[str, Ed25519PublicKey]:
    """The public keys in a file, by name. Raises SigningKeyError where there is none, OSError."""
    found = [_public(block, file) for block in _BLOCK.findall(file.read_bytes())]
    if not found:
        raise SigningKeyError(f"{file} holds no public key.")
    return {name(key): key for key in found}


def _public(block: bytes, file: Path) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(block)
    except (ValueError, UnsupportedAlgorithm):
        raise SigningKeyError(f"{file} holds a public key that cannot be read.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyError(f"{file} holds a public key of another kind than Ed25519.")
    return key


def _private(file: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SigningKeyError(f"{file} holds no key that can be read.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(f"{file} holds a key of another kind than Ed25519.")
    return key


def _make(file: Path) -> None:
    """Make a new key. Its public half comes first, so that whatever it signs can be checked."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    publish(key.public_key())
    make_once(file, text)


def publish(key: Ed25519PublicKey) -> None:
    """Add a public key to those that are there."""
    text = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    append(public_file(), text, 0o644)
