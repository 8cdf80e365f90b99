"""`manage.py determine`: what it reads, what it prints, what it refuses, and that it streams."""

from __future__ import annotations

import argparse
import io
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from decisions import services
from decisions.core.answers import AnswersError
from decisions.streams import case_texts, determining
from decisions.streams import raw_cases as cases
from decisions.telling import record as records
from decisions.telling.refusal_words import sentence

ROOT = Path(__file__).resolve().parents[2]
ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"
WORKED = json.loads((ROOT / "tests" / "cases" / "cases.json").read_text(encoding="utf-8"))
DAY = ("--as-of", "2025-03-03")
TUFT = {
    "setting": "outpatient",
    "age_months": 3,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["hair_tuft"],
}
SEVERAL = (
    {**TUFT, "contraindications": ["open_dysraphism_preoperative"], "prior_ultrasound": "normal"},
    {
        **TUFT,
        "reasons": ["lumbosacral_stigmata", "caudal_regression"],
        "stigmata": ["skin_discoloration", "other"],
        "caudal_signs": ["vacterl"],
    },
)
"""Answers with several holds, and with several criteria that are unsettled."""
KEYS = [
    "id",
    "policy",
    "edition",
    "outcome",
    "determination",
    "next_step",
    "met",
    "unsettled",
    "missing",
    "holds",
    "requests",
    "cautions",
    "readings",
    "coding",
    "code_set",
    "passages",
    "references",
]

Ran = tuple[list[dict[str, Any]], list[str], int]
Run = Callable[..., Ran]


CODED = json.dumps({**TUFT, "diagnosis_codes": ["Q06.8"]})


def case(name: Any = "a", **more: Any) -> dict[str, Any]:
    return {"id": name, "answers": TUFT, **more}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on a text from standard input: what it printed, what it complained of, its status."""

    def run_(text: str, *options: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        out, err = io.StringIO(), io.StringIO()
        status = 0
        try:
            call_command("determine", *DAY, *options, stdout=out, stderr=err)
        except SystemExit as ended:
            status = int(str(ended.code))
        except CommandError as error:
            err.write(f"{error}\n")
            status = error.returncode
        printed = [
            json.loads(line) for line in out.getvalue().removesuffix("\n").split("\n") if out.getvalue()
        ]
        return printed, err.getvalue().splitlines(), status

    return run_


def ids(printed: list[dict[str, Any]]) -> list[Any]:
    """The case ids of the Cigna determinations."""
    return [record["id"] for record in printed if record["policy"] == CIGNA]


# -- what is printed ---------------------------------------------------------------------------


def test_each_case_gives_a_line_for_every_policy_with_its_keys_in_order(run: Run) -> None:
    printed, complaints, status = run(json.dumps(case()))
    assert (complaints, status) == ([], 0)
    assert [record["policy"] for record in printed] == [ASH, CIGNA]
    assert [list(record) for record in printed] == [KEYS, KEYS]


def test_the_record_is_that_of_the_contract(run: Run) -> None:
    (record,) = run(json.dumps(case()), "--policy", CIGNA)[0]
    assert {key: record[key] for key in KEYS if key not in ("passages", "references")} == {
        "id": "a",
        "policy": CIGNA,
        "edition": "2024-09-15",
        "outcome": "criteria_met",
        "determination": "medically necessary",
        "next_step": "request_information",
        "met": ["lumbosacral-stigmata"],
        "unsettled": [],
        "missing": [],
        "holds": [],
        "requests": ["diagnosis-missing"],
        "cautions": [],
        "readings": ["code-list-hold"],
        "coding": {"procedure": "not_supplied", "diagnosis": "not_supplied"},
        "code_set": None,
    }
    assert [list(passage) for passage in record["passages"]] == [["id", "quote"]] * len(record["passages"])


def test_lists_are_sorted_and_passages_stand_in_the_order_of_the_text(run: Run) -> None:
    named = ("met", "unsettled", "missing", "holds", "requests", "cautions", "readings", "references")
    longest = dict.fromkeys(named, 0)
    printed, _, _ = run("\n".join(map(json.dumps, [*WORKED, *SEVERAL])))
    for record in printed:
        for key in named:
            assert record[key] == sorted(set(record[key]))
            longest[key] = max(longest[key], len(record[key]))
        order = list(services.library().edition(record["policy"], record["edition"]).passages)
        places = [order.index(passage["id"]) for passage in record["passages"]]
        assert places == sorted(set(places))
        assert places
    assert {key for key, most in longest.items() if most < 2} <= {"requests"}


def test_what_is_cited_stands_in_the_list_of_the_ash_guideline_and_says_so_under_another_policy(
    run: Run,
) -> None:
    cited = {ASH: [], CIGNA: []}
    for record in run("\n".join(map(json.dumps, WORKED)))[0]:
        cited[record["policy"]] += record["references"]
    known = services.library().editions[ASH][-1].references
    assert len(set(cited[ASH])) > 10
    assert set(cited[ASH]) <= set(known)
    assert {reference.removeprefix(f"{ASH}:") for reference in cited[CIGNA]} <= set(known)
    assert all(reference.startswith(f"{ASH}:") for reference in cited[CIGNA])


def test_quotes_are_printed_as_characters_not_as_escapes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.StringIO(json.dumps({"id": "Zoë", "answers": TUFT}, ensure_ascii=False))
    )
    out = io.StringIO()
    call_command("determine", *DAY, stdout=out)
    assert '"id": "Zoë"' in out.getvalue()


def test_a_line_is_the_record_as_json_also_where_it_was_written_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for remembered in (1, 1_000):
        monkeypatch.setattr(records, "REMEMBERED", remembered)
        lines_ = records.Lines()
        for _ in range(2):
            for worked in WORKED:
                as_of = cases.day(worked["as_of"])
                for found in services.decide_all((ASH, CIGNA), worked["answers"], as_of):
                    plain = json.dumps(records.as_record(worked["id"], found), ensure_ascii=False)
                    assert lines_.line(worked["id"], found) == f"{plain}\n"


def test_policies_are_those_named_in_the_order_named_each_once(run: Run) -> None:
    options = ("--policy", CIGNA, "--policy", ASH, "--policy", CIGNA)
    assert [record["policy"] for record in run(json.dumps(case()), *options)[0]] == [CIGNA, ASH]


@pytest.mark.parametrize(
    "name", ["a", 7, 1.5, 0.1, None, True, ["x", 1], {"k": 2.5}, "", "line\nline", 10**30]
)
def test_an_id_is_given_back_as_it_came(run: Run, name: Any) -> None:
    printed, _, status = run(json.dumps(case(name)))
    assert status == 0
    assert ids(printed) == [name]


def test_an_id_that_no_double_can_hold_is_given_back_as_text(run: Run) -> None:
    printed, _, _ = run('{"id": 0.12345678901234567890123, "answers": {}}')
    assert ids(printed) == ["0.12345678901234567890123"]


def test_a_lone_surrogate_in_an_id_is_given_back_escaped(run: Run) -> None:
    printed, _, status = run('{"id": "\\ud800", "answers": {}}')
    assert status == 0
    assert ids(printed) == ["\ud800"]


# -- what is read ------------------------------------------------------------------------------


def test_an_object_of_answers_is_read_with_the_id_null(run: Run) -> None:
    printed, _, _ = run(json.dumps(TUFT))
    assert ids(printed) == [None]
    assert printed[0]["outcome"] == "criteria_met"


def test_an_empty_object_is_answers_of_which_none_is_known(run: Run) -> None:
    assert [record["outcome"] for record in run("{}")[0]] == ["more_information"] * 2


def test_an_object_may_stand_on_several_lines(run: Run) -> None:
    assert ids(run(json.dumps(case("several"), indent=2))[0]) == ["several"]
    assert ids(run("\n\n" + json.dumps(TUFT, indent=4) + "\n\n")[0]) == [None]


def test_an_array_is_read(run: Run) -> None:
    array = [case("a"), TUFT, case("b")]
    assert ids(run(json.dumps(array))[0]) == ["a", None, "b"]
    assert ids(run(json.dumps(array, indent=1))[0]) == ["a", None, "b"]


def test_an_empty_array_prints_nothing(run: Run) -> None:
    assert run("[]") == ([], [], 0)


def test_json_lines_are_read_and_blank_lines_passed_over(run: Run) -> None:
    lines = [json.dumps(case("a")), "", "   ", json.dumps(TUFT), json.dumps(case("b"))]
    for end in ("\n", "\r\n"):
        printed, complaints, status = run(end.join(lines))
        assert (ids(printed), complaints, status) == (["a", None, "b"], [], 0)


def test_a_byte_order_mark_is_passed_over(run: Run) -> None:
    assert ids(run("\ufeff" + json.dumps(case("a")))[0]) == ["a"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(run: Run) -> None:
    first = json.dumps(case("one\u2028two\x85three"), ensure_ascii=False)
    assert ids(run(f"{first}\n{first}")[0]) == ["one\u2028two\x85three"] * 2


def test_other_keys_of_a_case_are_ignored(run: Run) -> None:
    printed, _, status = run(json.dumps(case("a", vignette="x", expected={"outcome": "y"}, source=None)))
    assert (ids(printed), status) == (["a"], 0)


def test_the_as_of_date_of_a_case_wins_over_the_option(run: Run) -> None:
    lines = [case("option"), case("own", as_of="2024-09-14"), case("null", as_of=None)]
    printed, _, _ = run("\n".join(map(json.dumps, lines)), "--policy", CIGNA)
    assert [record["outcome"] for record in printed] == ["criteria_met", "out_of_scope", "criteria_met"]


def test_without_a_date_today_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "today", lambda: cases.day("2025-09-16"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(TUFT)))
    out = io.StringIO()
    call_command("determine", "--policy", CIGNA, stdout=out)
    assert json.loads(out.getvalue())["cautions"] == ["review-overdue"]


def test_a_file_is_read(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([case("from a file")]), encoding="utf-8")
    assert ids(run("not read", str(file))[0]) == ["from a file"]


def test_a_minus_is_standard_input(run: Run) -> None:
    assert ids(run(json.dumps(case("a")), "-")[0]) == ["a"]


# -- what is refused ---------------------------------------------------------------------------


def test_a_bad_case_is_named_with_fact_and_what_is_allowed_and_the_good_ones_are_printed(run: Run) -> None:
    bad = {"id": "bad", "answers": {**TUFT, "setting": "clinic", "age_months": -1}}
    printed, complaints, status = run("\n".join(map(json.dumps, [case("a"), bad, case("b")])))
    assert (ids(printed), status) == (["a", "b"], 2)
    settings = "outpatient, inpatient, intraoperative_spinal, intraoperative_other"
    assert complaints == [
        f"case bad: setting: clinic is not an option; allowed: {settings}",
        "case bad: age_months: -1 is outside the limits; allowed: at least 0 months and at most 1500 months",
    ]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("03/01/2026", "03/01/2026 has its year last; write 2026-03-01 or 2026-01-03"),
        ("3.13.2026", "3.13.2026 has its year last; write 2026-03-13"),
        ("2-2-2026", "2-2-2026 has its year last; write 2026-02-02"),
        ("13/13/2026", "13/13/2026 is not a day of the calendar; allowed: YYYY-MM-DD"),
        ("03/01/26", "03/01/26 is not a day of the calendar; allowed: YYYY-MM-DD"),
    ],
)
def test_a_day_with_its_year_last_is_refused_with_the_days_it_can_mean(
    run: Run, day: str, sentence: str
) -> None:
    for key in ("date_of_service", "date_of_birth"):
        printed, (said,), status = run(json.dumps({key: day}))
        assert (printed, status) == ([], 2)
        assert said.startswith(f"line 1: {key}: {sentence}")
    assert run(json.dumps(case("a", as_of=day)))[1] == [f"case a: as_of: {sentence}"]


AGE = "at least 0 months and at most 1500 months"


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ({"age_months": 1.5}, f"1.5 is not a whole number of months; allowed: a whole number {AGE}"),
        ({"age_months": "1"}, f"1 is a text here; write the number 1 without quotes; allowed: {AGE}"),
        ({"age_months": True}, f"true is not a whole number of months; allowed: a whole number {AGE}"),
        ({"age_months": {"above": 1, "below": 2}}, f"no answer is above 1 and below 2; allowed: {AGE}"),
        (
            {"dimple_diameter_mm": [5.5]},
            "[5.5] is not a number; allowed: a number above 0 mm and at most 100 mm",
        ),
        ({"diagnosis_codes": [None]}, "a code is a text, not null"),
        ({"diagnosis_codes": {"a": [0.50, None]}}, 'a list is wanted here, not {"a": [0.5, null]}'),
        (
            {"dimple_count": {"one_of": "single"}},
            'several options are given as one_of and a list, not as {"one_of":',
        ),
        ({"dimple_count": [[[[[[]]]]]]}, "[[[[…]]]] is not an option; allowed: single, multiple"),
        ({"date_of_birth": "2030-01-01"}, "the birth date 2030-01-01 is after the date of service"),
    ],
)
def test_what_was_given_is_told_back_as_json_has_it(
    run: Run, answers: dict[str, Any], complaint: str
) -> None:
    _, (said,), status = run(json.dumps(answers))
    assert status == 2
    assert complaint in said


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2: this is not JSON: "),
        ("nonsense", "line 2: this is not JSON: "),
        ("7", "line 2: a JSON object is wanted here"),
        ("[]", "line 2: a JSON object is wanted here"),
        ('"text"', "line 2: a JSON object is wanted here"),
        ('{"id": 1, "answers": []}', "case 1: answers: a JSON object of fact id and value is wanted here"),
        ('{"answers": null}', "line 2: answers: a JSON object of fact id and value is wanted here"),
        ('{"id": 1, "as_of": "2025-02-30", "answers": {}}', "case 1: as_of: 2025-02-30 is not a day"),
        ('{"id": 1, "as_of": 20250201, "answers": {}}', "case 1: as_of: 20250201 is not a day"),
        ('{"id": 1, "as_of": [0.5, null], "answers": {}}', "case 1: as_of: [0.5, null] is not a day"),
        ('{"id": {"k": [2.5, null]}, "answers": {"x": 1}}', 'case {"k": [2.5, null]}: x: there is no'),
        ('{"id": true, "answers": []}', "case true: answers: a JSON object of fact id and value is wanted"),
        ('{"id": "' + "long" * 20 + '", "answers": []}', f"case {'long' * 20}: answers: "),
        ('{"age_months": NaN}', "line 2: this is not JSON: NaN is not a JSON number"),
        ('{"age_months": -Infinity}', "line 2: this is not JSON: -Infinity is not a JSON number"),
        ('{"age_months": 3, "age_months": 4}', "line 2: this is not JSON: age_months is given twice"),
        (
            '{"age_months": 1e99999999999999999999}',
            "line 2: this is not JSON: 1e99999999999999999999 is too large",
        ),
        ('{"age_months": ' + "9" * 5000 + "}", "line 2: this is not JSON: "),
        ('{"age_months": ' + "9" * 4000 + "}", "line 2: age_months: "),
        ('{"age_months": 1e999}', "line 2: age_months: "),
        (
            '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}",
            "line 2: this is not JSON: this is nested too deeply",
        ),
        ('{"\\ud800": 1}', "line 2: \\ud800: there is no such fact"),
        ('{"setting": "\\ud800"}', "line 2: setting: \\ud800 is not an option"),
        ('{"setting": "a\\nb\\u001b[31m"}', "line 2: setting: a\\nb\\x1b[31m is not an option"),
        ('{"id": "a\\nb", "answers": {"x": 1}}', "case a\\nb: x: there is no such fact"),
        (
            '{"id": "bytes \udcff", "answers": {}}',
            "line 2: this is not JSON: there is a byte that is not UTF-8",
        ),
    ],
)
def test_a_bad_line_is_one_complaint_and_spoils_no_other(run: Run, line: str, complaint: str) -> None:
    printed, complaints, status = run("\n".join([json.dumps(case("a")), line, json.dumps(case("b"))]))
    assert (ids(printed), status) == (["a", "b"], 2)
    (said,) = complaints
    assert said.startswith(complaint)


def test_a_bad_first_line_spoils_no_other(run: Run) -> None:
    for first in ("{", "nonsense", '{"id": 1, "answers": {', '{"a": NaN}'):
        printed, complaints, status = run(
            "\n".join(["", first, json.dumps(case("a")), json.dumps(case("b"))])
        )
        assert (ids(printed), status) == (["a", "b"], 2)
        (said,) = complaints
        assert said.startswith("line 2: this is not JSON: ")


def test_objects_over_several_lines_may_follow_one_another(run: Run) -> None:
    several = (
        "\n".join(json.dumps(case(name), indent=1) for name in ("a", "b")) + "\n" + json.dumps(case("c"))
    )
    assert (ids(run(several)[0]), *run(several)[1:]) == (["a", "b", "c"], [], 0)


def test_a_broken_object_over_several_lines_is_one_complaint_and_spoils_no_other(run: Run) -> None:
    broken = json.dumps(case("broken"), indent=1)
    for before, after in (('"answers":', '"answers"'), (": 3,", ": 3"), ("\n}", "\n]")):
        objects = [
            json.dumps(case("a"), indent=1),
            broken.replace(before, after),
            json.dumps(case("b"), indent=1),
        ]
        printed, (said,), status = run("\n".join(objects))
        assert (ids(printed), status) == (["a", "b"], 2)
        assert said.startswith("the object on line 14: this is not JSON: ")


def test_an_object_that_is_not_ended_is_one_complaint(run: Run) -> None:
    printed, (said,), status = run(json.dumps(case("a"), indent=1)[:-1])
    assert (printed, status) == ([], 2)
    assert said.startswith("the object on line 1: this is not JSON: ")


def test_an_object_over_several_lines_may_be_so_long(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(case("a", note=["x" * 9] * 200), indent=1)
    characters = sum(map(len, text.split("\n")))
    monkeypatch.setattr(case_texts, "LONGEST_OBJECT", characters)
    assert ids(run(text)[0]) == ["a"]
    monkeypatch.setattr(case_texts, "LONGEST_OBJECT", characters - 1)
    printed, complaints, status = run(f"{text}\n{json.dumps(case('b'))}")
    told = f"the object on line 1: an object over several lines may have up to {characters - 1:,} characters"
    assert (ids(printed), complaints, status) == (["b"], [told], 2)


@given(
    value=st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=8,
        ),
    ),
    indent=st.integers(0, 2),
)
def test_whatever_object_stands_on_several_lines_is_taken_whole(value: dict[str, Any], indent: int) -> None:
    text = json.dumps(value, indent=indent)
    found = list(case_texts.texts([*text.split("\n"), None, *text.split("\n")]))
    assert [json.loads(each.json) for each in found if each is not case_texts.PAUSE] == [value, value]


@given(text=st.text(alphabet='{}[]",:\\ 1a\n\r\ufeff'), size=st.integers(1, 5))
def test_lines_are_the_same_however_they_come(text: str, size: int) -> None:
    """Cut anywhere, also within an end of two characters or a character of three bytes."""
    came = io.BytesIO(text.encode())
    given_ = [line for line in case_texts.lines_of(Few(came, size)) if line is not None]
    assert given_ == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_a_stream_that_does_not_wait_is_not_taken_for_ended(tmp_path: Path) -> None:
    here, there = os.pipe()
    os.set_blocking(here, False)
    os.write(there, b"{}\n")
    with open(here, "rb", buffering=0) as stream:  # noqa: PTH123 (a descriptor)
        came = case_texts.lines_of(stream)
        assert next(came) == "{}"
        with pytest.raises(BlockingIOError, match="temporarily unavailable"):
            list(came)
    os.close(there)


class Few:
    """A stream that gives only a few bytes at a time."""

    def __init__(self, stream: io.BytesIO, size: int) -> None:
        self.stream, self.size = stream, size

    def read(self, size: int, /) -> bytes:
        return self.stream.read(min(size, self.size))


def test_lines_after_a_bad_first_one_are_read_however_many_there_are(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_texts, "LONGEST_OBJECT", 500)
    printed, complaints, status = run("\n".join(["{", *(json.dumps(case(i)) for i in range(20))]))
    assert (ids(printed), len(complaints), status) == (list(range(20)), 1, 2)


@pytest.mark.parametrize(
    ("item", "complaint"),
    [
        ('{"age_months": 1, "age_months": 2}', "this is not JSON: age_months is given twice"),
        ('{"id": 7, "answers": {"a": NaN}}', "this is not JSON: NaN is not a JSON number"),
        ('{"age_months": ' + "9" * 5000 + "}", "this is not JSON: a number has too many figures"),
        ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "this is not JSON: this is nested too deeply"),
        ('{"a" 1}', "this is not JSON: Expecting ':' delimiter (character 6)"),
        ('{"a": "], [, \\" }", 1}', "this is not JSON: "),
        ("", "this is not JSON: Expecting value (character 1)"),
        ('{"id": "\udcff"}', "this is not JSON: there is a byte that is not UTF-8"),
    ],
)
def test_a_bad_item_of_an_array_is_named_and_spoils_no_other(run: Run, item: str, complaint: str) -> None:
    array = f"[{json.dumps(case('a'))},{item},\n{json.dumps(case('b'), indent=1)}]"
    printed, (said,), status = run(array)
    assert (ids(printed), status) == (["a", "b"], 2)
    assert said.startswith(f"item 2: {complaint}")


def test_an_item_of_an_array_that_is_no_object_is_named_by_its_place(run: Run) -> None:
    printed, complaints, status = run(json.dumps([case("a"), 7, case("b")]))
    assert (ids(printed), complaints, status) == (["a", "b"], ["item 2: a JSON object is wanted here"], 2)


@pytest.mark.parametrize("text", ["[", '[{"id": 1, "answers": {}}', "[1] 2", "[1]]", '[{"id": "1}]'])
def test_an_array_that_is_no_json_is_refused_whole(run: Run, text: str) -> None:
    printed, complaints, status = run(text)
    assert (printed, status) == ([], 2)
    assert complaints[0].startswith("the array is not JSON: ")


@pytest.mark.parametrize("text", ["", "\n", "  \r\n\n", "\ufeff"])
def test_empty_input_is_refused(run: Run, text: str) -> None:
    message = "the input is empty; a JSON object, a JSON array or JSON Lines are allowed"
    assert run(text) == ([], [message], 2)


def test_an_unknown_policy_is_refused_with_those_that_there_are(run: Run) -> None:
    message = f"--policy: there is no policy nobody; allowed: {ASH}, {CIGNA}"
    assert run(json.dumps(TUFT), "--policy", "nobody") == ([], [message], 2)


@pytest.mark.parametrize("day", ["2025-02-30", "today", "", "20250301", "２０２５-03-01"])
def test_a_bad_as_of_date_is_refused(run: Run, day: str) -> None:
    message = f"--as-of: {day} is not a day of the calendar; allowed: YYYY-MM-DD"
    assert run(json.dumps(TUFT), "--as-of", day) == ([], [message], 2)


def test_a_file_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "nowhere.json")
    assert run("", file) == ([], [f"{file}: this file cannot be read (No such file or directory)"], 2)
    assert run("", str(tmp_path)) == ([], [f"{tmp_path}: this file cannot be read (Is a directory)"], 2)


def test_a_policy_that_cannot_be_read_is_told_and_the_others_decide(
    run: Run, tmp_path: Path, settings: Any
) -> None:
    settings.POLICIES = Path(shutil.copytree(settings.POLICIES, tmp_path / "policies"))
    broken = settings.POLICIES / "spinal_ultrasound" / CIGNA / "2024-09-15" / "text.md"
    broken.unlink()
    printed, complaints, status = run(json.dumps(case("a")))
    assert ([record["policy"] for record in printed], status) == ([ASH], 0)
    assert complaints == [f"{broken}: this file cannot be read (No such file or directory)"]


def test_no_policy_at_all_ends_it(run: Run, tmp_path: Path, settings: Any) -> None:
    settings.POLICIES = tmp_path
    assert run(json.dumps(case("a"))) == ([], ["there is no policy that can be read"], 1)


def test_without_a_code_set_no_diagnosis_is_valid_and_that_is_said(
    run: Run, tmp_path: Path, settings: Any
) -> None:
    settings.CODESETS = tmp_path
    (bare, given), said, status = run(f"{json.dumps(case('a'))}\n{CODED}", "--policy", CIGNA)
    assert status == 0
    assert said == ["There is no ICD-10-CM edition at hand, so no diagnosis code counts as valid."]
    assert (bare["code_set"], given["code_set"]) == (None, None)
    assert (bare["coding"]["diagnosis"], given["coding"]["diagnosis"]) == ("not_supplied", "invalid")


def test_a_broken_code_set_ends_it(run: Run, tmp_path: Path, settings: Any) -> None:
    settings.CODESETS = tmp_path
    (tmp_path / "2026-04-01.tsv.gz").write_bytes(b"broken")
    printed, (complaint,), status = run(json.dumps(case("a")))
    assert (printed, status) == ([], 1)
    assert complaint.startswith(f"{tmp_path / '2026-04-01.tsv.gz'}: cannot be read")


FACTS = st.sampled_from([*services.library().topics["spinal_ultrasound"].by_id, "date_of_birth", "depth", ""])
FINITE = st.decimals(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.floats() | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def refusals(raw: dict[str, Any]) -> list[str]:
    """What the answers are refused for, none where they are decided."""
    try:
        found = services.decide_all(services.library().policy_ids, raw, cases.day("2025-03-03"))
    except AnswersError as refused:
        return [f"{problem.facts}: {sentence(problem)}" for problem in refused.problems]
    return [] if [determination.policy.id for determination in found] == [ASH, CIGNA] else ["not decided"]


@tries(max_examples=150, deadline=None, database=None)
@given(raw=st.dictionaries(FACTS, ANYTHING, max_size=6))
def test_whatever_is_answered_is_decided_or_refused_with_a_sentence(raw: dict[str, Any]) -> None:
    assert "not decided" not in refusals(raw)


# -- as a process ------------------------------------------------------------------------------

COMMAND = [sys.executable, str(ROOT / "manage.py"), "determine", *DAY]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a process of its own, with its files in a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONUS_", "DJANGO_"))}
    return {**kept, "CONUS_VAR": str(tmp_path)}


def started(environment: dict[str, str], *options: str) -> subprocess.Popen[str]:
    """The command, reading what it is given."""
    return subprocess.Popen(
        [*COMMAND, *options],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def asked(process: subprocess.Popen[str], name: str) -> list[Any]:
    """The ids of the determinations of a case that is given now."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(case(name)) + "\n")
    process.stdin.flush()
    return [json.loads(process.stdout.readline())["id"] for _ in (ASH, CIGNA)]


def children(process: int) -> list[int]:
    """The processes that a process started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_it_answers_a_line_before_the_next_one_comes(environment: dict[str, str]) -> None:
    command = subprocess.Popen(
        COMMAND, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    with command as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in ("one", "two", "three"):
            process.stdin.write(json.dumps(case(name)) + "\n")
            process.stdin.flush()
            answered = [json.loads(process.stdout.readline()) for _ in (ASH, CIGNA)]
            assert [(record["id"], record["policy"]) for record in answered] == [(name, ASH), (name, CIGNA)]
        process.stdin.close()
        assert process.stdout.read() == ""
    assert process.returncode == 0


def test_a_bad_first_line_is_refused_and_the_second_answered_before_more_comes(
    environment: dict[str, str],
) -> None:
    for first in ("oops", '{"id": 1 "answers"', '{"id": 1, "answers": {', "{"):
        command = subprocess.Popen(
            [*COMMAND, "-"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with command as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdin.write(f'{first}\n{{"id": "second", "answers": {{}}}}\n')
            process.stdin.flush()
            assert process.stderr.readline().startswith("line 1: this is not JSON: ")
            assert [json.loads(process.stdout.readline())["id"] for _ in (ASH, CIGNA)] == ["second"] * 2
            process.stdin.close()
            assert (process.stdout.read(), process.stderr.read()) == ("", "")
        assert process.returncode == 2


def test_it_answers_a_line_before_the_next_one_comes_with_several_processes_too(
    environment: dict[str, str],
) -> None:
    with started(environment, "--jobs", "2") as process:
        for name in ("one", "two", "three"):
            assert asked(process, name) == [name, name]
        assert process.communicate() == ("", "")
    assert process.returncode == 0


def test_several_processes_print_and_complain_as_one_does(
    environment: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "many.jsonl"
    bad = ['{"a": 1}\n', "oops\n", "\n", '{"id": "\u2028", "answers": {"reasons": []}}\n']
    many = [line for n, line in enumerate(lines(1_500)) for line in (*bad[n % 250 : n % 250 + 1], line)]
    file.write_text("".join(many), encoding="utf-8")
    alone, together = (
        subprocess.run(
            [*COMMAND, "--jobs", jobs, str(file)], env=environment, capture_output=True, check=False
        )
        for jobs in ("1", "3")
    )
    assert len(alone.stdout.splitlines()) == 2 * 1_500
    assert len(alone.stderr.splitlines()) == 18 + 1  # and that no code set is in force
    assert (together.stdout, together.stderr) == (alone.stdout, alone.stderr)
    assert (together.returncode, alone.returncode) == (2, 2)


def test_a_process_that_is_killed_is_told_and_what_was_answered_stands(environment: dict[str, str]) -> None:
    with started(environment, "--jobs", "2") as process:
        assert asked(process, "before") == ["before", "before"]
        for child in children(process.pid):
            os.kill(child, signal.SIGKILL)
        told = "a process of --jobs ended by signal 9 before its work was done\n"
        assert process.communicate(f"{json.dumps(case('after'))}\n") == ("", told)
    assert process.returncode == 1


def test_the_processes_end_with_the_one_that_feeds_them(environment: dict[str, str]) -> None:
    for signal_ in (signal.SIGKILL, signal.SIGINT):
        with started(environment, "--jobs", "2") as process:
            assert asked(process, "one") == ["one", "one"]
            workers = [os.pidfd_open(child) for child in children(process.pid)]
            os.kill(process.pid, signal_)
            assert len(workers) == 2
            for worker in workers:
                assert select.select([worker], [], [], 60)[0] == [worker]
                os.close(worker)
            assert process.communicate()[1] == ("Stopped.\n" if signal_ == signal.SIGINT else "")
        assert process.returncode == (130 if signal_ == signal.SIGINT else -signal.SIGKILL)


@pytest.mark.parametrize("jobs", ["0", "-1", "257", "two", "1.5", ""])
def test_a_number_of_processes_that_cannot_be_is_refused(
    jobs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    determining.add_arguments(parser)
    with pytest.raises(SystemExit, match="2"):
        parser.parse_args(["--jobs", jobs])
    assert f"{jobs} is not a whole number from 1 to 256" in capsys.readouterr().err


def test_a_reader_that_closes_early_ends_it_quietly(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text((json.dumps(case("a")) + "\n") * 500, encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, str(file)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["id"] == "a"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_a_bad_line_sets_the_exit_status_of_the_process(environment: dict[str, str]) -> None:
    given_ = b'{"id": "a", "answers": {}}\n{"id": "b\xff"}\n{"id": "c", "answers": {}}\n'
    ended = subprocess.run(
        [*COMMAND, "--policy", ASH],
        env={**environment, "LC_ALL": "C"},
        input=given_,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 2
    assert [json.loads(line)["id"] for line in ended.stdout.splitlines()] == ["a", "c"]
    assert ended.stderr == b"line 2: this is not JSON: there is a byte that is not UTF-8\n"


MEASURED = """
import resource, runpy, sys

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

class Counted:
    def __init__(self, lines):
        self.lines = lines
    def __iter__(self):
        for number, line in enumerate(self.lines):
            if number == 2_000:
                print(peak(), file=sys.stderr)
            yield line

sys.stdin = Counted(sys.stdin)
sys.argv = ["manage.py", "determine", "--as-of", "2025-03-03", "--policy", "ash-cpg-038", "-"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    assert not ended.code
print(peak(), file=sys.stderr)
"""


LOADED = """
import pathlib, re, runpy, sys
sys.argv = ["manage.py", "determine", "-"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    assert not ended.code
peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1]
print(peak, *sys.modules, file=sys.stderr)
"""


def test_one_case_loads_nothing_of_the_web_and_needs_little_memory(environment: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT,
        env=environment,
        input=json.dumps(case("a")),
        capture_output=True,
        text=True,
        check=True,
    )
    kibibytes, *modules = ended.stderr.split()
    web = ("django.", "allauth", "csp.", "crispy", "whitenoise", "cryptography", "psycopg", "multiprocessing")
    assert len(ended.stdout.splitlines()) == 2
    assert {name for name in modules if name.startswith(web)} <= {
        "csp.constants",  # of the settings
        "django.core",
        "django.core.exceptions",
        "django.utils",
        "django.utils.functional",
        "django.utils.hashable",
        "django.utils.regex_helper",
        "django.utils.version",
    }
    assert int(kibibytes) < 40 * 1024


def lines(count: int) -> Iterator[str]:
    """Cases that differ from one another, as lines."""
    for number in range(count):
        answers = {**TUFT, "age_months": number % 30, "diagnosis_codes": [f"X{number}"]}
        yield json.dumps({"id": f"case-{number}", "answers": answers}) + "\n"


def test_twenty_thousand_lines_need_no_more_memory_than_two_thousand(environment: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", MEASURED],
        cwd=ROOT,
        env=environment,
        input="".join(lines(20_000)),
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
    )
    after_few, after_all = (int(line) for line in ended.stderr.splitlines() if line.isdecimal())
    assert after_all - after_few < 4_000  # a leak of 230 bytes a line would show


# Codes as people paste them

TETHERED = {
    "setting": "outpatient",
    "age_months": 1,
    "reasons": ["suspected_defect"],
    "suspected_defects": ["cord_tethering"],
}


def coded(run: Run, procedure: str, diagnosis: str) -> dict[str, Any]:
    answers = {**TETHERED, "procedure_codes": [procedure], "diagnosis_codes": [diagnosis]}
    (found,), _, status = run(json.dumps({"id": "c", "answers": answers}), "--policy", CIGNA)
    assert status == 0
    return found


@pytest.mark.parametrize(
    "procedure",
    ["76800\u201326", "76800\u201126", "76800 26", "76800:26", "HC:76800:26", "\u2022 76800", "76800\u200b"],
)
def test_a_procedure_code_means_the_same_however_it_was_pasted(run: Run, procedure: str) -> None:
    found = coded(run, procedure, "Q06.8")
    assert (found["next_step"], found["holds"]) == ("can_approve", [])
    assert found["coding"] == {"procedure": "listed", "diagnosis": "listed"}


@pytest.mark.parametrize(
    "diagnosis", ["Q06.8\u200b", "\ufeffQ06.8", "ABK:Q068", "\u2022 [Q06.8]", "ICD-10: Q06.8"]
)
def test_a_diagnosis_code_means_the_same_however_it_was_pasted(run: Run, diagnosis: str) -> None:
    found = coded(run, "76800", diagnosis)
    assert (found["next_step"], found["requests"], found["cautions"]) == ("can_approve", [], [])


def test_a_text_with_several_codes_is_several_codes(run: Run) -> None:
    found = coded(run, "76800 62270", "Q06.8 Q82.6")
    assert found["coding"] == {"procedure": "listed", "diagnosis": "partly_listed"}


@pytest.mark.parametrize("word", ["dimple", "sacral dimple", "?"])
def test_a_word_is_a_malformed_code(run: Run, word: str) -> None:
    found = coded(run, "76800", word)
    assert (found["requests"], found["cautions"]) == (["diagnosis-invalid"], ["diagnosis-invalid-code"])
    assert found["coding"]["diagnosis"] == "invalid"


# By which edition of ICD-10-CM


NO_CODES: tuple[list[str], ...] = ([], ["", " "], ["\u200b"])


def on(day: str, *codes: str) -> str:
    answers = {**TETHERED, "date_of_service": day, "diagnosis_codes": list(codes)}
    return json.dumps({"id": day, "answers": answers})


@pytest.mark.parametrize(
    ("day", "edition", "in_force", "coding"),
    [
        ("2025-03-31", "2026-04-01", False, "invalid"),
        ("2025-04-01", "2025-04-01", True, "not_listed"),
        ("2025-09-30", "2025-04-01", True, "not_listed"),
        ("2025-10-01", "2026-04-01", False, "invalid"),
        ("2026-03-31", "2026-04-01", False, "invalid"),
        ("2026-04-01", "2026-04-01", True, "invalid"),
        ("2026-09-30", "2026-04-01", True, "invalid"),
        ("2026-10-01", "2026-04-01", False, "invalid"),
    ],
)
def test_a_diagnosis_is_judged_by_the_edition_in_force_on_the_day_else_by_the_newest(
    run: Run, day: str, edition: str, in_force: bool, coding: str
) -> None:
    printed, _, _ = run(on(day, "Q89.8"))
    assert [record["code_set"] for record in printed] == [{"edition": edition, "in_force": in_force}] * 2
    assert printed[1]["coding"]["diagnosis"] == coding


@pytest.mark.parametrize(
    "given", [{}, {"diagnosis_codes": None}, *({"diagnosis_codes": c} for c in NO_CODES)]
)
def test_without_a_diagnosis_code_no_edition_is_named(run: Run, given: dict[str, Any]) -> None:
    printed, said, _ = run(json.dumps({**TUFT, **given}))
    assert ([record["code_set"] for record in printed], said) == ([None, None], [])
    assert {record["coding"]["diagnosis"] for record in printed} == {"not_supplied"}


def test_the_edition_is_named_for_every_outcome(run: Run) -> None:
    out_of_scope = {
        "reasons": ["extremity_musculoskeletal"],
        "setting": "outpatient",
        "diagnosis_codes": ["M75.101"],
    }
    printed, _, _ = run(json.dumps(out_of_scope))
    assert {record["outcome"] for record in printed} == {"out_of_scope"}
    assert [record["code_set"] for record in printed] == [{"edition": "2026-04-01", "in_force": False}] * 2


def test_that_no_edition_is_in_force_is_said_once_a_run_and_changes_no_status(run: Run) -> None:
    cases = "\n".join((on("2025-04-01", "Q06.8"), on("2025-03-03", "Q06.8"), on("2026-11-20", "Q06.8")))
    printed, said, status = run(cases)
    assert (len(printed), status) == (6, 0)
    judged = "diagnosis codes are judged by ICD-10-CM, April 2026, in force from 2026-04-01 to 2026-09-30."
    assert said == [f"No ICD-10-CM edition at hand is in force on 2025-03-03: {judged}"]


HIGHEST = """
import runpy, sys
sys.argv = ["manage.py", "determine", "-"]
try:
    runpy.run_path("manage.py", run_name="__main__")
except SystemExit:
    pass
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells")
def test_one_case_with_a_diagnosis_code_needs_little_memory(environment: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HIGHEST],
        cwd=ROOT,
        env=environment,
        input=on("2026-05-01", "Q06.8"),
        text=True,
        capture_output=True,
        check=True,
    )
    assert [json.loads(line)["coding"]["diagnosis"] for line in ended.stdout.splitlines()] == [
        "no_list",
        "listed",
    ]
    assert int(ended.stderr.split()[1]) < 60 * 1024


def test_that_an_edition_is_in_force_is_not_said(run: Run) -> None:
    assert run(on("2026-04-01", "Q06.8"))[1] == []
