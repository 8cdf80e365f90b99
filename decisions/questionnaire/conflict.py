"""When another page saved first: both versions of what differs, and what can be done about it.

A check and a case are held up alike. What one of them alone knows of an answer (who gave it, where in the
record it stands), and what it calls itself, a class of its own says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.fields import Entry
from decisions.questionnaire.forms import QuestionsForm
from decisions.questionnaire.subject import Subject
from decisions.telling import answer_words

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer comes from, as saved and as it was sent: a place in the record, and who gave it. Empty
    where nothing is known of it.
    """

    saved_where: str = ""
    saved_by: str = ""
    typed_where: str = ""


UNKNOWN = Origin()


@dataclass(frozen=True, slots=True)
class Row:
    """A question of which something else is saved than stands on the page.

    ``theirs_alone`` says that the page still holds what was saved when it was made: another page changed it,
    and this one did not.
    """

    field: Entry
    saved: str
    typed: str
    origin: Origin
    theirs_alone: bool


class Conflict:
    """What was sent and not saved, beside what is saved now.

    ``form_id`` is the form on the page that still holds what was typed. ``before`` are the raw answers that
    the page was made from; None where it does not say. ``why`` says why nothing of it can be saved; "" where
    it can.
    """

    thing: ClassVar[str]
    """What was changed in between, in a word."""
    inputs: Pairs = ()
    """What is sent along by whoever chose between both versions."""

    def __init__(
        self,
        subject: Subject,
        form: QuestionsForm,
        form_id: str,
        before: Mapping[str, Any] | None,
        why: str = "",
    ) -> None:
        self.subject, self.form, self.form_id, self.why = subject, form, form_id, why
        self.before = before
        self.saved = subject.answers
        self.rows = list(self._rows())
        self.takes_focus = not form.typing

    @property
    def happened(self) -> str:
        """What kept this from being saved, in a sentence."""
        raise NotImplementedError

    def origin(self, field: Entry) -> Origin:
        """Where the answers to a question come from."""
        return UNKNOWN

    def is_newer(self, fact: str) -> bool:
        """Whether what is saved of a question was changed after the page was made."""
        return self.before is not None and self._saved(fact) != self.before.get(fact, ABSENT)

    def _saved(self, fact: str) -> Any:
        return self.saved.get(fact, ABSENT)

    def _rows(self) -> Iterator[Row]:
        answers = self.subject.determinations()[0].answers
        for field in self.form.entries:
            origin = self.origin(field)
            same = field.answer == self._saved(field.fact) and not field.problem
            if not same or origin.typed_where != origin.saved_where:
                yield Row(
                    field,
                    answer_words.answer(field.question, answers),
                    field.in_words or answer_words.NOT_ASKED,
                    origin,
                    self._is_theirs_alone(field),
                )

    def _is_theirs_alone(self, field: Entry) -> bool:
        if self.before is None or field.problem or not self.is_newer(field.fact):
            return False
        return bool(field.answer == self.before.get(field.fact, ABSENT))

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
