"""How few answers can be enough: the shortest way through what is left of an outcome, in questions."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from decisions.core.determination import Determination
from decisions.core.diagrams import Diagram, Node
from decisions.core.space import Space

MOST_KEPT = 2_000


def enough(found: Determination) -> int:
    """How many further answers can settle the outcome, where the questions are asked in their order; 0 where
    it is settled.

    It is a number that is enough if the answers fall out so, and no promise that they will. Out of that order
    fewer can do: whoever says the number says with it that it is of this order.
    """
    return _fewest(found.rules.space, found.rules.evaluated(tuple(found.cells)).left)


@lru_cache(maxsize=MOST_KEPT)
def _fewest(space: Space, left: Diagram) -> int:
    """The fewest facts that a way from here to a value looks at. A set is one fact, whatever is in it."""
    ways: deque[tuple[Diagram, frozenset[str]]] = deque([(left, frozenset())])
    seen: set[tuple[Diagram, frozenset[str]]] = set()
    # What looks at no new fact goes first, so the first way that arrives is as short as any.
    while ways:
        here, facts = ways.popleft()
        if not isinstance(here, Node):
            return len(facts)
        if (here, facts) in seen:
            continue
        seen.add((here, facts))
        more = facts | {space.variables[here.var].fact}
        following = [(kid, more) for kid in dict.fromkeys(here.kids)]
        if more == facts:
            ways.extendleft(following)
        else:
            ways.extend(following)
    raise ValueError("a diagram leads to a value")
