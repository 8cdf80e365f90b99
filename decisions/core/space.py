"""The space of situations: facts as variables, each cut into the cells that some test tells apart.

A set is a variable a member; another fact is one variable, cut into cells as its kind says. What an answer
leaves of a variable is one cell, several, or all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from decisions.core import kinds
from decisions.core.answers import Answers
from decisions.core.conditions import (
    MET,
    NO,
    All,
    Any,
    AnyOf,
    Condition,
    Exactly,
    Flag,
    NoneOf,
    Number,
    OneOf,
    Reading,
    SetTest,
    Test,
    between,
    parts,
    tests,
)
from decisions.core.diagrams import Diagram, Diagrams, Left, Node, variables
from decisions.core.kinds import Cut
from decisions.core.measures import Scale
from decisions.core.partial import Cell, Members
from decisions.core.policy import Question, Topic


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: a fact, or one ``member`` of a set. ``cells`` has a representative value of every
    cell.
    """

    fact: str
    member: str
    cells: tuple[Cell, ...]


class Space:
    """The variables of a topic under one set of conditions, and the diagrams over them.

    ``closings`` has for every set a number beyond those of the variables: that nothing else is in it.
    """

    def __init__(self, topic: Topic, conditions: Iterable[Condition]) -> None:
        limits: dict[str, set[Decimal | int]] = {}
        for condition in conditions:
            for test in tests(condition):
                if isinstance(test, Number):
                    limits.setdefault(test.fact, set()).update(limit for _, limit in test.limits)
        self.topic = topic
        self.variables: list[Variable] = []
        self.at: dict[tuple[str, str], int] = {}
        self._cuts: dict[str, tuple[int, Cut]] = {}
        self._members: dict[str, dict[str, int]] = {}
        self._bits: dict[str, int] = {}
        for question in topic.questions:
            if question.opened_by is None:
                self._add(question, limits)
        self._nothing_known: list[Left] = [None] * len(self.variables)
        self._vars_of = {fact: tuple(members.values()) for fact, members in self._members.items()}
        self._facts = tuple(sorted(self._bits.items()))
        self.diagrams = Diagrams()
        self.closings = {fact: len(self.variables) + i for i, fact in enumerate(self._members)}
        self.rank = self._rank()

    def _add(self, question: Question, limits: Mapping[str, set[Decimal | int]]) -> None:
        """A question's variables, each member followed by the questions that it opens."""
        kind = kinds.of(question)
        if kind.has_members:
            for option in question.option_ids:
                var = self._variable(question.id, option, (False, True))
                self._members.setdefault(question.id, {})[option] = var
                # A branch stands right below what opens it: where that is closed, no diagram looks at it.
                for opened in self.topic.opened.get((question.id, option), ()):
                    self._add(opened, limits)
        elif cut := kind.cut(question, limits.get(question.id, ())):
            self._cuts[question.id] = (self._variable(question.id, "", tuple(cut.cells)), cut)

    def _variable(self, fact: str, member: str, cells: tuple[Cell, ...]) -> int:
        self.at[fact, member] = len(self.variables)
        self._bits[fact] = self._bits.get(fact, 0) | 1 << len(self.variables)
        self.variables.append(Variable(fact, member, cells))
        return len(self.variables) - 1

    def _rank(self) -> list[int]:
        """For every variable its place in the order of the questions and their options, and for every set,
        after its members, that of its being closed.
        """
        order = [place for question in self.topic.questions for place in self._places(question.id)]
        rank = [0] * len(order)
        for place, var in enumerate(order):
            rank[var] = place
        return rank

    def _places(self, fact: str) -> list[int]:
        if fact in self._members:
            options = self.topic.by_id[fact].option_ids
            return [*(self.at[fact, option] for option in options), self.closings[fact]]
        return [self.at[fact, ""]] if fact in self._bits else []

    def absent(self, answers: Answers) -> dict[int, int]:
        """What closes each set that is answered whole: the number of its closing, with the bits of the
        members that are not in it.
        """
        return {
            self.closings[fact]: sum(1 << var for member, var in members.items() if member not in given)
            for fact, members in self._members.items()
            if isinstance(given := answers.left(fact), frozenset) and len(given) < len(members)
        }

    def cells(self, answers: Answers, february: bool = False) -> list[Left]:
        """For every variable what the answers leave of it: a cell, several cells, or None where that is all.

        ``february``: take the age that a child born on 29 February has if months are completed on 28
        February.
        """
        cells = self._nothing_known.copy()
        for fact, value in answers.values.items():
            if fact in self._cuts:
                var, cut = self._cuts[fact]
                cells[var] = cut.cell(value)
            elif fact in self._members:
                self._put(cells, fact, value, self._vars_of[fact])  # type: ignore[arg-type]
        for fact, left in answers.partly.items():
            if isinstance(left, Members):
                members = self._members[fact]
                self._put(cells, fact, left.there, [members[member] for member in left.absent])
            else:
                var, cut = self._cuts[fact]
                cells[var] = self._some(var, cut.left(left))
        # Where a set is not answered, what is named behind one of its members implies that member alone.
        for holder, member in answers.implied:
            cells[self._members[holder][member]] = 1
        if february and answers.age_if_february is not None:
            var, cut = self._cuts[self.topic.age.id]
            cells[var] = cut.cell(answers.age_if_february)
        return cells

    def _put(self, cells: list[Left], fact: str, there: frozenset[str], absent: Iterable[int]) -> None:
        """Members of a set that are there, after the variables of those that are not."""
        for var in absent:
            cells[var] = 0
        members = self._members[fact]
        for member in there:
            cells[members[member]] = 1

    def _some(self, var: int, left: tuple[int, ...]) -> Left:
        """Some cells of a variable: one is a known one, and all are nothing known."""
        if len(left) == 1:
            return left[0]
        return None if len(left) == len(self.variables[var].cells) else left

    def facts(self, bits: int) -> tuple[str, ...]:
        """The facts, sorted, that have a variable among these bits."""
        return tuple([fact for fact, own in self._facts if own & bits])

    def scale(self, fact: str) -> Scale:
        """The scale of a number. Raises KeyError for another kind of fact."""
        cut = self._cuts[fact][1]
        if not isinstance(cut, Scale):
            raise KeyError(fact)
        return cut

    def read_by(self, diagram: Diagram) -> tuple[int, ...]:
        """The variables that a diagram still looks at."""
        return tuple(variables(diagram.reads)) if isinstance(diagram, Node) else ()

    def open_branch(self, question: Question) -> Diagram:
        """MET where the question is asked, NO where its branch is closed."""
        if question.opened_by is None:
            return MET
        holder = self.open_branch(self.topic.by_id[question.opened_by[0]])
        return self.diagrams.combine(min, holder, self._is(self.at[question.opened_by]))

    def _is(self, var: int, *met: object) -> Diagram:
        """MET where the variable's cell is among ``met`` (a set member or flag: where it is true)."""
        wanted = met or (True,)
        return self.diagrams.variable(
            var, [MET if cell in wanted else NO for cell in self.variables[var].cells]
        )

    def _test(self, test: Test) -> Diagram:
        """A test as a diagram: what is on a closed branch counts as no members, as no, or as not
        applicable.
        """
        question = self.topic.by_id[test.fact]
        gate = self.open_branch(question)
        if isinstance(test, AnyOf | NoneOf | Exactly):
            return self._set_test(test, gate)
        var = self.at[test.fact, ""]
        if isinstance(test, Flag):
            yes = self.diagrams.combine(min, gate, self._is(var))
            # A closed branch counts as no, so the opposite of yes is met there.
            return yes if test.value else self.opposite(yes)
        passing = [cell for cell in self.variables[var].cells if test.passes(cell)]  # type: ignore[arg-type]
        return self.diagrams.combine(min, gate, self._is(var, *passing) if passing else NO)

    def _set_test(self, test: SetTest, gate: Diagram) -> Diagram:
        holds = {
            member: self.diagrams.combine(min, gate, self._is(var))
            for member, var in self._members[test.fact].items()
        }
        if isinstance(test, Exactly):
            wanted = [yes if member in test.members else self.opposite(yes) for member, yes in holds.items()]
            return self.fold(min, wanted, MET)
        some = self.fold(max, [holds[member] for member in test.members], NO)
        return some if isinstance(test, AnyOf) else self.opposite(some)

    def opposite(self, diagram: Diagram) -> Diagram:
        return self.diagrams.combine(lambda one, _: MET - one, diagram, NO)

    def fold(self, operation: Callable[[int, int], int], diagrams: list[Diagram], start: int) -> Diagram:
        """All the diagrams combined by ``operation``, beginning with ``start``."""
        result: Diagram = start
        for diagram in diagrams:
            result = self.diagrams.combine(operation, result, diagram)
        return result

    def diagram(self, condition: Condition, taken: Mapping[str, str]) -> Diagram:
        """A condition as a diagram, with the readings as ``taken`` says ("one", "other" or "open")."""
        if isinstance(condition, Number | OneOf | Flag | AnyOf | NoneOf | Exactly):
            return self._test(condition)
        inner = [self.diagram(part, taken) for part in parts(condition)]
        if isinstance(condition, All):
            return self.fold(min, inner, MET)
        if isinstance(condition, Any):
            return self.fold(max, inner, NO)
        if isinstance(condition, Reading):
            side = taken[condition.reading]
            return self.diagrams.combine(between, *inner) if side == "open" else inner[side == "other"]
        return inner[0]

    def without_empty(self, diagram: Diagram) -> Diagram:
        """A diagram for sets that need a member, as if these were never empty.

        No answer leaves such a set empty. Where all its members are false the function is given the value
        that it has with one member true, so that no value and no difference arises that no answer can bring.
        That is a member that the function does not look at, so that nothing turns on it; else the last one.
        """
        for question in self.topic.questions:
            if question.at_least_one:
                members = list(self._members[question.id].values())
                unread = [var for var in members if var not in self.read_by(diagram)]
                cells: list[Left] = [None] * len(self.variables)
                for var in members:
                    cells[var] = 0
                cells[(unread or members)[-1]] = 1
                instead = self.diagrams.restrict(diagram, cells, keep=True)
                some = self.fold(max, [self._is(var) for var in members], NO)
                # -1 is the value of no function: it marks the situations with an empty set, and is replaced
                # next.
                kept = self.diagrams.combine(
                    lambda any_member, value: value if any_member else -1, some, diagram
                )
                diagram = self.diagrams.combine(lambda value, new: new if value < 0 else value, kept, instead)
        return diagram
