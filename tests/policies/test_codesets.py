"""The ICD-10-CM editions on file, the code lists of the policies, and how new editions are made."""

import csv
import datetime
import gzip
import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from decisions.core.code_systems import CodeSet, diagnosis, expand, lies_between, procedure
from decisions.library import codebook
from decisions.library.codebook import CodeBook, CodeSetError, codes_of_order_file, write_edition

DECISIONS = Path(__file__).parents[2] / "decisions"
SPINAL = DECISIONS / "policies" / "spinal_ultrasound"
ASH = SPINAL / "ash-cpg-038" / "2006-02-09"
CIGNA = SPINAL / "cigna-cpg-038" / "2024-09-15"

APRIL = datetime.date(2026, 4, 1)
HEAD = "#name: Test\n#first_day: 2026-04-01\n#last_day: 2026-09-30\n#source: hand made\n"
ORDER_FILE = (
    "00001 Q82     0 Other congenital malformations of skin                       "
    "Other congenital malformations of skin\n"
    "00002 Q826    1 Congenital sacral dimple                                     "
    "Congenital sacral dimple\n"
    "00003 S060X0A 1 Concussion without loss of consciousness, init encntr        "
    "Concussion without loss of consciousness, initial encounter\n"
)


ON_FILE = DECISIONS / "codesets" / "icd10cm"


@cache
def on_file(year: int) -> CodeSet:
    return CodeBook(ON_FILE).in_force(datetime.date(year, 4, 1))


@cache
def billable_on_file(year: int) -> set[str]:
    """The codes of an edition that are billable, each looked up: that takes seconds."""
    found = on_file(year)
    return {code for code in found.codes if found.is_billable(code)}


@pytest.fixture(scope="module")
def april() -> CodeSet:
    return on_file(2026)


def put(folder: Path, text: str, name: str = "2026-04-01") -> Path:
    path = folder / f"{name}.tsv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    return path


def edition(first: str, last: str | None = None) -> CodeSet:
    last_day = datetime.date.fromisoformat(last) if last else None
    codes = {"Q82": (False, "Skin"), "Q82.6": (True, "Dimple")}
    return CodeSet(f"From {first}", datetime.date.fromisoformat(first), last_day, "hand made", codes)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "codes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The edition that comes with the product


@pytest.mark.parametrize(
    ("year", "source"), [(2025, "simple-icd-10-cm 1.4.0: "), (2026, "simple-icd-10-cm 1.5.0: ")]
)
def test_an_edition_on_file_says_what_it_is(year: int, source: str) -> None:
    found = on_file(year)
    assert found.name == f"ICD-10-CM, April {year}"
    assert (found.first_day, found.last_day) == (datetime.date(year, 4, 1), datetime.date(year, 9, 30))
    assert found.source.startswith(source)


@pytest.mark.parametrize(("year", "count", "billable"), [(2025, 97_584, 74_260), (2026, 98_186, 74_719)])
def test_an_edition_on_file_is_whole(year: int, count: int, billable: int) -> None:
    found = on_file(year)
    assert len(found.codes) == count
    assert len(billable_on_file(year)) == billable


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_line_on_file_is_as_a_reader_wants_it(tmp_path: Path, year: int) -> None:
    text = gzip.decompress((ON_FILE / f"{year}-04-01.tsv.gz").read_bytes()).decode()
    put(tmp_path, re.sub("#checked: .*\n", "", text), name=f"{year}-04-01")
    assert len(CodeBook(tmp_path).editions[0].codes) == len(on_file(year).codes)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_code_on_file_is_in_its_canonical_spelling(year: int) -> None:
    assert [code for code in on_file(year).codes if diagnosis(code.replace(".", "").lower()) != code] == []


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_header_on_file_has_a_subdivision_and_no_billable_code_has_one(year: int) -> None:
    codes = list(on_file(year).codes)
    divided = {code for code, following in pairwise(codes) if following.startswith(code)}
    assert set(codes) - billable_on_file(year) == divided


def test_every_code_on_file_is_found_and_no_other(april: CodeSet) -> None:
    codes = list(april.codes)
    known = set(codes)
    assert codes == sorted(codes)
    for code in (*codes[:3], *codes[::997], *codes[-3:]):
        flag, words = april.codes[code]
        assert (april.is_billable(code), april.description(code)) == (flag, words)
        for near in (f"{code}0Z", code[:-1], f"{code}\u0660", f"{code} "):
            assert april.knows(near) is (near in known)


def test_a_code_that_was_valid_until_it_was_divided_is_billable_in_the_edition_of_then(
    april: CodeSet,
) -> None:
    assert on_file(2025).is_billable("Q89.8")
    assert april.knows("Q89.8")
    assert not april.is_billable("Q89.8")


def test_a_congenital_sacral_dimple_is_billable(april: CodeSet) -> None:
    assert april.is_billable("Q82.6")
    assert april.description("Q82.6") == "Congenital sacral dimple"


def test_a_hemorrhage_of_grade_three_and_four_together_is_known_but_not_billable(april: CodeSet) -> None:
    assert april.knows("P52.2")
    assert not april.is_billable("P52.2")
    assert april.is_billable("P52.21")


@pytest.mark.parametrize("code", ["", "Q82.7", "HELLO", "Q.826", "Q826", "q82.6", "Q82.6\t1", "A", "ZZZ"])
def test_a_text_that_is_no_code_is_not_known(april: CodeSet, code: str) -> None:
    assert not april.knows(code)
    assert not april.is_billable(code)


def test_a_description_holds_no_note_of_the_classification(april: CodeSet) -> None:
    assert april.description("H34.8112") == "Central retinal vein occlusion, right eye, stable"
    assert april.description("S13.110A") == "Subluxation of C0/C1 cervical vertebrae, initial encounter"


# The code lists of the two policies


def test_every_single_diagnosis_that_cigna_prints_is_billable_under_the_printed_words(april: CodeSet) -> None:
    text = (CIGNA / "text.md").read_text(encoding="utf-8")
    printed = dict(re.findall(r"^\| ([A-Z]\d\d\.\d+) \| (.+?) \| \{#code-", text, re.MULTILINE))
    single = [row["first"] for row in rows(CIGNA) if row["system"] == "ICD-10-CM" and not row["last"]]
    assert len(single) == 32
    assert {code: april.description(code) for code in single if april.is_billable(code)} == printed


@pytest.mark.parametrize(
    ("first", "last", "count"), [("Q05.0", "Q05.9", 10), ("Q06.0", "Q06.9", 7), ("Q07.00", "Q07.03", 4)]
)
def test_a_printed_range_expands_to_billable_codes(april: CodeSet, first: str, last: str, count: int) -> None:
    held = expand(first, last, april.codes)
    assert len(held) == count
    assert (held[0], held[-1]) == (first, last)
    assert all(map(april.is_billable, held))


def test_the_dimple_code_is_on_no_policy_list() -> None:
    ranges = [(row["first"], row["last"] or row["first"]) for row in rows(CIGNA) + rows(ASH)]
    assert [ends for ends in ranges if lies_between("Q05.9", *ends)] == [("Q05.0", "Q05.9")]
    assert [ends for ends in ranges if lies_between("Q82.6", *ends)] == []


def test_the_cigna_list_holds_every_row_of_the_printed_tables_in_order() -> None:
    source = (CIGNA / "source.txt").read_text(encoding="utf-8")
    tables = source[source.index("Considered Medically Necessary when criteria in the applicable") :]
    printed = re.findall(r"^([A-Z]?\d\d\.?\d+)(?:-\n(\S+))?", tables, re.MULTILINE)
    held = [(row["first"], row["last"]) for row in rows(CIGNA)]
    assert len(held) == 38
    assert held == [ends for ends in printed if ends[0] not in {last for _, last in printed}]


def test_the_ash_list_holds_its_one_procedure() -> None:
    assert rows(ASH) == [
        {"system": "CPT", "first": "76800", "last": "", "passage": "code-76800", "criteria": "*"}
    ]


@pytest.mark.parametrize("folder", [ASH, CIGNA], ids=["ash", "cigna"])
def test_every_listed_code_is_canonical_and_has_its_passage(folder: Path) -> None:
    text = (folder / "text.md").read_text(encoding="utf-8")
    for row in rows(folder):
        canonical = procedure if row["system"] == "CPT" else diagnosis
        ends = [row["first"], row["last"]] if row["last"] else [row["first"]]
        assert [canonical(end) for end in ends] == ends
        assert f"\n| {'-'.join(ends)} | " in text
        assert text.count(f"{{#{row['passage']}}}") == 1


def test_only_the_codes_of_a_lumbar_puncture_are_listed_for_one_criterion_alone() -> None:
    limited = {row["first"]: row["criteria"] for row in rows(CIGNA) if row["criteria"] != "*"}
    assert limited == dict.fromkeys(["62270", "76942"], "lumbar-puncture-guidance")


# Which edition is in force


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2025-09-30", "From 2026-10-01"),
        ("2025-10-01", "From 2025-10-01"),
        ("2026-03-31", "From 2025-10-01"),
        ("2026-04-01", "From 2026-04-01"),
        ("2026-09-30", "From 2026-04-01"),
        ("2026-10-01", "From 2026-10-01"),
        ("2027-12-31", "From 2026-10-01"),
    ],
)
def test_the_edition_in_force_is_taken_else_the_newest(tmp_path: Path, day: str, name: str) -> None:
    write_edition(tmp_path, edition("2026-10-01", "2027-09-30"))
    write_edition(tmp_path, edition("2025-10-01", "2026-03-31"))
    write_edition(tmp_path, edition("2026-04-01"))
    book = CodeBook(tmp_path)
    assert [each.first_day.year for each in book.editions] == [2025, 2026, 2026]
    assert book.in_force(datetime.date.fromisoformat(day)).name == name


def test_between_two_editions_the_newest_is_taken(tmp_path: Path) -> None:
    write_edition(tmp_path, edition("2025-10-01", "2026-03-31"))
    write_edition(tmp_path, edition("2026-10-01"))
    assert CodeBook(tmp_path).in_force(APRIL).name == "From 2026-10-01"


def test_the_editions_are_listed_without_reading_their_codes(tmp_path: Path) -> None:
    put(tmp_path, HEAD + "not a code\n")
    listed = CodeBook(tmp_path).editions
    assert [each.name for each in listed] == ["Test"]
    with pytest.raises(CodeSetError):
        listed[0].knows("Q82.6")


def test_a_folder_without_an_edition_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodeSetError, match=re.escape(str(tmp_path))):
        CodeBook(tmp_path).in_force(APRIL)


def test_where_there_is_no_edition_no_code_is_valid(tmp_path: Path) -> None:
    assert not CodeBook(tmp_path).judging(APRIL).is_billable("Q82.6")


def test_codes_are_judged_by_the_edition_in_force(tmp_path: Path) -> None:
    write_edition(tmp_path, edition("2026-04-01"))
    book = CodeBook(tmp_path)
    assert book.judging(APRIL) is book.in_force(APRIL)


# What a reader refuses


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Q82.6\t1\tDimple\nQ82.7\tyes\tNot a flag\n", 6),
        ("Q82.6\t1\tDimple\nQ82.7\t2\tNot a flag\n", 6),
        ("Q826\t1\tWithout its dot\n", 5),
        ("q82.6\t1\tLower case\n", 5),
        ("Q82.6\t1\n", 5),
        ("Q82.6\t1\t\n", 5),
        ("Q82.6\t1\tDimple\textra\n", 5),
        ("Q82.6\t1\tDimple\n\nQ82.8\t1\tOther\n", 6),
        ("Q82.6\t1\tDimple\n#name: late\n", 6),
        ("Q82.8\t1\tOther\nQ82.6\t1\tOut of order\n", 6),
        ("Q82.6\t1\tDimple\nQ82.6\t1\tTwice\n", 6),
        ("", 5),
    ],
)
def test_a_malformed_line_is_refused_with_its_file_and_number(tmp_path: Path, body: str, line: int) -> None:
    path = put(tmp_path, HEAD + body)
    with pytest.raises(CodeSetError, match=f"^{re.escape(str(path))}:{line}: "):
        CodeBook(tmp_path).in_force(APRIL).knows("Q82.6")


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (HEAD.replace("#source: hand made\n", ""), 4),
        (HEAD.replace("#last_day: 2026-09-30\n", ""), 4),
        (HEAD.replace("name: Test", "name:"), 1),
        (HEAD.replace("2026-04-01", "1 April 2026"), 2),
        (HEAD.replace("2026-09-30", "20260930"), 3),
        (HEAD.replace("2026-09-30", "2026-09-31"), 3),
        (HEAD.replace("2026-09-30", "2026-03-31"), 3),
        (HEAD + "#name: Again\n", 5),
        (HEAD + "#colour: blue\n", 5),
        (HEAD + "# a remark\n", 5),
    ],
)
def test_a_malformed_head_is_refused_with_its_file_and_line(tmp_path: Path, head: str, line: int) -> None:
    path = put(tmp_path, head + "Q82.6\t1\tDimple\n")
    with pytest.raises(CodeSetError, match=f"^{re.escape(str(path))}:{line}: "):
        _ = CodeBook(tmp_path).editions


def test_a_file_named_after_another_day_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, HEAD + "Q82.6\t1\tDimple\n", name="2026-10-01")
    with pytest.raises(CodeSetError, match=f"^{re.escape(str(path))}: .*2026-04-01"):
        _ = CodeBook(tmp_path).editions


def test_a_file_that_is_not_packed_or_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "2026-04-01.tsv.gz"
    whole = gzip.compress((HEAD + "Q82.6\t1\tDimple\n").encode())
    for content in (HEAD.encode(), whole[:-12], b""):
        path.write_bytes(content)
        with pytest.raises(CodeSetError, match=re.escape(str(path))):
            CodeBook(tmp_path).in_force(APRIL).knows("Q82.6")


def test_codes_that_were_changed_after_they_were_written_are_refused(tmp_path: Path) -> None:
    path = write_edition(tmp_path, edition("2026-04-01"))
    text = gzip.decompress(path.read_bytes()).decode()
    put(tmp_path, text.replace("Dimple", "Pit"))
    with pytest.raises(CodeSetError, match=f"^{re.escape(str(path))}: .*changed by hand"):
        CodeBook(tmp_path).in_force(APRIL).knows("Q82.6")


def test_the_lines_of_a_file_that_was_checked_when_it_was_written_are_not_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_edition(tmp_path, edition("2026-04-01"))
    monkeypatch.setattr(codebook, "_check_lines", None)
    assert CodeBook(tmp_path).in_force(APRIL).is_billable("Q82.6")


def test_a_file_cut_short_after_its_head_is_refused_when_its_codes_are_asked_for(tmp_path: Path) -> None:
    whole = (DECISIONS / "codesets" / "icd10cm" / "2026-04-01.tsv.gz").read_bytes()
    path = tmp_path / "2026-04-01.tsv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    cut = CodeBook(tmp_path).in_force(APRIL)
    with pytest.raises(CodeSetError, match=re.escape(str(path))):
        cut.is_billable("A00.0")


# How an edition is made


def test_an_edition_made_from_an_order_file_is_read_back(tmp_path: Path) -> None:
    source = tmp_path / "icd10cm-order-2027.txt"
    source.write_text(ORDER_FILE, encoding="utf-8")
    made = CodeSet("Small", APRIL, None, source.name, codes_of_order_file(source))
    write_edition(tmp_path, made)
    read = CodeBook(tmp_path).in_force(APRIL)
    assert read == made
    assert dict(read.codes) == {
        "Q82": (False, "Other congenital malformations of skin"),
        "Q82.6": (True, "Congenital sacral dimple"),
        "S06.0X0A": (True, "Concussion without loss of consciousness, initial encounter"),
    }


@pytest.mark.parametrize(
    "dressed",
    [
        ORDER_FILE.replace("\n", "\r\n"),
        "\ufeff" + ORDER_FILE,
        ORDER_FILE[:-1],
        f"{ORDER_FILE}\n",
        f"{ORDER_FILE} \r\n\r\n",
    ],
)
def test_an_order_file_may_have_windows_line_ends_a_byte_order_mark_and_no_or_blank_last_lines(
    tmp_path: Path, dressed: str
) -> None:
    source = tmp_path / "order.txt"
    source.write_bytes(dressed.encode())
    assert list(codes_of_order_file(source)) == ["Q82", "Q82.6", "S06.0X0A"]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("00002 Q826    1", "00002 Q826    2"),
        ("00002 Q826    1", "00002 Q826   1 "),
        ("00002 Q826    1", "0002 Q826    1 "),
        ("00002 Q826    1", "00002  Q826   1"),
        ("00002 Q826    1", "00002 Q8 26   1"),
        ("00002 Q826    1", "00002 HELLO   1"),
        ("00002 Q826    1", "00002 Q82     1"),
        ("00002 Q826    1", "\n00002 Q826    1"),
        ("     Congenital sacral dimple\n", "\n"),
        ("     Congenital sacral dimple\n", "     Congenital\tsacral dimple\n"),
    ],
)
def test_a_bad_line_of_an_order_file_is_refused_with_its_number(tmp_path: Path, good: str, bad: str) -> None:
    source = tmp_path / "order.txt"
    assert good in ORDER_FILE
    source.write_text(ORDER_FILE.replace(good, bad), encoding="utf-8")
    with pytest.raises(CodeSetError, match=f"^{re.escape(str(source))}:2: "):
        codes_of_order_file(source)


def test_an_order_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    source = tmp_path / "order.txt"
    source.write_bytes(ORDER_FILE.replace("sacral", "s\u00e4cral").encode("latin-1"))
    with pytest.raises(CodeSetError, match=f"^{re.escape(str(source))}:2: .*UTF-8"):
        codes_of_order_file(source)


def test_an_order_file_that_is_empty_or_missing_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "order.txt"
    with pytest.raises(CodeSetError, match=re.escape(str(source))):
        codes_of_order_file(source)
    source.write_bytes(b"")
    with pytest.raises(CodeSetError, match=f"^{re.escape(str(source))}:1: "):
        codes_of_order_file(source)


def test_an_edition_is_written_byte_for_byte_the_same_each_time(tmp_path: Path) -> None:
    first = write_edition(tmp_path, edition("2026-04-01")).read_bytes()
    assert write_edition(tmp_path, edition("2026-04-01"), replace=True).read_bytes() == first
    assert first[4:8] == bytes(4), "the time of writing is not part of the file"


def test_an_edition_on_file_is_replaced_only_when_told_to(tmp_path: Path) -> None:
    before = write_edition(tmp_path, edition("2026-04-01")).read_bytes()
    with pytest.raises(CodeSetError, match="here already"):
        write_edition(tmp_path, edition("2026-04-01", "2026-09-30"))
    assert (tmp_path / "2026-04-01.tsv.gz").read_bytes() == before
    write_edition(tmp_path, edition("2026-04-01", "2026-09-30"), replace=True)
    assert CodeBook(tmp_path).editions[0].last_day == datetime.date(2026, 9, 30)


@pytest.mark.parametrize(
    "refused",
    [
        CodeSet("Backwards", APRIL, datetime.date(2026, 3, 31), "hand made", {"Q82.6": (True, "Dimple")}),
        CodeSet("Two\nlines", APRIL, None, "hand made", {"Q82.6": (True, "Dimple")}),
        CodeSet("", APRIL, None, "hand made", {"Q82.6": (True, "Dimple")}),
        CodeSet("Empty", APRIL, None, "hand made", {}),
        CodeSet("Undotted", APRIL, None, "hand made", {"Q826": (True, "Dimple")}),
        CodeSet("Wordless", APRIL, None, "hand made", {"Q82.6": (True, "")}),
    ],
    ids=lambda refused: refused.name.split("\n")[0] or "Nameless",
)
def test_what_a_reader_would_refuse_is_not_written(tmp_path: Path, refused: CodeSet) -> None:
    with pytest.raises(CodeSetError):
        write_edition(tmp_path, refused)
    assert list(tmp_path.iterdir()) == []


# The command


PACKAGE_SOURCE = """
from . import data
WORDS = {
    "H30-H36": "Disorders of choroid and retina",
    "H34": "Retinal vascular occlusions",
    "H34.811": "Central retinal vein occlusion, right and/or left eye",
    "H34.8111": "Central retinal vein occlusion, right and/or left eye, with edema",
    "H34.8112": "Central retinal vein occlusion, right and/or left eye, stable/Old occlusion",
}
def get_all_codes(with_dots): return [*WORDS, "H34"]
def is_category_or_subcategory(code): return "-" not in code
def is_extended_subcategory(code): return len(code) == 8
def is_leaf(code): return len(code) == 8
def get_parent(code): return code[:-1]
def get_description(code): return WORDS[code]
"""


@pytest.fixture
def codesets(settings: Any, tmp_path: Path) -> Path:
    settings.CODESETS = tmp_path / "codesets"
    settings.CODESETS.mkdir()
    return tmp_path / "codesets"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stand-in for simple-icd-10-cm with five entries: a block, a header, a code and its two extensions."""
    folder = tmp_path / "site" / "simple_icd_10_cm"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "__init__.py").touch()
    (folder / "data" / "tabular.xml").touch()
    (folder / "__init__.py").write_text(PACKAGE_SOURCE, encoding="utf-8")
    about = tmp_path / "site" / "simple_icd_10_cm-9.9.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: simple-icd-10-cm\nVersion: 9.9\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    forget("simple_icd_10_cm")
    yield
    forget("simple_icd_10_cm")


def forget(package: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def load(*arguments: str) -> str:
    out = io.StringIO()
    call_command("load_icd10cm", "--name", "Small", "--first-day", "2026-10-01", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_makes_an_edition_of_an_order_file(codesets: Path, tmp_path: Path) -> None:
    source = tmp_path / "icd10cm-order-2027.txt"
    source.write_text(ORDER_FILE, encoding="utf-8")
    said = load(str(source), "--last-day", "2027-03-31")
    assert said == f"{codesets / '2026-10-01.tsv.gz'}: 3 codes, 2 of them billable.\n"
    made = CodeBook(codesets).in_force(datetime.date(2026, 10, 1))
    assert (made.name, made.source, made.last_day) == ("Small", source.name, datetime.date(2027, 3, 31))
    assert made.is_billable("Q82.6")


def test_the_command_makes_an_edition_of_the_installed_package(codesets: Path, package: None) -> None:
    assert load("--from-package").endswith(": 4 codes, 2 of them billable.\n")
    made = CodeBook(codesets).editions[0]
    assert made.source == "simple-icd-10-cm 9.9: tabular.xml"
    assert list(made.codes) == ["H34", "H34.811", "H34.8111", "H34.8112"]
    assert made.description("H34.811") == "Central retinal vein occlusion, right and/or left eye"
    assert made.description("H34.8112") == "Central retinal vein occlusion, right and/or left eye, stable"


def test_the_command_says_when_the_package_is_not_installed(
    codesets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "simple_icd_10_cm", None)
    with pytest.raises(CommandError, match="simple-icd-10-cm is not installed"):
        load("--from-package")


@pytest.mark.parametrize("day", ["20270331", "2027-W13-3", "2027-02-29", "31.03.2027"])
def test_the_command_refuses_a_day_that_is_not_written_as_it_asks(codesets: Path, day: str) -> None:
    with pytest.raises(CommandError, match=f"'{day}' is not a day written YYYY-MM-DD"):
        load("order.txt", "--last-day", day)
    assert list(codesets.iterdir()) == []


def test_the_command_names_the_bad_line_and_writes_nothing(codesets: Path, tmp_path: Path) -> None:
    source = tmp_path / "order.txt"
    source.write_text(ORDER_FILE.replace("00002 Q826    1", "00002 Q826    x"), encoding="utf-8")
    with pytest.raises(CommandError, match=f"^{re.escape(str(source))}:2: "):
        load(str(source))
    assert list(codesets.iterdir()) == []


def test_the_command_replaces_an_edition_only_when_told_to(codesets: Path, tmp_path: Path) -> None:
    source = tmp_path / "order.txt"
    source.write_text(ORDER_FILE, encoding="utf-8")
    load(str(source))
    with pytest.raises(CommandError, match="here already"):
        load(str(source))
    assert "3 codes" in load(str(source), "--replace")


@pytest.mark.parametrize(
    "arguments", [[], ["order.txt", "--from-package"], ["order.txt", "--last-day", "30 September"]]
)
def test_the_command_refuses_arguments_that_do_not_fit(codesets: Path, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        load(*arguments)
