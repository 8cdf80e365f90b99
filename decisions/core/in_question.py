"""Which criteria of a policy a person judges by themselves, before they see what the rules make of them.

A criterion is in question where it asks something that the case is about: a question, beside the age, whose
branch is not known to be closed. The reasons of a request are such a question for the criteria whose own
reason may be among them. What was found and answered plays no part. So the list says what was asked about,
never what came out.
"""

from __future__ import annotations

from decisions.core.answers import Answers
from decisions.core.conditions import AnyOf, Test, tests
from decisions.core.policy import Criterion, Policy


def in_question(policy: Policy, answers: Answers) -> tuple[Criterion, ...]:
    """The criteria in question under some answers, in the order of the policy. Where none of them asks
    anything that is open, all of them are: there is always something to judge.
    """
    asked = tuple(
        each for each in policy.criteria if any(_is_open(test, answers) for test in tests(each.when))
    )
    return asked or policy.criteria


def _is_open(test: Test, answers: Answers) -> bool:
    topic = answers.topic
    if test.fact == topic.age.id:
        return False
    if test.fact == topic.reasons.id:
        return bool(own_reasons(test, answers))
    return answers.branch(topic.by_id[test.fact]) is not False


def own_reasons(test: Test, answers: Answers) -> tuple[str, ...]:
    """The reasons that a test asks for and that may be among those of the request."""
    asked = test.members if isinstance(test, AnyOf) else ()
    return tuple(member for member in asked if answers.may_hold(test.fact, member))


def asked_by(criterion: Criterion) -> frozenset[str]:
    """The questions that a criterion hangs on."""
    return frozenset(test.fact for test in tests(criterion.when))
