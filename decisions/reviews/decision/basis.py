"""What a decision rests on: what is seen on the page that it is signed on, and frozen with the signature."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from decisions.core.determination import Determination
from decisions.core.space import Variable
from decisions.log.services import digest
from decisions.models import Case
from decisions.reviews.decision.freezing import in_words, request_in_words
from decisions.reviews.ground import facts
from decisions.reviews.ground.facts import canonical
from decisions.reviews.ground.frozen import FORMAT
from decisions.telling import code_set_words as code_sets
from decisions.telling.record import as_record


def basis(case: Case, found: Determination) -> str:
    """A keyed digest of what a person sees before they sign: what would be frozen, and the notes.

    It is sent back with the signature. Where it is another by then, the page was out of date, and nobody
    signs what they did not see.
    """
    return basis_of(case, frozen(case, found))


def basis_of(case: Case, held: str) -> str:
    """The digest of `basis`, for a caller that has what would be frozen already."""
    return digest(case.pk, [held, sorted(case.case_notes.values_list("pk", flat=True))])


def frozen(case: Case, found: Determination) -> str:
    """Everything that a decision rests on, as canonical JSON."""
    policy, codes = found.policy, facts.code_set(found)
    case_id, told = case.reference, facts.explained(case, found)
    answers = _counted(case, found)
    held = {
        "answers": answers,
        "as_of": found.answers.as_of.isoformat(),
        "code_set": {
            "name": codes.name,
            "first_day": codes.first_day.isoformat(),
            "said": code_sets.in_words(codes, found.answers.day),
        },
        "determination": as_record(case_id, found),
        "edition": policy.edition,
        "fingerprint": policy.fingerprint,
        "format": FORMAT,
        "given": _given(case),
        "other_words": {fact: text for fact, text in case.other_words.items() if fact in answers},
        "policy": policy.id,
        "request": request_in_words(case),
        "software": settings.VERSION,
        "time_zone": settings.TIME_ZONE,
        "trace": trace(found),
        "typed": {fact: text for fact, text in case.typed.items() if fact in answers},
        "words": in_words(told, case),
    }
    return canonical(held)


def trace(found: Determination) -> dict[str, list[str]]:
    """For each criterion the facts that were looked at, in order; a member of a set as "fact.member".

    Names and not the core's numbers: those change with the questions, and a signed trace must still be read.
    """
    variables = found.rules.space.variables
    return {key: [_name(variables[var]) for var in steps] for key, steps in found.trace.items()}


def _name(variable: Variable) -> str:
    return f"{variable.fact}.{variable.member}" if variable.member else variable.fact


def _counted(case: Case, found: Determination) -> dict[str, Any]:
    """The raw answers that the determination was made from: those that the questions allow."""
    age, asked = found.policy.topic.age, found.answers.asked
    raw = facts.raw_answers(case)
    return {fact: raw[fact] for fact in raw if (age.id if fact == age.birth_date else fact) in asked}


def _given(case: Case) -> list[dict[str, Any]]:
    """Who gave each answer that stands, when, and where it is in the record."""
    newest = {answer.fact: answer for answer in case.answers_given.select_related("given_by").order_by("pk")}
    return [
        {
            "fact": fact,
            "by": answer.given_by_id,
            "at": answer.given_at.isoformat(),
            "document": answer.document,
            "page": answer.page,
        }
        for fact, answer in sorted(newest.items())
        if fact in case.answers
    ]
