"""What is asked about, as the questionnaire sees it, and where its pages are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from django.utils.safestring import SafeString

from decisions.core.determination import Determination
from decisions.core.policy import Question, Topic


class Beside(Protocol):
    """What a subject shows beside a field."""

    @property
    def html(self) -> SafeString:
        """What stands below the field's message."""


class Subject(Protocol):
    """That whose questions are answered: a check, a case."""

    @property
    def topic(self) -> Topic:
        """The questions."""

    @property
    def policies(self) -> Sequence[str]:
        """The ids of the policies that are asked."""

    @property
    def answers(self) -> Mapping[str, Any]:
        """The raw answers, fact id -> value as in JSON: those given here, and the fixed facts. A birth date
        stands under the name that the topic has for it, `topic.age.birth_date`, with the age fixed.
        """

    @property
    def typed(self) -> Mapping[str, str]:
        """What was typed for some of the answers, fact id -> text."""

    @property
    def takes_other_words(self) -> bool:
        """Whether it keeps what somebody writes of a finding that no option names."""

    @property
    def other_words(self) -> Mapping[str, str]:
        """What was written of such findings, fact id -> text."""

    @property
    def fixed(self) -> frozenset[str]:
        """The facts that are known from elsewhere, or that are to be given there alone. They are not asked;
        to change one leads to `address("request")`.
        """

    @property
    def revision(self) -> int:
        """How often the answers were changed."""

    @property
    def age_from_birth_date(self) -> bool:
        """Whether the age among the answers was made from a birth date that was not kept."""

    @property
    def age_asked_again(self) -> bool:
        """Whether such an age was dropped because another day counts now."""

    @property
    def concludes(self) -> bool:
        """Whether what the policies make of the answers may be shown. Which question comes next follows from
        that either way.
        """

    def determinations(self) -> list[Determination]:
        """What each of the policies says of the answers, in the order of the policies."""

    def address(self, name: str, *args: str) -> str:
        """Where a page is: "question" (with a fact), "worksheet", "determination", "figure", and "request"
        where facts are fixed. The address of a question ends with its fact and a slash.
        """

    def beside(self, fact: str) -> Beside | None:
        """What stands beside the field of a fact; None for nothing."""


def concluded(subject: Subject) -> list[Determination]:
    """What may be shown of what the policies make of the answers: all of it, or nothing."""
    return subject.determinations() if subject.concludes else []


def compared(subject: Subject) -> Sequence[str]:
    """The policies whose limits a measure is drawn and told against."""
    return subject.policies if subject.concludes else ()


class Addresses:
    """The addresses of a subject's pages, by name, as a template asks for them."""

    def __init__(self, subject: Subject) -> None:
        self._subject, self._fixed = subject, subject.fixed

    def __getitem__(self, name: str) -> str:
        return self._subject.address(name)

    @cached_property
    def _questions(self) -> str:
        # An address for each of some thirty links costs more than a page's words: one is made, and shared.
        return self._subject.address("question", "-").removesuffix("-/")

    @cached_property
    def _request(self) -> str:
        return self._subject.address("request")

    def question(self, question: Question) -> str:
        """Where a question is asked, or the request where its answer is fixed by that."""
        return self._request if question.id in self._fixed else f"{self._questions}{question.id}/"

    def field(self, question: Question) -> str:
        """Where a question is answered on the worksheet: its input there, or the request that fixes it."""
        return self._request if question.id in self._fixed else f"#i-{question.id}"
