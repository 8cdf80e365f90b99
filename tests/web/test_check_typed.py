"""What a person types, read exactly."""

import pytest

from decisions.core.policy import Question
from decisions.questionnaire import typed
from decisions.services import library

SPACES = {
    "thin": "\u2009",
    "narrow": "\u202f",
    "unbreakable": "\u00a0",
    "none": "",
    "figure": "\u2007",
    "zero-width": "\u200b",
}


LENGTHS = {"mm": "dimple_diameter_mm", "cm": "dimple_distance_cm"}


def question(fact: str) -> Question:
    return library().topics["spinal_ultrasound"].by_id[fact]


@pytest.mark.parametrize("text", ["5", "5.0", "5,0", " 5 ", "05", "5.", "+5", "5 mm", "5mm", "5 millimeters"])
def test_five_is_five_in_every_spelling(text):
    assert typed.measure(question("dimple_diameter_mm"), text).raw == "5"


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_a_blank_of_any_width_may_stand_around_a_number_and_before_its_unit(space):
    assert typed.measure(question("dimple_diameter_mm"), f"{space}5{space}mm{space}").raw == "5"


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
    assert typed.measure(question(LENGTHS[unit]), text).raw == exact


@pytest.mark.parametrize(
    "text",
    [
        "",
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
    assert typed.measure(question("dimple_diameter_mm"), text).raw is None


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

    assert typed.measure(asked, text).doubt == asks


@pytest.mark.parametrize("text", ["2026-03-01", " 2026-03-01 ", "2026/3/1", "2026.03.01"])
def test_a_day_is_read_when_the_year_comes_first(text):
    assert typed.day(text) == "2026-03-01"


def test_a_day_that_can_be_read_in_two_ways_is_left_as_it_is():
    assert typed.day("01/03/2026") == "01/03/2026"


def test_a_null_character_is_kept_as_the_sign_for_what_cannot_be_shown():
    assert typed.clean("a\0b") == "a\ufffdb"
