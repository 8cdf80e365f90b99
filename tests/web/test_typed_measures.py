"""What a person types of a measure, and the answer that it is."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.core.policy import Question
from decisions.questionnaire.typed import as_typed, measure, plain

DIAMETER = Question(
    "diameter",
    "decimal",
    "Diameter",
    "Diameter",
    "dimple",
    unit="mm",
    above=Decimal(0),
    at_most=Decimal(100),
    doubtful_above=Decimal(20),
    said="a dimple {value} wide",
)
DISTANCE = Question(
    "distance",
    "decimal",
    "Distance",
    "Distance",
    "dimple",
    unit="cm",
    at_least=Decimal(0),
    at_most=Decimal(30),
    doubtful_above=Decimal(12),
    said="{value} from the anus",
)
SCORE = Question(
    "score", "decimal", "Score", "Score", "all", unit="points", at_least=Decimal(0), at_most=Decimal(9)
)

OVER_5 = {"above": "5"}
AT_LEAST_5 = {"at_least": "5"}
UNDER_5 = {"below": "5"}
UP_TO_5 = {"at_most": "5"}
FROM_3_TO_6 = {"at_least": "3", "at_most": "6"}

BOUNDS = {
    ">5": OVER_5,
    "> 5": OVER_5,
    "＞5": OVER_5,
    "over 5 mm": OVER_5,
    "Over 5MM": OVER_5,
    "above 5": OVER_5,
    "more than 5": OVER_5,
    "greater than 5 mm": OVER_5,
    "larger than 5": OVER_5,
    "wider than 5": OVER_5,
    "exceeds 5 mm": OVER_5,
    "just over 5 mm": OVER_5,
    "over 0.5 cm": OVER_5,
    "over five mm": OVER_5,
    "exactly 5 mm": "5",
    "= 5": "5",
    "measuring 5 mm": "5",
    "5 mm across": "5",
    "over\u200f 5\u200e mm": OVER_5,
    "not < 5": AT_LEAST_5,
    "not > 5 mm": UP_TO_5,
    "minimum of 5 mm": AT_LEAST_5,
    "up to and including 5 mm": UP_TO_5,
    "between 3 & 6 mm": FROM_3_TO_6,
    "diameter: 3-6 mm": FROM_3_TO_6,
    "over 5 mm in diameter": OVER_5,
    "over 5 mm wide": OVER_5,
    "a dimple over 5 mm wide": OVER_5,
    "≥5": AT_LEAST_5,
    ">= 5": AT_LEAST_5,
    "at least 5": AT_LEAST_5,
    "at least 0.5 cm": AT_LEAST_5,
    "5+": AT_LEAST_5,
    "5 +": AT_LEAST_5,
    "5+ mm": AT_LEAST_5,
    "5 mm +": AT_LEAST_5,
    "5 mm or more": AT_LEAST_5,
    "5 or larger": AT_LEAST_5,
    "5 mm and over": AT_LEAST_5,
    "no less than 5": AT_LEAST_5,
    "not less than 5": AT_LEAST_5,
    "not under 5": AT_LEAST_5,
    "min. 5 mm": AT_LEAST_5,
    "greater than or equal to 5": AT_LEAST_5,
    "< 5": UNDER_5,
    "<5mm": UNDER_5,
    "under 5": UNDER_5,
    "below 5": UNDER_5,
    "less than 5 mm": UNDER_5,
    "smaller than 5": UNDER_5,
    "≤ 5": UP_TO_5,
    "<=5": UP_TO_5,
    "5 or less": UP_TO_5,
    "5 mm or less": UP_TO_5,
    "5 mm or smaller": UP_TO_5,
    "up to 5": UP_TO_5,
    "within 5 mm": UP_TO_5,
    "at most 5": UP_TO_5,
    "no more than 5 mm": UP_TO_5,
    "not more than 5": UP_TO_5,
    "not over 5": UP_TO_5,
    "max 5": UP_TO_5,
    "5 mm max.": UP_TO_5,
    "3-6": FROM_3_TO_6,
    "3–6": FROM_3_TO_6,
    "3—6 mm": FROM_3_TO_6,
    "3 - 6 mm": FROM_3_TO_6,
    "3mm-6mm": FROM_3_TO_6,
    "3 to 6 mm": FROM_3_TO_6,
    "3 to 6": FROM_3_TO_6,
    "from 3 to 6 mm": FROM_3_TO_6,
    "between 3 and 6 mm": FROM_3_TO_6,
    "between 3 mm and 6 mm": FROM_3_TO_6,
    "0.3-0.6 cm": FROM_3_TO_6,
    "0,3 - 0,6 cm": FROM_3_TO_6,
    "3 mm to 0.6 cm": FROM_3_TO_6,
    "at least 3 and at most 6 mm": FROM_3_TO_6,
    ">=3, <=6": FROM_3_TO_6,
    "3 mm to 1 cm": {"at_least": "3", "at_most": "10"},
    "over 3 and under 6 mm": {"above": "3", "below": "6"},
    ">3 <6": {"above": "3", "below": "6"},
    "less than 6 but more than 3": {"above": "3", "below": "6"},
    "at least 3 and under 6 mm": {"at_least": "3", "below": "6"},
}


@pytest.mark.parametrize(("text", "raw"), BOUNDS.items(), ids=BOUNDS)
def test_what_a_chart_says_of_a_measure_is_taken_as_it_stands(text, raw):
    read = measure(DIAMETER, text)

    assert read.raw == raw
    assert not read.error
    assert not read.doubt
    assert not read.offers


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("within 2.5 cm", {"at_most": "2.5"}),
        ("within 2.5 cm of the anus", {"at_most": "2.5"}),
        ("over 2.5 cm from the anus", {"above": "2.5"}),
        ("> 2.5 cm above the anus", {"above": "2.5"}),
        ("> 2.5 cm above anus", {"above": "2.5"}),
        ("25 mm or less", {"at_most": "2.5"}),
        ("20-30 mm", {"at_least": "2", "at_most": "3"}),
        ("5 mm to 1 cm", {"at_least": "0.5", "at_most": "1"}),
        ("up to 0", {"at_most": "0"}),
    ],
)
def test_bounds_are_converted_exactly_to_the_unit_of_the_question(text, raw):
    assert measure(DISTANCE, text).raw == raw


@pytest.mark.parametrize(
    "text", ["over 5", "3-6", "≤ 5", " 5 mm ", "0.5 cm", "½ inch", "nonsense", "\u200b5"]
)
def test_what_was_typed_is_kept_with_every_result(text):
    assert measure(DIAMETER, text).words == text.strip("\u200b ")


def test_nothing_typed_is_no_answer_and_no_error():
    read = measure(DIAMETER, " \u200b ")

    assert (read.raw, read.error, read.words) == (None, "", "")


@pytest.mark.parametrize(
    ("question", "text", "note"),
    [
        (DIAMETER, "5", ""),
        (DIAMETER, "5 mm", ""),
        (DIAMETER, "0.5 cm", "This is 5 mm."),
        (DISTANCE, "25 mm", "This is 2.5 cm."),
        (DIAMETER, ">5", "This is over 5 mm."),
        (DIAMETER, "5 or less", "This is up to 5 mm."),
        (DIAMETER, "0.3-0.6 cm", "This is 3 to 6 mm."),
        (DIAMETER, "over 3 and under 6", "This is over 3 and under 6 mm."),
        (DIAMETER, "3-3", "This is 3 mm."),
    ],
)
def test_a_note_says_how_a_text_was_read_that_is_no_plain_number(question, text, note):
    assert measure(question, text).note == note


@pytest.mark.parametrize(
    "text",
    [
        "~4",
        "≈ 4 mm",
        "about 4",
        "about 4 mm",
        "approximately 4",
        "approx. 4 mm",
        "around 4",
        "circa 4",
        "ca. 4 mm",
        "roughly 4",
        "almost 4 mm",
        "4-ish",
        "4ish",
        "4 mm or so",
        "?5",
        "5?",
        "? 5 mm",
        "about 1/4 inch",
        "about 5 x 3 mm",
        "a few mm",
        "large",
    ],
)
def test_a_rough_measure_is_refused_with_how_its_bounds_are_given_and_no_number_offered(text):
    read = measure(DIAMETER, text)

    assert read.raw is None
    assert read.error == (
        f"“{text}” leaves its bounds open. Write them, as in 3 to 6 mm, over 3 mm or up to 6 mm."
    )
    assert not read.offers


@pytest.mark.parametrize(
    ("text", "label", "raw"),
    [
        ("5 x 3 mm", "Use 5 mm, the larger", "5"),
        ("3x5", "Use 5 mm, the larger", "5"),
        ("5×3 mm", "Use 5 mm, the larger", "5"),
        ("0.5 by 0.3 cm", "Use 5 mm, the larger", "5"),
        ("3 and 5 mm", "Use 5 mm, the larger", "5"),
        ("1/4 inch", "Use 6.35 mm", "6.35"),
        ("¼ inch", "Use 6.35 mm", "6.35"),
        ("0.25 in", "Use 6.35 mm", "6.35"),
        ("0.25 in.", "Use 6.35 mm", "6.35"),
        ('1/2"', "Use 12.7 mm", "12.7"),
        ("½”", "Use 12.7 mm", "12.7"),
        ("1 1/2 inches", "Use 38.1 mm", "38.1"),
        ("1½ inches", "Use 38.1 mm", "38.1"),
        ("over 1/4 inch", "Use over 6.35 mm", {"above": "6.35"}),
        ("1/4 to 1/2 inch", "Use 6.35 to 12.7 mm", {"at_least": "6.35", "at_most": "12.7"}),
        ("1/2 cm", "Use 5 mm", "5"),
        ("½", "Use 0.5 mm", "0.5"),
        ("over half a centimeter", "Use over 5 mm", OVER_5),
        ("half an inch", "Use 12.7 mm", "12.7"),
        ("6-3", "Use 3 to 6 mm", FROM_3_TO_6),
        ("6 to 3 mm", "Use 3 to 6 mm", FROM_3_TO_6),
        ("3 or 6 mm", "Use 3 to 6 mm", FROM_3_TO_6),
        ("6 or 3", "Use 3 to 6 mm", FROM_3_TO_6),
        ("about 3-6 mm", "Use 3 to 6 mm", FROM_3_TO_6),
    ],
)
def test_what_is_not_taken_silently_is_offered_to_be_confirmed(text, label, raw):
    read = measure(DIAMETER, text)

    assert read.raw is None
    assert read.error.startswith(f"“{text}” ")
    (offer,) = read.offers
    assert (offer.label, offer.raw) == (label, raw)
    assert measure(DIAMETER, offer.text).raw == raw


def test_the_larger_of_two_measures_is_offered_with_the_reason():
    read = measure(DIAMETER, "5 x 3 mm")

    assert read.error == (
        "“5 x 3 mm” is more than one measure. The larger counts: confirm it, or write one measure."
    )


def test_inches_are_told_in_the_unit_of_the_question():
    assert measure(DISTANCE, "1 inch").error == (
        "“1 inch” is 2.54 cm. Confirm it, or write it as a decimal in cm."
    )


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (DIAMETER, "0"),
        (DIAMETER, "-5"),
        (DIAMETER, "−5 mm"),
        (DIAMETER, "100.1"),
        (DIAMETER, "10.1 cm"),
        (DIAMETER, "up to 101"),
        (DIAMETER, "3-101"),
        (DIAMETER, "5 inches"),
        (DIAMETER, "101 x 3"),
        (DISTANCE, "0.00000000000000000000000000000000000005 mm"),
        (DISTANCE, "30.1"),
        (DISTANCE, "at least 30.1"),
    ],
)
def test_a_bound_outside_of_the_limits_is_refused_with_them(question, text):
    read = measure(question, text)

    assert read.raw is None
    assert "is outside the limits; allowed: " in read.error
    assert not read.offers


@pytest.mark.parametrize(
    ("question", "text", "raw"),
    [
        (DIAMETER, "over 0", {"above": "0"}),
        (DIAMETER, "0-5", {"at_least": "0", "at_most": "5"}),
        (DIAMETER, "at least 100", {"at_least": "100"}),
        (DIAMETER, "up to 100", {"at_most": "100"}),
        (DISTANCE, "0", "0"),
        (DISTANCE, "30", "30"),
        (DISTANCE, "-0", "0"),
    ],
)
def test_a_bound_may_be_at_the_limits(question, text, raw):
    assert measure(question, text).raw == raw


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (DIAMETER, "over 5 and under 5"),
        (DIAMETER, "over 6 and under 3"),
        (DIAMETER, "under 0"),
        (DIAMETER, "up to 0"),
        (DIAMETER, "over 100"),
        (DISTANCE, "under 0 cm"),
        (DISTANCE, "> 30"),
    ],
)
def test_bounds_that_leave_no_value_are_refused_with_the_limits(question, text):
    read = measure(question, text)

    assert read.raw is None
    assert "leaves no value; allowed: " in read.error


NOT_READ = [
    "fifty",
    "5 mm wide dimple",
    "5 5",
    "5..0",
    "1,000",
    "1,000-2,000",
    "5 kg",
    "5 days",
    "5²",
    "५",
    "५ mm",
    "５",
    "1e3",
    "NaN",
    "--5",
    "5\0",
    "\0",
    "9" * 41,
    "over",
    "over over 5",
    "over 5 over 6",
    "up to 5 and under 6",
    "3-6-9",
    "5 x 3 x 2 mm",
    "1/3 inch",
    "1/0 inch",
    "between 3",
    "over 5 and",
    "\u202e6-3",
    "mm",
    "cm 5",
    "of the anus",
    "5 ± 1 mm",
    ">",
    "5 mm dimple over there",
    "x" * 5000,
    "9 " * 3000,
    "over " * 24 + "5",
    "3 to" + " " * 120 + "6",
]


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_measure_is_refused_with_what_is_read(text):
    read = measure(DIAMETER, text)

    assert read.raw is None
    assert "is not a number in mm; allowed: above 0 and up to 100 mm." in read.error
    assert "Bounds are read too, as in 3 to 6 mm, over 3 mm or up to 6 mm." in read.error
    assert not read.offers


def test_a_question_in_another_unit_takes_its_bounds_and_no_length():
    assert measure(SCORE, "over 5").raw == OVER_5
    assert measure(SCORE, "3-6").note == "This is 3 to 6 points."
    assert "is not a number in points" in measure(SCORE, "5 mm").error


def test_a_question_without_a_unit_has_none_in_its_message():
    assert "is not a number; allowed: from 0 up to 9." in measure(replace(SCORE, unit=""), "x").error


@pytest.mark.parametrize(
    ("question", "text", "doubt"),
    [
        (DIAMETER, "20", ""),
        (DIAMETER, "20.1", "Is it really 20.1 mm?"),
        (DIAMETER, "5 cm", "Is it really 50 mm?"),
        (DIAMETER, "0.5", "Is it really 0.5 mm? If it is in centimeters, write 0.5 cm."),
        (DIAMETER, "0.5 mm", ""),
        (DIAMETER, "1", ""),
        (DIAMETER, "under 1", ""),
        (DIAMETER, "under 0.5", "Is it really under 0.5 mm? If it is in centimeters, write under 0.5 cm."),
        (DIAMETER, "0.3-0.6", "Is it really 0.3 to 0.6 mm? If it is in centimeters, write 0.3 to 0.6 cm."),
        (DIAMETER, "0.5-2", ""),
        (DIAMETER, "over 20", ""),
        (DIAMETER, "over 25", "Is it really over 25 mm?"),
        (DISTANCE, "12", ""),
        (DISTANCE, "25", "Is it really 25 cm? If it is in millimeters, write 25 mm."),
        (DISTANCE, "within 25", "Is it really up to 25 cm? If it is in millimeters, write up to 25 mm."),
        (DISTANCE, "10-20", "Is it really 10 to 20 cm? If it is in millimeters, write 10 to 20 mm."),
        (DISTANCE, "25 cm", "Is it really 25 cm?"),
        (DISTANCE, "25 mm", ""),
        (DISTANCE, "0.5", ""),
    ],
)
def test_a_measure_that_looks_like_a_slip_is_questioned(question, text, doubt):
    read = measure(question, text)

    assert read.doubt == doubt
    assert read.raw is not None
    assert not read.error


def test_the_other_unit_is_offered_with_the_doubt():
    (offer,) = measure(DISTANCE, "10-20").offers

    assert (offer.label, offer.text, offer.raw) == (
        "Use 10 to 20 mm",
        "10 to 20 mm",
        {"at_least": "1", "at_most": "2"},
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("5", "5"),
        (5, "5"),
        (None, ""),
        ({"above": "5"}, "over 5 mm"),
        ({"above": 5}, "over 5 mm"),
        ({"at_least": "3", "at_most": "6"}, "3 to 6 mm"),
        ({"at_least": "3", "below": "6"}, "at least 3 and under 6 mm"),
        ({"above": "3", "at_most": "6"}, "over 3 and up to 6 mm"),
        ({"below": "1"}, "under 1 mm"),
    ],
)
def test_a_saved_answer_stands_in_the_field_as_it_may_be_typed(raw, text):
    assert as_typed(DIAMETER, raw) == text


numbers = st.decimals("0.001", "99", places=3)


@given(numbers, st.sampled_from(["", "cm", " cm", "mm", " mm"]), st.booleans())
@settings(max_examples=200)
def test_every_plain_number_is_exactly_itself_in_its_own_unit(number, unit, comma):
    text = f"{plain(number)}{unit}".replace(".", "," if comma and number % Decimal("0.01") == 0 else ".")
    centimeters = number.scaleb(-1) if "mm" in unit else number

    if centimeters <= 30:
        assert measure(DISTANCE, text).raw == plain(centimeters)


@given(
    st.sampled_from(["above", "at_least", None]),
    st.sampled_from(["below", "at_most", None]),
    st.tuples(numbers, numbers).filter(lambda pair: pair[0] != pair[1]),
)
@settings(max_examples=200)
def test_what_is_written_of_an_interval_can_be_typed_again(lower, upper, pair):
    ends = dict(zip((lower, upper), map(plain, sorted(pair)), strict=True))
    raw = {name: end for name, end in ends.items() if name}

    if raw:
        assert measure(DIAMETER, as_typed(DIAMETER, raw)).raw == raw


WORDS = [
    *("over", "under", "at least", "up to", "within", "between", "and", "or", "less", "more", "to", "-", "x"),
    *("5", "3.5", "0", ",", ".", "1/2", "mm", "cm", "in", '"', "about", "~", "?", "+", "<", ">", "=", "\0"),
    *("\u202e", "\u200f", "٣", "½", "²", "\n", "from the anus", "wide", "or so", "ish", "1,000"),
]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(["", " "]))
@settings(max_examples=200)
def test_words_in_any_order_give_an_answer_within_the_limits_or_a_message(words, blank):
    check(measure(DIAMETER, blank.join(words)))


@given(st.text(max_size=200))
def test_any_text_gives_an_answer_within_the_limits_or_a_message(text):
    check(measure(DIAMETER, text))


def check(read):
    assert (read.raw is None) == bool(read.error or not read.words)
    ends = read.raw.values() if isinstance(read.raw, dict) else [read.raw] if read.raw else []
    assert all(0 <= Decimal(end) <= 100 for end in ends)
    for offer in read.offers:
        assert measure(DIAMETER, offer.text).raw == offer.raw


def test_a_long_text_is_refused_at_once():
    started = dt.datetime.now(dt.UTC)
    for text in ("1 " * 60, "5-" * 60, "1/" * 60, "over " * 24, "5 or " * 24, "~" * 120, "." * 120):
        measure(DIAMETER, text)

    assert dt.datetime.now(dt.UTC) - started < dt.timedelta(seconds=2)
