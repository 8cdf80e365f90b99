"""What is known of a case: the answers of its questionnaire, and the facts that its request states."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from decisions import services
from decisions.core.answers import Answers
from decisions.core.code_systems import CodeSet
from decisions.core.determination import Determination
from decisions.core.policy import Policy, Question, Topic
from decisions.models import Case, Decision, Note, Opinion
from decisions.questionnaire import answering
from decisions.reviews.ground import states
from decisions.telling.explanation import AnswerTold, Explanation

CPT = "CPT"


def topic_of(case: Case) -> Topic:
    """The questions of a case: those that its policy answers from."""
    return services.topic_of(case.policy)


def request_facts(case: Case) -> dict[str, Any]:
    """The raw answers that the request itself gives, and that nobody is asked for."""
    topic = topic_of(case)
    facts: dict[str, Any] = {topic.age.birth_date: case.birth_date.isoformat()}
    if case.date_of_service:
        facts[topic.service_date.id] = case.date_of_service.isoformat()
    for question in code_questions(topic):
        if codes := codes_for(case, question):
            facts[question.id] = codes
    return facts


def code_questions(topic: Topic) -> list[Question]:
    """The questions of a topic that ask for codes."""
    return [question for question in topic.questions if question.code_system]


def codes_for(case: Case, question: Question) -> list[str]:
    """The codes of the request that answer a question for codes."""
    found: list[str] = case.procedure_codes if question.code_system == CPT else case.diagnosis_codes
    return found


def fixed(case: Case) -> frozenset[str]:
    """The questions that the request answers, or leaves open: they are changed there."""
    topic = topic_of(case)
    return frozenset({topic.age.id, topic.service_date.id, *(q.id for q in code_questions(topic))})


def raw_answers(case: Case) -> dict[str, Any]:
    """Everything known of a case, as raw answers."""
    return {**case.answers, **request_facts(case)}


def readable_answers(case: Case, as_of: dt.date | None = None) -> Answers:
    """The answers as the rules take them, as of a day or today. One that the questions allow no longer is
    left out.
    """
    return answering.readable(topic_of(case), raw_answers(case), as_of or services.today())


def determination(case: Case, as_of: dt.date | None = None) -> Determination:
    """What the policy of a case says of everything known of it."""
    return services.decide(case.policy, readable_answers(case, as_of))


def code_set(found: Determination) -> CodeSet:
    """The diagnosis codes that a determination was made with."""
    return services.codebook().judging(found.answers.day)


def explained(case: Case, found: Determination) -> Explanation:
    """A determination in words."""
    return Explanation(found, raw_answers(case), code_set(found))


def own_words(case: Case, fact: str) -> str:
    """What stands beside an answer in the words of whoever gave it; "" for nothing."""
    return answering.own_words(case.typed.get(fact, ""), case.other_words.get(fact, ""))


def with_own_words(case: Case, told: AnswerTold) -> str:
    """An answer, and what stands beside it."""
    fact = told.question.id
    return answering.in_own_words(told.answer, case.typed.get(fact, ""), case.other_words.get(fact, ""))


def edition_now(case: Case) -> Policy:
    """The edition of the case's policy that counts on its date of service, or today."""
    return services.library().in_force(case.policy, _day_of(case))


def _day_of(case: Case) -> dt.date:
    """The day that an edition is asked for: that of the service, else today."""
    return case.date_of_service or services.today()


def edition_flags(case: Case) -> list[str]:
    """What a reviewer of an open case has to know of its policy's edition, in sentences."""
    edition = edition_now(case)
    newest = services.library().editions[case.policy][-1]
    flags = []
    if case.edition_at_start and case.edition_at_start != edition.edition:
        flags.append(
            f"The review started under the edition of {case.edition_at_start}. "
            f"The edition of {edition.edition} counts now."
        )
    if newest.edition != edition.edition:
        flags.append(f"There is a newer edition, of {newest.edition}, for services from that day on.")
    return flags


def overdue(case: Case) -> str:
    """That the edition of a case is past its next review date on the day that counts; else empty."""
    edition = edition_now(case)
    return (
        f"past its next review date, {edition.next_review}" if edition.is_past_review(_day_of(case)) else ""
    )


def canonical(held: Any) -> str:
    """JSON in the one spelling that is compared and signed."""
    return json.dumps(held, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def last_decision(case: Case) -> Decision | None:
    """The newest version of what was decided."""
    return case.decisions.select_related("signed_by").order_by("-number").first()


def newest_note(case: Case, kind: str) -> Note | None:
    """The newest note of a kind, with who wrote it."""
    return case.case_notes.select_related("written_by").filter(kind=kind).order_by("-pk").first()


def unanswered(case: Case) -> list[Opinion]:
    """The questions to colleagues about a case that nobody has answered, oldest first. Once it is decided
    nobody waits for them.
    """
    if case.state not in states.OPEN:
        return []
    asked = case.opinions.filter(answer=None).select_related("asked", "question__written_by")
    return list(asked.order_by("pk"))


def sent_elsewhere(case: Case) -> Note | None:
    """Where the request was sent, why, by whom and when, while the case has ended so."""
    return newest_note(case, Note.Kind.ELSEWHERE) if case.result == Case.Result.ELSEWHERE else None
