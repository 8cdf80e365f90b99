"""The check without sign-in: kept for twelve hours, and nothing about anybody."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import models
from django.utils import timezone

LIFETIME = dt.timedelta(hours=12)
"""How long a check can be used after it was started."""


def new_id() -> str:
    """128 random bits that can stand in an address."""
    return secrets.token_urlsafe(16)


class Check(models.Model):
    """The answers to one questionnaire, and the policies that are asked.

    ``answers`` are raw, fact id -> value as in JSON; None is "not documented". A birth date is never among
    them. ``typed`` has what was typed for some of them, fact id -> text. ``age_made_on`` is the day that an
    age from a birth date was made for. ``owner`` is a random token that the session of the browser holds that
    started the check. ``revision`` counts the changes, and ``written_by`` is the page that made the last one,
    so that a page that is out of date does not undo what another one saved.
    """

    id = models.CharField(primary_key=True, max_length=22, default=new_id, editable=False)
    owner = models.CharField(max_length=22)
    topic = models.CharField(max_length=100)
    policies = models.JSONField()
    answers = models.JSONField(default=dict)
    typed = models.JSONField(default=dict)
    age_from_birth_date = models.BooleanField(default=False)
    age_made_on = models.DateField(null=True, blank=True)
    age_asked_again = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    written_by = models.CharField(max_length=22, default="")
    started_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"check of {self.topic}"

    @property
    def expires_at(self) -> dt.datetime:
        return self.started_at + LIFETIME

    @property
    def lasts_into_tomorrow(self) -> bool:
        """Whether midnight lies before its end."""
        return timezone.localdate(self.expires_at) > timezone.localdate()

    @property
    def expired(self) -> bool:
        return timezone.now() >= self.expires_at
