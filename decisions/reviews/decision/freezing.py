"""A determination in words, as it is kept in a signed decision.

A page or a letter about an old decision is made from these words alone: a newer edition of the policy, or of
the program, does not change what it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from decisions import services
from decisions.core.policy import Policy
from decisions.models import Case
from decisions.questionnaire.fragments import fragments, place
from decisions.reviews.ground import facts
from decisions.reviews.ground.quotations import item, lead
from decisions.telling.explanation import AnswerTold, Explanation, ReadingTold, answers_told


def in_words(told: Explanation, case: Case) -> dict[str, Any]:
    """What is said of the determination of a case, as plain JSON types."""
    policy, found = told.policy, told.determination
    return {
        "name": told.name,
        "title": policy.source.title,
        "notice": policy.source.notice,
        "headline": told.headline,
        "state": told.state,
        "next_step": told.next_step,
        "sentence": told.sentence,
        "because": [because.said for because in told.because],
        "missing": [lacking.asked for lacking in told.lacking],
        "notices": [{"word": n.word, "sentence": n.sentence} for n in told.notices],
        "readings": [_reading(reading) for reading in told.readings],
        "answers": [_answer(case, answer) for answer in answers_told(found.answers)],
        "passages": _quoted(policy, told.passages),
        "evidence": _quoted(policy, (key for key in found.evidence if key not in told.passages)),
        "references": [_reference(policy, key) for key in found.references],
    }


def _quoted(policy: Policy, keys: Iterable[str]) -> list[dict[str, Any]]:
    """Passages word for word, and whether parts of what they stand in were left out before and after them."""
    return [
        {**passage_in_words(policy, each.passage.id), "before": each.before, "after": each.after}
        for each in fragments(policy).excerpts(keys)
    ]


def passage_in_words(policy: Policy, key: str) -> dict[str, Any]:
    """A passage word for word, where it stands, and the sentence that it completes as an item of a list."""
    passage = policy.passages[key]
    said = {"id": key, "place": place(policy, passage), "quote": passage.quote}
    above = lead(policy, passage)
    return {**said, "lead": above, "item": list(item(policy, passage))} if above else said


def _answer(case: Case, told: AnswerTold) -> dict[str, str]:
    said = {"fact": told.question.id, "question": told.question.short, "answer": told.answer}
    words = facts.own_words(case, told.question.id)
    return {**said, "own_words": words} if words else said


def _reading(told: ReadingTold) -> dict[str, str]:
    taken = "" if told.is_open else told.taken
    return {"question": told.reading.question, "taken": taken, "otherwise": told.otherwise}


def _reference(policy: Policy, key: str) -> str:
    holder, entry = services.library().reference(key, policy)
    return holder.passages[entry.passage].quote


def request_in_words(case: Case) -> dict[str, Any]:
    """What was asked for, as plain JSON types."""
    return {
        "reference": case.reference,
        "member": case.member_reference,
        "birth_date": case.birth_date.isoformat(),
        "plan": case.plan.name,
        "ordering_clinician": case.ordering_clinician,
        "rendering_clinician": case.rendering_clinician,
        "urgency": case.urgency,
        "received_at": case.received_at.isoformat(),
        "date_of_service": case.date_of_service.isoformat() if case.date_of_service else "",
        "procedure_codes": case.procedure_codes,
        "diagnosis_codes": case.diagnosis_codes,
        "notes": case.notes,
        "attachments": case.attachments,
    }
