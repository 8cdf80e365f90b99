"""Texts for plain fields: short lines, and ASCII where a field takes nothing else."""

import pytest

from decisions.telling.plain_text import WIDTH, fitted, in_ascii


@pytest.mark.parametrize(
    ("length", "lines"), [(WIDTH - 1, 1), (WIDTH, 1), (WIDTH + 1, 2)], ids=["below", "at", "above"]
)
def test_a_line_is_broken_where_it_is_too_long_and_only_there(length, lines):
    text = "a" * (length - 10) + " " + "b" * 9

    broken = fitted(text).split("\n")
    assert len(broken) == lines
    assert broken[1:] == ["  " + "b" * 9][: lines - 1]


def test_lines_that_were_there_stay_and_a_long_word_stays_whole():
    address = "https://doi.org/" + "x" * 80

    assert fitted(f"One\n\n- two {address}") == f"One\n\n- two\n  {address}"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“not” ‘met’", "\"not\" 'met'"),
        ("3–6 cm · ≤ 2.5", "3-6 cm - <= 2.5"),
        ("GUIDELINES › CPT®", "GUIDELINES > CPT(R)"),
        ("Hähnle, naïve, Ångström", "Hahnle, naive, Angstrom"),
        ("2½ µm ±1", "2 1/2 um +/-1"),
        ("5²", "5?"),
        ("日", "?"),
    ],
)
def test_a_text_in_ascii_spells_signs_out(text, plain):
    assert in_ascii(text) == plain
