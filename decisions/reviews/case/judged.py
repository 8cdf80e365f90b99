"""What somebody judged of a case before they saw its determination, beside what that says."""

from __future__ import annotations

from dataclasses import dataclass

from decisions.core.determination import Determination
from decisions.reviews.decision import freezing
from decisions.reviews.decision.signed import JudgmentTold, judgments_told
from decisions.reviews.ground.work import Work


@dataclass(frozen=True, slots=True)
class OwnJudgment:
    """The judgments that stand of whoever looks at a determination."""

    told: tuple[JudgmentTold, ...]

    @property
    def differing(self) -> list[JudgmentTold]:
        """Those that say something else than the determination."""
        return [each for each in self.told if each.differs]


def own_judgment(work: Work, found: Determination) -> OwnJudgment:
    """What whoever looks judged of the answers as they stand. Where nobody judges first, there is nothing."""
    if not work.case.plan.line.independent_judgment:
        return OwnJudgment(())
    rows = freezing.judgments(work.case, found)
    return OwnJudgment(tuple(judgments_told([row for row in rows if row.by == work.person.pk])))
