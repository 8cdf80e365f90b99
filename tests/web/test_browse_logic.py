"""Conditions in words, and what tells a passage's uses."""

from dataclasses import replace
from decimal import Decimal
from html import escape

import pytest

from decisions.browse import outline, usage
from decisions.core import conditions as c
from decisions.services import library
from decisions.telling.condition_words import tree
from decisions.telling.sentences import listed

EDITIONS = [p for editions in library().editions.values() for p in editions]
POLICY = EDITIONS[0]
TOPIC = POLICY.topic
SET = next(q for q in TOPIC.questions if q.kind == "set" and len(q.options) > 2)
CHOICE = next(q for q in TOPIC.questions if q.kind == "choice")
FLAG = next(q for q in TOPIC.questions if q.kind == "flag" and q.unsaid)
NUMBER = next(q for q in TOPIC.questions if q.kind == "decimal")
ONE = next(r for r in POLICY.readings.values() if r.taken == "one")
OPEN = next(r for r in POLICY.readings.values() if r.taken == "open")


def lines(line):
    yield line
    for child in line.children:
        yield from lines(child)


def under(reading, taken):
    readings = {**POLICY.readings, reading.id: replace(reading, taken=taken)}
    return replace(POLICY, readings=readings)


def test_a_limit_is_told_with_the_questions_short_name_and_unit():
    line = tree(POLICY, c.Number(NUMBER.id, (("above", Decimal(5)),)))

    assert line.text == f"{NUMBER.short}: over 5 {NUMBER.unit}"
    assert line.kind == "test"


def test_a_choice_is_told_in_the_words_of_its_options():
    first, second = CHOICE.options[:2]

    line = tree(POLICY, c.OneOf(CHOICE.id, (first.id, second.id)))

    assert line.text == f"{CHOICE.short}: {first.said} or {second.said}"


@pytest.mark.parametrize("value", [True, False])
def test_a_yes_or_no_is_told_as_it_is_asked_for(value):
    words = FLAG.said if value else FLAG.unsaid

    assert tree(POLICY, c.Flag(FLAG.id, value)).text == f"{FLAG.short}: {words}"


def test_the_tests_of_a_set_are_told_apart():
    one, two = SET.options[:2]
    told = {
        test: tree(POLICY, test(SET.id, (one.id, two.id))).text for test in (c.AnyOf, c.NoneOf, c.Exactly)
    }

    assert told[c.AnyOf] == f"{SET.short}: {one.said} or {two.said}"
    assert told[c.NoneOf] == f"{SET.short}: neither {one.said} nor {two.said}"
    assert told[c.Exactly] == f"{SET.short}: {one.said} and {two.said}, and nothing else"
    assert tree(POLICY, c.NoneOf(SET.id, (one.id,))).text == f"{SET.short}: without {one.said}"
    assert tree(POLICY, c.Exactly(SET.id, ())).text == f"{SET.short}: none of the findings"


def test_a_single_part_stands_without_a_sentence_around_it():
    test = c.Flag(FLAG.id, True)

    assert tree(POLICY, c.All((test,))) == tree(POLICY, test)
    assert tree(POLICY, c.Any((test,))) == tree(POLICY, test)


def test_nothing_to_meet_is_always_and_nothing_to_choose_is_never():
    assert tree(POLICY, c.All(())).text == "Always"
    assert tree(POLICY, c.Any(())).text == "Never"


def test_a_reading_that_is_taken_says_which_side():
    for taken, words in (("one", ("Taken:", "Not taken:")), ("other", ("Not taken:", "Taken:"))):
        line = tree(under(ONE, taken), c.Reading(ONE.id, c.Flag(FLAG.id, True), c.NEVER))

        assert line.text == f"{ONE.title}: a position is taken"
        assert [side.text for side in line.children] == [f"{words[0]} {ONE.one}", f"{words[1]} {ONE.other}"]


def test_an_open_reading_says_that_neither_position_is_taken():
    line = tree(POLICY, c.Reading(OPEN.id, c.Flag(FLAG.id, True), c.NEVER))

    assert line.text == f"{OPEN.title}: open, neither position is taken"
    assert line.children[1].children[0].text == "Does not count"


def test_a_named_condition_keeps_its_name_as_a_caption():
    line = tree(POLICY, c.Named("beyond_the_limit", c.Flag(FLAG.id, True)))

    assert (line.text, line.kind, line.name) == ("Beyond the limit", "named", "beyond_the_limit")


@pytest.mark.parametrize("value", [c.NO, c.UNSETTLED, c.MET, None])
def test_each_part_can_be_told_with_its_state(value):
    condition = c.All((c.Flag(FLAG.id, True), c.Named("x", c.Flag(FLAG.id, False))))

    told = tree(POLICY, condition, lambda part: value)

    word = {c.NO: "no", c.UNSETTLED: "unsettled", c.MET: "met", None: "open"}[value]
    assert {line.state for line in lines(told)} == {word}
    assert {line.state for line in lines(tree(POLICY, condition))} == {""}


@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.id)
def test_every_answer_that_a_condition_names_stands_in_its_words(policy):
    for criterion in policy.criteria:
        words = " ".join(line.text for line in lines(tree(policy, criterion.when)))
        for test in c.tests(criterion.when):
            question = policy.topic.by_id[test.fact]
            assert question.short in words
            for option in getattr(test, "members", getattr(test, "options", ())):
                assert question.option(option).said in words


def test_words_are_listed_as_in_a_sentence():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a or b"
    assert listed(["a", "b", "c"], "and") == "a, b and c"


@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.id)
def test_every_criterion_hold_request_and_caution_stands_on_the_logic_page(client, db, policy):
    page = client.get(f"/policies/{policy.id}/{policy.edition}/logic/").content.decode()

    for criterion in policy.criteria:
        assert f'id="{criterion.id}"' in page
    for notice in (*policy.holds, *policy.requests, *policy.cautions):
        assert f'id="notice_{notice.id}"' in page
        assert escape(notice.title) in page


def test_a_hold_is_told_by_every_part_that_must_be_true():
    some, more = POLICY.criteria[:2]
    notice = replace(
        POLICY.cautions[0],
        when=c.Flag(FLAG.id, True),
        unless=c.Flag(FLAG.id, False),
        only_met=(some.id,),
        none_met=(more.id,),
        other_met=(),
        coding="diagnosis-missing",
        overdue=True,
        reading=ONE.id,
    )
    told = outline.notices(replace(POLICY, holds=(), requests=(), cautions=(notice,)))

    ((_, _, ((shown),)),) = told
    words = [line.text for line in shown.lines]
    assert words == [
        f"The only criteria met are: {some.title}",
        f"None of these criteria is met: {more.title}",
        "A criterion is met",
        "The list of diagnoses counts, and no code is given",
        "The service is after the next review date of the edition",
        "On record",
        "Unless this is on record",
        f"Only while this position stands: {ONE.one}",
    ]


def test_a_passage_without_a_use_has_no_note():
    used = usage.uses(POLICY)

    assert set(used) < set(POLICY.passages)


def test_a_use_is_told_once_and_many_uses_are_folded_and_counted():
    uses = usage.Uses()
    for title in ("a", "a", "b"):
        uses.add(usage.Use("criterion", title))
    assert list(uses.plain) == ["criterion"]
    assert uses.folded == {}

    uses.add(usage.Use("reading", "c"))
    assert list(uses.plain) == ["criterion"]
    assert uses.sentence == "1 reading"

    uses.add(usage.Use("criterion", "d"))
    assert uses.plain == {}
    assert uses.sentence == "3 criteria, 1 reading"
