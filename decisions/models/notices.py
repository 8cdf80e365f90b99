"""What an administrator changed about how somebody signs in, until that person has read of it and after."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from decisions.models.people import Person


class Notice(models.Model):
    """One such change. It stays on the person's account page after they have read of it."""

    class Kind(models.TextChoices):
        """What was changed."""

        SECOND_FACTOR = "second_factor", "Your second factor was reset"
        LINK = "link", "Your password was taken away, and a link was made to set a new one,"
        ADDRESS = "address", "The address with which you sign in elsewhere was changed"

    person = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"
