"""A case as the questionnaire sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from decisions import services
from decisions.core.answers import Answers
from decisions.core.determination import Determination
from decisions.core.policy import Topic
from decisions.models import AnswerGiven
from decisions.questionnaire import answering
from decisions.questionnaire.filling import filled
from decisions.reviews.answers.forms import ANOTHER, EvidenceForm
from decisions.reviews.answers.verbs import Evidence, newest, pointer
from decisions.reviews.ground import facts, judging
from decisions.reviews.ground.code_names import RequestCodes
from decisions.reviews.ground.work import Work
from decisions.reviews.request import verbs as request_verbs
from decisions.telling import answer_words

CHANGING = ("answers", "typed", "other_words", "revision", "state", "assignee")
"""The columns that are read again after something was saved."""


@dataclass(frozen=True, slots=True)
class BesideAnswer:
    """Who answered a question, when, and where in the record it stands: as saved, and as it was typed.

    What is saved is read when it is looked at: an update of a worksheet shows few of its fields.
    """

    subject: CaseSubject
    fact: str

    @property
    def html(self) -> SafeString:
        """What stands on a page."""
        typed, wrong_at, papers = self.typed, self.wrong_at, self.subject.case.attachments
        is_open = self.subject.unfolds or bool(wrong_at) or typed != self._standing
        return filled(
            "reviews/_beside.html",
            ("open", is_open),
            ("wrong_at", wrong_at),
            ("as_before", self._is_unanswered),
            ("has_papers", bool(papers)),
            fact=self.fact,
            said=self.said,
            papers=paper_choices(self.fact, papers, typed.document),
            document="" if typed.document in papers else typed.document,
            page=typed.page,
        )

    @property
    def _is_unanswered(self) -> bool:
        return self.given is None or self.given.taken_back

    @property
    def _standing(self) -> Evidence:
        """What stands in the inputs as a page opens: the paper of the last answer stays chosen."""
        return Evidence(self.subject.last_paper) if self._is_unanswered else pointer(self.given)

    @property
    def given(self) -> AnswerGiven | None:
        """The answer as it was last given or taken back."""
        return self.subject.given.get(self.fact)

    @property
    def typed(self) -> Evidence:
        """What stands in the inputs."""
        sent = self.subject.sent.sent(self.fact) if self.subject.sent else None
        return self._standing if sent is None else sent

    @property
    def wrong_at(self) -> str:
        """The input that holds too much, "" where none does."""
        return self.subject.sent.wrong_at(self.fact) if self.subject.sent else ""

    @property
    def said(self) -> str:
        """Where, by whom and when, as far as it is known."""
        if self.given is None or self.given.taken_back:
            return f"{self.subject.last_paper}, as before" if self.subject.last_paper else ""
        return " · ".join(filter(None, (pointer(self.given).in_words, by_whom(self.given))))


def paper_choices(fact: str, papers: Sequence[str], document: str) -> SafeString:
    """The papers of a request to choose among, with the one that is chosen; a document that is none of them
    is another.

    They are no list that opens: a screen reader tells of such a list as the page opens, as if the focus were
    on it.
    """
    chosen = document if document in papers or not document else ANOTHER
    offered = [("", "Not said"), *((paper, paper) for paper in papers), (ANOTHER, "Another paper")]
    rows = (
        (fact, number, value, CHECKED if value == chosen else "", label)
        for number, (value, label) in enumerate(offered)
    )
    return format_html_join("", PAPER_CHOICE, rows)


CHECKED = SafeString(" checked")
PAPER_CHOICE = SafeString(
    '<div class="form-check">'
    '<input class="form-check-input" type="radio" name="{0}.paper" value="{2}" id="i-{0}-paper-{1}"{3}>'
    '<label class="form-check-label" for="i-{0}-paper-{1}">{4}</label>'
    "</div>"
)


def by_whom(given: AnswerGiven) -> str:
    """Who gave an answer, and when."""
    return f"{given.given_by}, {timezone.localtime(given.given_at):%Y-%m-%d %H:%M}"


class CaseSubject:
    """A case: its request answers some questions for good. A `questionnaire.subject.Subject`.

    ``sent`` is what was typed beside the questions. ``unfolds``: where an answer stands is asked openly, for
    one question at a time. ``preview`` is an answer that is being typed and not
    saved: the page follows it.
    """

    age_from_birth_date = False
    age_asked_again = False
    takes_other_words = True
    unfolds = False

    def __init__(self, work: Work, sent: EvidenceForm | None = None) -> None:
        self.work, self.case, self.sent = work, work.case, sent
        self.preview: dict[str, Any] = {}

    @property
    def topic(self) -> Topic:
        return facts.topic_of(self.case)

    @property
    def policies(self) -> Sequence[str]:
        return [self.case.policy]

    @property
    def typed(self) -> Mapping[str, str]:
        typed: Mapping[str, str] = self.case.typed
        return typed

    @property
    def other_words(self) -> Mapping[str, str]:
        words: Mapping[str, str] = self.case.other_words
        return words

    @cached_property
    def checked(self) -> Answers:
        """The answers as the rules take them. One that the questions allow no longer is left out."""
        raw = {**facts.raw_answers(self.case), **self.preview}
        known = {fact: value for fact, value in raw.items() if value is not answering.ABSENT}
        return answering.readable(self.topic, known, services.today())

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        raw = {**facts.raw_answers(self.case), **self.preview}
        named = self.checked.asked | {self.topic.age.birth_date}
        return {fact: value for fact, value in raw.items() if fact in named}

    @property
    def dropped(self) -> list[str]:
        """The questions whose answers are kept but allowed no longer, as words; the ids of those that are
        not asked any more.
        """
        by_id = self.topic.by_id
        gone = [fact for fact in self.case.answers if fact not in self.checked.asked]
        return [by_id[fact].short if fact in by_id else fact for fact in gone if fact not in self.preview]

    @cached_property
    def fixed(self) -> frozenset[str]:
        return facts.fixed(self.case)

    @property
    def requested(self) -> list[tuple[str, str]]:
        """What the request answers: the questions and their answers in words."""
        asked = [question for question in self.topic.questions if question.id in self.fixed]
        told = {question.short: answer_words.answer(question, self.checked) for question in asked}
        codes = RequestCodes(self.case)
        named = {q.short: codes.in_a_row(q.code_system) for q in asked if q.code_system}
        return [(short, named.get(short) or said) for short, said in told.items()]

    @property
    def revision(self) -> int:
        return self.case.revision

    @cached_property
    def found(self) -> Determination:
        """What the policy says of the answers."""
        return services.decide(self.case.policy, self.checked)

    @cached_property
    def concludes(self) -> bool:
        """Whether the determination is open to whoever looks."""
        return judging.opened_to(self.work)

    def determinations(self) -> list[Determination]:
        return [self.found]

    def address(self, name: str, *args: str) -> str:
        if name == "request" and not self.changes_request:
            name = "case"
        return reverse(f"reviews:{name}", args=(self.case.pk, *args))

    @cached_property
    def changes_request(self) -> bool:
        """Whether whoever looks may change what the request says."""
        return request_verbs.may_change_request(self.work.person, self.case)

    @cached_property
    def given(self) -> dict[str, AnswerGiven]:
        """The newest row of each fact that was ever answered."""
        return newest(self.case)

    @property
    def last_given(self) -> int:
        """The number of the newest answer of the case, 0 where there is none."""
        return max((given.pk for given in self.given.values()), default=0)

    @cached_property
    def last_paper(self) -> str:
        """Where the last answer of this person stands, "" where that was not said."""
        mine = [row for row in self.given.values() if row.given_by_id == self.work.person.pk]
        last = max((row for row in mine if not row.taken_back), key=lambda row: row.pk, default=None)
        return last.document if last else ""

    def beside(self, fact: str) -> BesideAnswer:
        return BesideAnswer(self, fact)

    def renew(self) -> None:
        """Read again what was saved."""
        self.case.refresh_from_db(fields=CHANGING)
        derived = ("checked", "answers", "found", "given", "last_paper", "changes_request", "concludes")
        for name in derived:
            self.__dict__.pop(name, None)
