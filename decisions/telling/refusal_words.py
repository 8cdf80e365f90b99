"""Sentences for what is not allowed, the same on the command line and at a field."""

from __future__ import annotations

from decisions.core import days
from decisions.core.answers import Problem

_SENTENCES = {
    "unknown-fact": "there is no such fact",
    "not-an-option": "{given} is not an option",
    "not-a-set": "a list is wanted here, not {given}",
    "not-a-text": "a code is a text, not {given}",
    "not-yes-or-no": "true or false is wanted here, not {given}",
    "not-a-number": "{given} is not a number",
    "not-whole": "{given} is not a whole number of months",
    "a-text": "{given} is a text here; write the number {given} without quotes",
    "not-a-bound": "there is no bound {given}",
    "no-bound": "an interval has a bound or two; what is not documented is null",
    "two-lower-bounds": "give one lower bound: above or at_least",
    "two-upper-bounds": "give one upper bound: below or at_most",
    "empty-interval": "no answer is {given}",
    "not-one-of": "several options are given as one_of and a list, not as {given}",
    "too-few-options": "one_of names two options or more",
    "not-with-without": "a set that is partly described has with, without or both, not {given}",
    "with-and-without": "{given} is named both with and without; name it in one of the two",
    "out-of-range": "{given} is outside the limits",
    "empty": "name at least one",
    "given-twice": "give one of the two, not both",
    "not-a-day": "{given} is not a day of the calendar",
    "not-a-month": "{given} is not a month or year of the calendar",
    "born-after-service": "the birth date {given} is after the date of service (else the as-of date)",
}
_ALLOWED = {
    "out-of-range": "allowed: {allowed}",
    "not-a-number": "allowed: a number {allowed}",
    "not-whole": "allowed: a whole number {allowed}",
    "not-a-day": "allowed: {allowed}",
    "born-after-service": "allowed: up to {allowed}",
}
_OF_LIMITS = frozenset(("out-of-range", "not-a-number", "not-whole", "a-text", "empty-interval"))
"""The kinds of which what is allowed are the ends of one range."""


def sentence(problem: Problem) -> str:
    """What is wrong and what is allowed, in one line without the fact's name."""
    either = days.either(problem.given) if problem.kind == "not-a-day" else ""
    if either:
        return f"{problem.given} has its year last; write {either}"
    wrong = _SENTENCES[problem.kind].format(given=problem.given)
    if not problem.allowed:
        return wrong
    joined = (" and " if problem.kind in _OF_LIMITS else ", ").join(problem.allowed)
    return f"{wrong}; {_ALLOWED.get(problem.kind, 'allowed: {allowed}').format(allowed=joined)}"
