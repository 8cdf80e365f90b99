"""Recording a judgment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from decisions.log.services import digest
from decisions.models import Judgment
from decisions.reviews.ground import facts, judging, permissions, states
from decisions.reviews.ground.permissions import Permit
from decisions.reviews.ground.work import StaleError, Work, verb


@dataclass(frozen=True, slots=True)
class Judged:
    """What somebody makes of a criterion, one of `Judgment.Verdict`, and why."""

    verdict: str
    words: str


@verb("judge")
def judge(work: Work, given: Mapping[str, Judged]) -> None:
    """Record what a physician makes of each criterion in question, for the answers as they stand. ``given``
    has the criteria that they were asked for, by id.

    Raises NotFoundError, RefusedError, and StaleError where other criteria are to be judged by now.
    """
    case, person = work.case, work.person
    judging.check_judgeable(person, case)
    # Who holds both roles judges an appeal as whoever decides it.
    is_appeal = case.state == states.APPEALED
    work.permit = Permit(permissions.APPEALS if is_appeal else permissions.PHYSICIAN)
    left = judging.left_to_judge(person, case)
    if {criterion.id for criterion in left} != set(given):
        raise StaleError(case)
    found = facts.determination(case)
    for criterion in left:
        Judgment.objects.create(
            case=case,
            policy=found.policy.id,
            edition=found.policy.edition,
            criterion=criterion.id,
            verdict=given[criterion.id].verdict,
            words=given[criterion.id].words,
            judged_on=judging.judged_on(case, criterion, found.answers),
            determined=judging.determined(found, criterion.id),
            revision=case.revision,
            judged_by=person,
            role=work.permit.role,
        )
    said = sorted((key, each.verdict, each.words) for key, each in given.items())
    work.record(
        "judgment_recorded",
        criteria=[criterion.id for criterion in left],
        revision=case.revision,
        judged=digest(case.pk, said),
    )
