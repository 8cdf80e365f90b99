"""Checkpoints: signed lines in a file outside of the database, of how far the log went and what it held.

Whoever can write the database can make a whole log anew, with hashes that fit. Checkpoints are what such a
log does not fit to. Each is a JSON line: ``sequence`` and ``head`` name the newest event, ``root`` is the
Merkle root over all of them, ``after`` is the sequence of the checkpoint before, ``previous`` the SHA-256 of
its line, ``key`` names the key, and ``signature`` covers all the rest.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from decisions.durable import append, settle
from decisions.log import checkpoint_keys, merkle, serving
from decisions.log.encoding import FIRST
from decisions.models import EventHead

EVERY = 1000
"""Events between two checkpoints, at most."""

INTERVAL = dt.timedelta(minutes=15)
"""Time between two checkpoints, at most, while there are new events."""

_DOMAIN = b"conus checkpoint 1\n"
_TAIL = 64 * 1024
_LOG = logging.getLogger(__name__)


class CheckpointError(Exception):
    """A checkpoint cannot be written or read. The message says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One line of the file."""

    sequence: int
    head: str
    root: str
    time: str
    after: int
    previous: str
    key: str
    signature: str = ""

    @classmethod
    def parse(cls, line: bytes) -> Checkpoint:
        """The checkpoint of a line. Raises CheckpointError."""
        try:
            found = json.loads(line)
            checkpoint = cls(**found)
        except (ValueError, TypeError):
            raise CheckpointError("is not a checkpoint") from None
        numbers = type(checkpoint.sequence) is int and type(checkpoint.after) is int
        if not numbers or checkpoint.line() != line:  # so no field can hide a second meaning in other bytes
            raise CheckpointError("is not written as Conus writes checkpoints")
        return checkpoint

    def line(self) -> bytes:
        """The line as it stands in the file."""
        return json.dumps(asdict(self), separators=(",", ":")).encode("ascii")

    def signed(self, key: Ed25519PrivateKey) -> Checkpoint:
        """This checkpoint with the key's signature."""
        return Checkpoint(**{**asdict(self), "signature": key.sign(self._statement()).hex()})

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Whether the signature is that of a key."""
        try:
            key.verify(bytes.fromhex(self.signature), self._statement())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _statement(self) -> bytes:
        return _DOMAIN + Checkpoint(**{**asdict(self), "signature": ""}).line()


def due_by_count(head: EventHead) -> bool:
    """Whether a checkpoint is due by the number of events since the last one.

    Only at multiples of `EVERY`: after a failure it is tried again that many events later, not at each one.
    """
    return (head.seq - head.checkpoint_seq) % EVERY == 0


def due_by_time(head: EventHead, now: dt.datetime) -> bool:
    """Whether there are new events and the last checkpoint is old enough."""
    last = head.checkpoint_at
    return head.seq > head.checkpoint_seq and (last is None or now - last >= INTERVAL)


def write_due() -> None:
    """Write a checkpoint if it is time for one. A failure is logged, not raised."""
    with _failures_logged():
        head = EventHead.objects.filter(pk=1).first()
        if head is not None and due_by_time(head, timezone.now()):
            _write_unless_busy()


def write_quietly() -> None:
    """Write a checkpoint if there are new events. A failure is logged, not raised."""
    with _failures_logged():
        _write_unless_busy()


@contextmanager
def _failures_logged() -> Iterator[None]:
    try:
        yield
    except (CheckpointError, checkpoint_keys.SigningKeyError, DatabaseError, OSError) as error:
        _LOG.error("A checkpoint of the event log could not be written. %s", error)


def _write_unless_busy() -> None:
    """Write one, unless another process is at it, or a backup holds the file: nobody waits for either."""
    with suppress(BlockingIOError), held(Path(settings.CHECKPOINTS), wait=False):
        write_held()


def write() -> Checkpoint | None:
    """The checkpoint of the log as it is, written unless the last one says the same. None for an empty log.

    Raises CheckpointError, SigningKeyError, DatabaseError, OSError.
    """
    with held(Path(settings.CHECKPOINTS)):
        return write_held()


def write_held() -> Checkpoint | None:
    """Write a checkpoint as `write` does, for a caller that holds the file already, such as a backup."""
    key, file = checkpoint_keys.signing_key(), Path(settings.CHECKPOINTS)
    head = EventHead.objects.filter(pk=1).first()
    if head is None:
        raise CheckpointError("The event log has lost its head. Run manage.py verify_log.")
    last = _last(file)
    # The file knows more than the log: it was cut. A new checkpoint would cover that up.
    if last and last[0].sequence > head.seq:
        raise CheckpointError(
            f"{file} goes up to event {last[0].sequence} and the log only to {head.seq}."
            " Run manage.py verify_log."
        )
    if head.seq == 0 or (last and last[0].sequence == head.seq):
        return last[0] if last else None
    checkpoint = _next(head, last, key)
    _append(file, checkpoint)
    # After the file: a power cut between both leaves one that the database does not know, which is sound. The
    # other way round the log would look damaged.
    _note(head, checkpoint)
    return checkpoint


def _next(head: EventHead, last: tuple[Checkpoint, str] | None, key: Ed25519PrivateKey) -> Checkpoint:
    known = max(head.checkpoint_seq, last[0].sequence if last else 0)
    return Checkpoint(
        sequence=head.seq,
        head=head.hash,
        root=merkle.root(json.loads(head.peaks)),
        time=timezone.now().astimezone(dt.UTC).isoformat(timespec="microseconds"),
        after=known,
        previous=last[1] if last else FIRST,
        key=checkpoint_keys.name(key.public_key()),
    ).signed(key)


def _note(head: EventHead, checkpoint: Checkpoint) -> None:
    """Let the head say that there is a newer checkpoint, so that its loss shows."""
    mine = EventHead.objects.filter(pk=1, checkpoint_seq__lt=checkpoint.sequence)
    mine.update(checkpoint_seq=checkpoint.sequence, checkpoint_at=timezone.now())


@contextmanager
def held(file: Path, *, wait: bool = True) -> Iterator[None]:
    """Keep every other process from writing checkpoints. Raises BlockingIOError where one does, or waits."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _last(file: Path) -> tuple[Checkpoint, str] | None:
    """The last whole line and its SHA-256. What a power cut left of an unfinished one is cut off."""
    if not file.exists():
        return None
    with file.open("r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - _TAIL))
        tail = opened.read()
        whole, _, torn = tail.rpartition(b"\n")
        if torn:
            opened.truncate(size - len(torn))
    line = whole.rpartition(b"\n")[2]
    if not line:
        return None
    try:
        return Checkpoint.parse(line), hashlib.sha256(line).hexdigest()
    except CheckpointError as error:
        raise CheckpointError(f"The last line of {file} {error}. Run manage.py verify_log.") from None


def _append(file: Path, checkpoint: Checkpoint) -> None:
    new = not file.exists()
    append(file, checkpoint.line() + b"\n", 0o600)
    if new:
        settle(file.parent)


def lines(file: Path) -> Iterator[tuple[int, bytes, bool]]:
    """The lines that the file has now, with their numbers and whether they are whole. Raises OSError."""
    with file.open("rb") as opened:
        # As far as it went when it was opened: a server may be adding to it.
        left = os.fstat(opened.fileno()).st_size
        number = 0
        while left > 0:
            line = opened.readline(min(left, _TAIL))
            if not line:
                return
            left -= len(line)
            number += 1
            yield number, line.rstrip(b"\n"), line.endswith(b"\n")


def keep_writing(stop: threading.Event, pause: float = 60.0) -> None:
    """Write checkpoints when it is time for one, until told to stop: what a thread of each worker does.

    All workers wake, and one of them finds something left to write.
    """
    serving.stand()
    while not stop.wait(pause):
        write_due()
        serving.stand()
    connection.close()
