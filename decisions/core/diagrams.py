"""Reduced, ordered decision diagrams: what a function of many answers becomes when some of them are known.

A diagram is an ``int`` (the function's value, wherever you stand) or a ``Node`` (look at one variable, go
on). Equal functions are the same object. That makes exactness cheap: a value is known if and only if what is
left after putting in the known answers is an ``int``, and a variable can still matter if and only if what is
left reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence


class Node:
    """Look at variable ``var``: cell ``i`` leads to ``kids[i]``. ``reads`` is a bit for every variable
    below.
    """

    __slots__ = ("kids", "reads", "var")

    def __init__(self, var: int, kids: tuple[Diagram, ...]) -> None:
        self.var = var
        self.kids = kids
        self.reads = 1 << var
        for kid in kids:
            if kid.__class__ is Node:
                self.reads |= kid.reads


Diagram = int | Node
Shop = dict[tuple[int, tuple[Diagram, ...]], Node]
Choice = tuple[int, list[int]]
Left = int | tuple[int, ...] | None
"""What an answer leaves of a variable: the index of one cell, of several in order, or None for all of them.
"""
Cells = Sequence[Left]
"""For every variable what is left of it."""
Together = Mapping[int, int]
"""Numbers that stand for several variables at once, each with the bits of these variables."""


class Diagrams:
    """Makes the diagrams over one list of variables, each distinct function once: the shop that keeps
    them.
    """

    def __init__(self) -> None:
        self._made: Shop = {}

    def node(self, var: int, kids: tuple[Diagram, ...]) -> Diagram:
        return _reduced(var, kids, self._made, self._made)

    def variable(self, var: int, values: Sequence[int]) -> Diagram:
        """The function that gives ``values[i]`` when the variable is in cell ``i``."""
        return self.node(var, tuple(values))

    def combine(self, operation: Callable[[int, int], int], one: Diagram, other: Diagram) -> Diagram:
        """The function whose value is ``operation`` of the two functions' values."""
        done: dict[tuple[Diagram, Diagram], Diagram] = {}

        def visit(a: Diagram, b: Diagram) -> Diagram:
            found = done.get((a, b))
            if found is None:
                found = done[a, b] = apart(a, b)
            return found

        def apart(a: Diagram, b: Diagram) -> Diagram:
            # The variable that stands first is looked at first. A process makes ten thousands of these nodes
            # before its first answer.
            if a.__class__ is Node and (b.__class__ is not Node or a.var <= b.var):
                if b.__class__ is Node and a.var == b.var:
                    kids = zip(a.kids, b.kids, strict=True)
                    return self.node(a.var, tuple([visit(*both) for both in kids]))
                return self.node(a.var, tuple([visit(kid, b) for kid in a.kids]))
            if b.__class__ is Node:
                return self.node(b.var, tuple([visit(a, kid) for kid in b.kids]))
            return operation(a, b)  # type: ignore[arg-type]

        return visit(one, other)

    def restrict(self, diagram: Diagram, cells: Cells, *, keep: bool = False) -> Diagram:
        """What is left of the function when the answers are put in: an ``int`` if they settle it.

        Where several cells of a variable are left, the others lead where the first of these does:
        what is left reads the variable if and only if two of the cells that are left differ.
        ``keep`` takes the result into the shop, to combine it further; else it is forgotten with its
        last user.
        """
        return self.restricted(diagram, cells, answered_bits(cells), self._made if keep else {})

    def restricted(self, diagram: Diagram, cells: Cells, answered: int, made: Shop) -> Diagram:
        """As ``restrict``, where the caller has the bits of the answered variables and a place for
        new nodes.
        """
        return _left(diagram, cells, answered, {}, self._made, made)


# What recurs for every request is no closure: one that calls itself waits for the garbage collector.
def _left(
    here: Diagram, cells: Cells, answered: int, done: dict[Node, Diagram], shop: Shop, made: Shop
) -> Diagram:
    """What is left below a place. ``done`` has what is left below the nodes that were met before."""
    while here.__class__ is Node:
        cell = cells[here.var]
        if cell.__class__ is not int:
            break
        here = here.kids[cell]
    if here.__class__ is not Node or not here.reads & answered:
        return here
    found = done.get(here)
    if found is None:
        if cells[here.var] is None:
            kids = tuple([_left(kid, cells, answered, done, shop, made) for kid in here.kids])
        else:
            some = [_left(kid, cells, answered, done, shop, made) for kid in left_of(here, cells)]
            kids = _spread(some, cells[here.var], len(here.kids))
        found = done[here] = _reduced(here.var, kids, shop, made)
    return found


def left_of(node: Node, cells: Cells) -> tuple[Diagram, ...]:
    """The kids that a node may still lead to, by what is left of its variable."""
    left = cells[node.var]
    if left is None:
        return node.kids
    if isinstance(left, int):
        return (node.kids[left],)
    return tuple([node.kids[cell] for cell in left])


def _spread(kids: list[Diagram], left: Left, size: int) -> tuple[Diagram, ...]:
    """The kids of a node of which some cells are left; the other cells lead where the first of these does."""
    if not isinstance(left, tuple):
        return tuple(kids)
    every = [kids[0]] * size
    for cell, kid in zip(left, kids, strict=True):
        every[cell] = kid
    return tuple(every)


def settled(diagram: Diagram, cells: Cells) -> int | None:
    """The value that the function has however the unknown answers fall out, or None where that differs."""
    value: int | None = None
    seen: set[Node] = set()
    ahead = [diagram]
    while ahead:
        here = ahead.pop()
        while here.__class__ is Node:
            cell = cells[here.var]
            if cell.__class__ is not int:
                break
            here = here.kids[cell]
        if here.__class__ is Node:
            if here not in seen:
                seen.add(here)
                ahead += left_of(here, cells)
        elif value is None:
            value = here  # type: ignore[assignment]
        elif here != value:
            return None
    return value


def _reduced(
    var: int,
    kids: tuple[Diagram, ...],
    known: Shop,
    new: Shop,
) -> Diagram:
    """The one diagram for this choice: a kid if the choice makes no difference, a node made before, or a new
    one.
    """
    if kids.count(kids[0]) == len(kids):
        return kids[0]
    key = (var, kids)
    # setdefault takes a node that another thread made in between: equal functions stay the same object.
    return known.get(key) or new.get(key) or new.setdefault(key, Node(var, kids))


def answered_bits(cells: Cells) -> int:
    """A bit for every variable of which not all is left."""
    return sum(1 << var for var, left in enumerate(cells) if left is not None)


def nodes(diagram: Diagram) -> list[Node]:
    """Every node of a diagram, each once."""
    seen: dict[Node, None] = {}

    def visit(here: Diagram) -> None:
        if isinstance(here, Node) and here not in seen:
            seen[here] = None
            for kid in here.kids:
                visit(kid)

    visit(diagram)
    return list(seen)


def values(diagram: Diagram) -> frozenset[int]:
    """Every value that the function takes."""
    if not isinstance(diagram, Node):
        return frozenset((diagram,))
    return frozenset(kid for node in nodes(diagram) for kid in node.kids if not isinstance(kid, Node))


def variables(reads: int) -> Iterator[int]:
    """The variables whose bits are set."""
    while reads:
        lowest = reads & -reads
        yield lowest.bit_length() - 1
        reads ^= lowest


def nearest_exception(diagram: Diagram, cells: Cells, free: int) -> tuple[int, ...] | None:
    """The smallest change that gives another value: the fewest variables that must leave what is left of
    them.

    ``free`` has the bits of the variables that may leave it; within what is left a variable may be anywhere
    at no cost. The value compared with is the one that ``cells`` gives. None if no change of the free
    variables gives another.
    """
    value = _somewhere(diagram, cells)
    seen: set[Node] = set()
    nearer: list[tuple[Diagram, tuple[int, ...]]] = [(diagram, ())]
    while nearer:
        farther: list[tuple[Diagram, tuple[int, ...]]] = []
        while nearer:
            here, left = nearer.pop()
            if not isinstance(here, Node):
                if here != value:
                    return left
            elif here not in seen:
                seen.add(here)
                # To stay costs nothing and to leave costs one, so all that is near is looked at before
                # anything farther.
                staying = left_of(here, cells)
                nearer += [(kid, left) for kid in staying]
                if free >> here.var & 1 and cells[here.var] is not None:
                    gone = (*left, here.var)
                    farther += [(kid, gone) for kid in here.kids if kid not in staying]
        nearer = farther
    return None


def _somewhere(diagram: Diagram, cells: Cells) -> int:
    """The value with every variable in the first cell that is left of it."""
    here = diagram
    while isinstance(here, Node):
        here = left_of(here, cells)[0]
    return here


def fewest(exceptions: list[frozenset[int]], rank: Sequence[int]) -> tuple[int, ...]:
    """The smallest set of members that meets every exception; of equals, the one first by ``rank``.

    Returned in the order of ``rank`` (a position for everything that can be a member).
    """
    certain = frozenset().union(*(e for e in exceptions if len(e) == 1))
    if all(exception & certain for exception in exceptions):
        return tuple(sorted(certain, key=rank.__getitem__))
    _, positions = _fewest(certain, exceptions, rank, (len(rank) + 1, []))
    members = frozenset().union(*exceptions)
    return tuple(sorted((each for each in members if rank[each] in positions), key=rank.__getitem__))


def _fewest(
    chosen: frozenset[int], exceptions: list[frozenset[int]], rank: Sequence[int], best: Choice
) -> Choice:
    """The better of ``best`` and what can be made of ``chosen`` by adding to it."""
    unmet = [exception for exception in exceptions if not exception & chosen]
    # Equals are gone on with: among sets of one size the first by rank counts.
    if len(chosen) + (1 if unmet else 0) > best[0]:
        return best
    if not unmet:
        return min(best, (len(chosen), sorted(rank[var] for var in chosen)))
    # One of its members has to be chosen, so the shortest branches least.
    shortest: frozenset[int] = min(unmet, key=len)
    for var in sorted(shortest, key=rank.__getitem__):
        best = _fewest(chosen | {var}, exceptions, rank, best)
    return best


def smallest_support(
    diagram: Diagram, cells: Cells, rank: Sequence[int], together: Together | None = None
) -> tuple[int, ...]:
    """The fewest answered variables that alone settle the function, in the order of ``rank``; ties go by
    ``rank``.

    What stands for several variables ``together`` counts as one, and no variable is in two of them. Raises
    ValueError if the answers do not settle it.
    """
    together = together or {}
    value = settled(diagram, cells)
    if value is None:
        raise ValueError("the known answers do not settle this function")
    exceptions = _of_singles(_single_exceptions(diagram, cells, value), together)
    while True:
        chosen = fewest(exceptions, rank)
        kept = 0
        for each in chosen:
            kept |= together.get(each) or 1 << each
        # To see that nothing is missed takes half as long as to look for what is.
        if settled(diagram, [cell if kept >> var & 1 else None for var, cell in enumerate(cells)]) == value:
            return chosen
        missed: tuple[int, ...] = nearest_exception(diagram, cells, ~kept)  # type: ignore[assignment]
        exceptions.append(_met_by(missed, together))


def _met_by(exception: Iterable[int], together: Together) -> frozenset[int]:
    """Everything that meets an exception: its variables, and what stands for one of them."""
    changed = sum(1 << var for var in exception)
    return frozenset((*exception, *(each for each, bits in together.items() if bits & changed)))


def _of_singles(singles: Sequence[int], together: Together) -> list[frozenset[int]]:
    """Exceptions of one variable each. What stands for two of them meets them in every smallest set: it
    takes the place of both.
    """
    found = sum(1 << var for var in singles)
    certain = {each: bits for each, bits in together.items() if (bits & found).bit_count() > 1}
    covered = 0
    for bits in certain.values():
        covered |= bits
    rest = (_met_by((var,), together) for var in singles if not covered >> var & 1)
    return [*rest, *(frozenset((each,)) for each in certain)]


def _single_exceptions(diagram: Diagram, cells: Cells, value: int) -> list[int]:
    """Every variable whose change alone, with nothing else changed, may take another value.

    Only a start for the search: it is complete for single changes along the path that the answers take.
    """
    path: dict[Node, None] = {}
    here = diagram
    while isinstance(here, Node):
        path[here] = None
        # Any way that is left will do: the answers settle the function, so all lead to one value.
        here = left_of(here, cells)[0]
    found = []
    for node in path:
        if cells[node.var] is not None:
            for kid in node.kids:
                if kid not in path and _takes_another(kid, cells, value, path):
                    found.append(node.var)
                    break
    return found


def _takes_another(here: Diagram, cells: Cells, value: int, path: Container[Diagram]) -> bool:
    """Whether the answers may lead from here to another value than the one the path leads to."""
    while here.__class__ is Node:
        if here in path:
            return False
        cell = cells[here.var]
        if cell.__class__ is not int:
            return settled(here, cells) != value
        here = here.kids[cell]
    return here != value
