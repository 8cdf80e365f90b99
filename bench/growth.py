"""What a determination costs with ten times the criteria and with ten times the policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from bench import inputs, report
from bench.clock import Clock, interleave
from bench.inputs import POLICY
from decisions import services
from decisions.core.answers import Answers, read_answers
from decisions.core.conditions import All, Any, Condition, Named, Reading
from decisions.core.determination import determine
from decisions.core.policy import Policy, Question, Topic
from decisions.core.rules import Rules

TIMES = 10
ANSWERS = 60
SHARED_GROUPS = ("circumstances", "codes")
SHARED = ("setting", "age_months", "date_of_service")


def run(rounds: int, clock: Clock) -> None:
    """Prints both growths, for complete and for partial answers."""
    policy = services.library().editions[POLICY][-1]
    _criteria(policy, rounds, clock)
    _policies(policy, rounds, clock)


def _criteria(policy: Policy, rounds: int, clock: Clock) -> None:
    grown = enlarged(policy)
    one, ten = Rules(policy), Rules(grown)
    contenders = {
        f"{len(policy.criteria)} criteria, complete": _deciding([one], _complete(policy.topic)),
        f"{len(grown.criteria)} criteria, complete": _deciding([ten], _complete(grown.topic)),
        f"{len(policy.criteria)} criteria, partial": _deciding([one], _partial(policy.topic)),
        f"{len(grown.criteria)} criteria, partial": _deciding([ten], _partial(grown.topic)),
    }
    _print("Ten times the criteria, on questions of their own", contenders, rounds, clock)


def _policies(policy: Policy, rounds: int, clock: Clock) -> None:
    rules = [Rules(replace(policy, id=f"{policy.id}-{copy}")) for copy in range(TIMES)]
    answers = _complete(policy.topic), _partial(policy.topic)
    contenders = {
        "1 policy, complete": _deciding(rules[:1], answers[0]),
        f"{TIMES} policies, complete": _deciding(rules, answers[0]),
        "1 policy, partial": _deciding(rules[:1], answers[1]),
        f"{TIMES} policies, partial": _deciding(rules, answers[1]),
    }
    _print("Ten times the policies, on the same questions", contenders, rounds, clock)


def _print(title: str, contenders: dict[str, Callable[[], None]], rounds: int, clock: Clock) -> None:
    spreads = interleave(contenders, rounds, ANSWERS, clock)
    report.table(title, "microseconds for one set of answers", spreads)
    small, large, small_partial, large_partial = spreads.values()
    report.compare("about tenfold, complete", large, small, TIMES)
    report.compare("about tenfold, partial", large_partial, small_partial, TIMES)


def _deciding(rules: list[Rules], answered: list[Answers]) -> Callable[[], None]:
    codes = services.codebook().in_force(inputs.DAY)

    def work() -> None:
        for answers in answered:
            for one in rules:
                determine(one, answers, codes)

    return work


def _complete(topic: Topic) -> list[Answers]:
    return [read_answers(topic, raw, inputs.DAY) for raw in islice(inputs.complete(topic), ANSWERS)]


def _partial(topic: Topic) -> list[Answers]:
    return [read_answers(topic, some, inputs.DAY) for some, _ in islice(inputs.partial(topic), ANSWERS)]


def enlarged(policy: Policy) -> Policy:
    """The policy with its criteria ten times over, each time on questions of their own."""
    own = [question for question in policy.topic.questions if not _is_shared(question)]
    copies = [_question(question, copy) for copy in range(1, TIMES) for question in own]
    topic = replace(policy.topic, questions=(*policy.topic.questions, *copies))
    facts = frozenset(question.id for question in own)
    criteria = [
        replace(criterion, id=f"{criterion.id}-{copy}", when=_renamed(criterion.when, copy, facts))
        for copy in range(1, TIMES)
        for criterion in policy.criteria
    ]
    return replace(policy, topic=topic, criteria=(*policy.criteria, *criteria))


def _is_shared(question: Question) -> bool:
    return question.id in SHARED or question.group in SHARED_GROUPS


def _question(question: Question, copy: int) -> Question:
    opened_by = question.opened_by and (f"{question.opened_by[0]}-{copy}", question.opened_by[1])
    return replace(question, id=f"{question.id}-{copy}", opened_by=opened_by)


def _renamed(condition: Condition, copy: int, facts: frozenset[str]) -> Condition:
    if isinstance(condition, All | Any):
        return replace(condition, parts=tuple(_renamed(part, copy, facts) for part in condition.parts))
    if isinstance(condition, Reading):
        one, other = (_renamed(side, copy, facts) for side in (condition.one, condition.other))
        return replace(condition, one=one, other=other)
    if isinstance(condition, Named):
        return replace(condition, part=_renamed(condition.part, copy, facts))
    return replace(condition, fact=f"{condition.fact}-{copy}") if condition.fact in facts else condition
