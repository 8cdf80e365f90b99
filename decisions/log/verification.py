"""Verification: the whole log worked out again, and held against itself, its head and its checkpoints.

It holds one chunk of rows at a time, takes no lock, and may run while others write.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from decisions.log import checkpoint_keys, merkle, triggers
from decisions.log.checkpoints import Checkpoint, CheckpointError, lines
from decisions.log.encoding import FIRST, event_hash
from decisions.models import Event, EventHead

CHUNK = 1000
SOUND, DAMAGED, UNSURE = 0, 1, 2
HINT = "Keep a copy of the database as it is. Then run manage.py migrate, which makes them."
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, DatabaseError)


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong: the kind in a few words, a sentence, and the first bad row where it is one."""

    kind: str
    sentence: str
    event: int | None = None


@dataclass(slots=True)
class Report:
    """What a verification found.

    ``anchored`` is the newest event that a checkpoint vouches for, ``lacking`` what of the protection of the
    log is not there, ``unread`` why it could not be read.
    """

    events: int = 0
    hash: str = FIRST
    anchored: int = 0
    checkpoints: int = 0
    damage: list[Damage] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    unread: str = ""

    @property
    def status(self) -> int:
        """0: sound, anchored and protected. 1: damage. 2: nothing wrong found, something of that missing."""
        if self.damage:
            return DAMAGED
        return SOUND if self.anchored and not (self.unread or self.lacking) else UNSURE

    @property
    def state(self) -> str:
        """The result in two words at most."""
        if self.damage:
            return "Damaged"
        if self.unread:
            return "Not verified"
        if self.lacking:
            return "Not protected"
        return "Intact" if self.anchored else "Not anchored"

    @property
    def verdict(self) -> str:
        """The result in a sentence or two."""
        if self.damage:
            return f"{self.state}. {self.damage[0].sentence}"
        if self.unread:
            return f"{self.state}. {self.unread}"
        if self.lacking:
            return f"Not protected: {self._open()} {self._found()}"
        return f"{'Intact' if self.anchored else 'Consistent, not anchored'}: {self._found()}"

    def _open(self) -> str:
        return f"the database lacks {', '.join(self.lacking)}, so events can be changed. {HINT}"

    def _found(self) -> str:
        if self.anchored:
            return f"{self.events} events fit together, and checkpoints vouch for the first {self.anchored}."
        return f"{self.events} events fit, and no checkpoint vouches for them."

    def as_json(self) -> dict[str, Any]:
        """The report for a program: what `manage.py verify_log --json` prints."""
        return {"status": self.status, "verdict": self.verdict, **asdict(self)}


class Verification:
    """One run over the log. Its report is complete after `run`.

    Without ``checkpoints`` and ``public_key`` the configured files count, and a checkpoint that the database
    knows of has to be in the file. A file that is named may be an older copy.
    """

    def __init__(self, checkpoints: Path | None = None, public_key: Path | None = None) -> None:
        self.report = Report()
        self._file = checkpoints or Path(settings.CHECKPOINTS)
        self._is_copy = checkpoints is not None
        self._public = public_key or checkpoint_keys.public_file()
        self._peaks: list[str] = []
        self._at: dt.datetime | None = None
        self._backwards = 0
        self._last_line: Checkpoint | None = None
        self._ahead: Checkpoint | None = None
        self._anchors: Iterator[Checkpoint] = iter(())

    def run(self) -> Report:
        """Verify all of it. Nothing is raised: what cannot be read is said in the report."""
        try:
            head = _head()
            self._anchors = self._checkpoints(head)
            self._ahead = next(self._anchors, None)
            if self._walk():
                self._end()
            for _ in self._anchors:  # the lines that are left are still held against their signatures
                pass
            self._count_checkpoints(head)
            self._remark()
        except (checkpoint_keys.SigningKeyError, OSError, DatabaseError) as error:
            self.report.unread = f"{error}"
        return self.report

    # The rows

    def _walk(self) -> bool:
        """Every row from the first on. Whether none is bad."""
        while True:
            found = list(self._rows())
            for seq, event in found:
                fault = self._fault(seq, event)
                if fault or event is None:
                    self.report.damage += [fault] if fault else []
                    return False
                self._take(event)
            if not found:
                return True

    def _rows(self) -> Iterator[tuple[Any, Event | None]]:
        """The next rows with their numbers, and None for one that cannot be read."""
        rows = Event.objects.order_by("seq")
        # The first chunk has no filter: a row of number 0 or less would never be read.
        chunk = (rows.filter(seq__gt=self.report.events) if self.report.events else rows)[:CHUNK]
        try:
            yield from [(event.seq, event) for event in chunk]
        except _UNREADABLE:
            yield from self._one_by_one(chunk)

    def _one_by_one(self, chunk: QuerySet[Event]) -> Iterator[tuple[Any, Event | None]]:
        for seq in list(chunk.values_list("seq", flat=True)):
            try:
                yield seq, Event.objects.get(seq=seq)
            except _UNREADABLE:
                yield seq, None
                return

    def _fault(self, seq: Any, event: Event | None) -> Damage | None:
        due = self.report.events + 1
        if seq != due:
            return self._out_of_place(seq, due)
        if event is None or not _fits(event):
            return Damage("altered row", f"Event {seq} was altered: what it says does not fit its hash.", seq)
        if event.previous_hash != self.report.hash:
            sentence = (
                f"Event {seq} does not follow from event {seq - 1}: one of them was made anew, hash and all."
                if seq > 1
                else "Event 1 does not begin the log: it names an event before it."
            )
            return Damage("broken chain", sentence, seq)
        return None

    @staticmethod
    def _out_of_place(seq: Any, due: int) -> Damage:
        if isinstance(seq, int) and seq > due:
            gone = f"Event {due} is" if seq == due + 1 else f"Events {due} to {seq - 1} are"
            return Damage("missing row", f"{gone} missing: the next one is {seq}.", due)
        place = seq if isinstance(seq, int) else None
        return Damage("row out of place", f"There is an event {seq!r}, where {due} is due.", place)

    def _take(self, event: Event) -> None:
        self._peaks = merkle.added(self._peaks, self.report.events, event.hash)
        self.report.events, self.report.hash = event.seq, event.hash
        if self._at is not None and event.at < self._at:
            self._backwards += 1
        self._at = event.at
        while self._ahead is not None and self._ahead.sequence == event.seq:
            self._anchor(self._ahead)

    def _anchor(self, checkpoint: Checkpoint) -> None:
        """Hold the log up to here against its checkpoint."""
        if checkpoint.head == self.report.hash and checkpoint.root == merkle.root(self._peaks):
            self.report.anchored = checkpoint.sequence
            self._ahead = next(self._anchors, None)
            return
        what = "the hash of the last one" if checkpoint.head != self.report.hash else "the root over them"
        self.report.damage.append(
            Damage(
                "rewritten log",
                f"The log was rewritten: its first {checkpoint.sequence} events fit each other, but not the"
                f" checkpoint of {checkpoint.time}, which has another value for {what}.",
                checkpoint.sequence,
            )
        )
        self._ahead = None

    # The end of the log

    def _end(self) -> None:
        """Hold the head, and the checkpoints that are left, against the last row."""
        if fault := self._head_fault():
            self.report.damage.append(fault)
        if self._ahead is not None:
            self._damaged(
                "truncated log",
                f"The log was cut: it ends with event {self.report.events}, and the checkpoint of"
                f" {self._ahead.time} vouches for {self._ahead.sequence} events.",
                self.report.events + 1,
            )

    def _head_fault(self) -> Damage | None:
        """What is wrong with the head, once all rows up to it are read: more may have come meanwhile."""
        head = _head()
        while head is not None and head.seq > self.report.events:
            before = self.report.events
            if not self._walk():
                return None  # the row at fault has been noted
            if self.report.events == before:
                sentence = (
                    f"The log was cut: it ends with event {before}, and its head names event {head.seq}."
                )
                return Damage("truncated log", sentence, before + 1)
            head = _head()
        if head is None:
            return Damage("head lost", "The head row of the log is missing or cannot be read.")
        words = self._difference(head)
        return Damage("head changed", f"The head of the log {words}.") if words else None

    def _difference(self, head: EventHead) -> str:
        """How the head differs from the last row, if it does."""
        if head.seq < self.report.events:
            return (
                f"names event {head.seq}, and there are events up to {self.report.events}:"
                " it was set back, or events were added past it"
            )
        if head.hash != self.report.hash:
            return f"names another hash than event {head.seq} has"
        return "holds other roots than its events have" if _list(head.peaks) != self._peaks else ""

    def _damaged(self, kind: str, sentence: str, event: int | None = None) -> None:
        self.report.damage.append(Damage(kind, sentence, event))

    # The checkpoints

    def _checkpoints(self, head: EventHead | None) -> Iterator[Checkpoint]:
        """The checkpoints of the file, up to the first that is not what it should be."""
        if not self._file.exists():
            return
        public = checkpoint_keys.public_keys(self._public)
        previous = FIRST
        for number, line, whole in lines(self._file):
            if not whole:
                self.report.remarks.append(
                    f"Line {number} of {self._file} was not finished; it does not count."
                )
                return
            checkpoint = self._checkpoint(number, line, previous, public)
            if checkpoint is None:
                return
            previous = hashlib.sha256(line).hexdigest()
            self._last_line = checkpoint
            self.report.checkpoints += 1
            yield checkpoint

    def _checkpoint(
        self, number: int, line: bytes, previous: str, public: checkpoint_keys.PublicKeys
    ) -> Checkpoint | None:
        """The checkpoint of one line, or None, with the damage noted."""
        try:
            checkpoint = Checkpoint.parse(line)
        except CheckpointError as error:
            self._damaged("altered checkpoint", f"Line {number} of {self._file} {error}.")
            return None
        if fault := self._line_fault(checkpoint, previous, public):
            kind, words = fault
            self._damaged(kind, f"Line {number} of {self._file}, for event {checkpoint.sequence}, {words}.")
            return None
        return checkpoint

    def _line_fault(
        self, checkpoint: Checkpoint, previous: str, public: checkpoint_keys.PublicKeys
    ) -> tuple[str, str] | None:
        before = self._last_line.sequence if self._last_line else 0
        if checkpoint.key not in public:
            return "foreign key", f"was signed with the key {checkpoint.key}, which is not in {self._public}"
        if not checkpoint.is_signed_by(public[checkpoint.key]):
            return "forged checkpoint", "has a signature that does not fit: it was altered or forged"
        if checkpoint.previous != previous:
            return (
                "checkpoints changed",
                "does not follow from the line before: a line was taken out or moved",
            )
        if checkpoint.after != before or checkpoint.sequence <= before:
            return (
                "checkpoints lost",
                f"follows a checkpoint for event {checkpoint.after}, which is not there",
            )
        return None

    def _count_checkpoints(self, head: EventHead | None) -> None:
        """Whether the newest checkpoint that the database knows of is in the file."""
        known = head.checkpoint_seq if head else 0
        there = self._last_line.sequence if self._last_line else 0
        if there >= known or self.report.damage:
            return
        if self._is_copy:
            self.report.remarks.append(f"There is a newer checkpoint than in this copy, for event {known}.")
        else:
            self._damaged(
                "checkpoints lost",
                f"Checkpoints are missing from {self._file}: one was written for event {known}, and the last"
                f" line there is for event {there}.",
            )

    def _remark(self) -> None:
        if self._backwards:
            self.report.remarks.append(
                f"{self._backwards} events are dated before the one they follow: a clock was set back."
            )
        self.report.lacking = triggers.not_in_place(connection)
        if self.report.lacking and self.report.damage:
            self.report.remarks.append(
                f"The database does not protect the log: it lacks {', '.join(self.report.lacking)}."
            )


def _fits(event: Event) -> bool:
    try:
        return event_hash(event) == event.hash
    except _UNREADABLE:
        return False


def _head() -> EventHead | None:
    """The head row; None where there is none, or one that holds no numbers. Raises DatabaseError."""
    try:
        head = EventHead.objects.filter(pk=1).first()
    except (ValueError, TypeError, AttributeError):
        return None
    numbers = head is not None and type(head.seq) is int and type(head.checkpoint_seq) is int
    return head if numbers else None


def _list(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return None


def verify_case(case_id: str) -> Report:
    """The rows of one case: each hash worked out again, and held against the rows on either side.

    It says nothing of rows that were taken away together with the log after them; a whole verification does.
    """
    report = Report()
    for event in Event.objects.filter(case=case_id).order_by("seq").iterator(CHUNK):
        report.events += 1
        if fault := _case_fault(event):
            report.damage.append(fault)
            return report
    return report


def _case_fault(event: Event) -> Damage | None:
    if not _fits(event):
        sentence = f"Event {event.seq} was altered: what it says does not fit its hash."
        return Damage("altered row", sentence, event.seq)
    around = dict(Event.objects.filter(seq__in=(event.seq - 1, event.seq + 1)).values_list("seq", "hash"))
    after = Event.objects.filter(seq=event.seq + 1).values_list("previous_hash", flat=True).first()
    before = around.get(event.seq - 1, FIRST if event.seq == 1 else None)
    if event.previous_hash != before or after not in (None, event.hash):
        sentence = f"Event {event.seq} does not fit the events beside it."
        return Damage("broken chain", sentence, event.seq)
    return None
