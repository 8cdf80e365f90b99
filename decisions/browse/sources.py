"""The readings and the references of an edition, made ready for their pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.safestring import SafeString

from decisions.browse import markup, outline, reader
from decisions.core.policy import Citation, Passage, Policy, PolicyReading, Reference
from decisions.library import Library
from decisions.library.passages import Excerpt


@dataclass(frozen=True, slots=True)
class Position:
    """One side of a reading: what it is called, what it says, and whether the rules follow it."""

    label: str
    words: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A reading with its two positions, where it acts, and the passages that it is about."""

    reading: PolicyReading
    positions: tuple[Position, Position]
    acts_on: tuple[tuple[str, str], ...]
    passages: tuple[tuple[Excerpt, str], ...]

    @property
    def is_open(self) -> bool:
        return self.reading.taken == "open"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list of references, with the passages that cite it and the criteria tied to it."""

    reference: Reference
    html: SafeString
    doi: str
    cited_in: tuple[Passage, ...]
    tied_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of the text with its passage, and where it leads."""

    citation: Citation
    passage: Passage
    target: markup.Target
    entry: str


def readings(policy: Policy) -> tuple[Read, ...]:
    """Every reading in the policy's order."""
    return tuple(_read(policy, reading) for reading in policy.readings.values())


def _read(policy: Policy, reading: PolicyReading) -> Read:
    wanted = {*reading.passages, *(p for support in reading.support for p in support.passages)}
    quoted = outline.quoted(policy, (key for key in policy.passages if key in wanted))
    passages = tuple((excerpt, reader.place(policy, excerpt.passage)) for excerpt in quoted)
    return Read(reading, _positions(reading), outline.acts_on(policy, reading.id), passages)


def _positions(reading: PolicyReading) -> tuple[Position, Position]:
    if reading.taken == "open":
        return (
            Position("One position", reading.one, False),
            Position("The other position", reading.other, False),
        )
    sides = {"one": (reading.one, reading.other), "other": (reading.other, reading.one)}[reading.taken]
    return Position("Taken", sides[0], True), Position("Not taken", sides[1], False)


def references(library: Library, policy: Policy) -> tuple[Listed, ...]:
    """The policy's own list of references."""
    return tuple(
        Listed(
            reference,
            markup.render(library, policy, policy.passages[reference.passage].markup, ()),
            f"https://doi.org/{quote(reference.doi, safe='/()')}" if reference.doi else "",
            tuple(_citing(policy, reference.id)),
            tuple(dict.fromkeys(_tied(policy, reference.id))),
        )
        for reference in policy.references.values()
    )


def _citing(policy: Policy, reference: str) -> Iterator[Passage]:
    ids = dict.fromkeys(c.passage for c in policy.citations if c.reference == reference)
    return (policy.passages[passage] for passage in ids)


def _tied(policy: Policy, reference: str) -> Iterator[str]:
    for criterion in policy.criteria:
        supports = (*(support.references for support in criterion.support), criterion.references)
        if any(reference in ids for ids in supports):
            yield criterion.title


def unresolved(library: Library, policy: Policy) -> tuple[Cited, ...]:
    """The citations that name no entry of any list here."""
    return tuple(_cited(library, policy, (c for c in policy.citations if not c.reference)))


def elsewhere(library: Library, policy: Policy) -> tuple[Cited, ...]:
    """The citations whose entry stands in another policy's list."""
    return tuple(_cited(library, policy, (c for c in policy.citations if ":" in c.reference)))


def _cited(library: Library, policy: Policy, citations: Iterable[Citation]) -> Iterator[Cited]:
    for citation in citations:
        entry = library.reference(citation.reference, policy)[1].short if citation.reference else ""
        target = markup.target(library, policy, citation)
        yield Cited(citation, policy.passages[citation.passage], target, entry)
