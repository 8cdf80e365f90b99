"""The event log: one row for everything that was done, seen or refused. Rows are only ever added."""

from __future__ import annotations

from django.db import models

HASH = 64


class Event(models.Model):
    """One thing that happened.

    ``seq`` counts without gaps from 1. ``details`` is canonical JSON and holds no value of a patient, only
    keyed digests of some. ``hash`` covers every other column and ``previous_hash``, which is the hash of the
    row before. ``actor`` is a person's number and no foreign key: a row never changes with another table.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60)
    case = models.CharField(max_length=22, blank=True)
    details = models.TextField(default="{}")
    previous_hash = models.CharField(max_length=HASH, unique=True)
    hash = models.CharField(max_length=HASH, unique=True)

    class Meta:
        indexes = (
            models.Index(fields=("case", "seq"), name="events_of_a_case"),
            models.Index(fields=("actor", "seq"), name="events_of_an_actor"),
            models.Index(fields=("at",), name="events_by_time"),
            models.Index(fields=("action", "seq"), name="events_of_an_action"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class EventHead(models.Model):
    """The one row (id 1) that whoever adds an event locks: the newest number and hash.

    ``peaks`` is canonical JSON: the roots of the full Merkle trees so far, largest first. ``checkpoint_seq``
    and ``checkpoint_at`` say up to where and when the last checkpoint was written; the checkpoints themselves
    lie outside the database.
    """

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=HASH)
    peaks = models.TextField(default="[]")
    checkpoint_seq = models.BigIntegerField(default=0)
    checkpoint_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"head at {self.seq}"
