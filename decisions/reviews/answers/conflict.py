"""When somebody else saved first: both versions of what differs, and what can be done about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from decisions.models import Case
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.fields import Entry
from decisions.questionnaire.forms import QuestionsForm
from decisions.reviews.answers.subject import CaseSubject, by_whom, in_words, pointer
from decisions.telling import answer_words as phrases


@dataclass(frozen=True, slots=True)
class Row:
    """A question of which something else is saved than stands on the page.

    ``theirs_alone`` says that the page still holds what was saved when it was made: somebody else changed it,
    and this person did not.
    """

    field: Entry
    saved: str
    saved_where: str
    saved_by: str
    typed: str
    typed_where: str
    theirs_alone: bool


def answers_at(case: Case, number: int) -> dict[str, Any]:
    """The answers of a case as they stood when the answer of a number was the newest."""
    rows = case.answers_given.filter(pk__lte=number).order_by("pk")
    newest = {fact: (value, taken) for fact, value, taken in rows.values_list("fact", "value", "taken_back")}
    return {fact: value for fact, (value, taken_back) in newest.items() if not taken_back}


class Conflict:
    """What was sent and not saved, beside what is saved now.

    ``form_id`` is the form on the page that still holds what was typed. ``why`` says why nothing of it can be
    saved; "" where it can.
    """

    def __init__(self, subject: CaseSubject, form: QuestionsForm, form_id: str, why: str = "") -> None:
        self.subject, self.form, self.form_id, self.why = subject, form, form_id, why
        self.case: Case = subject.case
        self.seen = subject.sent.seen if subject.sent else 0
        self._before = answers_at(subject.case, self.seen)
        self.rows = list(self._rows())
        self.takes_focus = not form.typing

    def _rows(self) -> Iterator[Row]:
        for field in self.form.entries:
            beside = self.subject.beside(field.fact)
            where = beside.typed if field.answer is not ABSENT or field.problem else pointer(beside.given)
            same = field.answer == self.subject.answers.get(field.fact, ABSENT) and not field.problem
            if not same or where != pointer(beside.given):
                yield Row(
                    field,
                    phrases.answer(field.question, self.subject.checked),
                    in_words(pointer(beside.given)),
                    by_whom(beside.given) if beside.given else "",
                    field.in_words or phrases.NOT_ASKED,
                    in_words(where),
                    self._is_theirs_alone(field),
                )

    def _is_theirs_alone(self, field: Entry) -> bool:
        given = self.subject.given.get(field.fact)
        newer = given is not None and given.pk > self.seen
        return newer and not field.problem and field.answer == self._before.get(field.fact, ABSENT)

    @property
    def keeps_some(self) -> bool:
        """Whether something is to stay as it is unless this person says otherwise."""
        return self.chooses and any(row.theirs_alone for row in self.rows)

    @property
    def keeps_at(self) -> str:
        """Where what is saved is shown."""
        if self.form_id == "worksheet-form":
            return self.subject.address("worksheet")
        return self.subject.address("question", self.form.questions[0].id)

    @property
    def chooses(self) -> bool:
        """Whether there is something to choose row by row."""
        return len(self.rows) > 1

    def carried(self, on_page: Collection[str]) -> list[tuple[str, str]]:
        """What was sent of questions that are no longer on a page, to be sent with the rest."""
        gone = [row.field.fact for row in self.rows if row.field.fact not in on_page]
        return [pair for fact in gone for pair in self.form.sent_of(fact)]
