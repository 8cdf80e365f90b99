"""What is not allowed, in sentences: what was given, and what is allowed."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest

from decisions.core.answers import AnswersError, Problem, read_answers
from decisions.services import library
from decisions.telling import refusal_words as wording
from tests.core.made_up import DAY

TOPIC = library().topics["spinal_ultrasound"]
CORE = Path(__file__).resolve().parents[2] / "decisions" / "core"


def kinds_raised():
    """The kinds of problems that the core names: the text after the facts, in each refusal."""
    for file in CORE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("refuse", "Problem"):
                yield from (arg.value for arg in node.args[1:2] if isinstance(arg, ast.Constant))


def test_every_problem_that_the_core_names_has_a_sentence():
    found = {*kinds_raised(), "two-lower-bounds", "two-upper-bounds"}

    assert len(found) > 15
    for kind in found:
        said = wording.sentence(Problem(("fact",), kind, "this", ("that", "those")))
        assert said[0] == said[0].lower()
        assert "{" not in said
        assert "that" in said
        assert not said.endswith(".")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            {"dimple_diameter_mm": {}},
            (
                "an interval has a bound or two; what is not documented is null; "
                "allowed: above, at_least, below, at_most"
            ),
        ),
        (
            {"dimple_diameter_mm": {"above": 5, "below": 5}},
            "no answer is above 5 and below 5; allowed: above 0 mm and at most 100 mm",
        ),
        ({"dimple_diameter_mm": {"above": 5, "at_least": 6}}, "give one lower bound: above or at_least"),
        ({"dimple_diameter_mm": {"below": 5, "at_most": 6}}, "give one upper bound: below or at_most"),
        (
            {"dimple_diameter_mm": {"over": 5}},
            "there is no bound over; allowed: above, at_least, below, at_most",
        ),
        (
            {"dimple_diameter_mm": {"above": 100.1}},
            "100.1 is outside the limits; allowed: above 0 mm and at most 100 mm",
        ),
        (
            {"dimple_position": {"one_of": ["midline"]}},
            "one_of names two options or more; allowed: midline, paramedian",
        ),
        (
            {"dimple_position": {"any": ["midline"]}},
            (
                'several options are given as one_of and a list, not as {"any": ["midline"]}; '
                "allowed: midline, paramedian"
            ),
        ),
        (
            {"contraindications": {"with": []}},
            (
                'a list is wanted here, not {"with": []}; '
                "allowed: open_dysraphism_preoperative, skin_thin_or_broken_over_closed_defect"
            ),
        ),
        (
            {"stigmata": {"with": ["tail"], "without": ["tail"]}},
            "tail is named both with and without; name it in one of the two",
        ),
        (
            {"age_months": "3"},
            (
                "3 is a text here; write the number 3 without quotes; "
                "allowed: at least 0 months and at most 1500 months"
            ),
        ),
        (
            {"date_of_birth": "2026-13"},
            "2026-13 is not a month or year of the calendar; allowed: YYYY-MM-DD, YYYY-MM, YYYY",
        ),
        (
            {"date_of_birth": "2026-02"},
            (
                "the birth date 2026-02 is after the date of service (else the as-of date); "
                "allowed: up to 2026-01-01"
            ),
        ),
        (
            {"date_of_birth": "1850"},
            "1850 is outside the limits; allowed: at least 0 months and at most 1500 months",
        ),
    ],
)
def test_a_refusal_says_what_was_given_and_what_is_allowed(raw, said):
    with pytest.raises(AnswersError) as refused:
        read_answers(TOPIC, raw, DAY)

    (problem,) = refused.value.problems
    assert wording.sentence(problem) == said


WRONG = [
    "?",
    True,
    3,
    -1,
    1_000_000,
    Decimal("1.5"),
    ["?"],
    [None],
    [True],
    {},
    {"?": 1},
    {"above": -1},
    {"above": 2_000},
    {"below": "?"},
    {"one_of": ["?", "!"]},
    {"with": ["?"]},
    {"without": "?"},
]
"""Values of which each question takes at most a few."""
DATES = ("YYYY-MM-DD",)
BOUNDS = ("above", "at_least", "below", "at_most")
NAMED = {
    "age_months": (BOUNDS, ("at least 0 months", "at most 1500 months")),
    "dimple_diameter_mm": (BOUNDS, ("above 0 mm", "at most 100 mm")),
    "dimple_distance_cm": (BOUNDS, ("at least 0 cm", "at most 30 cm")),
    "dimple_base_visible": (("true", "false"),),
    "intracranial_hemorrhage": (("true", "false"),),
    "prior_spinal_operation": (("true", "false"),),
    "date_of_service": (DATES,),
    "date_of_birth": ((*DATES, "YYYY-MM", "YYYY"),),
    "procedure_codes": (("a list is wanted",), ("a code is a text",)),
    "diagnosis_codes": (("a list is wanted",), ("a code is a text",)),
}
"""What a refusal names: all the words of one of these. Where there are options, it names every one."""
OPEN = {
    "setting": "outpatient",
    "reasons": list(TOPIC.by_id["reasons"].option_ids),
    "stigmata": ["sacral_dimple"],
}
CLOSED = {"setting": "intraoperative_spinal", "reasons": ["spinal_pain"]}


def refused(around, fact, value):
    """The sentences about a fact that is answered so, among other answers."""
    try:
        read_answers(TOPIC, {**around, fact: value}, DAY)
    except AnswersError as error:
        return [wording.sentence(problem) for problem in error.problems if problem.facts == (fact,)]
    return []


@pytest.mark.parametrize("fact", [*TOPIC.by_id, TOPIC.age.birth_date])
def test_what_is_not_allowed_is_refused_on_a_closed_branch_too_and_names_what_is(fact):
    ways = NAMED[fact] if fact in NAMED else (TOPIC.by_id[fact].option_ids,)
    said = [refused(CLOSED, fact, value) for value in WRONG]

    assert said == [refused(OPEN, fact, value) for value in WRONG]
    assert sum(map(bool, said)) >= 12
    for sentence in (sentence for sentences in said for sentence in sentences):
        assert any(all(word in sentence for word in way) for way in ways), sentence


@pytest.mark.parametrize("given", [{"with": ["?"]}, {"without": ["others_unknown"]}, {"with": "?"}])
def test_what_is_there_and_what_is_not_are_named_by_the_members_of_the_set_alone(given):
    (said,) = refused(OPEN, "stigmata", given)

    assert said.endswith(f"; allowed: {', '.join(TOPIC.by_id['stigmata'].option_ids)}")


def test_a_fact_that_there_is_not_is_refused_with_those_that_there_are():
    (said,) = refused(CLOSED, "dimple_depth_mm", 3)

    assert said == f"there is no such fact; allowed: {', '.join([*TOPIC.by_id, TOPIC.age.birth_date])}"
