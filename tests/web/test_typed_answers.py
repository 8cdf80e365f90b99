"""What was typed, put to the rules: every answer that is read is one that they take."""

import datetime as dt

import pytest

from decisions.core.answers import read_answers
from decisions.questionnaire.typed import age, birth, date, measure
from decisions.services import library

DAY = dt.date(2026, 3, 1)


@pytest.fixture
def topic():
    return library().topics["spinal_ultrasound"]


def left(answers, fact):
    """The lowest and the highest value that is left, and whether they count."""
    if fact in answers.values:
        value = answers.values[fact]
        return value, True, value, True
    interval = answers.partly[fact]
    return interval.low, interval.low_counts, interval.high, interval.high_counts


@pytest.mark.parametrize(
    ("fact", "text", "expected"),
    [
        ("dimple_diameter_mm", "5", (5, True, 5, True)),
        ("dimple_diameter_mm", "over 5 mm", (5, False, 100, True)),
        ("dimple_diameter_mm", "up to 0.5 cm", (0, False, 5, True)),
        ("dimple_diameter_mm", "3-6", (3, True, 6, True)),
        ("dimple_diameter_mm", "over 3 and under 6 mm", (3, False, 6, False)),
        ("dimple_distance_cm", "within 2.5 cm of the anus", (0, True, 2.5, True)),
        ("dimple_distance_cm", "25 mm or more", (2.5, True, 30, True)),
        ("dimple_distance_cm", "up to 0", (0, True, 0, True)),
    ],
)
def test_the_rules_take_a_measure_as_it_was_meant(topic, fact, text, expected):
    raw = measure(topic.by_id[fact], text).raw

    assert left(read_answers(topic, {fact: raw}, DAY), fact) == expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("7", 7, 7),
        ("7 weeks", 1, 1),
        ("1 year", 12, 23),
        ("over 6 months", 7, 1500),
        ("under 1 year", 0, 11),
        ("over 2 years", 24, 1500),
        ("at least 2 and under 5 months", 2, 4),
        ("newborn", 0, 1),
    ],
)
def test_the_rules_take_an_age_as_it_was_meant(topic, text, low, high):
    raw = age(topic.age, text, "months", DAY).raw

    assert left(read_answers(topic, {topic.age.id: raw}, DAY), topic.age.id) == (low, True, high, True)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 1), dt.date(2024, 2, 29), dt.date(2025, 3, 31)])
def test_the_months_of_a_partial_birth_date_are_those_of_the_rules(topic, day):
    months = [f"{year}-{month:02}" for year in (1899, 1900, 2022, 2024, 2026) for month in range(1, 13)]
    for text in (*months, "1899", "1900", "2023", "2024", "2026"):
        read = birth(topic.age, text, day)
        if read.raw:
            low, _, high, _ = left(read_answers(topic, {topic.age.birth_date: read.raw}, day), topic.age.id)
            plural = "" if high == 1 else "s"
            told = f"{low}" if low == high else f"{low} to {high}"
            assert read.note == f"This is {told} completed month{plural}."
        else:
            with pytest.raises(ValueError, match=topic.age.birth_date):
                read_answers(topic, {topic.age.birth_date: text}, day)


def test_the_rules_take_a_day_as_it_was_meant(topic):
    raw = {topic.service_date.id: date("1 March 2026").raw}

    assert read_answers(topic, raw, dt.date(2025, 1, 1)).day == DAY
