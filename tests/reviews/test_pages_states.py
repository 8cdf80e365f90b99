"""The documentation's page of states and moves, and the command that makes it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from decisions.models import Case
from decisions.reviews.ground import states
from decisions.reviews.ground.drawing import document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"


def test_the_page_of_the_documentation_is_what_the_code_says():
    assert PAGE.read_text(encoding="utf-8") == document(), "run manage.py states --write"


def test_every_arrow_and_every_state_is_drawn():
    for start, end, words in states.arrows():
        assert f"    {start} --> {end}: {words}\n" in document()
    for state in Case.State:
        assert f"    {state.value}: {state.label}\n" in document()


def test_the_table_says_who_refers():
    assert "| referred to a physician | In review | Physician review | Reviewer |" in document()


def test_the_command_prints_the_page():
    out = StringIO()
    call_command("states", stdout=out)

    assert out.getvalue() == document()


def test_the_command_finds_a_page_that_is_out_of_date_and_mends_it(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "states.md").write_text("Something else.", encoding="utf-8")

    with pytest.raises(SystemExit) as refused:
        call_command("states", "--check", stderr=StringIO())
    assert refused.value.code == 1

    call_command("states", "--write")
    call_command("states", "--check")
