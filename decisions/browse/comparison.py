"""Two editions beside each other: criterion by criterion, with the words that differ marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from string import punctuation

from decisions.browse import outline, reader
from decisions.core import conditions as c
from decisions.core.policy import Criterion, Passage, Policy
from decisions.library.passages import Excerpt
from decisions.telling.condition_words import Line, tree
from decisions.telling.sentences import listed

_PUNCTUATION = punctuation + "–—“”‘’…"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a passage; ``only`` where the other text does not have them at this place."""

    text: str
    only: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage on one side, its differing words marked."""

    excerpt: Excerpt
    place: str
    words: tuple[Words, ...]

    @property
    def passage(self) -> Passage:
        return self.excerpt.passage


@dataclass(frozen=True, slots=True)
class Side:
    """What one edition has of a criterion; ``criterion`` is None where it has no such one."""

    criterion: Criterion | None
    quotes: tuple[Quoted, ...]
    line: Line | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A criterion in both editions, and how its conditions compare."""

    id: str
    title: str
    sides: tuple[Side, Side]
    verdict: str
    same: bool

    @property
    def worded_alike(self) -> bool:
        """Whether both have the criterion and no word of its passages differs."""
        both = all(side.criterion for side in self.sides)
        return both and not any(w.only for side in self.sides for q in side.quotes for w in q.words)


@dataclass(frozen=True, slots=True)
class Row:
    """A fact told of both editions."""

    label: str
    one: str
    other: str

    @property
    def same(self) -> bool:
        return self.one == self.other


@dataclass(frozen=True, slots=True)
class NamedPair:
    """A named condition as each edition defines it; None where it does not."""

    name: str
    one: Line | None
    other: Line | None


def differing(one: str, other: str) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Both texts in pieces, with the words marked that the other does not have there.

    Capitals and punctuation at the ends of words are not compared.
    """
    first, second = one.split(), other.split()
    # With autojunk, difflib passes over frequent words, and a policy repeats its own.
    matcher = SequenceMatcher(None, [_bare(w) for w in first], [_bare(w) for w in second], autojunk=False)
    left: list[Words] = []
    right: list[Words] = []
    for kind, a, b, x, y in matcher.get_opcodes():
        only = kind != "equal"
        for side, words in ((left, first[a:b]), (right, second[x:y])):
            if words:
                side.append(Words(" ".join(words), only))
    return tuple(left), tuple(right)


def _bare(word: str) -> str:
    return word.strip(_PUNCTUATION).casefold() or word


def leads(policy: Policy) -> tuple[str, ...]:
    """The passages that open several criteria, such as the sentence above a list."""
    counted = Counter(passage for criterion in policy.criteria for passage in criterion.passages)
    return tuple(passage for passage in policy.passages if counted[passage] > 1)


def opening(one: Policy, other: Policy) -> tuple[tuple[Quoted, ...], tuple[Quoted, ...]]:
    """The passages that open several criteria, side by side."""
    return _quotes(one, other, leads(one), leads(other))


def refusing(one: Policy, other: Policy) -> tuple[tuple[Quoted, ...], tuple[Quoted, ...]]:
    """What each text says of any other request, side by side."""
    return _quotes(one, other, one.any_other, other.any_other)


def pairs(one: Policy, other: Policy) -> tuple[Pair, ...]:
    """Every criterion of either edition, in the order of the first."""
    ids = dict.fromkeys(criterion.id for policy in (one, other) for criterion in policy.criteria)
    return tuple(_pair(one, other, criterion) for criterion in ids)


def _pair(one: Policy, other: Policy, criterion_id: str) -> Pair:
    found = [_criterion(policy, criterion_id) for policy in (one, other)]
    quotes = _quotes(one, other, _own(one, found[0]), _own(other, found[1]))
    sides = [
        Side(criterion, quoted, tree(policy, criterion.when) if criterion else None)
        for policy, criterion, quoted in zip((one, other), found, quotes, strict=True)
    ]
    title = next(criterion.title for criterion in found if criterion)
    same, verdict = _verdict(one, other, *found)
    return Pair(criterion_id, title, (sides[0], sides[1]), verdict, same)


def _criterion(policy: Policy, criterion_id: str) -> Criterion | None:
    return next((criterion for criterion in policy.criteria if criterion.id == criterion_id), None)


def _own(policy: Policy, criterion: Criterion | None) -> tuple[str, ...]:
    """The passages of a criterion without those that open several; these where it has no other."""
    if criterion is None:
        return ()
    opened = leads(policy)
    return tuple(p for p in criterion.passages if p not in opened) or criterion.passages


def _quotes(
    one: Policy, other: Policy, ids: Sequence[str], other_ids: Sequence[str]
) -> tuple[tuple[Quoted, ...], tuple[Quoted, ...]]:
    """Passages of both, compared one with one in their order; those left over stand alone."""
    left, right = outline.quoted(one, ids), outline.quoted(other, other_ids)
    pairs = zip(left, right, strict=False)
    compared = [differing(mine.passage.quote, theirs.passage.quote) for mine, theirs in pairs]
    return (
        tuple(_quoted(one, left, [first for first, _ in compared])),
        tuple(_quoted(other, right, [second for _, second in compared])),
    )


def _quoted(
    policy: Policy, excerpts: Sequence[Excerpt], compared: Sequence[tuple[Words, ...]]
) -> Iterator[Quoted]:
    for number, excerpt in enumerate(excerpts):
        passage = excerpt.passage
        words = compared[number] if number < len(compared) else (Words(passage.quote, False),)
        yield Quoted(excerpt, reader.place(policy, passage), words)


def _verdict(
    one: Policy, other: Policy, mine: Criterion | None, theirs: Criterion | None
) -> tuple[bool, str]:
    """Whether the conditions are the same, and in words in what they differ."""
    if mine is None or theirs is None:
        missing = other if theirs is None else one
        return False, f"{missing.source.short} has no such criterion."
    changed = _changed(one, other, {*outline.names(mine.when), *outline.names(theirs.when)})
    if _standing(one, mine.when) == _standing(other, theirs.when):
        return True, "The conditions are the same."
    if _shape(one, mine.when) == _shape(other, theirs.when):
        names = listed([f"“{name.replace('_', ' ')}”" for name in changed], "and")
        return False, f"The conditions differ only in what {names} means."
    return False, "The conditions differ."


def _changed(one: Policy, other: Policy, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the named conditions that both editions define, and define differently."""
    return tuple(
        name
        for name in one.named
        if name in names
        and name in other.named
        and _shape(one, one.named[name]) != _shape(other, other.named[name])
    )


def _standing(policy: Policy, condition: c.Condition) -> tuple[object, ...]:
    """All that decides a condition's value: its tests, what its readings are taken for, and what the
    conditions that it names hold.
    """
    return _parts(policy, condition, through=True)


def _shape(policy: Policy, condition: c.Condition) -> tuple[object, ...]:
    """A condition as it is written: a named condition inside counts by its name, whatever that holds."""
    return _parts(policy, condition, through=False)


def _parts(policy: Policy, condition: c.Condition, *, through: bool) -> tuple[object, ...]:
    if isinstance(condition, c.Named):
        inner = _parts(policy, condition.part, through=through) if through else ()
        return (condition.name, *inner)
    if isinstance(condition, c.TESTS):
        return (condition,)
    taken = policy.readings[condition.reading].taken if isinstance(condition, c.Reading) else ""
    inside = tuple(_parts(policy, part, through=through) for part in c.parts(condition))
    return (type(condition).__name__, getattr(condition, "reading", ""), taken, *inside)


def named(one: Policy, other: Policy) -> tuple[NamedPair, ...]:
    """The named conditions that the two do not define alike."""
    both = dict.fromkeys((*one.named, *other.named))
    return tuple(
        NamedPair(name.replace("_", " "), *lines)
        for name in both
        if _alike(one, other, name) is False
        for lines in [[tree(p, p.named[name]) if name in p.named else None for p in (one, other)]]
    )


def _alike(one: Policy, other: Policy, name: str) -> bool:
    if name not in one.named or name not in other.named:
        return False
    return _shape(one, one.named[name]) == _shape(other, other.named[name])


def facts(one: Policy, other: Policy) -> tuple[Row, ...]:
    """What is told of each edition in a line: dates, words for results, codes, what was read."""
    return tuple(
        Row(label, mine, theirs)
        for (label, mine), (_, theirs) in zip(_facts(one, other), _facts(other, one), strict=True)
    )


def _facts(policy: Policy, beside: Policy) -> Iterator[tuple[str, str]]:
    yield "Publisher", policy.source.publisher
    yield "First day in force", str(policy.first_day)
    yield "Next review date", str(policy.next_review or "The text states none.")
    yield "Words for criteria met", f"“{policy.words.criteria_met}”"
    yield "Words for criteria not met", f"“{policy.words.criteria_not_met}”"
    yield "Out of scope", policy.words.out_of_scope
    for system in sorted({row.system for p in (policy, beside) for row in p.codes}):
        yield f"{system} codes", _codes(policy, system)
    open_readings = sum(reading.taken == "open" for reading in policy.readings.values())
    yield "Readings", f"{len(policy.readings) - open_readings} taken, {open_readings} open"
    yield "References", _counted(len(policy.references), "entry", "entries")


def _codes(policy: Policy, system: str) -> str:
    printed = [
        f"{row.first}-{row.last}" if row.last else row.first for row in policy.codes if row.system == system
    ]
    return ", ".join(printed) or "None"


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}" if count else f"No {several}"
