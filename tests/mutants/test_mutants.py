"""The mutations fit the product as it is, and what became of one is told truly. `make mutants` runs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants import __main__ as mutants
from tests.mutants.mutations import MUTATIONS, Mutation

ONE = Mutation("a limit", "here.py", "above = 5", "above = 6", "A dimple of 6 mm would be small.", ())


def test_every_mutation_stands_in_its_file_once_and_has_its_tests():
    wrong = {each.name: trouble for each in MUTATIONS if (trouble := mutants.problem(each))}
    assert wrong == {}, "tests/mutants/mutations.py has to follow what was moved or written anew"


def test_every_mutation_changes_something_and_has_a_name_of_its_own():
    assert [each.name for each in MUTATIONS if each.old == each.new] == []
    assert len({each.name for each in MUTATIONS}) == len(MUTATIONS) >= 20


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("above = 5\n", ""),
        ("above = 5\nabove = 5\n", "NOT UNIQUE"),
        ("above = 4\n", "NOT THERE"),
        (None, "NOT THERE"),
    ],
)
def test_a_text_that_does_not_stand_in_its_file_once_is_told(tmp_path: Path, text: str | None, trouble: str):
    if text is not None:
        (tmp_path / "here.py").write_text(text)
    assert mutants.problem(ONE, tmp_path) == trouble


def test_a_mutation_whose_tests_are_gone_is_told(tmp_path: Path):
    (tmp_path / "here.py").write_text("above = 5\n")
    assert mutants.problem(replace(ONE, tests=("tests/gone.py",)), tmp_path) == "NO TESTS"


def test_a_mutation_is_made_in_a_copy_and_taken_back_with_the_time_of_its_file(tmp_path: Path):
    file = tmp_path / "here.py"
    file.write_text("above = 5\nbelow = 5\n")
    before = file.stat().st_mtime
    with mutants.made(ONE, tmp_path):
        assert file.read_text() == "above = 6\nbelow = 5\n"
        assert file.stat().st_mtime != before
    assert file.read_text() == "above = 5\nbelow = 5\n"
    assert file.stat().st_mtime == before


@pytest.mark.parametrize(
    ("status", "failed", "caught_by", "trouble"),
    [
        (1, ["test_a", "test_b"], "test_a", ""),
        (0, [], "", "SURVIVED"),
        (1, [], "", "NOT TESTED (1)"),
        (2, ["test_a"], "", "NOT TESTED (2)"),
        (5, [], "", "NOT TESTED (5)"),
    ],
)
def test_a_mutation_is_caught_by_a_test_that_fails_and_by_nothing_else(status, failed, caught_by, trouble):
    assert mutants.judged(ONE, status, failed) == mutants.Outcome(ONE, caught_by, trouble)


@pytest.mark.parametrize(("outcome", "status"), [({"caught_by": "test_a"}, 0), ({"trouble": "SURVIVED"}, 1)])
def test_the_command_ends_with_1_where_one_was_not_caught(monkeypatch, capsys, outcome, status):
    monkeypatch.setattr(mutants, "MUTATIONS", (ONE,))
    monkeypatch.setattr(mutants, "tried", lambda *_: [mutants.Outcome(ONE, **outcome)])
    assert mutants.main([]) == status
    assert capsys.readouterr().out == f"{1 - status} of 1 mutations were caught.\n"


def test_a_name_that_no_mutation_has_is_no_success(monkeypatch):
    monkeypatch.setattr(mutants, "tried", lambda *_: [])
    assert mutants.main(["no such name"]) == 1
