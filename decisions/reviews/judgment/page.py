"""The page on which a case is judged: the record and the policy's text, and nothing of the determination."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.forms import BoundField
from django.utils.safestring import SafeString

from decisions.core.policy import Criterion
from decisions.models import Judgment, Note
from decisions.questionnaire.fragments import fragments
from decisions.reviews.answers.standing import StandingAnswer, standing_answers
from decisions.reviews.answers.subject import CaseSubject
from decisions.reviews.answers.verbs import newest
from decisions.reviews.ground import facts, judging
from decisions.reviews.ground.forms import beginning
from decisions.reviews.ground.head import Head
from decisions.reviews.ground.work import Work
from decisions.reviews.judgment.forms import JudgmentForm
from decisions.services import address
from decisions.telling.explanation import answers_told


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion that is to be judged: what the policy says of it, and the fields of its judgment."""

    criterion: Criterion
    quotes: SafeString
    verdict: BoundField
    words: BoundField


class JudgmentPage:
    """What whoever judges a case has before them, where `judging.check_judgeable` refuses nothing."""

    def __init__(self, work: Work, form: JudgmentForm | None = None) -> None:
        self.work, self.case, self.head = work, work.case, Head(work)
        self.policy = facts.edition_now(work.case)
        left = judging.left_to_judge(work.person, work.case)
        self.form = form or JudgmentForm(left, initial=beginning(work.case.revision))

    @property
    def asked(self) -> list[Asked]:
        """The criteria to be judged, in the order of the policy."""
        quoted = fragments(self.policy)
        return [
            Asked(each, quoted.quotes(each.passages), *self.form.fields_of(each))
            for each in self.form.criteria
        ]

    @cached_property
    def standing(self) -> list[tuple[str, Judgment]]:
        """What the person judged before and stands, with the titles of the criteria."""
        asked = {each.id for each in judging.criteria(self.case)}
        rows = judging.standing(self.case, self.work.person)
        return [(self.policy.criterion(row.criterion).title, row) for row in rows if row.criterion in asked]

    @property
    def requested(self) -> list[tuple[str, str]]:
        """What the request says of the case, beside its answers."""
        return CaseSubject(self.work).requested

    @cached_property
    def answers(self) -> list[StandingAnswer]:
        """The answers that stand, each with its place in the record."""
        told = answers_told(facts.readable_answers(self.case))
        return standing_answers(self.case, told, newest(self.case))

    @cached_property
    def notes(self) -> list[Note]:
        """What came in from outside, the newest first."""
        kinds = [kind.value for kind in judging.FROM_OUTSIDE]
        found = self.case.case_notes.filter(kind__in=kinds)
        return list(found.select_related("written_by").order_by("-pk"))

    @property
    def policy_address(self) -> str:
        """Where the whole text of the policy is read."""
        return address(self.policy)
