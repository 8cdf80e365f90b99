"""Typed reading of the environment. Only `config.settings` uses it; nothing else reads a variable.

A value that is not allowed, and a `CONUS_` name that no setting has, stops the start with a sentence.
"""

import os
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.databases import Database, RefusedURLError, database, sqlite

Value = TypeVar("Value")
HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True)
class IdentityProvider:
    """Where people can sign in who have an account elsewhere (OpenID Connect)."""

    name: str
    url: str
    client_id: str
    secret: str = field(repr=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a security policy names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def app(self) -> dict[str, Any]:
        """The provider as django-allauth wants it described."""
        return {
            "provider_id": "provider",
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.url, "oauth_pkce_enabled": True},
        }


def is_provider_address(text: str) -> bool:
    """Whether a text is the address of a provider: over HTTPS, or on this machine."""
    url = urlsplit(text)
    try:
        host, _ = url.hostname or "", url.port
    except ValueError:
        return False
    scheme = url.scheme == "https" or (url.scheme == "http" and host in {"localhost", "127.0.0.1", "::1"})
    plain = not (url.query or url.fragment or url.username or url.password)
    return bool(scheme and plain and re.fullmatch(r"[A-Za-z0-9.:-]+", host))


class Environment:
    """The variables as the settings ask for them.

    Raises ImproperlyConfigured with the name, the value and what is allowed.
    """

    def __init__(self, variables: dict[str, str] | None = None) -> None:
        self._variables = dict(os.environ) if variables is None else variables
        # Read by the tests alone.
        self._known = {"CONUS_REQUIRE_BROWSER", "CONUS_BY_EAR", "CONUS_TEST_DATABASE_URL"}

    def _text(self, name: str) -> str:
        """What a variable holds, "" where it is not set. From now on its name is known."""
        self._known.add(name)
        return self._variables.get(name, "").strip()

    def _read(self, name: str, allowed: str, parse: Callable[[str], Value], default: Value) -> Value:
        text = self._text(name)
        try:
            return parse(text) if text else default
        except ValueError:
            raise ImproperlyConfigured(f"{name} is {text!r}. Allowed: {allowed}.") from None

    def flag(self, name: str) -> bool:
        """Whether a switch is on. Off where it is not set."""
        return self._read(name, "0 or 1", lambda text: bool(("0", "1").index(text)), False)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number between two limits, both allowed."""

        def parse(text: str) -> int:
            if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
                raise ValueError
            return int(text)

        return self._read(name, f"a whole number from {least} to {most}", parse, default)

    def hosts(self, name: str) -> list[str]:
        """Host names, separated by commas. A name that starts with a dot allows its subdomains too."""

        def parse(text: str) -> list[str]:
            names = [part.strip() for part in text.split(",")]
            if not all(HOST.fullmatch(host) for host in names):
                raise ValueError
            return names

        return self._read(name, "host names without a port, separated by commas", parse, [])

    def time_zone(self, name: str) -> str:
        """The name of a time zone. UTC where it is not set."""

        def parse(text: str) -> str:
            try:
                return zoneinfo.ZoneInfo(text).key
            except (zoneinfo.ZoneInfoNotFoundError, OSError):
                raise ValueError from None

        return self._read(name, "a name from the time zone database, such as Europe/Berlin", parse, "UTC")

    def folder(self, name: str, default: Path) -> Path:
        """A folder, by its full path."""
        return self._path(name, "folder", default)

    def file(self, name: str, default: Path) -> Path:
        """A file, by its full path."""
        return self._path(name, "file", default)

    def _path(self, name: str, kind: str, default: Path) -> Path:
        def parse(text: str) -> Path:
            if not Path(text).is_absolute() or (kind == "file" and text.endswith("/")):
                raise ValueError
            return Path(text)

        return self._read(name, f"the full path of a {kind}", parse, default)

    def secret(self, name: str) -> str:
        """A secret of at least 50 characters, or nothing. Its value is never repeated in a message."""
        text = self._text(name)
        if text and len(text) < 50:
            raise ImproperlyConfigured(f"{name} is too short. Allowed: 50 characters or more.")
        return text

    def secrets(self, name: str) -> list[str]:
        """Secrets of at least 50 characters, separated by commas. No value is repeated in a message."""
        texts = [text.strip() for text in self._text(name).split(",") if text.strip()]
        if any(len(text) < 50 for text in texts):
            raise ImproperlyConfigured(
                f"{name} holds a short one. Allowed: 50 characters or more each, separated by commas."
            )
        return texts

    def database(self, name: str, default: Path) -> Database:
        """The main database, from a URL; the SQLite file where it is not set.

        A URL can hold a password, so a message repeats no part of it.
        """
        text = self._text(name)
        try:
            return database(text) if text else sqlite(default, synchronous="FULL")
        except RefusedURLError as wrong:
            raise ImproperlyConfigured(f"{name} {wrong}") from None

    def identity_provider(self, prefix: str) -> IdentityProvider | None:
        """The provider that four variables describe, or nothing where none of them is set.

        The values are not repeated in a message: one of them is a secret.
        """
        names = [f"{prefix}_{part}" for part in ("NAME", "URL", "CLIENT_ID", "SECRET")]
        values = [self._text(name) for name in names]
        missing = [name for name, value in zip(names, values, strict=True) if not value]
        if len(missing) == len(names):
            return None
        if missing:
            raise ImproperlyConfigured(
                f"{missing[0]} is missing. Allowed: all of {', '.join(names)}, or none."
            )
        if not is_provider_address(values[1]):
            raise ImproperlyConfigured(
                f"{names[1]} is no address of a provider. Allowed: https:// and a host, without a query; "
                "http:// for this machine alone."
            )
        return IdentityProvider(*values)

    def refuse_unknown(self) -> None:
        """Refuse a `CONUS_` name that nothing asked for: a misspelled one would silently have no effect."""
        unknown = sorted(n for n in self._variables if n.startswith("CONUS_") and n not in self._known)
        if unknown:
            known = ", ".join(sorted(self._known))
            raise ImproperlyConfigured(f"{unknown[0]} is not a setting. Allowed: {known}.")
