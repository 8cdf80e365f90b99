"""The states of a case and the moves between them. Whatever is not listed here is not possible.

Pure: no request, no database, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

DRAFT = "draft"
IN_REVIEW = "in_review"
WAITING = "waiting"
PHYSICIAN_REVIEW = "physician_review"
DECIDED = "decided"
APPEALED = "appealed"
CLOSED = "closed"

OPEN = (DRAFT, IN_REVIEW, WAITING, PHYSICIAN_REVIEW, APPEALED)
"""The states in which an answer is still owed."""
UNDER_REVIEW = (IN_REVIEW, PHYSICIAN_REVIEW)
"""The states in which a first decision can be signed."""
AT_WORK = (*UNDER_REVIEW, APPEALED)
"""The states in which somebody works towards a decision: the questionnaire is answered in them."""
BEGUN = (*UNDER_REVIEW, WAITING)
"""The states between a request that was sent to review and its first decision."""


class IllegalMoveError(Exception):
    """The case is in no state from which this move leads on."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move: what it is called in plain words, from which states it starts, and where it ends.

    Where ``ends`` is "", the move goes back to where the case was before it waited, or was sent elsewhere.
    """

    words: str
    starts: tuple[str, ...]
    ends: str


MOVES = {
    "submit": Move("sent to review", (DRAFT,), IN_REVIEW),
    "request_information": Move("information asked for", UNDER_REVIEW, WAITING),
    "receive_information": Move("information received", (WAITING,), ""),
    "refer": Move("referred to a physician", (IN_REVIEW,), PHYSICIAN_REVIEW),
    "send_back": Move("sent back with a question", (PHYSICIAN_REVIEW,), IN_REVIEW),
    "decide": Move("decision signed", UNDER_REVIEW, DECIDED),
    "file_appeal": Move("appeal filed", (DECIDED,), APPEALED),
    "decide_appeal": Move("appeal decided", (APPEALED,), DECIDED),
    "withdraw": Move("withdrawn", (DRAFT, IN_REVIEW, WAITING, PHYSICIAN_REVIEW), CLOSED),
    "send_elsewhere": Move("sent elsewhere", UNDER_REVIEW, CLOSED),
    "close": Move("closed", (DECIDED,), CLOSED),
    "reopen": Move("opened again", (CLOSED,), DECIDED),
    "review_again": Move("opened again for review", (CLOSED,), ""),
}
RESUMES = UNDER_REVIEW
"""Where a case that waited, or that was sent elsewhere, can go on."""
KEEPS_ITS_PLACE = ("request_information", "send_elsewhere")
"""The moves after which a case can go on where it was."""


def is_legal(move: str, state: str) -> bool:
    """Whether a move can start from a state."""
    return state in MOVES[move].starts


def after(move: str, state: str, resumes_to: str = "") -> str:
    """The state that a move leads to. Raises IllegalMoveError."""
    if not is_legal(move, state):
        raise IllegalMoveError(move, state)
    return MOVES[move].ends or resumes_to


def arrows() -> list[tuple[str, str, str]]:
    """Every arrow of the diagram: from, to, and the move's words."""
    return [
        (start, end, move.words)
        for move in MOVES.values()
        for start in move.starts
        for end in ([move.ends] if move.ends else RESUMES)
    ]


def diagram(labels: dict[str, str]) -> str:
    """The states and moves as a Mermaid diagram. ``labels`` are the states' words for people."""
    lines = ["stateDiagram-v2", f"    [*] --> {DRAFT}"]
    lines += [f"    {state}: {label}" for state, label in labels.items()]
    lines += [f"    {start} --> {end}: {words}" for start, end, words in arrows()]
    return "\n".join([*lines, f"    {CLOSED} --> [*]", ""])
