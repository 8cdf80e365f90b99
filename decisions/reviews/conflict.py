"""When somebody else saved first: both versions of what differs, and what can be done about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from decisions import phrases
from decisions.models import Case
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.fields import Field
from decisions.questionnaire.forms import QuestionsForm
from decisions.reviews.subject import CaseSubject, by_whom, in_words, pointer


@dataclass(frozen=True, slots=True)
class Row:
    """A question of which something else is saved than stands on the page."""

    field: Field
    saved: str
    saved_where: str
    saved_by: str
    typed: str
    typed_where: str


class Conflict:
    """What was sent and not saved, beside what is saved now.

    ``form_id`` is the form on the page that still holds what was typed. ``why`` says why nothing of it can be
    saved; "" where it can.
    """

    def __init__(self, subject: CaseSubject, form: QuestionsForm, form_id: str, why: str = "") -> None:
        self.subject, self.form, self.form_id, self.why = subject, form, form_id, why
        self.case: Case = subject.case
        self.rows = list(self._rows())
        self.takes_focus = not form.typing

    def _rows(self) -> Iterator[Row]:
        for field in self.form.fields:
            beside = self.subject.beside(field.fact)
            where = beside.typed if field.value is not ABSENT or field.problem else pointer(beside.given)
            same = field.value == self.subject.answers.get(field.fact, ABSENT) and not field.problem
            if not same or where != pointer(beside.given):
                yield Row(
                    field,
                    phrases.answer(field.question, self.subject.typed),
                    in_words(pointer(beside.given)),
                    by_whom(beside.given) if beside.given else "",
                    field.in_words or phrases.NOT_ASKED,
                    in_words(where),
                )

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
