"""An eighth kind of question is a set of files, dropped in beside the others, with no code changed.

It is the made-up one of `tests/eighth_kind`: a grade, one letter from A to E.
"""

import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command

from decisions import services
from decisions.core import kinds as core
from decisions.questionnaire import kinds as questionnaire
from decisions.telling import kinds as telling
from tests.web.check_helpers import NOT_DOCUMENTED, ask, begin, error, fill, path, saved, text

pytestmark = pytest.mark.django_db(databases=["default", "counters"])

FILES = Path(__file__).parents[1] / "eighth_kind"
ROOMS = {"core": core, "telling": telling, "questionnaire": questionnaire}
QUESTION = """
[[questions]]
id = "image_grade"
kind = "grade"
group = "circumstances"
optional = true
label = "Which grade has the earlier image?"
short = "Image"
said = "an image of {value}"
"""


@pytest.fixture(autouse=True)
def eighth(tmp_path, monkeypatch, settings):
    """The kind in its rooms, and a question of it in a copy of the policies."""
    for name, room in ROOMS.items():
        monkeypatch.setattr(room, "__path__", [*room.__path__, str(FILES / name)])
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [*project.TEMPLATES[0]["DIRS"], FILES / "templates"]}
    ]
    settings.POLICIES = Path(shutil.copytree(project.POLICIES, tmp_path / "policies"))
    with (settings.POLICIES / "spinal_ultrasound" / "questions.toml").open("a", encoding="utf-8") as file:
        file.write(QUESTION)
    yield
    for room in ROOMS.values():
        room.named.cache_clear()
        sys.modules.pop(f"{room.__name__}.grade", None)
        vars(room).pop("grade", None)


def test_a_question_of_it_is_read_from_its_file():
    assert services.library().problems == ()
    assert services.library().topics["spinal_ultrasound"].by_id["image_grade"].kind == "grade"


def test_it_is_asked_on_a_page_of_its_own_and_on_the_worksheet(client):
    check = begin(client)

    guided = client.get(path(check, "q/image_grade/"))
    assert "Which grade has the earlier image? A letter from A to E. Image" in text(guided)
    sheet = client.get(path(check, "worksheet/")).content.decode()
    assert 'name="image_grade" value="" id="i-image_grade"' in sheet


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_given_is_saved_and_shown_again(client, htmx):
    check = begin(client)

    fill(client, check, {"image_grade": "c"}, htmx=htmx)

    assert saved(check) == {"image_grade": "C"}
    assert 'name="image_grade" value="C"' in client.get(path(check, "q/image_grade/")).content.decode()


def test_it_may_not_be_documented(client):
    check = begin(client)

    client.post(path(check, "q/image_grade/"), {"image_grade.not": NOT_DOCUMENTED})

    assert saved(check) == {"image_grade": None}


def test_it_is_told_where_answers_are_told(client):
    check = begin(client)
    ask(client, check, "image_grade", image_grade="B")

    assert "Image grade B" in text(client.get(path(check, "determination/")))


def test_what_it_does_not_allow_is_refused_with_what_it_does(client):
    check = begin(client)

    response = ask(client, check, "image_grade", image_grade="F")

    assert response.status_code == 422
    assert error(response) == "F is not an option; allowed: A, B, C, D, E."
    assert saved(check) == {}


def test_the_command_takes_and_refuses_it(monkeypatch, capsys):
    cases = [{"id": grade, "answers": {"image_grade": grade}} for grade in ("A", "F")]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, cases))))

    with pytest.raises(SystemExit):
        call_command("determine", "--policy", "ash-cpg-038")

    said = capsys.readouterr()
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == ["A"]
    assert "image_grade" in said.err
    assert "A, B, C, D, E" in said.err
