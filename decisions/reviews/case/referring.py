"""What a referral to a physician begins with."""

from __future__ import annotations

from decisions.models import Case, Note, Person
from decisions.reviews.decision import rationale
from decisions.reviews.ground import assignment, facts, open_questions
from decisions.reviews.ground.head import is_on_shelf


def proposed_note(case: Case) -> str:
    """The note: what the policy says of the case, why, what holds it, and what is not on record."""
    if not is_on_shelf(case):
        return ""
    told = facts.explained(case, facts.determination(case))
    return rationale.referral(told, open_questions.needed(case))


def proposed_physician(case: Case) -> Person | None:
    """The physician who sent the case back last, while they can be named."""
    asked = facts.newest_note(case, Note.Kind.QUESTION)
    return asked.written_by if asked and assignment.can_be_named(asked.written_by, case) else None
