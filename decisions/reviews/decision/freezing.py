"""Freezing what a decision rests on, as the parts of `ground.frozen`.

A page or a letter about an old decision is made from its words alone: a newer edition of the policy, or of
the program, does not change what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.conf import settings

from decisions import services
from decisions.core.determination import Determination
from decisions.core.policy import Policy
from decisions.core.space import Variable
from decisions.models import Case, Judgment
from decisions.questionnaire.fragments import fragments
from decisions.reviews.answers.verbs import newest_rows
from decisions.reviews.ground import facts, judging
from decisions.reviews.ground.frozen import (
    FORMAT,
    Frozen,
    FrozenAnswer,
    FrozenCodeSet,
    FrozenJudgment,
    FrozenNotice,
    FrozenPassage,
    FrozenReading,
    FrozenRequest,
    FrozenSource,
    FrozenWords,
)
from decisions.reviews.ground.quotations import passage
from decisions.telling import code_set_words
from decisions.telling.explanation import AnswerTold, Explanation, ReadingTold, answers_told
from decisions.telling.record import as_record


def freeze(case: Case, found: Determination) -> Frozen:
    """Everything that a decision of a case rests on, under the determination that it has now."""
    policy, answers = found.policy, _counted(case, found)
    return Frozen(
        format=FORMAT,
        answers=answers,
        as_of=found.answers.as_of,
        code_set=_code_set(found),
        determination=as_record(case.reference, found),
        edition=policy.edition,
        fingerprint=policy.fingerprint,
        given=tuple(_given(case)),
        judgments=judgments(case, found),
        other_words={fact: text for fact, text in case.other_words.items() if fact in answers},
        policy=policy.id,
        request=_request(case),
        software=settings.VERSION,
        time_zone=settings.TIME_ZONE,
        trace=trace(found),
        typed={fact: text for fact, text in case.typed.items() if fact in answers},
        words=in_words(facts.explained(case, found), case),
    )


def trace(found: Determination) -> dict[str, tuple[str, ...]]:
    """For each criterion the facts that were looked at, in order; a member of a set as "fact.member".

    Names and not the core's numbers: those change with the questions, and a signed trace must still be read.
    """
    variables = found.rules.space.variables
    return {key: tuple(_name(variables[var]) for var in steps) for key, steps in found.trace.items()}


def _name(variable: Variable) -> str:
    return f"{variable.fact}.{variable.member}" if variable.member else variable.fact


def _code_set(found: Determination) -> FrozenCodeSet:
    codes = facts.code_set(found)
    said = code_set_words.in_words(codes, found.answers.day)
    return FrozenCodeSet(name=codes.name, first_day=codes.first_day, said=said)


def _counted(case: Case, found: Determination) -> dict[str, Any]:
    """The raw answers that the determination was made from: those that the questions allow."""
    age, asked = found.policy.topic.age, found.answers.asked
    raw = facts.raw_answers(case)
    return {fact: raw[fact] for fact in raw if (age.id if fact == age.birth_date else fact) in asked}


def _given(case: Case) -> Iterator[FrozenSource]:
    """Who gave each answer that stands, when, and where it is in the record."""
    for answer in sorted(newest_rows(case), key=lambda answer: answer.fact):
        if answer.fact in case.answers:
            yield FrozenSource(
                fact=answer.fact,
                by=answer.given_by_id,
                at=answer.given_at.isoformat(),
                document=answer.document,
                page=answer.page,
            )


def judgments(case: Case, found: Determination) -> tuple[FrozenJudgment, ...]:
    """What was judged of the answers as they stand, and what the determination says of the same."""
    return tuple(_judgment(row, found) for row in judging.standing(case))


def _judgment(row: Judgment, found: Determination) -> FrozenJudgment:
    said = {
        "criterion": row.criterion,
        "title": found.policy.criterion(row.criterion).title,
        "verdict": row.verdict,
        "words": row.words,
        "determined": judging.determined(found, row.criterion),
        "by": row.judged_by_id,
        "role": row.role,
        "at": row.judged_at.isoformat(),
    }
    return msgspec.convert(said, FrozenJudgment)


def in_words(told: Explanation, case: Case) -> FrozenWords:
    """What is said of the determination of a case."""
    policy, found = told.policy, told.determination
    return FrozenWords(
        name=told.name,
        title=policy.source.title,
        notice=policy.source.notice,
        headline=told.headline,
        state=told.state,
        next_step=told.next_step,
        sentence=told.sentence,
        because=tuple(because.said for because in told.because),
        missing=tuple(lacking.asked for lacking in told.lacking),
        notices=tuple(FrozenNotice(word=each.word, sentence=each.sentence) for each in told.notices),
        readings=tuple(map(_reading, told.readings)),
        answers=tuple(_answer(case, answer) for answer in answers_told(found.answers)),
        passages=_quoted(policy, told.passages),
        evidence=_quoted(policy, (key for key in found.evidence if key not in told.passages)),
        references=tuple(_reference(policy, key) for key in found.references),
    )


def _quoted(policy: Policy, keys: Iterable[str]) -> tuple[FrozenPassage, ...]:
    """Passages word for word, and whether parts of what they stand in were left out before and after them."""
    excerpts = fragments(policy).excerpts(keys)
    return tuple(passage(policy, each.passage.id, before=each.before, after=each.after) for each in excerpts)


def _answer(case: Case, told: AnswerTold) -> FrozenAnswer:
    return FrozenAnswer(
        fact=told.question.id,
        question=told.question.short,
        answer=told.answer,
        own_words=facts.own_words(case, told.question.id),
    )


def _reading(told: ReadingTold) -> FrozenReading:
    taken = "" if told.is_open else told.taken
    return FrozenReading(question=told.reading.question, taken=taken, otherwise=told.otherwise)


def _reference(policy: Policy, key: str) -> str:
    holder, entry = services.library().reference(key, policy)
    return holder.passages[entry.passage].quote


def _request(case: Case) -> FrozenRequest:
    """What was asked for."""
    return FrozenRequest(
        reference=case.reference,
        member=case.member_reference,
        birth_date=case.birth_date,
        plan=case.plan.name,
        ordering_clinician=case.ordering_clinician,
        rendering_clinician=case.rendering_clinician,
        urgency=case.urgency,
        received_at=case.received_at.isoformat(),
        date_of_service=case.date_of_service.isoformat() if case.date_of_service else "",
        procedure_codes=tuple(case.procedure_codes),
        diagnosis_codes=tuple(case.diagnosis_codes),
        notes=case.notes,
        attachments=tuple(case.attachments),
    )
