"""How often somebody may try to sign in. Counted exactly over all processes, before anything is checked."""

from __future__ import annotations

import hashlib
import logging
import math
import time
import unicodedata
from dataclasses import dataclass

from allauth.core.internal.cryptokit import normalize_user_code
from django.db import DatabaseError
from django.http import HttpRequest

from decisions.guards import services as guards
from decisions.log.services import digest, record_alone
from decisions.models import Person

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts in so many seconds, counted under a kind."""

    kind: str
    attempts: int
    seconds: float


NAME = Limit("sign-in name", 5, 300.0)
ADDRESS = Limit("sign-in address", 10, 60.0)
CODE = Limit("second factor", 5, 300.0)
CODE_LIFE = 300.0
"""Longer than a code from an app is accepted."""


class TooManyAttemptsError(Exception):
    """The limit is reached. ``seconds`` says when to try again."""

    def __init__(self, seconds: float, *, just_now: bool = False) -> None:
        self.seconds = max(1, math.ceil(seconds))
        self.just_now = just_now
        super().__init__(f"Too many attempts. Try again in {spoken(self.seconds)}.")


def spoken(seconds: int) -> str:
    """A time to wait: in seconds below two minutes, else in minutes, rounded up."""
    if seconds < 120:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{math.ceil(seconds / 60)} minutes"


def count_attempt(limit: Limit, key: str) -> None:
    """Count one attempt. Raises TooManyAttemptsError beyond the limit, and where nothing can be counted."""
    try:
        count = guards.count(limit.kind, key, limit.seconds, time.time())
    except DatabaseError:
        log.exception("Attempts to sign in cannot be counted, so none is let through.")
        raise TooManyAttemptsError(60) from None
    if count.requests > limit.attempts:
        raise TooManyAttemptsError(count.seconds_left, just_now=count.requests == limit.attempts + 1)


def sign_in(request: HttpRequest, name: str) -> None:
    """Count an attempt to sign in, for the address and then for the name. Raises TooManyAttemptsError.

    The log says when a limit was reached, once, not how often somebody ran against it.
    """
    try:
        # The address first: whoever tries many names from one address must not lock them all.
        count_attempt(ADDRESS, guards.client_address(request))
        count_attempt(NAME, one_spelling(name))
    except TooManyAttemptsError as error:
        if error.just_now:
            record_alone(
                "sign_in_locked", actor=known(name), details={"name": digest("", one_spelling(name))}
            )
        raise


def signed_in(name: str) -> None:
    """Forget the attempts with a name: the last one was right."""
    guards.forget(NAME.kind, one_spelling(name))


def failed(name: str) -> None:
    """Record an attempt that failed. The log names a person who exists, and of other names keeps a digest."""
    record_alone("sign_in_failed", actor=known(name), details={"name": digest("", one_spelling(name))})


def code(person: Person) -> None:
    """Count an attempt with a second factor. Raises TooManyAttemptsError."""
    count_attempt(CODE, str(person.pk))


def code_was_right(person: Person) -> None:
    """Forget the person's attempts with a second factor."""
    guards.forget(CODE.kind, str(person.pk))


def first_use(person: Person, text: str) -> bool:
    """Whether a code of the person has not been used yet. Of two at once, one is the first.

    It is the same code however it is spelled: whatever is passed over when codes are compared is passed over
    here.
    """
    used = hashlib.sha256(normalize_user_code(text).encode()).hexdigest()
    return guards.count("used code", f"{person.pk} {used}", CODE_LIFE, time.time()).requests == 1


def one_spelling(name: str) -> str:
    """One spelling for all the ways to type a user name."""
    return unicodedata.normalize("NFKC", name).strip().casefold()[:150]


def known(name: str) -> Person | None:
    """The person with a user name, active or not."""
    return Person.objects.filter(username__iexact=name.strip()).first()
