"""What still has to be asked to decide a case."""

from __future__ import annotations

from collections.abc import Sequence

from decisions.core import interview
from decisions.core.determination import REQUEST_INFORMATION
from decisions.models import Case
from decisions.reviews.ground import facts
from decisions.telling.left_open import Lacking, left_open


def needed(case: Case) -> Sequence[Lacking]:
    """The questions to ask for a decision: those whose answers the determination still needs. Where it has
    what it needs, those that are not documented and could change it, and the codes that its next step asks
    for.
    """
    found = facts.determination(case)
    needed = {*found.missing, *(question.id for question in interview.undocumented([found]))}
    if found.next_step == REQUEST_INFORMATION:
        needed |= {q.id for q in facts.code_questions(found.policy.topic) if not facts.codes_for(case, q)}
    asked = (question for question in found.policy.topic.questions if question.id in needed)
    return [Lacking(question, left_open(found, question)) for question in asked]
