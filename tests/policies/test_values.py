"""The numbers of each edition: each is named once, with its unit, and its passages state it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from decisions import services
from decisions.core.conditions import NUMBER_TESTS
from decisions.library.values import states

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-policy"
FILES = sorted([*Path(settings.POLICIES).glob("*/*/*/policy.toml"), *EXAMPLE.glob("*/*/policy.toml")])
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.parents[1].name)


def compared(data: Any) -> Iterator[Any]:
    """Everything that a condition compares a number with, as it is written."""
    if isinstance(data, list):
        for item in data:
            yield from compared(item)
    elif isinstance(data, dict):
        yield from (given for key, given in data.items() if "fact" in data and key in NUMBER_TESTS)
        yield from compared(list(data.values()))


@each_file
def test_every_number_of_an_edition_is_written_once_and_used_by_its_name(file: Path) -> None:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    assert data["values"]
    assert set(compared(data)) == set(data["values"])
    numbers = [(value["number"], value["unit"]) for value in data["values"].values()]
    assert len(set(numbers)) == len(numbers)


def test_the_limits_of_a_policy_are_the_numbers_of_its_criteria_its_scope_and_its_notices() -> None:
    ash, cigna = (services.library().editions[key][-1].limits for key in ("ash-cpg-038", "cigna-cpg-038"))
    assert {fact: {str(limit) for limit in limits} for fact, limits in ash.items()} == {
        "age_months": {"6", "12", "24"},
        "dimple_diameter_mm": {"5"},
        "dimple_distance_cm": {"2.5"},
    }
    assert cigna == {**ash, "age_months": frozenset({6, 24})}


@pytest.mark.parametrize(
    ("quote", "number", "unit"),
    [
        ("a dimple > 5 mm in diameter", 5, "mm"),
        ("a dimple >5mm wide", 5, "mm"),
        ("larger than 5 millimeters", 5, "mm"),
        ("deep and large (i.e., > 0.5 cm)", 5, "mm"),
        ("> 2.5 centimeter (cm) above the anus", 25, "mm"),
        ("infants (i.e., <2 years of age)", 24, "months"),
        ("a 2-year-old", 24, "months"),
        ("Six months", 6, "months"),
        ("from 2 to 6 months", 6, "months"),
        ("at one year", 12, "months"),
        ("under 20 kg", 20, "kg"),
        ("over 95% of", 95, "%"),
    ],
)
def test_a_text_states_an_amount_in_figures_or_words_and_in_any_size_of_its_unit(
    quote: str, number: int, unit: str
) -> None:
    assert states(quote, number, unit)
    assert not states(quote, number + 1, unit)
    assert not states(quote, number - 1, unit)


@pytest.mark.parametrize(
    ("quote", "number", "unit"),
    [
        ("15 mm", 5, "mm"),
        ("0.5 mm", 5, "mm"),
        ("1,5 mm", 5, "mm"),
        ("5.5 mm", 5, "mm"),
        ("5 mmHg", 5, "mm"),
        ("5 cm", 5, "mm"),
        ("5 of 7", 5, "mm"),
        ("McKee-Garrett, 2021; mm", 2021, "mm"),
        ("someone months", 1, "months"),
        ("sixty months", 6, "months"),
        ("six weeks", 6, "months"),
        ("20 lb", 20, "kg"),
        ("", 5, "mm"),
    ],
)
def test_a_text_does_not_state_part_of_another_number_or_another_unit(
    quote: str, number: int, unit: str
) -> None:
    assert not states(quote, number, unit)
