"""One determination, beside two rule engines that decide the same policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from bench import inputs, report
from bench.clock import Clock, Spread, interleave
from bench.in_cel import CRITERIA, Conditions
from bench.in_zen import Decision
from bench.inputs import POLICY, DisagreementError
from decisions import services
from decisions.core.answers import Answers, read_answers
from decisions.core.determination import Determination, determine
from decisions.core.rules import MORE_INFORMATION, OUT_OF_SCOPE, Rules

EACH = 60
"""How many made-up answers of each outcome are timed."""

OURS = "Conus: outcome, trace, notices of situations met before"
OURS_WHOLE = "Conus: raw answers never seen, all that a page and the command show"
OURS_PARTIAL = "Conus: outcome, trace and exact missing facts, never seen"
CEL_EACH = "CEL: ten bare conditions, one by one"
CEL_LIST = "CEL: ten bare conditions in one list expression"
ZEN_QUICK = "zen: bare outcome, decision.evaluate"
ZEN_LOADED = "zen: bare outcome, engine.evaluate, preloaded"
ZEN_TRACED = "zen: bare outcome with its trace, preloaded"
MOST_WHOLE, MOST_PARTIAL = 3.0, 2.5
"""How many times zen's CPU time everything from raw answers may cost, against its trace, and a partial
answer's outcome with what is missing, against its bare outcome.
"""
UNSEEN = 200
"""How many rows a round of raw answers has; no row comes twice."""


Row = TypeVar("Row")


@dataclass(frozen=True)
class Input:
    """Validated answers for us, and the same as plain values for the others."""

    answers: Answers
    facts: inputs.Raw


class Contest:
    """The engines, each with the policy compiled."""

    def __init__(self) -> None:
        self.topic = services.topic_of(POLICY)
        self.policy = services.library().editions[POLICY][-1]
        self.rules: Rules = services.library().rules(self.policy)
        self.codes = services.codebook().in_force(inputs.DAY)
        self.cel = Conditions(self.input(next(inputs.complete(self.topic))).facts)
        self.zen = Decision()

    def input(self, raw: inputs.Raw) -> Input:
        answers = read_answers(self.topic, raw, inputs.DAY)
        return Input(answers, inputs.facts(answers))

    def decide(self, answers: Answers) -> Determination:
        return determine(self.rules, answers, self.codes)

    def complete(self) -> list[Input]:
        """As many complete answers of one outcome as of another."""
        found: dict[str, list[Input]] = {}
        wanted = ("criteria_met", "unsettled", "criteria_not_met")
        for raw in inputs.complete(self.topic):
            one = self.input(raw)
            same = found.setdefault(self.decide(one.answers).outcome, [])
            if len(same) < EACH:
                same.append(one)
            if all(len(found.get(outcome, ())) == EACH for outcome in wanted):
                return [one for outcome in wanted for one in found[outcome]]
        raise AssertionError

    def worked(self) -> list[Input]:
        """The worked cases whose outcome is known; then every completion has it."""
        answers = inputs.worked(self.topic)
        known = [a for a in answers if self.decide(a).outcome != MORE_INFORMATION]
        return [Input(a, inputs.facts(a)) for a in known if a.day >= self.policy.first_day]

    def forget(self) -> None:
        """Have the rules begin anew: they keep what they made of situations that they have seen."""
        self.rules = Rules(self.policy)

    def agree(self, answered: Iterable[Input]) -> int:
        """How many inputs all engines decide the same. Raises DisagreementError at the first they do not."""
        compared = 0
        for one in answered:
            self._agree(one)
            compared += 1
        return compared

    def _agree(self, one: Input) -> None:
        ours = self.decide(one.answers)
        outcomes = (ours.outcome, self.zen.quick_start(one.facts), self.zen.preloaded(one.facts))
        if len(set(outcomes)) > 1:
            raise DisagreementError(f"outcomes {outcomes} of {one.facts}")
        for values in (self.cel.one_by_one(one.facts), self.cel.as_one_list(one.facts)):
            theirs = dict(zip(CRITERIA, values, strict=True))
            known = {key: value for key, value in ours.values.items() if value is not None}
            settled = known if ours.outcome != OUT_OF_SCOPE else {}
            if theirs | settled != theirs:
                raise DisagreementError(f"criteria {theirs} and {settled} of {one.facts}")


def run(rounds: int, clock: Clock) -> None:
    """Prints the contests. Raises DisagreementError before any figure where the engines disagree."""
    contest = Contest()
    complete, worked = contest.complete(), contest.worked()
    every_kind = islice(map(contest.input, inputs.complete(contest.topic)), 2000)
    compared = contest.agree(complete) + contest.agree(worked) + contest.agree(every_kind)
    print(f"\nAll engines agree on {compared} answers: every outcome, and every criterion that is known.")
    _whole(contest, rounds, clock)
    _partial(contest, rounds, clock)
    facts = sum(len(one.answers.values) for one in complete) / len(complete)
    _contest(contest, f"{len(complete)} complete answers, {facts:.0f} facts each", complete, rounds, clock)
    _contest(contest, f"{len(worked)} worked cases with a known outcome", worked, rounds, clock)


def _whole(contest: Contest, rounds: int, clock: Clock) -> None:
    """From raw answers to everything. Every turn takes rows that this process has not seen, both the same."""
    unseen = Unseen(((raw, contest.input(raw).facts) for raw in inputs.complete(contest.topic)), rounds)

    def told() -> None:
        for raw, _ in unseen.for_one():
            everything(contest.decide(read_answers(contest.topic, raw, inputs.DAY)))

    def traced() -> None:
        for _, facts in unseen.for_other():
            contest.zen.traced(facts)

    spreads = interleave({OURS_WHOLE: told, ZEN_TRACED: traced}, rounds, UNSEEN, clock, warm=False)
    report.table("From raw answers to everything", "microseconds a row", spreads)
    report.compare("everything against zen's trace", spreads[OURS_WHOLE], spreads[ZEN_TRACED], MOST_WHOLE)


class Unseen(Generic[Row]):
    """Rows that come once: as many a turn for the one contender, and the same ones for the other.

    They are made before anything is timed.
    """

    def __init__(self, rows: Iterator[Row], turns: int) -> None:
        made = [list(islice(rows, UNSEEN)) for _ in range(turns)]
        self._one, self._other = iter(made), iter(made)

    def for_one(self) -> list[Row]:
        return next(self._one)

    def for_other(self) -> list[Row]:
        return next(self._other)


def everything(found: Determination) -> tuple[object, ...]:
    """All that the page and the command show of a determination: why, readings, passages, references."""
    return (found.because, found.readings, found.passages, found.evidence, found.references, found.trace)


def _contest(contest: Contest, title: str, answered: Sequence[Input], rounds: int, clock: Clock) -> None:
    spreads = _time(contest, OURS, answered, rounds, clock)
    report.table(f"One determination of {title}", "microseconds each", spreads)
    for peer in (ZEN_QUICK, ZEN_LOADED, ZEN_TRACED, CEL_EACH, CEL_LIST):
        report.compare(peer, spreads[OURS], spreads[peer], None)


def _partial(contest: Contest, rounds: int, clock: Clock) -> None:
    """Answers that leave the outcome open, each seen for the first time; zen is given every answer."""
    made = (
        (read_answers(contest.topic, some, inputs.DAY), whole)
        for some, whole in inputs.partial(contest.topic)
    )
    left_open = ((a, contest.input(whole).facts) for a, whole in made if _is_open(contest, a))
    unseen = Unseen(left_open, rounds)
    contest.forget()

    def decided() -> None:
        for answers, _ in unseen.for_one():
            found = contest.decide(answers)
            _ = found.trace, found.missing

    def bare() -> None:
        for _, facts in unseen.for_other():
            contest.zen.preloaded(facts)

    spreads = interleave({OURS_PARTIAL: decided, ZEN_LOADED: bare}, rounds, UNSEEN, clock, warm=False)
    report.table("Partial answers, intervals among them (zen: all known)", "microseconds a row", spreads)
    report.compare(
        "partial answers against zen's outcome", spreads[OURS_PARTIAL], spreads[ZEN_LOADED], MOST_PARTIAL
    )


def _is_open(contest: Contest, answers: Answers) -> bool:
    return contest.decide(answers).outcome == MORE_INFORMATION


def _time(
    contest: Contest, ours: str, answered: Sequence[Input], rounds: int, clock: Clock
) -> dict[str, Spread]:
    plain = [one.facts for one in answered]

    def decided() -> None:
        for one in answered:
            found = contest.decide(one.answers)
            _ = found.trace, found.missing

    def every(engine: Callable[[inputs.Raw], object]) -> Callable[[], None]:
        def work() -> None:
            for facts in plain:
                engine(facts)

        return work

    contenders = {
        ours: decided,
        CEL_EACH: every(contest.cel.one_by_one),
        CEL_LIST: every(contest.cel.as_one_list),
        ZEN_QUICK: every(contest.zen.quick_start),
        ZEN_LOADED: every(contest.zen.preloaded),
        ZEN_TRACED: every(contest.zen.traced),
    }
    return interleave(contenders, rounds, len(answered), clock)
