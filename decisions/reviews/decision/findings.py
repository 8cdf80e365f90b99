"""What a replay of a decision finds, told apart: damage, revised policy files, another version of Conus, and
what cannot be compared. The first alone is wrong with the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """What a finding is about, as JSON names it and in words."""

    DAMAGED = "damaged", "Damaged"
    NOT_COMPARED = "not_compared", "Not compared"
    REVISED = "policy_revised", "Policy files revised"
    SOFTWARE = "software_changed", "Software changed"

    @property
    def id(self) -> str:
        return self.value[0]

    @property
    def words(self) -> str:
        return self.value[1]


SAME, OTHER, UNKNOWN = "same", "other", "unknown"
"""What comes out of the answers of then today: the result of then, another one, or that cannot be told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a replay found, in a sentence. ``is_result``: outcome, next step, criteria or stops
    differ.
    """

    kind: Kind
    sentence: str
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision that was replayed, named by its case and number, and everything that was found.

    ``result`` is about outcome, next step, criteria, holds and requests.
    """

    case: str
    reference: str
    number: int
    findings: tuple[Finding, ...]
    result: str = SAME

    @property
    def is_damaged(self) -> bool:
        """Whether the record is not what was signed."""
        return self.has(Kind.DAMAGED)

    @property
    def is_not_compared(self) -> bool:
        """Whether something that would tell is not at hand."""
        return not self.is_damaged and self.has(Kind.NOT_COMPARED)

    @property
    def is_plain(self) -> bool:
        """Whether everything is as it was signed and comes out as it did, with nothing to say."""
        return not self.findings

    @property
    def is_sound(self) -> bool:
        """Whether the record is as it was signed, and gives the result that was signed."""
        return not (self.is_damaged or self.is_not_compared) and self.result == SAME

    def has(self, kind: Kind) -> bool:
        """Whether something of a kind was found."""
        return any(finding.kind is kind for finding in self.findings)

    @property
    def verdict(self) -> str:
        """All of it in a few words."""
        if self.is_damaged:
            return "damaged"
        if self.is_not_compared:
            return "nothing wrong found, not all could be compared"
        if self.result == OTHER:
            return "as it was signed, another result now"
        return "as it was signed, same result"

    @property
    def because(self) -> str:
        """Why the result of an intact decision is another now: the id of a kind; "" where it is the same."""
        if self.result != OTHER or self.is_damaged:
            return ""
        return (Kind.REVISED if self.has(Kind.REVISED) else Kind.SOFTWARE).id

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        said = {
            kind.id: [finding.sentence for finding in self.findings if finding.kind is kind] for kind in Kind
        }
        about = {"case": self.reference, "decision": self.number}
        return {**about, "verdict": self.verdict, "result": self.result, **said}


@dataclass(slots=True)
class Tally:
    """How many decisions were replayed, and what was found of them. Each counts in one of the last five."""

    decisions: int = 0
    same: int = 0
    damaged: int = 0
    not_compared: int = 0
    policy_revised: int = 0
    software_changed: int = 0

    def add(self, found: Replayed) -> None:
        """Count one more."""
        self.decisions += 1
        self.damaged += found.is_damaged
        self.not_compared += found.is_not_compared
        self.same += found.is_sound
        if not (found.is_damaged or found.is_not_compared):
            self.policy_revised += found.because == Kind.REVISED.id
            self.software_changed += found.because == Kind.SOFTWARE.id

    @property
    def status(self) -> int:
        """The exit status of the command: the gravest of what was found."""
        graver = (
            (self.damaged, 1),
            (self.not_compared, 5),
            (self.software_changed, 4),
            (self.policy_revised, 3),
        )
        return next((status for count, status in graver if count), 0)

    @property
    def sentence(self) -> str:
        """All of it in a sentence."""
        parts: Iterable[tuple[int, str]] = (
            (self.same, "as signed with the same result"),
            (self.policy_revised, "as signed with another result under policy files that were revised since"),
            (self.software_changed, "as signed with another result from this version of Conus"),
            (self.not_compared, "not compared in full"),
        )
        said = [f"{count} {words}" for count, words in parts if count]
        return ", ".join([f"{self.decisions} decisions replayed: {self.damaged} damaged", *said]) + "."

    def as_details(self) -> dict[str, int]:
        """As the event log holds it."""
        return {name: getattr(self, name) for name in self.__slots__}
