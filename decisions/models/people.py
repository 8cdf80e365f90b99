"""Who works with Conus: people, their teams and roles, and the plans whose requests they review."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

SECOND_FACTORS = ("totp", "webauthn")
"""The kinds of authenticator that count as a second factor; recovery codes alone do not."""


class Role(models.TextChoices):
    """What a person may do. `decisions.reviews.ground.permissions` says what that is."""

    INTAKE = "intake", "Intake"
    REVIEWER = "reviewer", "Reviewer"
    PHYSICIAN = "physician", "Physician"
    APPEAL_PHYSICIAN = "appeal_physician", "Appeal physician"
    SUPERVISOR = "supervisor", "Supervisor"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


PHYSICIANS = frozenset({Role.PHYSICIAN, Role.APPEAL_PHYSICIAN})
"""The roles of physicians: they alone decide against a request, with a license and by a second factor."""


class Team(models.Model):
    """People who work on the same cases. Nobody else sees what is in them."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """How people are found and made."""

    def make(self, username: str, password: str | None = None, **fields: object) -> Person:
        """A new person. Without a password nobody can sign in with one."""
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in. People are never deleted, only made inactive: the event log names them.

    The license is a physician's: its number, the state that gave it, and the last day that it is good for.
    """

    username = models.CharField("user name", max_length=150, unique=True)
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    made_up = models.BooleanField(default=False, help_text="Not a real person: made for a demonstration.")
    license_number = models.CharField(max_length=50, blank=True)
    license_state = models.CharField(max_length=50, blank=True)
    license_expires = models.DateField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The roles held, read once for each time that the person is loaded. None where inactive."""
        return frozenset(grant.role for grant in self.grants.all()) if self.is_active else frozenset()

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether an authenticator app or a security key is set up."""
        authenticators = apps.get_model("mfa", "Authenticator").objects
        return bool(authenticators.filter(user_id=self.pk, type__in=SECOND_FACTORS).exists())

    @cached_property
    def has_notices(self) -> bool:
        """Whether an administrator changed how they sign in, and they have not read of it."""
        return bool(apps.get_model("decisions", "Notice").objects.filter(person=self, read_at=None).exists())

    def has_license_on(self, day: dt.date) -> bool:
        """Whether a license is on file and good on a day, its last day included."""
        on_file = self.license_number and self.license_state and self.license_expires
        return bool(on_file and self.license_expires and day <= self.license_expires)


class RoleGrant(models.Model):
    """A role that somebody was given. Taken away, the row goes; the event log keeps both."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "role"), name="one_grant_a_role"),)

    def __str__(self) -> str:
        return f"{self.role} for {self.person_id}"


class FirstKey(models.Model):
    """The one-time key with which the first administrator is made. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return "the key of the first administrator"


def no_states() -> list[str]:
    """The default of ``paused_states``: the clock stands still in no state. A migration needs it by name."""
    return []


LONGEST_LETTER_TEXT = 2_000
LETTER_TEXTS = {
    "contact": "How to reach us",
    "no_answer": "When no information arrives",
    "extension_rights": "Disagreeing with an extension",
    "appeal_rights": "How to appeal",
    "external_review": "External review",
    "peer_review": "Talking with a physician",
    "copies": "Copies of the record",
    "software": "How software was used",
}
"""The texts of a line of business that letters quote, by the name of their field."""
NOT_NEEDED = frozenset({"software"})
"""The texts that a letter is whole without: they stand in it where a line of business asks for them."""


def letter_text() -> models.TextField[str, str]:
    """A text that letters quote; empty where nobody has written it yet."""
    return models.TextField(max_length=LONGEST_LETTER_TEXT, blank=True, default="")


class LineOfBusiness(models.Model):
    """A payer's kind of business, with the turnaround that its requests have, and what its letters say.

    Hours are hours on the clock, days are calendar days. ``paused_states`` names the states of a case in
    which its clock stands still. The texts are those of `LETTER_TEXTS`; `decisions.reviews.letters.texts`
    says which letter quotes which. ``independent_judgment`` says that a physician judges the criteria before
    they see what the software makes of them: `decisions.reviews.ground.judging`.
    """

    name = models.CharField(max_length=100, unique=True)
    expedited_hours = models.PositiveSmallIntegerField(default=72)
    standard_days = models.PositiveSmallIntegerField(default=7)
    extension_days = models.PositiveSmallIntegerField(default=14)
    due_soon_hours = models.PositiveSmallIntegerField(default=24)
    appeal_expedited_hours = models.PositiveSmallIntegerField(default=72)
    appeal_standard_days = models.PositiveSmallIntegerField(default=30)
    paused_states = models.JSONField(default=no_states, blank=True)
    contact = letter_text()
    no_answer = letter_text()
    extension_rights = letter_text()
    appeal_rights = letter_text()
    external_review = letter_text()
    peer_review = letter_text()
    copies = letter_text()
    software = letter_text()
    independent_judgment = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "lines of business"

    def __str__(self) -> str:
        return self.name

    @property
    def unwritten_texts(self) -> list[str]:
        """The labels of the texts that nobody has written yet."""
        needed = (name for name in LETTER_TEXTS if name not in NOT_NEEDED)
        return [LETTER_TEXTS[name] for name in needed if not getattr(self, name).strip()]


class Plan(models.Model):
    """A member's plan: its line of business, and the policy that its requests are reviewed against.

    Without a policy, whoever enters a request is asked which one counts.
    """

    name = models.CharField(max_length=150, unique=True)
    line = models.ForeignKey(LineOfBusiness, models.PROTECT, related_name="plans")
    policy = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name
