"""What a person types, read exactly."""

from decimal import Decimal

import pytest

from decisions.core.policy import Question
from decisions.questionnaire import typed
from decisions.questionnaire.typed import AGE_UNITS, CoarseError, NotReadError, Typed, length, months, number
from decisions.services import library

SPACES = {
    "thin": "\u2009",
    "narrow": "\u202f",
    "unbreakable": "\u00a0",
    "none": "",
    "figure": "\u2007",
    "zero-width": "\u200b",
}
LIMITS = (6, 12, 24)


def question(fact: str) -> Question:
    return library().topics["spinal_ultrasound"].by_id[fact]


@pytest.mark.parametrize("text", ["5", "5.0", "5,0", " 5 ", "05", "5.", "+5", "5 mm", "5mm", "5 millimeters"])
def test_five_is_five_in_every_spelling(text):
    assert length(text, "mm").number == 5


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_a_blank_of_any_width_may_stand_around_a_number_and_before_its_unit(space):
    assert length(f"{space}5{space}mm{space}", "mm").number == 5


@pytest.mark.parametrize(
    ("text", "unit", "exact"),
    [
        ("0.5 cm", "mm", "5"),
        ("0,5 cm", "mm", "5"),
        (".5cm", "mm", "5"),
        ("0.51 cm", "mm", "5.1"),
        ("25 mm", "cm", "2.5"),
        ("25.1 mm", "cm", "2.51"),
        ("2.5 cm", "cm", "2.5"),
        ("0.1000000000000000000000000001 cm", "mm", "1.000000000000000000000000001"),
    ],
)
def test_a_length_in_the_other_unit_is_converted_exactly(text, unit, exact):
    assert length(text, unit).number == Decimal(exact)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "five",
        "5 5",
        "5..0",
        "1,000",
        "5 kg",
        "5 days",
        "½",
        "5²",
        "५",
        "1e3",
        "0x5",
        "NaN",
        "--5",
        "5\x00",
        "9" * 41,
    ],
)
def test_what_is_no_length_is_refused(text):
    with pytest.raises(NotReadError):
        length(text, "mm")


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("7", "months", 7),
        ("7", "weeks", 1),
        ("7 weeks", "months", 1),
        ("7 wk", "days", 1),
        ("30", "days", 0),
        ("31", "days", 1),
        ("0", "days", 0),
        ("152", "days", 4),
        ("214", "days", 7),
        ("4", "years", 48),
        ("1.5", "years", 18),
        ("1 year", "months", 12),
    ],
)
def test_an_age_in_days_weeks_or_years_becomes_months(text, unit, expected):
    assert months(number(text, AGE_UNITS), unit, LIMITS) == expected


@pytest.mark.parametrize(
    ("days", "limit"),
    [(153, 6), (183, 6), (213, 6), (335, 12), (366, 12), (395, 12), (701, 24), (730, 24), (760, 24)],
)
def test_days_within_a_month_of_a_limit_are_not_exact_enough(days, limit):
    with pytest.raises(CoarseError) as refused:
        months(Typed(Decimal(days), "days"), "months", LIMITS)
    assert refused.value.months == limit


@pytest.mark.parametrize("days", [152, 214, 334, 396, 700, 761])
def test_days_more_than_a_month_from_every_limit_are_exact_enough(days):
    assert months(Typed(Decimal(days), "days"), "months", LIMITS) == int(days / 30.4375)


def test_no_years_says_too_little():
    with pytest.raises(CoarseError):
        months(Typed(Decimal(0), ""), "years", LIMITS)


@pytest.mark.parametrize(
    ("fact", "text", "asks"),
    [
        ("dimple_diameter_mm", "20", ""),
        ("dimple_diameter_mm", "20.1", "Is it really 20.1 mm?"),
        ("dimple_diameter_mm", "5 cm", "Is it really 50 mm?"),
        ("dimple_diameter_mm", "0.5", "Is it really 0.5 mm? If it is in centimeters, write 0.5 cm."),
        ("dimple_diameter_mm", "0.5 mm", ""),
        ("dimple_diameter_mm", "1", ""),
        ("dimple_distance_cm", "12", ""),
        ("dimple_distance_cm", "25", "Is it really 25 cm? If it is in millimeters, write 25 mm."),
        ("dimple_distance_cm", "25 cm", "Is it really 25 cm?"),
        ("dimple_distance_cm", "25 mm", ""),
    ],
)
def test_a_length_that_looks_like_a_slip_is_questioned(fact, text, asks):
    asked = question(fact)

    assert typed.doubt(asked, length(text, asked.unit)) == asks


@pytest.mark.parametrize("text", ["2026-03-01", " 2026-03-01 ", "2026/3/1", "2026.03.01"])
def test_a_day_is_read_when_the_year_comes_first(text):
    assert typed.day(text) == "2026-03-01"


def test_a_day_that_can_be_read_in_two_ways_is_left_as_it_is():
    assert typed.day("01/03/2026") == "01/03/2026"


def test_a_null_character_is_kept_as_the_sign_for_what_cannot_be_shown():
    assert typed.clean("a\0b") == "a\ufffdb"
