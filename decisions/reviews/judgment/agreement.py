"""How often physicians and determinations say the same of a criterion, where the physician judged first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Min

from decisions import services
from decisions.models import Judgment
from decisions.reviews.ground import judging
from decisions.reviews.ground.head import policy_name


@dataclass(slots=True)
class Agreement:
    """A criterion, how often it was judged, and what the determination said of it then. Where the request was
    out of scope, the determination had weighed nothing.
    """

    policy: str
    criterion: str
    judged: int = 0
    agreed: int = 0
    differed: int = 0
    not_weighed: int = 0

    def add(self, verdict: str, determined: str, count: int) -> None:
        """Count some judgments."""
        self.judged += count
        if determined == Judgment.Determined.NOT_WEIGHED:
            self.not_weighed += count
        elif judging.differs(verdict, determined):
            self.differed += count
        else:
            self.agreed += count


def agreement() -> list[Agreement]:
    """Agreement by criterion, in the order of the policies. Of each person's judgments of a criterion in a
    case the first counts: what they judged again, they judged after they had seen the determination.
    """
    of_each = Judgment.objects.order_by().values("case", "judged_by", "policy", "criterion")
    firsts = of_each.annotate(first=Min("pk")).values("first")
    judged = Judgment.objects.filter(pk__in=firsts).order_by()
    counted = judged.values("policy", "criterion", "verdict", "determined").annotate(count=Count("pk"))
    found: dict[tuple[str, str], Agreement] = {}
    for row in counted:
        key = row["policy"], row["criterion"]
        here = found.setdefault(key, Agreement(policy_name(key[0]), _title(*key)))
        here.add(row["verdict"], row["determined"], row["count"])
    return [found[key] for key in _in_order(found)]


def _title(policy: str, criterion: str) -> str:
    """What a criterion is called; its id where no edition has it any more."""
    editions = services.library().editions.get(policy, ())
    titles = {each.id: each.title for edition in editions for each in edition.criteria}
    return titles.get(criterion, criterion)


def _in_order(found: Mapping[tuple[str, str], Agreement]) -> Iterator[tuple[str, str]]:
    """The criteria of one policy after the other, each in the order of its newest edition."""
    known = [
        (policy, each.id)
        for policy, editions in services.library().editions.items()
        for each in editions[-1].criteria
    ]
    yield from (key for key in known if key in found)
    yield from sorted(found.keys() - set(known))
