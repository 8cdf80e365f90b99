"""The texts that a signature and a referral begin with: the result, what it rests on, what holds it, what is
not on record, and what the policy says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from decisions.core.rules import CRITERIA_MET, CRITERIA_NOT_MET, MORE_INFORMATION, UNSETTLED
from decisions.reviews.ground.quotations import quoted
from decisions.telling.explanation import Explanation
from decisions.telling.left_open import Lacking
from decisions.telling.outcome_words import outcome

QUOTED_AT_FIRST = 4
"""How many quotations a rationale begins with. A letter quotes the others itself."""


def rationale(told: Explanation) -> str:
    """A rationale to begin with, in sentences that lead to an answer or to a line of the policy each."""
    return "\n".join((*_found(told), *_lacking(told.lacking), *_passages(told), *_considered(told)))


def referral(told: Explanation, needed: Iterable[Lacking]) -> str:
    """A note to a physician to begin with, in the same sentences. ``needed`` is what is not on record and
    could change the determination, also where its outcome is known without.
    """
    holds = [f"Held: {stop.title}." for stop in told.stops]
    return "\n".join((*_found(told), *holds, *_lacking(needed), *_passages(told)))


def _found(told: Explanation) -> Iterator[str]:
    yield f"{told.name}: {_result(told)}"
    if on_record := _on_record(told):
        yield f"On record: {'; '.join(on_record)}."


def _lacking(needed: Iterable[Lacking]) -> Iterator[str]:
    """What is missing: of some nothing is on record, of others only part."""
    told = tuple(needed)
    if nothing := [_begun_small(lacking.said) for lacking in told if not lacking.left]:
        yield f"Not on record: {'; '.join(nothing)}."
    if partly := [_begun_small(lacking.said) for lacking in told if lacking.left]:
        yield f"On record only in part: {'; '.join(partly)}."


def _passages(told: Explanation) -> Iterator[str]:
    """What the policy says of the result."""
    if first := _first_quoted(told):
        yield "The policy says:"
        yield first


def _first_quoted(told: Explanation) -> str:
    """The quotations that a text begins with. What holds a request is quoted with it."""
    of_stops = {key for stop in told.stops for key in stop.notice.passages} - _of_criteria(told)
    first = quoted(told.policy, (key for key in told.passages if key not in of_stops))
    return "\n".join(map(str, first[:QUOTED_AT_FIRST]))


def _considered(told: Explanation) -> Iterator[str]:
    """What the policy says of each hold and request, as far as that was not said yet."""
    said = _first_quoted(told)
    for stop in (*told.stops, *told.denied):
        yield f"Also considered: {stop.title}."
        about = quoted(told.policy, stop.notice.passages)
        yield from (str(quotation) for quotation in about if not quotation.stands_in(said))


def _of_criteria(told: Explanation) -> set[str]:
    """The passages of the criteria that are met, or not settled."""
    found = told.determination
    criteria = (told.policy.criterion(key) for key in (*found.met, *found.unsettled))
    return {passage for criterion in criteria for passage in criterion.passages}


def _result(told: Explanation) -> str:
    said = _RESULTS.get(told.outcome)
    return said(told) if said else told.sentence


def _met(told: Explanation) -> str:
    carrying = told.carrying or told.determination.met
    rest = [key for key in told.determination.met if key not in carrying]
    besides = f" {_criteria(told, rest)} met too." if rest else ""
    return f"the requested service is {_words(told)}. {_criteria(told, carrying)} met.{besides}"


def _not_met(told: Explanation) -> str:
    """Unlike the page, a text that is signed counts nothing: how many criteria there are is no ground."""
    return f"the requested service is {_words(told)}. None of the criteria is met."


def _unsettled(told: Explanation) -> str:
    left_open = [read.reading.question for read in told.readings if read.is_open]
    about = told.titles(told.determination.unsettled)
    return " ".join((f"{_outcome(told)} request.", f"Left open: {about}.", *left_open))


def _open(told: Explanation) -> str:
    return f"{_outcome(told)}. {told.sentence}"


_RESULTS: Mapping[str, Callable[[Explanation], str]] = {
    CRITERIA_MET: _met,
    CRITERIA_NOT_MET: _not_met,
    UNSETTLED: _unsettled,
    MORE_INFORMATION: _open,
}


def _words(told: Explanation) -> str:
    return f"“{_outcome(told)}”"


def _outcome(told: Explanation) -> str:
    return outcome(told.policy, told.outcome).words


def _criteria(told: Explanation, keys: Sequence[str]) -> str:
    noun, verb = ("criteria", "are") if len(keys) > 1 else ("criterion", "is")
    return f"The {noun} {told.titles(keys)} {verb}"


def _on_record(told: Explanation) -> list[str]:
    """The answers that force the result, in the order of the questions. What is told whole is not told by
    its parts as well.
    """
    order = list(told.policy.topic.by_id)
    whole = {because.fact: _whole(told, because.fact) for because in told.because if because.closes}
    in_order = sorted(told.because, key=lambda because: order.index(because.fact))
    return list(dict.fromkeys(whole.get(because.fact) or because.said for because in in_order))


def _whole(told: Explanation, fact: str) -> str:
    """The whole answer to a question with several; empty where part of it is not known."""
    answers, question = told.determination.answers, told.policy.topic.by_id[fact]
    given = answers.values.get(fact)
    if not isinstance(given, frozenset):
        return ""
    named = ", ".join(option.said for option in question.options if option.id in given)
    return f"{_begun_small(question.short)}: {f'{named}, nothing else' if named else 'none'}"


def _begun_small(words: str) -> str:
    return words[:1].lower() + words[1:]
