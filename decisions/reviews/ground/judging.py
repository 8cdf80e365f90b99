"""Judged first: in some lines of business a physician judges the criteria before they see the determination.

`is_hidden_from` decides, for every page, file and verb alike, whether the determination of a case is hidden
from somebody. Whoever shows one asks `shown_to` for it, and whoever shows something that carries one, such as
a letter, asks `check_opened` first.

A judgment stands for the answers that it was made on: to the questions of its criterion, under the edition of
then. Once one of these is another, the criterion is to be judged again, and that one alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from decisions.core.answers import Answers
from decisions.core.conditions import MET, NO, UNSETTLED, tests
from decisions.core.determination import Determination
from decisions.core.in_question import asked_by, in_question, own_reasons
from decisions.core.interview import visible
from decisions.core.policy import Criterion
from decisions.core.rules import OUT_OF_SCOPE
from decisions.log.services import record_alone
from decisions.models import Case, Event, Judgment, Note, Person
from decisions.reviews.ground import facts, permissions, states
from decisions.reviews.ground.assignment import signed_before
from decisions.reviews.ground.head import is_on_shelf
from decisions.reviews.ground.transitions import not_now
from decisions.reviews.ground.work import RefusedError, Work, can, refusals_recorded

HIDDEN = "Hidden until you have judged."
JUDGE_FIRST = (
    f"{HIDDEN} In this line of business a physician judges each criterion in question from the record, "
    "before they see what the software makes of it. Whoever has the case records a judgment."
)
BEFORE_A_DECISION = (states.DRAFT, *states.BEGUN)
FROM_OUTSIDE = (
    Note.Kind.INFORMATION,
    Note.Kind.APPEAL,
    Note.Kind.REQUEST,
    Note.Kind.ASKED,
    Note.Kind.OPINION,
)
"""The notes of what came in, and what physicians asked each other before they saw the determination. In the
others somebody speaks who has seen it, in words that may repeat it.
"""

DETERMINED: Mapping[int | None, str] = {
    MET: Judgment.Determined.MET.value,
    UNSETTLED: Judgment.Determined.UNSETTLED.value,
    NO: Judgment.Determined.NOT_MET.value,
    None: Judgment.Determined.OPEN.value,
}
AGREEING: Mapping[str, tuple[str, ...]] = {
    Judgment.Verdict.MET: (Judgment.Determined.MET,),
    Judgment.Verdict.NOT_MET: (Judgment.Determined.NOT_MET,),
    # Neither says whether it is met.
    Judgment.Verdict.CANNOT_TELL: (Judgment.Determined.OPEN, Judgment.Determined.UNSETTLED),
}
"""Which verdict of a physician says the same of a criterion as a determination."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Stands in the place of a determination that is not to be seen yet, and says so."""

    said: str = HIDDEN

    def __str__(self) -> str:
        return self.said


def must_judge(person: Person, case: Case) -> bool:
    """Whether somebody is to judge a case before they see its determination: a physician of its team while
    the first decision is to come, an appeal physician who can decide its appeal. It holds whether or not they
    have the case yet: what was seen before it was taken is seen.
    """
    if not case.plan.line.independent_judgment or person.team_id != case.team_id:
        return False
    if case.state == states.APPEALED:
        return permissions.APPEALS in person.role_names and not signed_before(person, case)
    return permissions.PHYSICIAN in person.role_names and case.state in BEFORE_A_DECISION


def is_hidden_from(person: Person, case: Case) -> bool:
    """Whether the determination of a case, and all that carries it, is hidden from somebody."""
    if not must_judge(person, case):
        return False
    return not is_on_shelf(case) or bool(left_to_judge(person, case))


def shown_to(work: Work) -> Determination | Hidden:
    """The determination of a case for whoever looks at it, or what stands in its place."""
    return facts.determination(work.case) if opened_to(work) else Hidden()


def opened_to(work: Work) -> bool:
    """Open the determination of a case to whoever looks at it, and say whether it is open to them. The first
    time after a judgment of theirs is recorded.
    """
    if is_hidden_from(work.person, work.case):
        return False
    if must_judge(work.person, work.case):
        _record_opened(work)
    return True


def check_opened(work: Work) -> None:
    """Raises RefusedError, which is recorded, where what carries a determination is hidden from somebody."""
    with refusals_recorded(work.person, "see_clinical", work.case.pk):
        check_judged(work.person, work.case)
    opened_to(work)


def check_judged(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody is still to judge a case."""
    if is_hidden_from(person, case):
        raise RefusedError(JUDGE_FIRST)


def check_judgeable(person: Person, case: Case) -> None:
    """Raises RefusedError where there is nothing for somebody to judge in a case now."""
    if not must_judge(person, case):
        raise RefusedError("In this case, as it stands, you judge nothing before you see the determination.")
    if case.state not in states.AT_WORK:
        raise RefusedError(not_now(case))
    if not is_on_shelf(case):
        raise RefusedError("The policy of this case cannot be read now. Nothing can be judged.")
    if not left_to_judge(person, case):
        raise RefusedError("You have judged every criterion in question for the answers as they stand.")


def may_judge_now(person: Person, case: Case) -> bool:
    """Whether the page on which somebody judges a case is open to them."""
    return permissions.permit(person, "judge", case) is not None and can(check_judgeable, person, case)


def _record_opened(work: Work) -> None:
    """Record that somebody sees the determination after the last judgment that they recorded, once."""
    last = Judgment.objects.filter(case=work.case, judged_by=work.person).order_by("-pk").first()
    seen = Event.objects.filter(case=work.case.pk, action="determination_opened", actor=work.person.pk)
    newest = seen.order_by("-seq").first()
    if last and (newest is None or json.loads(newest.details).get("judgment") != last.pk):
        details = {"judgment": last.pk}
        record_alone(
            "determination_opened",
            actor=work.person,
            role=last.role,
            case=work.case.pk,
            details=details,
        )


# What is to be judged, and which judgments stand


def criteria(case: Case) -> tuple[Criterion, ...]:
    """The criteria of a case that are in question."""
    return in_question(facts.edition_now(case), facts.readable_answers(case))


def left_to_judge(person: Person, case: Case) -> tuple[Criterion, ...]:
    """The criteria in question that somebody has not judged for the answers as they stand."""
    judged = {row.criterion for row in standing(case, person)}
    return tuple(each for each in criteria(case) if each.id not in judged)


def standing(case: Case, person: Person | None = None) -> list[Judgment]:
    """The judgments that stand, of somebody or of all, in the order of the policy: the newest of each person
    on each criterion, where it was made on the answers and the edition of now.
    """
    of_case = Judgment.objects.filter(case=case).select_related("judged_by").order_by("pk")
    rows = of_case.filter(judged_by=person) if person else of_case
    newest = {(row.judged_by_id, row.criterion): row for row in rows}
    return list(_standing(case, newest)) if newest else []


def _standing(case: Case, newest: Mapping[tuple[int, str], Judgment]) -> Iterator[Judgment]:
    policy, answers = facts.edition_now(case), facts.readable_answers(case)
    for criterion in policy.criteria:
        now = (policy.id, policy.edition, judged_on(case, criterion, answers))
        for (_, key), row in newest.items():
            if key == criterion.id and (row.policy, row.edition, row.judged_on) == now:
                yield row


def judged_on(case: Case, criterion: Criterion, answers: Answers) -> dict[str, Any]:
    """The answers that a judgment on a criterion rests on: to those of its questions that are asked now, and
    what no option names. Of the reasons of the request its own count alone.
    """
    topic, raw, asked = facts.topic_of(case), facts.raw_answers(case), asked_by(criterion)
    counting = {question.id for question in visible(topic, answers)} & asked
    if topic.age.id in asked:
        counting |= {topic.age.birth_date, topic.service_date.id}
    given = {fact: _in_one_order(raw[fact]) for fact in sorted(counting & raw.keys())}
    if topic.reasons.id in given:
        own = [own_reasons(test, answers) for test in tests(criterion.when) if test.fact == topic.reasons.id]
        given[topic.reasons.id] = sorted({reason for reasons in own for reason in reasons})
    words = {fact: text for fact, text in sorted(case.other_words.items()) if fact in counting}
    return {"answers": given, "other_words": words}


def _in_one_order(value: Any) -> Any:
    """A raw answer in one spelling: in which order the members of a set came does not matter."""
    if isinstance(value, dict):
        return {key: _in_one_order(value[key]) for key in sorted(value)}
    return sorted(value) if isinstance(value, list) else value


# What a judgment says beside a determination


def determined(found: Determination, criterion: str) -> str:
    """What a determination says of a criterion, as `Judgment.Determined` names it."""
    if found.outcome == OUT_OF_SCOPE:
        return Judgment.Determined.NOT_WEIGHED.value
    return DETERMINED[found.values[criterion]]


def differs(verdict: str, said: str) -> bool:
    """Whether a physician and a determination say different things of a criterion. Where it was not weighed,
    there is nothing to differ from.
    """
    return said != Judgment.Determined.NOT_WEIGHED and said not in AGREEING[verdict]
