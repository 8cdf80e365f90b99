"""A policy file that cannot be used is refused with file, key and line, and the other policies still serve.

Each test copies the policies, changes one thing and loads the copy.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from decisions import library
from decisions.core.answers import AnswersError, read_answers
from decisions.core.determination import determine
from decisions.library import Library, PolicyError, read_cases
from decisions.library.codebook import CodeBook
from decisions.library.lines import line_of
from decisions.telling.record import as_record

POLICIES = Path(settings.POLICIES)
TOPIC = "spinal_ultrasound"
ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"
EDITION = f"{TOPIC}/{CIGNA}/2024-09-15"
FILES = ("policy.toml", "text.md", "references.toml", "codes.csv")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of every policy."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def change(file: Path, old: str, new: str) -> int:
    """Puts new words in the place of old ones, where they stand first. Returns the line."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def problem(tree: Path) -> PolicyError:
    """The one problem of a tree in which only the Cigna edition is broken."""
    shelf = library.load(tree)
    assert shelf.policy_ids == (ASH,)
    (found,) = shelf.problems
    return found


@pytest.fixture
def policy(tree: Path) -> Path:
    return tree / EDITION / "policy.toml"


Refused = tuple[str, str, str, str, str]
WRONG: dict[str, Refused] = {
    "an unknown fact": (
        "policy.toml",
        '{ fact = "age_months", below = "infancy_ends" }',
        '{ fact = "age", below = "infancy_ends" }',
        "conditions.infant",
        "there is no fact age",
    ),
    "an unknown option": (
        "policy.toml",
        '"hair_tuft", "hemangioma"',
        '"hairy_tuft", "hemangioma"',
        "criteria.lumbosacral-stigmata.when.all[1].any[0]",
        "hairy_tuft is not an option of stigmata",
    ),
    "an unknown passage": (
        "policy.toml",
        'passages = ["necessary", "indication-injury"]',
        'passages = ["necessary", "indication-accident"]',
        "criteria.injury-sequelae.passages",
        "there is no passage indication-accident",
    ),
    "an unknown passage of a reading": (
        "policy.toml",
        '"indication-stigmata", "dimple-atypical", "dimple-no-ultrasound"]\n\n[[readings]]',
        '"indication-stigmata", "dimple-far"]\n\n[[readings]]',
        "readings.dimple-2.5cm.passages",
        "there is no passage dimple-far",
    ),
    "an unknown evidence of a reading": (
        "policy.toml",
        'evidence = ["evidence-ahmed"]\n\n[[holds]]',
        'evidence = ["evidence-nobody"]\n\n[[holds]]',
        "readings.injection-guidance.evidence",
        "there is no passage evidence-nobody",
    ),
    "an unknown reading": (
        "policy.toml",
        '{ reading = "dimple-2.5cm"',
        '{ reading = "dimple-25mm"',
        "conditions.beyond_the_limit",
        "there is no reading dimple-25mm",
    ),
    "an unknown reading of a hold": (
        "policy.toml",
        'reading = "contraindications-hold"\nwhen',
        'reading = "contraindication-hold"\nwhen',
        "holds.contraindication.reading",
        "there is no reading contraindication-hold",
    ),
    "an unknown reading of the birthday": (
        "policy.toml",
        'birthday_reading = "birthday-29-february"',
        'birthday_reading = "birthday"',
        "birthday_reading",
        "there is no reading birthday",
    ),
    "an unknown criterion of a hold": (
        "policy.toml",
        'only_met = ["suspected-defect"]',
        'only_met = ["suspected-defects"]',
        "holds.dimple-basis.only_met",
        "there is no criterion suspected-defects",
    ),
    "an unknown criterion of the list of diagnoses": (
        "policy.toml",
        'not_for = ["lumbar-puncture-guidance"]',
        'not_for = ["puncture"]',
        "diagnosis_list.not_for",
        "there is no criterion puncture",
    ),
    "an unknown test of codes": (
        "policy.toml",
        'coding = "diagnosis-missing"',
        'coding = "diagnosis-lost"',
        "requests.diagnosis-missing.coding",
        "diagnosis-lost is not one of",
    ),
    "an unknown reason": (
        "policy.toml",
        "[reasons.spinal_pain]",
        "[reasons.back_pain]",
        "reasons.back_pain",
        "there is no reason back_pain",
    ),
    "an unknown fact in the whys": (
        "policy.toml",
        "\nstigmata = [",
        "\nstigma = [",
        "why.stigma",
        "there is no fact stigma",
    ),
    "an unknown passage left to judgement": (
        "policy.toml",
        "[judgement]",
        '[judgement]\nnowhere = "no reason"',
        "judgement.nowhere",
        "there is no passage nowhere",
    ),
    "an unknown reference": (
        "policy.toml",
        'evidence = ["evidence-acr-guideline", "acr-indications", "acr-injury", "other-conditions"]',
        'references = ["howie-1983"]',
        "criteria.injury-sequelae.references",
        "there is no reference howie-1983",
    ),
    "an unknown named condition": (
        "policy.toml",
        '{ use = "infant" }',
        '{ use = "child" }',
        "criteria.injury-sequelae.when.all[0]",
        "there is no condition child",
    ),
    "a named condition that uses itself": (
        "policy.toml",
        'infant = { fact = "age_months", below = "infancy_ends" }',
        'infant = { any = [{ use = "baby" }] }\nbaby = { all = [{ use = "infant" }] }',
        "conditions.infant",
        "the condition infant uses itself",
    ),
    "conditions that stand too deep": (
        "policy.toml",
        'infant = { fact = "age_months", below = "infancy_ends" }',
        "infant = " + "{ all = [" * 20 + '{ fact = "age_months", below = 23 }' + "] }" * 20,
        "conditions.infant" + ".all[0]" * 20,
        "conditions stand more than 20 deep in one another",
    ),
    "named conditions that lead too deep": (
        "policy.toml",
        'infant = { fact = "age_months", below = "infancy_ends" }',
        'c0 = { fact = "age_months", below = 23 }\n'
        + "".join(f'c{i + 1} = {{ use = "c{i}" }}\n' for i in range(20))
        + 'infant = { use = "c20" }',
        "conditions.c19",
        "conditions stand more than 20 deep in one another",
    ),
    "a date that is tested": (
        "policy.toml",
        'infant = { fact = "age_months", below = "infancy_ends" }',
        'infant = { fact = "date_of_service", below = "infancy_ends" }',
        "conditions.infant",
        "date_of_service is tested by one of: no test; here: below",
    ),
    "a test of two things at once": (
        "policy.toml",
        '{ fact = "dimple_base_visible", is = false }',
        '{ fact = "dimple_base_visible", is = false, in = [] }',
        "conditions.any_atypical_feature.any[2]",
        "dimple_base_visible is tested by one of: is; here: is, in",
    ),
    "a fact that is no text": (
        "policy.toml",
        '{ fact = "age_months", below = "infancy_ends" }',
        '{ fact = ["age_months"], below = "infancy_ends" }',
        "conditions.infant",
        "there is no fact ['age_months']",
    ),
    "a condition of two kinds": (
        "policy.toml",
        '{ use = "infant" }',
        '{ use = "infant", all = [] }',
        "criteria.injury-sequelae.when.all[0]",
        "a condition has one of fact, all, any, reading, use; here: all, use",
    ),
    "a condition that is no table": (
        "policy.toml",
        '{ use = "infant" }',
        '"infant"',
        "criteria.injury-sequelae.when.all[0]",
        "a condition is a table",
    ),
    "a list of no conditions": (
        "policy.toml",
        'infant = { fact = "age_months", below = "infancy_ends" }',
        "infant = { all = [] }",
        "conditions.infant.all",
        "this is a list of conditions",
    ),
    "a test of the wrong kind": (
        "policy.toml",
        '{ fact = "dimple_base_visible", is = false }',
        '{ fact = "dimple_base_visible", in = [] }',
        "conditions.any_atypical_feature.any[2]",
        "dimple_base_visible is tested by one of: is; here: in",
    ),
    "a number that is tested with a list": (
        "policy.toml",
        'below = "infancy_ends" }',
        "below = [24] }",
        "conditions.infant",
        "age_months is tested by below, at_most, equals, at_least, above and a number; here: below = [24]",
    ),
    "a number that is tested with a yes or no": (
        "policy.toml",
        'below = "infancy_ends" }',
        "below = true }",
        "conditions.infant",
        "age_months is tested by below, at_most, equals, at_least, above and a number; here: below = True",
    ),
    "a number that is tested in a way that there is not": (
        "policy.toml",
        'below = "infancy_ends" }',
        'under = "infancy_ends" }',
        "conditions.infant",
        "age_months is tested by below, at_most, equals, at_least, above and a number; here: under =",
    ),
    "a number that is tested with a text": (
        "policy.toml",
        'below = "infancy_ends" }',
        'below = "24" }',
        "conditions.infant",
        "there is no value 24",
    ),
    "an unknown value": (
        "policy.toml",
        '{ fact = "dimple_diameter_mm", above = "width_limit" }] }\n  passages',
        '{ fact = "dimple_diameter_mm", above = "width" }] }\n  passages',
        "criteria.lumbosacral-stigmata.support[1].when.all[1]",
        "there is no value width",
    ),
    "a value that no condition uses": (
        "policy.toml",
        "infancy_ends = { number",
        'width = { number = 0.5, unit = "cm", passages = ["dimple-large"] }\ninfancy_ends = { number',
        "values.width",
        "no condition uses the value width",
    ),
    "a value in another unit than the fact": (
        "policy.toml",
        'dimple_distance_cm", at_most = "distance_limit"',
        'dimple_distance_cm", at_most = "width_limit"',
        "conditions.simple_dimple.all[1]",
        "the value width_limit is in mm, dimple_distance_cm in cm",
    ),
    "a value in a unit that no fact has": (
        "policy.toml",
        'number = 24, unit = "months"',
        'number = 2, unit = "years"',
        "values.infancy_ends.unit",
        "no question is answered in years; allowed: months, mm, cm",
    ),
    "a number that has a name and is written without it": (
        "policy.toml",
        'dimple_diameter_mm", equals = "width_limit"',
        'dimple_diameter_mm", equals = 5.0',
        "conditions.in_between.any[0].other",
        "5.0 mm is the value width_limit: write its name",
    ),
    "a value whose number its passage does not state": (
        "policy.toml",
        "infancy_ends = { number = 24",
        "infancy_ends = { number = 25",
        "values.infancy_ends.passages",
        "the passage necessary does not state 25 months",
    ),
    "a value whose number one of its passages does not state": (
        "policy.toml",
        'unit = "cm", passages = ["indication-stigmata", "dimple-atypical"',
        'unit = "cm", passages = ["indication-stigmata", "dimple-simple"',
        "values.distance_limit.passages",
        "the passage dimple-simple does not state 2.5 cm",
    ),
    "a value that stands in its passage in another unit": (
        "policy.toml",
        '{ number = 5, unit = "mm"',
        '{ number = 5, unit = "cm"',
        "values.width_limit.passages",
        "the passage indication-stigmata does not state 5 cm",
    ),
    "a value without a passage": (
        "policy.toml",
        'unit = "months", passages = ["infants-six-months"]',
        'unit = "months", passages = []',
        "values.age_described.passages",
        "a value names the passages that state it",
    ),
    "a value with an unknown passage": (
        "policy.toml",
        'unit = "months", passages = ["infants-six-months"]',
        'unit = "months", passages = ["six-months"]',
        "values.age_described.passages",
        "there is no passage six-months",
    ),
    "a value that says why though its passage states it": (
        "policy.toml",
        'passages = ["infants-six-months"] }',
        'passages = ["infants-six-months"], why = "So it is." }',
        "values.age_described.passages",
        "the passage infants-six-months states 6 months: why is for a number that no passage states",
    ),
    "a value that is no number": (
        "policy.toml",
        "infancy_ends = { number = 24",
        'infancy_ends = { number = "two"',
        "values.infancy_ends.number",
        "Invalid decimal string",
    ),
    "a value that is no finite number": (
        "policy.toml",
        "infancy_ends = { number = 24",
        "infancy_ends = { number = inf",
        "values.infancy_ends.number",
        "Infinity is no number that can be compared",
    ),
    "a value without its unit": (
        "policy.toml",
        'infancy_ends = { number = 24, unit = "months",',
        "infancy_ends = { number = 24,",
        "values.infancy_ends.unit",
        "Object missing required field `unit`",
    ),
    "a number that is not tested": (
        "policy.toml",
        ', below = "infancy_ends" }',
        " }",
        "conditions.infant",
        "age_months is tested by below, at_most, equals, at_least, above",
    ),
    "a limit that is no number": (
        "policy.toml",
        'below = "infancy_ends" }',
        "below = nan }",
        "conditions.infant",
        "NaN is no limit",
    ),
    "a limit that no answer reaches": (
        "policy.toml",
        'dimple_diameter_mm", above = "width_limit" }',
        'dimple_diameter_mm", above = 101 }',
        "conditions.any_atypical_feature.any[0]",
        "101 is no limit",
    ),
    "an age that is no whole number of months": (
        "policy.toml",
        'below = "infancy_ends" }',
        "below = 23.5 }",
        "conditions.infant",
        "23.5 is no limit",
    ),
    "options that are no list": (
        "policy.toml",
        'any_of = ["sacral_dimple"]',
        'any_of = "sacral_dimple"',
        "conditions.telling_dimple.all[0]",
        "this is a list of options",
    ),
    "a criterion that stands twice": (
        "policy.toml",
        'id = "tumor-malformation-trauma"',
        'id = "injury-sequelae"',
        "criteria",
        "the id injury-sequelae stands twice",
    ),
    "a reading that stands twice": (
        "policy.toml",
        'id = "bone-lesion"',
        'id = "vacterl-alone"',
        "readings",
        "the id vacterl-alone stands twice",
    ),
    "a hold that stands twice": (
        "policy.toml",
        'id = "repeat-study"',
        'id = "contraindication"',
        "holds",
        "the id contraindication stands twice",
    ),
    "an unknown key": (
        "policy.toml",
        'title = "Sequelae of injury"',
        'titel = "Sequelae of injury"',
        "criteria[0]",
        "Object contains unknown field `titel`",
    ),
    "an unknown key of the whole file": (
        "policy.toml",
        "next_review = 2025-09-15",
        "next_rewiev = 2025-09-15",
        "next_rewiev",
        "Object contains unknown field `next_rewiev`",
    ),
    "a value of the wrong type": (
        "policy.toml",
        'title = "Sequelae of injury"',
        "title = 7",
        "criteria[0].title",
        "Expected `str`, got `int`",
    ),
    "an id that cannot stand in an address": (
        "policy.toml",
        'id = "injury-sequelae"',
        'id = "Injury Sequelae"',
        "criteria[0].id",
        "Expected `str` matching regex",
    ),
    "a reading that is taken in a third way": (
        "policy.toml",
        'taken = "one"',
        'taken = "both"',
        "readings[0].taken",
        "Invalid enum value 'both'",
    ),
    "a text that is no TOML": (
        "policy.toml",
        "[words]",
        "[words",
        "",
        "Expected ']' at the end of a table declaration",
    ),
    "a source that lies elsewhere": (
        "policy.toml",
        'file = "source.txt"',
        'file = "../../ash-cpg-038/2006-02-09/source.txt"',
        "source.file",
        "the source is a file in the folder of its edition",
    ),
    "a first day that is not the folder's": (
        "policy.toml",
        "first_day = 2024-09-15",
        "first_day = 2024-09-16",
        "first_day",
        "the folder 2024-09-15 is not named after 2024-09-16",
    ),
    "a quote that is not verbatim": (
        "text.md",
        "guidance for lumbar puncture {#",
        "guidance of lumbar puncture {#",
        "indication-lumbar-puncture",
        "this text does not stand in the source word for word",
    ),
    "a passage that stands twice": (
        "text.md",
        "{#indication-tumors}",
        "{#indication-injury}",
        "indication-injury",
        "this id stands twice",
    ),
    "a passage without an id": (
        "text.md",
        " {#indication-tumors}",
        "",
        "",
        "a passage ends with its id",
    ),
    "a citation of a passage that is not there": (
        "references.toml",
        'passage = "',
        'passage = "nowhere-',
        "citations[0].passage",
        "there is no passage nowhere-",
    ),
    "a citation that is not printed": (
        "references.toml",
        'as_printed = "',
        'as_printed = "Nobody et al., ',
        "citations[0].as_printed",
        "does not hold the words Nobody et al.,",
    ),
    "an unknown key of a citation": (
        "references.toml",
        "as_printed = ",
        "printed = ",
        "citations[0]",
        "Object",
    ),
    "a citation of a reference that is not there": (
        "references.toml",
        'reference = "ash-cpg-038:',
        'reference = "',
        "citations[0].reference",
        "there is no reference ",
    ),
    "a code of another system": (
        "codes.csv",
        "ICD-10-CM,C70.1",
        "ICD-10,C70.1",
        "system",
        "ICD-10 is not CPT or ICD-10-CM",
    ),
    "a row of a passage that is not there": (
        "codes.csv",
        "code-c70-1",
        "code-c70-2",
        "passage",
        "there is no passage code-c70-2",
    ),
    "a code for a criterion that is not there": (
        "codes.csv",
        "code-62270,lumbar-puncture-guidance",
        "code-62270,puncture",
        "criteria",
        "there is no criterion puncture",
    ),
    "a malformed code": (
        "codes.csv",
        "ICD-10-CM,C70.1,",
        "ICD-10-CM,C.701,",
        "first",
        "'C.701' is not a code of ICD-10-CM",
    ),
    "a range that runs backwards": (
        "codes.csv",
        "Q05.0,Q05.9",
        "Q05.9,Q05.0",
        "last",
        "Q05.0 comes before Q05.9",
    ),
    "a code that stands twice": (
        "codes.csv",
        "ICD-10-CM,C72.0,",
        "ICD-10-CM,C70.1,",
        "first",
        "C70.1 stands twice",
    ),
    "a row that lacks a cell": (
        "codes.csv",
        "ICD-10-CM,C70.1,,",
        "ICD-10-CM,C70.1,",
        "",
        "a row has 5 cells, not 4",
    ),
    "a quotation mark that does not end": (
        "codes.csv",
        "ICD-10-CM,C70.1",
        '"ICD-10-CM,C70.1',
        "",
        "this is not CSV",
    ),
    "other columns": ("codes.csv", "system,first", "kind,first", "", "the columns are system, first, last"),
}


# Where a whole section is refused, its first line is named; a quotation mark is missed at the end.
NEARBY = {
    "a condition of two kinds": -1,
    "a condition that is no table": -1,
    "an unknown key": -2,
    "an unknown key of a citation": -2,
    "an unknown fact in the whys": 1,
    "an unknown passage left to judgement": 1,
    "a quotation mark that does not end": 36,
    "named conditions that lead too deep": 19,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_is_refused_with_its_file_key_and_line(wrong: str, tree: Path) -> None:
    name, old, new, key, message = WRONG[wrong]
    line = change(tree / EDITION / name, old, new)
    found = problem(tree)
    assert (Path(found.file).name, found.key) == (name, key)
    assert message in found.message
    assert found.line == line + NEARBY.get(wrong, 0)
    assert str(found).startswith(f"{tree / EDITION / name}:{found.line}: ")


def test_a_changed_source_is_refused_at_its_checksum(tree: Path) -> None:
    change(tree / EDITION / "source.txt", "Spinal", "Spinel")
    found = problem(tree)
    assert (Path(found.file).name, found.key) == ("policy.toml", "source.sha256")
    assert "source.txt is not the file that this edition was read from" in found.message


def test_a_folder_that_is_not_named_after_the_first_day_is_refused(tree: Path) -> None:
    (tree / EDITION).rename(tree / TOPIC / CIGNA / "2024-09-16")
    assert problem(tree).key == "first_day"


def test_a_file_of_endless_brackets_is_refused(tree: Path, policy: Path) -> None:
    policy.write_text("infant = " + "[" * 5000 + "]" * 5000)
    assert problem(tree).message == "tables are nested too deeply"


@pytest.mark.parametrize("name", [*FILES, "source.txt"])
def test_a_missing_file_is_refused(name: str, tree: Path) -> None:
    (tree / EDITION / name).unlink()
    found = problem(tree)
    assert Path(found.file).name == name
    assert found.message == "this file cannot be read (No such file or directory)"


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_utf_8_is_refused_with_the_line(name: str, tree: Path) -> None:
    file = tree / EDITION / name
    file.write_bytes(b"# one\n# two \xff\n" + file.read_bytes())
    found = problem(tree)
    assert (Path(found.file).name, found.line) == (name, 2)
    assert found.message.startswith("this is not UTF-8 text")


@pytest.mark.parametrize("name", ["policy.toml", "text.md", "codes.csv"])
def test_an_empty_file_is_refused(name: str, tree: Path) -> None:
    (tree / EDITION / name).write_text("")
    problem(tree)


@pytest.mark.parametrize("name", ["policy.toml", "text.md", "references.toml"])
def test_a_file_cut_in_the_middle_is_refused(name: str, tree: Path) -> None:
    file = tree / EDITION / name
    file.write_text(file.read_text()[: file.stat().st_size // 2])
    problem(tree)


QUESTIONS: dict[str, tuple[str, str, str, str]] = {
    "a question that stands twice": (
        'id = "suspected_defects"',
        'id = "injury_findings"',
        "questions",
        "the id injury_findings stands twice",
    ),
    "an option that stands twice": (
        'id = "inpatient"',
        'id = "outpatient"',
        "questions.setting",
        "the id outpatient stands twice",
    ),
    "a group that is not there": ('group = "skin"', 'group = "skins"', "questions.stigmata.group", "skins"),
    "a question opened by an answer that is not there": (
        '["stigmata", "sacral_dimple"]',
        '["stigmata", "dimple"]',
        "questions.dimple_diameter_mm.opened_by",
        "there is no option dimple of stigmata",
    ),
    "a question that opens itself": (
        'opened_by = ["reasons", "lumbosacral_stigmata"]',
        'opened_by = ["stigmata", "sacral_dimple"]',
        "questions.stigmata.opened_by",
        "there is no earlier question stigmata that is a set",
    ),
    "a question hidden by an answer that is not there": (
        'hidden_when = { setting = ["intraoperative_spinal"',
        'hidden_when = { setting = ["surgery"',
        "questions.contraindications.hidden_when",
        "there is no option surgery of setting",
    ),
    "a question hidden by two facts": (
        'hidden_when = { setting = ["intraoperative_spinal", "intraoperative_other"] }',
        'hidden_when = { setting = ["intraoperative_spinal"], dimple_count = ["single"] }',
        "questions.contraindications.hidden_when",
        "one fact hides a question",
    ),
    "a question hidden by a fact that is not there": (
        'hidden_when = { setting = ["intraoperative_spinal", "intraoperative_other"] }',
        "hidden_when = { place = [] }",
        "questions.contraindications.hidden_when",
        "there is no earlier question place that is a choice",
    ),
    "a question that nothing opens but that implies": (
        'group = "skin"\nopened_by = ["reasons", "lumbosacral_stigmata"]',
        'group = "skin"',
        "questions.stigmata.implies",
        "only a question that an answer opens can imply it",
    ),
    "a choice without options": (
        'kind = "age"',
        'kind = "choice"',
        "questions.age_months.options",
        "a choice",
    ),
    "a number without its limits": (
        "above = 0\nat_most = 100",
        "at_most = 100",
        "questions.dimple_diameter_mm.at_most",
        "a number needs its limits",
    ),
    "a number whose limits leave nothing": (
        "above = 0\nat_most = 100",
        "above = 0\nat_most = 0",
        "questions.dimple_diameter_mm.at_most",
        "the highest number is above the lowest",
    ),
    "a limit without end": (
        "above = 0\nat_most = 100",
        "above = 0\nat_most = inf",
        "questions.dimple_diameter_mm.at_most",
        "a limit is a plain number",
    ),
    "an age that cannot be given as a birth date": (
        'birth_date = "date_of_birth"',
        'birth_date = ""',
        "questions.age_months.birth_date",
        "an age names the fact",
    ),
    "a birth date that is a question already": (
        'birth_date = "date_of_birth"',
        'birth_date = "setting"',
        "questions.age_months.birth_date",
        "setting is a question already",
    ),
    "no set of reasons": ("at_least_one = true", "at_least_one = false", "questions", "one set of reasons"),
    "a choice that may hold more": (
        'kind = "choice"\n',
        'kind = "choice"\nmay_hold_more = true\n',
        "questions.setting.kind",
        "only a set may hold more",
    ),
    "an option named like the extra member": (
        'id = "vacterl"',
        'id = "others_unknown"',
        "questions.caudal_signs.options",
        "others_unknown is the member that may_hold_more adds",
    ),
    "no question of the age": (
        'kind = "age"',
        'kind = "decimal"',
        "questions",
        "exactly one question of kind age",
    ),
    "another name than the folder's": (
        'id = "spinal_ultrasound"',
        'id = "spine"',
        "id",
        "the folder spinal_ultrasound is not named after spine",
    ),
}


@pytest.mark.parametrize("wrong", QUESTIONS)
def test_among_the_questions_is_refused(wrong: str, tree: Path) -> None:
    old, new, key, message = QUESTIONS[wrong]
    change(tree / TOPIC / "questions.toml", old, new)
    shelf = library.load(tree)
    (found,) = shelf.problems
    assert (Path(found.file).name, found.key) == ("questions.toml", key)
    assert message in found.message
    assert shelf.policy_ids == ()


def test_a_folder_of_policies_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (found,) = library.load(tmp_path / "nowhere").problems
    assert found.message == "this folder cannot be read (No such file or directory)"


def test_a_policy_without_an_edition_is_a_problem(tree: Path) -> None:
    (tree / TOPIC / "empty-policy").mkdir()
    (found,) = library.load(tree).problems
    assert str(found) == f"{tree / TOPIC / 'empty-policy'}: there is no edition in this folder"


def test_a_policy_whose_name_cannot_stand_in_an_address_is_a_problem(tree: Path) -> None:
    (tree / TOPIC / "My Policy").mkdir()
    shelf = library.load(tree)
    (found,) = shelf.problems
    assert "a folder is named after an id" in found.message
    assert shelf.policy_ids == (ASH, CIGNA)


def test_a_policy_id_that_two_topics_use_is_a_problem(tree: Path) -> None:
    shutil.copytree(tree / TOPIC, tree / "zz_again")
    change(tree / "zz_again" / "questions.toml", 'id = "spinal_ultrasound"', 'id = "zz_again"')
    shelf = library.load(tree)
    assert [problem.message for problem in shelf.problems] == [
        f"the policy id {policy} is used twice" for policy in (ASH, CIGNA)
    ]
    assert shelf.edition(CIGNA, "2024-09-15").topic.id == TOPIC


def test_hidden_folders_and_other_files_are_passed_over(tree: Path) -> None:
    (tree / ".git").mkdir()
    (tree / TOPIC / "__pycache__").mkdir()
    (tree / TOPIC / "notes.txt").write_text("later")
    assert library.load(tree).problems == ()


def test_an_entry_of_a_list_of_references_without_its_passage_is_refused(tree: Path) -> None:
    file = tree / TOPIC / ASH / "2006-02-09" / "references.toml"
    line = change(file, 'passage = "', 'passage = "nowhere-')
    found = library.load(tree).problems[0]
    assert (Path(found.file), found.line) == (file, line)
    assert "there is no passage nowhere-" in found.message


def test_references_tied_to_a_result_are_left_out_with_the_policy_that_lists_them(tree: Path) -> None:
    injury = 'evidence = ["evidence-acr-guideline", "acr-indications", "acr-injury", "other-conditions"]'
    change(tree / EDITION / "policy.toml", injury, f'references = ["{ASH}:nobody-1"]')
    change(tree / EDITION / "policy.toml", 'passages = ["scope"]\n[', f'references = ["{ASH}:nobody-2"]\n[')
    shelf = library.load(tree)
    names = [f"there is no reference {ASH}:nobody-{i}" for i in (1, 2)]
    assert [problem.message for problem in shelf.problems] == names
    policy = shelf.edition(CIGNA, "2024-09-15")
    assert policy.criterion("injury-sequelae").references == ()
    assert policy.reasons["extremity_musculoskeletal"].references == ()


def test_an_edition_that_is_not_there_is_told(tree: Path) -> None:
    with pytest.raises(KeyError, match="2024-09-16"):
        library.load(tree).edition(CIGNA, "2024-09-16")


def test_references_into_a_policy_that_cannot_be_read_are_named_and_left_out(tree: Path) -> None:
    change(tree / TOPIC / ASH / "2006-02-09" / "policy.toml", "[words]", "[words")
    shelf = library.load(tree)
    broken, *unresolved = shelf.problems
    assert Path(broken.file).parts[-3:] == (ASH, "2006-02-09", "policy.toml")
    assert unresolved
    assert all(found.message.startswith(f"there is no reference {ASH}:") for found in unresolved)
    policy = shelf.edition(CIGNA, "2024-09-15")
    assert [citation for citation in policy.citations if ":" in citation.reference] == []
    assert shelf.problems[1:] == tuple(unresolved)


def test_a_reference_that_another_policy_does_not_have_is_named_once(tree: Path) -> None:
    file = tree / EDITION / "references.toml"
    wanted = re.findall(rf'"{ASH}:([^"]+)"', file.read_text())[0]
    file.write_text(file.read_text().replace(f"{ASH}:{wanted}", f"{ASH}:nobody"))
    (found,) = library.load(tree).problems
    assert found.message == f"there is no reference {ASH}:nobody"


# -- cases -------------------------------------------------------------------------------------


def case_problems(tree: Path) -> list[PolicyError]:
    """What is wrong with the cases of the Cigna edition in a tree."""
    policy = library.load(tree).edition(CIGNA, "2024-09-15")
    try:
        cases = read_cases(tree / EDITION)
    except PolicyError as refused:
        return [refused]
    return list(library.case_problems(policy, tree / EDITION, cases))


CASES: dict[str, tuple[str, str, str, str]] = {
    "a case that stands twice": ('id = "age-5"', 'id = "age-0"', "cases", "the id age-0 stands twice"),
    "an unknown key of a case": ("as_of = ", "today = ", "cases[0]", "Object contains unknown field `today`"),
    "a case with an answer that is not allowed": (
        "age_months = 5,",
        "age_months = -5,",
        "cases.age-5.answers",
        "age_months: out-of-range",
    ),
    "a case that expects what is never said": (
        "unsettled = []",
        "settled = []",
        "cases.age-0.expected",
        "settled is not one of edition, outcome",
    ),
}


@pytest.mark.parametrize("wrong", CASES)
def test_among_the_cases_is_refused(wrong: str, tree: Path) -> None:
    old, new, key, message = CASES[wrong]
    line = change(tree / EDITION / "cases.toml", old, new)
    (found,) = case_problems(tree)
    assert (Path(found.file).name, found.key) == ("cases.toml", key)
    assert message in found.message
    assert found.line is not None
    assert abs(found.line - line) <= 3


def test_cases_that_expect_nothing_are_refused(tree: Path) -> None:
    file = tree / EDITION / "cases.toml"
    file.write_text(re.sub(r"expected = .*", "expected = {}", file.read_text(), count=1))
    (found,) = case_problems(tree)
    assert found.key == "cases.age-0.expected"
    assert found.message.startswith("this states at least one of edition, outcome")


def test_a_missing_file_of_cases_is_refused(tree: Path) -> None:
    (tree / EDITION / "cases.toml").unlink()
    (found,) = case_problems(tree)
    assert (Path(found.file).name, found.key) == ("cases.toml", "")


def without(tree: Path, answer: str) -> None:
    """Drops every case with such an answer."""
    file = tree / EDITION / "cases.toml"
    head, *cases = file.read_text().split("[[cases]]")
    kept = [case for case in cases if not re.search(answer, case)]
    assert len(kept) < len(cases)
    file.write_text("[[cases]]".join([head, *kept]))


@pytest.mark.parametrize(
    ("answer", "limit"),
    [
        (r"dimple_diameter_mm = (0|1|2|3|4)[ ,.]", "dimple_diameter_mm below 5"),
        (r'dimple_diameter_mm = "?5(\.0"?)?[ ,]', "dimple_diameter_mm at 5"),
        (r"dimple_diameter_mm = (5\.[01]|6|7|9|100)", "dimple_diameter_mm above 5"),
        (r"dimple_distance_cm = (0|1\.|1,|2,|2\.0|2\.4)", "dimple_distance_cm below 2.5"),
        (r"dimple_distance_cm = 2\.5[ ,]", "dimple_distance_cm at 2.5"),
        (r"dimple_distance_cm = (2\.51|2\.6|3|6|30)", "dimple_distance_cm above 2.5"),
        (r"age_months = 6[ ,]", "age_months at 6"),
        (r"age_months = 24[ ,]|date_of_birth", "age_months at 24"),
    ],
)
def test_a_limit_without_a_case_is_refused(answer: str, limit: str, tree: Path) -> None:
    without(tree, answer)
    assert [problem.message for problem in case_problems(tree)] == [f"there is no case with {limit}"]


def test_no_case_is_asked_for_below_the_lowest_answer(tree: Path) -> None:
    change(
        tree / EDITION / "policy.toml",
        '"dimple_distance_cm", above = "distance_limit"',
        '"dimple_distance_cm", above = 0',
    )
    assert case_problems(tree) == []


def test_no_case_is_asked_for_above_the_highest_answer(tree: Path) -> None:
    change(
        tree / EDITION / "policy.toml",
        'dimple_diameter_mm", above = "width_limit" }',
        'dimple_diameter_mm", above = 100 }',
    )
    assert case_problems(tree) == []


# -- lines -------------------------------------------------------------------------------------


def test_the_line_of_a_key_is_found_by_place_and_by_id() -> None:
    text = '[a]\nb = 1\n\n[[c]]\nid = "x"\nd = 2\n  [[c.e]]\n  f = "g"\n[[c]]\nid = "y"\nd = 3\n'
    found = {key: line_of(text, key) for key in ("a.b", "a", "c[0].d", "c.x.e[0].f", "c.y.d", "c[1]", "h")}
    assert found == {"a.b": 2, "a": 1, "c[0].d": 6, "c.x.e[0].f": 8, "c.y.d": 11, "c[1]": 9, "h": None}


def test_a_word_near_a_key_is_looked_for_inside_its_section_alone() -> None:
    text = '[[c]]\nid = "x"\nd = ["w",\n  "v"]\n[[c]]\nid = "y"\nd = ["v"]\n'
    assert line_of(text, "c.x.d", "v") == 4
    assert line_of(text, "c.y.d", "v") == 7
    assert line_of(text, "c.x.d", "u") == 3
    assert line_of(text, "elsewhere", "w") == 3
    assert line_of(text, "elsewhere", "u") is None


# -- whatever is in the files ------------------------------------------------------------------

Mutation = Callable[[list[str]], list[str]]
PIECES = (
    '"',
    "[",
    "]",
    "{",
    "}",
    "=",
    "#",
    "\n",
    "nan",
    "inf",
    "-1",
    "1e9999",
    "0x",
    "''",
    "true",
    "\x00",
    "é",
    "|",
    ",",
)


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """Drops, repeats, moves or alters one line."""
    at = draw(st.integers(min_value=0, max_value=10**6))
    kind = draw(st.sampled_from(["drop", "repeat", "move", "alter", "alter", "alter", "cut"]))
    piece = draw(st.sampled_from(PIECES))
    column = draw(st.integers(min_value=0, max_value=10**6))
    width = draw(st.integers(min_value=0, max_value=12))

    def mutate(lines: list[str]) -> list[str]:
        i = at % len(lines)
        if kind == "cut":
            return lines[:i]
        if kind == "repeat":
            return [*lines[: i + 1], *lines[i:]]
        rest = [*lines[:i], *lines[i + 1 :]]
        if kind == "drop":
            return rest
        if kind == "move":
            return [*rest[: column % len(lines)], lines[i], *rest[column % len(lines) :]]
        j = column % (len(lines[i]) + 1)
        return [*lines[:i], lines[i][:j] + piece + lines[i][j + width :], *lines[i + 1 :]]

    return mutate


def serves(shelf: Library) -> None:
    """Decides something under every policy that was loaded."""
    codes = CodeBook(Path(settings.CODESETS)).editions[-1]
    for policies in shelf.editions.values():
        for policy in policies:
            for raw in ({}, {"setting": "outpatient", "age_months": 3, "reasons": ["lumbosacral_stigmata"]}):
                try:
                    answers = read_answers(policy.topic, raw, policy.first_day)
                except AnswersError:
                    continue
                as_record(None, determine(shelf.rules(policy), answers, codes))


@pytest.fixture(scope="module")
def shared_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that the tests below break and mend again."""
    return Path(shutil.copytree(POLICIES, tmp_path_factory.mktemp("tree") / "policies"))


@pytest.fixture
def broken(shared_tree: Path) -> Iterator[Callable[[str, Mutation], Path]]:
    """Breaks one file of the shared copy, until the test ends."""
    originals: dict[Path, bytes] = {}

    def break_(name: str, mutate: Mutation) -> Path:
        for file, content in originals.items():
            file.write_bytes(content)
        file = shared_tree / name
        originals.setdefault(file, file.read_bytes())
        lines = originals[file].decode().splitlines(keepends=True)
        file.write_text("".join(mutate(lines)))
        return shared_tree

    yield break_
    for file, content in originals.items():
        file.write_bytes(content)


@pytest.mark.parametrize("name", [f"{TOPIC}/questions.toml", *(f"{EDITION}/{name}" for name in FILES)])
@tries(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(mutate=mutations())
def test_a_file_broken_anyhow_is_refused_or_serves(
    name: str, broken: Callable[[str, Mutation], Path], mutate: Mutation
) -> None:
    shelf = library.load(broken(name, mutate))
    assert all(isinstance(problem, PolicyError) for problem in shelf.problems)
    if name.endswith("questions.toml"):
        assert shelf.problems or shelf.policy_ids == (ASH, CIGNA)
    else:
        assert ASH in shelf.policy_ids
        assert shelf.problems or CIGNA in shelf.policy_ids
    serves(shelf)


@tries(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(mutate=mutations())
def test_cases_broken_anyhow_are_refused_or_read(
    broken: Callable[[str, Mutation], Path], mutate: Mutation
) -> None:
    tree = broken(f"{EDITION}/cases.toml", mutate)
    assert library.load(tree).problems == ()
    assert all(isinstance(problem, PolicyError) for problem in case_problems(tree))


def plainly(shelf: Library) -> object:
    """What a tree says, without the fingerprints, which are of the bytes of its files."""
    plain = {
        key: [dataclasses.replace(policy, fingerprint="") for policy in policies]
        for key, policies in shelf.editions.items()
    }
    return shelf.topics, plain, shelf.problems


@pytest.mark.parametrize(
    ("mark", "end"), [(b"\xef\xbb\xbf", b"\n"), (b"", b"\r\n"), (b"\xef\xbb\xbf", b"\r\n"), (b"", b"\r")]
)
def test_a_byte_order_mark_and_any_line_ends_are_read_in_every_file_but_the_source(
    tree: Path, mark: bytes, end: bytes
) -> None:
    edition, before = tree / EDITION, library.load(tree)
    cases = read_cases(edition)
    for file in [tree / TOPIC / "questions.toml", *(edition / name for name in (*FILES, "cases.toml"))]:
        file.write_bytes(mark + file.read_bytes().replace(b"\n", end))

    assert plainly(library.load(tree)) == plainly(before)
    assert read_cases(edition) == cases


def test_a_byte_order_mark_in_the_source_is_read_where_the_fingerprint_is_of_its_bytes(
    tree: Path, policy: Path
) -> None:
    source = policy.with_name("source.txt")
    was = hashlib.sha256(source.read_bytes()).hexdigest()
    source.write_bytes(b"\xef\xbb\xbf" + source.read_bytes())
    assert "is not the file" in str(problem(tree))

    change(policy, was, hashlib.sha256(source.read_bytes()).hexdigest())
    assert library.load(tree).problems == ()


def test_a_byte_that_is_no_text_is_told_with_its_line_behind_a_byte_order_mark_too(
    tree: Path, policy: Path
) -> None:
    policy.write_bytes(b"\xef\xbb\xbf" + b"#\n" * 3 + b"# \xff\n" + policy.read_bytes())

    assert problem(tree).line == 4
