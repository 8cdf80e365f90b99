"""What of a partial answer still matters: where, within what it leaves, the outcome can turn."""

from __future__ import annotations

from dataclasses import dataclass

from decisions.core.determination import Determination
from decisions.core.diagrams import Left, Node, Shop, answered_bits


@dataclass(frozen=True, slots=True)
class Turning:
    """Of a missing fact that is answered in part: the cells that are left, those that lead to the same
    outcomes together, in order; for a set, the members about which nothing is said and on which the outcome
    can turn.
    """

    groups: tuple[tuple[int, ...], ...] = ()
    members: tuple[str, ...] = ()


def turning(found: Determination, fact: str) -> Turning | None:
    """Where the outcome can turn on what a partial answer leaves; None where the fact is not missing, or
    nothing is answered.

    It is exact: two cells are told apart if and only if some completion of all other answers has another
    outcome in one of them than in the other.
    """
    if fact not in found.missing or fact not in found.answers.partly:
        return None
    space, cells = found.rules.space, found.cells
    made: Shop = {}
    left = space.diagrams.restricted(found.rules.outcome, cells, answered_bits(cells), made)
    read = {space.variables[var] for var in space.read_by(left)}
    if (fact, "") not in space.at:
        options = found.policy.topic.by_id[fact].option_ids
        named = {variable.member for variable in read if variable.fact == fact}
        return Turning(members=tuple(option for option in options if option in named))
    var = space.at[fact, ""]
    possible = cells[var]
    groups: dict[int | Node, list[int]] = {}
    for cell in possible if isinstance(possible, tuple) else range(len(space.variables[var].cells)):
        alone: list[Left] = [None] * len(cells)
        alone[var] = cell
        leads_to = space.diagrams.restricted(left, alone, 1 << var, made)
        groups.setdefault(leads_to, []).append(cell)
    return Turning(tuple(map(tuple, groups.values())))
