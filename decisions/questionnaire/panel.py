"""What is shown of the determinations while the questions are being answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from decisions.core import interview, shortest
from decisions.core.determination import Determination
from decisions.core.policy import Policy, Question
from decisions.core.rules import MORE_INFORMATION
from decisions.library.passages import Excerpt
from decisions.questionnaire.fragments import fragments
from decisions.questionnaire.subject import Addresses
from decisions.services import address
from decisions.telling import code_set_words, outcome_words
from decisions.telling.explanation import denied_reasons
from decisions.telling.left_open import Lacking, lacking
from decisions.telling.sentences import capital

HIDDEN = "Hidden until you have judged"
"""Stands in the place of every outcome while none may be shown."""


@dataclass(frozen=True, slots=True)
class Link:
    """A question that is missing, and where it can be answered: its input, mostly. ``left``: what its answer
    leaves open.
    """

    label: str
    href: str
    left: str


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion and its state under each policy: a word and the name of a shape, "" where it has none."""

    title: str
    states: tuple[tuple[str, str], ...]

    @property
    def html(self) -> SafeString:
        """The row of the table. It is rendered once for each state that it can be in: all rows are shown at
        every change, and few differ.
        """
        return _row(self)


@lru_cache(maxsize=1000)
def _row(row: Row) -> SafeString:
    return render_to_string("questionnaire/criterion.html", {"row": row})


@dataclass(frozen=True, slots=True)
class Part:
    """One policy in the panel. ``reasons`` are the titles of what asks for the next step, ``cautions`` those
    about reasons that the answers deny.
    """

    id: str
    name: str
    overdue: str
    outcome: str
    state: str
    next_step: str
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    missing: tuple[Link, ...]

    @property
    def needs(self) -> str:
        """How many answers are missing, as a sentence begins."""
        return capital(outcome_words.needed(len(self.missing)))


@dataclass(frozen=True, slots=True)
class Why:
    """Why a policy makes a question worth asking: its passages, each with its place and a link to it."""

    name: str
    passages: tuple[tuple[Excerpt, str, str], ...]


def overdue(determination: Determination) -> str:
    """The next review date that has passed on the day of the answers, "" where none has."""
    passed = determination.review_passed
    return passed.isoformat() if passed else ""


def part(determination: Determination, addresses: Addresses) -> Part:
    """What the panel says of one policy."""
    policy = determination.policy
    return Part(
        policy.id,
        policy.source.short,
        overdue(determination),
        outcome_words.headline(determination),
        outcome_words.shape(determination),
        "" if determination.outcome == MORE_INFORMATION else outcome_words.next_step(determination),
        _reasons(determination),
        _cautions(determination),
        tuple(_link(each, determination, addresses) for each in lacking(determination)),
    )


def _reasons(determination: Determination) -> tuple[str, ...]:
    """The titles of the holds and requests that apply."""
    policy, apply = determination.policy, {*determination.holds, *determination.requests}
    raised = (notice for notice in (*policy.holds, *policy.requests) if notice.id in apply)
    return tuple(code_set_words.title(determination, notice) for notice in raised)


def _cautions(determination: Determination) -> tuple[str, ...]:
    """The titles of the cautions about a reason that the answers deny, and which reason that is."""
    applying = (c for c in determination.policy.cautions if c.denied and c.id in determination.cautions)
    return tuple(f"{caution.title}: {denied_reasons(determination.answers)}" for caution in applying)


def criteria(determinations: Sequence[Determination]) -> list[Row]:
    """Every criterion of the policies, in the order of the first that has it."""
    titles = {c.id: c.title for d in reversed(determinations) for c in reversed(d.policy.criteria)}
    return [Row(titles[key], tuple(_state(d, key) for d in determinations)) for key in reversed(titles)]


def _state(determination: Determination, criterion: str) -> tuple[str, str]:
    if criterion not in determination.values:
        return ("", "")
    shown = outcome_words.criterion(determination, criterion)
    return (shown.words, shown.shape)


def _link(lacking: Lacking, determination: Determination, addresses: Addresses) -> Link:
    """To the question, or to the one that opens it where it is not asked yet."""
    topic, here = determination.policy.topic, lacking.question
    # A question behind a gate has no input yet: what opens it is asked first.
    while here.opened_by and not interview.is_visible(here, determination.answers):
        here = topic.by_id[here.opened_by[0]]
    return Link(lacking.question.short, addresses.field(here), lacking.left)


def summary(determinations: Sequence[Determination]) -> str:
    """All outcomes in one line."""
    if not determinations:
        return HIDDEN
    return " · ".join(f"{d.policy.source.short}: {_brief(d)}" for d in determinations)


def _brief(determination: Determination) -> str:
    if determination.outcome == MORE_INFORMATION:
        return outcome_words.needed(len(determination.missing))
    return outcome_words.headline(determination)


def outcomes(determinations: Sequence[Determination]) -> str:
    """Which outcomes are shown, to tell whether one has changed."""
    return " ".join(f"{d.policy.id}={d.outcome}/{d.next_step}" for d in determinations)


def details(determinations: Sequence[Determination]) -> str:
    """What else the panel shows, to tell whether it is still right."""
    return " ".join(
        f"{','.join(each.said for each in lacking(d))}/{','.join(map(str, d.values.values()))}/{overdue(d)}"
        f"/{','.join((*d.holds, *d.requests, *_cautions(d)))}"
        for d in determinations
    )


def progress(determinations: Sequence[Determination], question: Question) -> str:
    """How many questions can still matter, on the page of one of them; after them, what is not documented
    and could.
    """
    if interview.remaining(determinations):
        return still_matter(determinations)
    undocumented = interview.undocumented(determinations)
    if question in undocumented:
        return f"This answer is {_lacking((question,), determinations)} and could still change an outcome"
    if undocumented:
        count, lacking = len(undocumented), _lacking(undocumented, determinations)
        return f"{count} answer{' is' if count == 1 else 's are'} {lacking} and could still change an outcome"
    return "No further question can change an outcome"


def still_matter(determinations: Sequence[Determination]) -> str:
    """How many questions can still matter, and how few answers can be enough where that is fewer: asked in
    their order, for that is how they are counted. Out of it, fewer might do.
    """
    count = len(interview.remaining(determinations))
    said = f"{_counted(count, 'question')} can still matter"
    ways = {d.policy.source.short: shortest.enough(d) for d in determinations}
    few = {name: needed for name, needed in ways.items() if needed}
    if not few or max(few.values()) >= count:
        return said
    return f"{said}; asked in order, {_enough(few, len(determinations))}"


def _enough(few: Mapping[str, int], policies: int) -> str:
    """How few answers can be enough, policy by policy where that differs."""
    first, *others = few.values()
    if policies == len(few) and all(other == first for other in others):
        return f"{_counted(first, 'answer')} can be enough{' for each policy' if others else ''}"
    return " and ".join(f"{_counted(needed, 'answer')} for {name}" for name, needed in few.items()) + (
        " can be enough"
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _lacking(questions: Sequence[Question], determinations: Sequence[Determination]) -> str:
    """What is answered in part is documented, but not fully."""
    partly = {question.id in determinations[0].answers.partly for question in questions}
    return {(True,): "not fully documented", (False, True): "not documented, or not fully,"}.get(
        tuple(sorted(partly)), "not documented"
    )


def why(question: Question, determinations: Sequence[Determination]) -> tuple[Why, ...]:
    """The passages because of which a question is asked, policy by policy."""
    policies = [determination.policy for determination in determinations]
    return tuple(
        Why(policy.source.short, tuple(_placed(policy, policy.why[question.id])))
        for policy in policies
        if policy.why.get(question.id)
    )


def _placed(policy: Policy, keys: Sequence[str]) -> Iterator[tuple[Excerpt, str, str]]:
    for excerpt in fragments(policy).excerpts(keys):
        passage = excerpt.passage
        place = policy.passages[passage.section[-1]].quote if passage.section else policy.source.title
        yield excerpt, place, address(policy, anchor=passage.id)
