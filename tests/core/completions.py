"""What every completion of partial answers gives, worked out without decision diagrams.

Criteria share only the age, the setting and the reasons. With those fixed, each criterion's values over the
completions of its own facts are independent of the others', so that the outcomes of all completions can be
collected criterion by criterion. To see whether a fact can change the outcome, two worlds are carried that
differ in that fact alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import Decimal
from functools import cache
from itertools import chain, combinations, product
from typing import Any, NamedTuple

from tests.core import contract

BY_REASON = {reason: key for key, (reason, _) in contract.CRITERIA.items() if reason}
OUTCOMES = ("criteria_not_met", "unsettled", "criteria_met")


def subsets(members):
    return chain.from_iterable(combinations(members, size) for size in range(len(members) + 1))


class Given(dict[str, Any]):
    """Answers, with what they leave of each criterion's own facts: it is asked for in every world."""

    def __init__(self, raw: dict[str, Any]) -> None:
        super().__init__(raw)
        self.left: dict[str, tuple[tuple[Any, ...], ...]] = {}


class Completions:
    """The completions of answers to the questions of the contract, with criteria valued by ``value``.

    ``value(criterion, age, setting, opened, own)``: the value of complete answers. ``class_of(fact,
    value)``: the value that stands for all that are told apart from no other. ``alike(criterion, fact,
    value)``: the same for complete answers, of one criterion, which tells fewer apart.
    """

    def __init__(
        self,
        value: Callable[..., int],
        classes: dict[str, tuple[Any, ...]],
        ages: tuple[int, ...],
        class_of: Callable[[str, Any], Any] = contract.class_of,
        alike: Callable[[str, str, Any], Any] = lambda _criterion, _fact, value: value,
    ):
        self.value, self.classes, self.ages, self.class_of = value, classes, ages, class_of
        self.alike = alike
        self.own_pairs, self.own_ways = cache(self._own_pairs), cache(self._own_ways)
        self.values, self.where = cache(self._values), cache(self._where)
        self.places, self.own_places = cache(self._places), cache(self._own_places)

    def outcomes(self, raw: dict[str, Any]) -> set[str]:
        """The outcomes that completions give."""
        raw = Given(raw)
        found: set[str] = set()
        for age, setting in product(self._ages(raw), self.places(self._settings(raw))):
            found |= self._outcomes_at(raw, age, setting)
        return found

    def _outcomes_at(self, raw, age, setting):
        """The same at one age, in one setting."""
        (start,) = self.values("intraoperative", *self.where("intraoperative", age, setting), False, ())
        states = {(start, False, False)}
        for reason in {*contract.REASONS, *(raw.get("reasons") or ())}:
            moves = self._moves_at(raw, reason, age, setting)
            # A reason that is not given and whose criterion is worth nothing changes no state.
            if moves != {(False, 0)}:
                states = {_moved(state, bit, value, reason) for state in states for bit, value in moves}
        return {_outcome(state, setting) for state in states if state[1]}

    def _own_places(self, key: str, settings: tuple[str, ...]) -> tuple[str, ...]:
        """One setting of each class that a criterion tells apart."""
        return tuple(dict.fromkeys(self.alike(key, "setting", setting) for setting in settings))

    def _moves_at(self, raw, reason, age, setting):
        """Whether a reason is given, with the values of its criterion: each way."""
        ways = self._opened(raw, reason)
        key = BY_REASON.get(reason)
        if not key:
            return {(way, 0) for way in ways}
        here, left = self.where(key, age, setting), self._left(raw, key)
        return {(way, value) for way in ways for value in self.values(key, *here, way, left if way else ())}

    def _where(self, key: str, age: int, setting: str) -> tuple[int, str]:
        """The age and the setting that stand for these with a criterion."""
        return self.alike(key, "age_months", age), self.alike(key, "setting", setting)

    def _places(self, settings: tuple[str, ...]) -> tuple[str, ...]:
        """One setting of each class that no criterion and no outcome tells apart."""
        found: dict[Any, str] = {}
        for setting in settings:
            alike = (self.alike(key, "setting", setting) for key in contract.CRITERIA)
            found.setdefault((setting == "intraoperative_spinal", *alike), setting)
        return tuple(found.values())

    def missing(self, raw: dict[str, Any]) -> set[str]:
        """The unknown facts that can change the outcome under some completion of the others."""
        raw = Given(raw)
        shared = ("setting", "age_months", "reasons")
        found = {
            fact
            for fact in shared
            if self.unknown(raw, fact)
            and any(one != other for worlds in self._every(raw, fact) for one, other in worlds)
        }
        for age, setting in product(self._ages(raw), self.places(self._settings(raw))):
            found |= self._missing_of_own(raw, age, setting)
        return found

    def _missing_of_own(self, raw, age, setting):
        """The own facts of criteria that can change the outcome at one age, in one setting."""
        keys = [key for key, (reason, _) in contract.CRITERIA.items() if reason]
        moves = {
            key: self._moves(raw, contract.CRITERIA[key][0], "", (age,) * 2, (setting,) * 2) for key in keys
        }
        rest = self._beside(raw, age, setting)
        found = set()
        for key in keys:
            unknown = [fact for fact in contract.CRITERIA[key][1] if self.unknown(raw, fact)]
            if not unknown:
                continue
            others = rest
            for other in keys:
                if other != key:
                    others = _after(others, moves[other], contract.CRITERIA[other][0])
            for fact in unknown:
                own = self._moves(raw, contract.CRITERIA[key][0], fact, (age,) * 2, (setting,) * 2)
                worlds = _after(others, own, contract.CRITERIA[key][0])
                if any(one != other for one, other in _results(worlds, (setting, setting))):
                    found.add(fact)
        return found

    def _beside(self, raw, age, setting):
        """Both worlds after all that is no criterion's own reason."""
        (start,) = self._own(raw, "intraoperative", (age,) * 2, (setting,) * 2, (False, False), "")
        states = {((start[0], False, False), (start[1], False, False))}
        reasons = {reason for reason, _ in contract.CRITERIA.values()}
        for reason in (*contract.REASONS, *(raw.get("reasons") or ())):
            if reason not in reasons:
                states = _after(states, self._moves(raw, reason, "", (age,) * 2, (setting,) * 2), reason)
        return states

    def unknown(self, raw: dict[str, Any], fact: str) -> bool:
        given = raw.get(fact)
        if fact in contract.SETS and isinstance(given, dict):
            return len(self._ways(fact, _frozen(given, fact))) > 1
        return (
            given is None or isinstance(given, dict) or (fact in contract.SETS and "others_unknown" in given)
        )

    def criterion(self, raw: dict[str, Any], key: str) -> set[int]:
        """The values of one criterion over all completions."""
        return set().union(*(self._at_age(raw, key, age, self.left(raw, key)) for age in self._ages(raw)))

    def in_every_age(self, raw: dict[str, Any], key: str) -> tuple[frozenset[int], ...]:
        """The same for each age, whatever the answers say of it."""
        left = self.left(raw, key)
        return tuple(self._at_age(raw, key, age, left) for age in self.ages)

    def _at_age(self, raw, key, age, left):
        """The values of one criterion over all completions of one age."""
        age = self.alike(key, "age_months", age)
        found = [
            self.values(key, age, setting, opened, left if opened else ())
            for setting in self.own_places(key, self._settings(raw))
            for opened in self._opened(raw, contract.CRITERIA[key][0])
        ]
        return found[0] if len(found) == 1 else frozenset().union(*found)

    def _values(self, key, age, setting, opened, left) -> frozenset[int]:
        """The values of one criterion at one age, in one setting. Nothing of its own counts if not opened."""
        for i, ways in enumerate(left if opened else ()):
            if len(ways) > 1:
                parts = [(*left[:i], (way,), *left[i + 1 :]) for way in ways]
                return frozenset().union(*[self.values(key, age, setting, opened, part) for part in parts])
        own = (
            {name: way for name, (way,) in zip(contract.CRITERIA[key][1], left, strict=True)}
            if opened
            else {}
        )
        return frozenset((self.value(key, age, setting, opened, own),))

    def _every(self, raw, fact):
        ages, settings = self._ages(raw), self._settings(raw)
        for ages_ in product(ages, ages) if fact == "age_months" else zip(ages, ages, strict=True):
            for places in (
                product(settings, settings) if fact == "setting" else zip(settings, settings, strict=True)
            ):
                yield self._worlds(raw, fact, ages_, places)

    def _ages(self, raw: dict[str, Any]) -> tuple[int, ...]:
        given = raw.get("age_months")
        if isinstance(given, dict):
            return self._classes("age_months", contract.left("age_months", given))
        return self.ages if given is None else (given,)

    def _classes(self, fact, values):
        return tuple(dict.fromkeys(self.class_of(fact, value) for value in values))

    def _settings(self, raw: dict[str, Any]) -> tuple[str, ...]:
        return tuple(contract.left("setting", raw.get("setting")))

    def _opened(self, raw: dict[str, Any], reason: str) -> tuple[bool, ...]:
        """Whether a reason is given: each way in which it can be."""
        given = raw.get("reasons")
        if given is not None:
            return (reason in given,)
        if not reason or reason in contract.implied(raw):
            return (bool(reason),)
        return (False, True)

    def _bits(self, raw: dict[str, Any], reason: str, fact: str) -> list[tuple[bool, bool]]:
        """The same in the two worlds."""
        ways = self._opened(raw, reason)
        return list(product(ways, ways)) if fact == "reasons" else [(way, way) for way in ways]

    def _worlds(self, raw, fact, ages, places):
        """Carries (best value, some reason, some reason but the extremity) of both worlds through the
        reasons.
        """
        (start,) = self._own(raw, "intraoperative", ages, places, (False, False), "")
        states = {((start[0], False, False), (start[1], False, False))}
        for reason in {*contract.REASONS, *(raw.get("reasons") or ())}:
            states = _after(states, self._moves(raw, reason, fact, ages, places), reason)
        return _results(states, places)

    def _moves(self, raw, reason, fact, ages, places):
        """Whether a reason is given in the two worlds, with the values of its criterion: each way."""
        key = BY_REASON.get(reason)
        return {
            (bits, values)
            for bits in self._bits(raw, reason, fact)
            for values in (self._own(raw, key, ages, places, bits, fact) if key else {(0, 0)})
        }

    def left(self, raw: dict[str, Any], key: str) -> tuple[tuple[Any, ...], ...]:
        """The complete values that each own fact of a criterion can still have, one of each class."""
        names = contract.CRITERIA[key][1]
        return tuple(self.own_ways(key, name, _frozen(raw.get(name), name)) for name in names)

    def _left(self, raw: Given, key: str) -> tuple[tuple[Any, ...], ...]:
        """The same, asked for again and again."""
        if key not in raw.left:
            raw.left[key] = self.left(raw, key)
        return raw.left[key]

    def _own(self, raw, key, ages, places, bits, fact) -> set[tuple[int, int]]:
        names, ways = contract.CRITERIA[key][1], self._left(raw, key)
        ages = tuple(self.alike(key, "age_months", age) for age in ages)
        places = tuple(self.alike(key, "setting", place) for place in places)
        return self.own_pairs(key, ages, places, bits, ways, fact if fact in names else "")

    def _own_ways(self, key, name, given) -> tuple[Any, ...]:
        """The complete values that a fact can still have: one of each class that a criterion tells apart."""
        return tuple(dict.fromkeys(self.alike(key, name, way) for way in self._ways(name, given)))

    def _own_pairs(self, key, ages, places, bits, ways, fact) -> frozenset[tuple[int, int]]:
        """The values of one criterion in two worlds that share its own facts but ``fact``."""
        for i, name in enumerate(contract.CRITERIA[key][1] if any(bits) else ()):
            if name != fact and len(ways[i]) > 1:
                parts = [(*ways[:i], (way,), *ways[i + 1 :]) for way in ways[i]]
                found = [self.own_pairs(key, ages, places, bits, part, fact) for part in parts]
                return frozenset().union(*found)
        worlds = zip(ages, places, bits, strict=True)
        return frozenset(product(*(self.values(key, *world, ways if world[2] else ()) for world in worlds)))

    def _ways(self, name: str, given: Any) -> list[Any]:
        """The complete values that a fact can still have: one of each class."""
        if isinstance(given, Described):
            return self._ways_of_set(name, given)
        if isinstance(given, Bounded):
            return list(given if name in contract.OPTIONS else self._classes(name, given))
        if name not in contract.SETS:
            return [given] if given is not None else list(self.classes[name])
        if given is not None and "others_unknown" not in given:
            return [given]
        known = (given or frozenset()) - {"others_unknown"}
        return [known | frozenset(more) for more in subsets(self.classes[name])]

    def _ways_of_set(self, name: str, given: Described) -> list[Any]:
        """The members that a set may have: those there, and any of a class of which one is not ruled out."""
        free = [member for member in contract.MEMBERS_OF[name] if member not in given.there | given.absent]
        one_of_each = {contract.class_of_member(name, member): member for member in free}
        return [given.there | frozenset(more) for more in subsets(one_of_each.values())]


class Bounded(tuple):
    """The values that a partial answer to a number or a choice leaves."""


class Described(NamedTuple):
    """What a partial answer to a set says."""

    there: frozenset[str]
    absent: frozenset[str]


def _frozen(given: Any, fact: str = "") -> Hashable:
    if isinstance(given, dict):
        if fact in contract.NUMBERS or fact in contract.OPTIONS:
            return Bounded(contract.left(fact, given))
        return Described(*map(frozenset, contract.described(given)))
    if isinstance(given, str) and fact in contract.NUMBERS:
        return Decimal(given)
    return frozenset(given) if isinstance(given, list) else given


def _after(states, moves, reason):
    return {
        tuple(_moved(state[i], bits[i], values[i], reason) for i in (0, 1))
        for state in states
        for bits, values in moves
    }


def _moved(state, bit, value, reason):
    best, some, beside = state
    return (max(best, value), some or bit, beside or (bit and reason != "extremity_musculoskeletal"))


def _results(states, places):
    return {
        (_outcome(one, places[0]), _outcome(other, places[1])) for one, other in states if one[1] and other[1]
    }


def _outcome(state, setting) -> str:
    best, _, beside = state
    if setting != "intraoperative_spinal" and not beside:
        return "out_of_scope"
    return OUTCOMES[best]
