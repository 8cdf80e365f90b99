"""Databases that earlier versions of Conus made are opened, brought up to date, verified and replayed."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import empty_database
from tests.old_databases.make import BESIDE, SECRET_KEY
from tests.processes import NO_STATIC_FILES, manage, start

HERE = Path(__file__).parent
VERSIONS = sorted(folder.name for folder in HERE.iterdir() if (folder / "sqlite").is_dir())


of_the_first = pytest.mark.parametrize("opened", ["2026-11-22"], indirect=True, scope="module")
"""What was other in the first version alone: its questions, its policy files, its ages."""


class Opened:
    """A database of an earlier version, brought up to date by the Conus of now."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**environment, "DJANGO_SETTINGS_MODULE": "config.settings"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of manage.py on it."""
        return manage(self.environment, *command)

    def tell(self, expression: str) -> object:
        """What an expression is, with the models at hand."""
        script = f"import django, json; django.setup(); from decisions.models import *; {TELL % expression}"
        process = start(script, self.environment)
        told, _ = process.communicate()
        assert process.returncode == 0
        return json.loads(told)


BROUGHT_UP = f"""
import sys
from config import serve
{NO_STATIC_FILES}
sys.argv = ["serve", "--prepare-only"]
serve.main()
"""
TELL = "print(json.dumps(%s, default=str))"


def loaded(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Put an old database in the place of an empty one."""
    var = Path(environment["CONUS_VAR"])
    var.mkdir(mode=0o700, parents=True)
    url = environment.get("DATABASE_URL")
    kept = folder / ("postgresql" if url else "sqlite")
    statements = gzip.decompress((kept / "dump.sql.gz").read_bytes()).decode()
    for name in BESIDE:
        shutil.copy(kept / name, var / name)
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statements)
    else:
        with closing(sqlite3.connect(var / "conus.sqlite3")) as connection:
            connection.executescript(statements)
    return {**environment, "CONUS_SECRET_KEY": SECRET_KEY}


@pytest.fixture(scope="module", params=VERSIONS)
def opened(request, tmp_path_factory):
    """Each of them, once for the tests here: they look at it and change nothing that another one looks at."""
    with empty_database(tmp_path_factory.mktemp("old") / "var") as environment:
        old = Opened(loaded(HERE / request.param, environment))
        prepared = start(BROUGHT_UP, old.environment)
        prepared.communicate()
        assert prepared.returncode == 0
        yield old


def test_there_is_a_database_of_an_earlier_version():
    assert {"2026-11-22", "2026-11-30"} <= set(VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_kept_is_small(version):
    sizes = [file.stat().st_size for file in (HERE / version).rglob("*") if file.is_file()]

    assert max(sizes) < 300_000


def test_it_has_cases_in_every_state_and_decisions_and_letters_of_every_kind(opened):
    assert opened.tell(
        "sorted(set(Case.objects.values_list('state', flat=True))) == sorted(Case.State.values)"
    )
    kinds = "sorted(set(Decision.objects.values_list('kind', 'result')))"
    assert opened.tell(kinds) == [
        ["appeal", "adverse"],
        ["appeal", "approved"],
        ["correction", "approved"],
        ["initial", "adverse"],
        ["initial", "approved"],
    ]
    assert opened.tell("sorted(set(Letter.objects.values_list('kind', flat=True)))") == [
        "adverse",
        "approval",
        "information",
        "upheld",
    ]


def test_its_log_is_intact_and_its_checkpoints_vouch_for_it(opened):
    done = opened.run("verify_log")

    assert done.stdout.startswith("Intact: ")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def replayed(opened):
    """Every decision replayed, as the command says it in JSON, and its exit."""
    done = opened.run("replay", "--all", "--json")
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def test_every_decision_is_as_it_was_signed_and_has_the_same_result(opened, replayed):
    found, status = replayed

    assert len(found) == opened.tell("Decision.objects.count()")
    assert [each for each in found if each["damaged"] or each["not_compared"]] == []
    assert [each for each in found if each["result"] != "same"] == []
    assert status == 0


@of_the_first
def test_what_differs_is_said_to_come_from_revised_files_and_from_another_version(replayed):
    found, _ = replayed

    assert all("were revised: the fingerprint was" in each["policy_revised"][0] for each in found)
    assert all("It was signed with Conus 0.1.0." in each["software_changed"][0] for each in found)


def test_a_row_that_is_altered_is_damage_all_the_same(opened):
    number, before = opened.tell(
        "list(Decision.objects.filter(result='adverse').values_list('pk', 'reason')[0])"
    )
    row = f"Decision.objects.filter(pk={number})"
    opened.tell(f"{row}.update(reason='Another reason, made up.')")
    done = opened.run("replay", opened.tell(f"{row}.get().case.reference"))
    opened.tell(f"{row}.update(reason={before!r})")

    assert done.returncode == 1
    assert ": damaged\n  Damaged: The stored decision is not what was signed.\n" in done.stdout


# What the questions of now make of the answers of then


ANSWERS = "[(row.pk, row.answers) for row in %s.objects.order_by('pk')]"
OLD, NEW = "prior_spinal_cord_surgery", "prior_spinal_operation"


@pytest.fixture(scope="module")
def before(opened):
    """The answers of cases as they were given: their rows stay."""
    return opened.tell(f"[(g.case_id, g.fact, g.value) for g in AnswerGiven.objects.filter(fact={OLD!r})]")


@of_the_first
@pytest.mark.parametrize("model", ["Check", "Case"])
def test_a_spinal_cord_surgery_is_a_spinal_operation_and_a_no_is_asked_again(opened, model):
    answers = dict(opened.tell(ANSWERS % model))

    assert answers
    assert [key for key, each in answers.items() if OLD in each] == []
    operated = [each for each in answers.values() if "cord_retethering" in each.get("reasons", ())]
    assert {each.get(NEW, "asked again") for each in operated} == {True, None, "asked again"}


@of_the_first
def test_each_case_has_the_answer_that_was_given_then(opened, before):
    now = dict(opened.tell(ANSWERS % "Case"))

    assert {value for _, _, value in before} == {True, False, None}
    for case, _, value in before:
        assert now[case].get(NEW, "asked again") == ("asked again" if value is False else value)


@of_the_first
def test_who_answered_stays_and_stands_beside_the_new_question(opened):
    rows = opened.tell(
        "[(g.fact, g.value, g.given_by_id, str(g.given_at), g.case_id)"
        " for g in AnswerGiven.objects.filter(fact__startswith='prior_spinal')]"
    )

    old = [row[1:] for row in rows if row[0] == OLD]
    new = [row[1:] for row in rows if row[0] == NEW]
    assert sorted(new, key=str) == sorted((row for row in old if row[0] is not False), key=str)


@of_the_first
def test_the_log_says_what_conus_changed(opened):
    told = (
        "[(e.case, json.loads(e.details)) for e in Event.objects.filter(action='answer_changed', actor=None)]"
    )
    events = opened.tell(told)
    taken_back = {case for case, details in events if details["fact"] == OLD and details["taken_back"]}
    answered = {case for case, details in events if details["fact"] == NEW}

    given = dict(opened.tell(ANSWERS % "Case"))
    assert answered == {case for case, each in given.items() if NEW in each}
    assert taken_back > answered


@of_the_first
def test_an_age_that_was_made_for_a_date_of_service_stays_and_another_is_asked_again(opened):
    aged = opened.tell(
        "[(row.answers.get('date_of_service'), row.age_made_on)"
        " for row in Check.objects.filter(age_from_birth_date=True)]"
    )

    assert sorted(aged, key=str) == [["2026-01-20", "2026-01-20"], [None, None]]


def test_nothing_was_typed_then_that_is_known_now(opened):
    for model in ("Check", "Case"):
        assert opened.tell(f"[row.typed for row in {model}.objects.all() if row.typed]") == []
