"""The determination of a case in short, as it stands beside a form that rests on it."""

from __future__ import annotations

from functools import cached_property

from django.utils.safestring import SafeString

from decisions.questionnaire.fragments import fragments
from decisions.questionnaire.page import Page as DeterminationPage
from decisions.reviews.answers.subject import CaseSubject
from decisions.reviews.ground import facts, judging, open_questions
from decisions.reviews.ground.work import Work
from decisions.services import address
from decisions.telling.explanation import answers_told
from decisions.telling.left_open import Lacking


class Determined:
    """What the policy says of a case now: the result, why, in which words, and what is not on record.

    Raises RefusedError, which is recorded, for somebody who is to judge the case first.
    """

    def __init__(self, work: Work) -> None:
        judging.check_opened(work)
        self.work, self.case = work, work.case
        self.found = facts.determination(self.case)
        self.told = facts.explained(self.case, self.found)

    @property
    def others(self) -> list[tuple[str, str]]:
        """What no option names: the questions, and what was written."""
        told = answers_told(self.found.answers)
        words = self.case.other_words
        return [(each.question.short, words[each.question.id]) for each in told if each.question.id in words]

    @property
    def quotes(self) -> SafeString:
        """The deciding passages, quoted, with links to the policy."""
        return fragments(self.told.policy).quotes(self.told.quoted)

    @property
    def quotes_too(self) -> SafeString:
        """The other passages."""
        return fragments(self.told.policy).quotes(self.told.quoted_too)

    @property
    def policy_address(self) -> str:
        """Where the edition is read."""
        return address(self.told.policy)

    @property
    def could_hold(self) -> SafeString:
        """Links to what is not on record and could still keep the request from approval; else empty."""
        return DeterminationPage(CaseSubject(self.work)).parts[0].could_hold

    @cached_property
    def needed(self) -> list[Lacking]:
        """What is not on record, and could change the determination."""
        return list(open_questions.needed(self.case))
