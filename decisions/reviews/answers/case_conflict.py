"""What a case knows of answers that two pages gave differently: who gave the saved one, where both stand."""

from __future__ import annotations

from typing import Any

from decisions.models import Case
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.conflict import Conflict, Origin
from decisions.questionnaire.fields import Entry
from decisions.questionnaire.forms import QuestionsForm
from decisions.reviews.answers.subject import CaseSubject, by_whom
from decisions.reviews.answers.verbs import pointer


def answers_at(case: Case, number: int) -> dict[str, Any]:
    """The answers of a case as they stood when the answer of a number was the newest."""
    rows = case.answers_given.filter(pk__lte=number).order_by("pk")
    newest = {fact: (value, taken) for fact, value, taken in rows.values_list("fact", "value", "taken_back")}
    return {fact: value for fact, (value, taken_back) in newest.items() if not taken_back}


class CaseConflict(Conflict):
    """Somebody else saved the case, or the same person in another window."""

    thing = "case"
    subject: CaseSubject

    def __init__(self, subject: CaseSubject, form: QuestionsForm, form_id: str, why: str = "") -> None:
        self.seen = subject.sent.seen if subject.sent else 0
        super().__init__(subject, form, form_id, answers_at(subject.case, self.seen), why)
        self.shown_at = subject.address("case")
        self.inputs = [("newest", str(subject.last_given))] if self.rows and not why else []

    @property
    def happened(self) -> str:
        perhaps = ", perhaps you in another window" if self.rows else ""
        return f"Somebody saved this case after your page was made{perhaps}."

    def origin(self, field: Entry) -> Origin:
        beside = self.subject.beside(field.fact)
        where = beside.typed if field.answer is not ABSENT or field.problem else pointer(beside.given)
        by = by_whom(beside.given) if beside.given else ""
        return Origin(pointer(beside.given).in_words, by, where.in_words)

    def is_newer(self, fact: str) -> bool:
        given = self.subject.given.get(fact)
        return given is not None and given.pk > self.seen
