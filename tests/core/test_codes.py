"""How codes are spelled and which lie in a range."""

import datetime
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.core.code_systems import (
    CPT,
    ICD10CM,
    CodeSet,
    diagnosis,
    every,
    expand,
    lies_between,
    procedure,
    spelling,
    split,
)

PROCEDURES = st.from_regex(r"[0-9]{4}[0-9A-Z]", fullmatch=True)
MODIFIERS = st.lists(st.from_regex(r"[0-9A-Z]{2}", fullmatch=True), max_size=4)
DIAGNOSES = st.from_regex(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?", fullmatch=True)
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
UNSEEN = "\u034f\u115f\u2065\u3164\ufe0f\ufff0\U000e0fff\x00\x7f"
EVERY = [chr(point) for point in range(sys.maxunicode + 1)]
BLANKS = st.text(" \t\n\r\u00a0\u2009", max_size=3)


def spaced(code: str, blanks: list[str]) -> str:
    head = "".join(blank + character for blank, character in zip(blanks, code, strict=False))
    return head + code[len(blanks) :]


@pytest.mark.parametrize(
    "typed", ["76800", " 76800 ", "7 6800", "76800-26", " 76800-26 ", "76800 - 26", "76800-26-TC", "76800-tc"]
)
def test_a_procedure_code_loses_its_white_space_and_modifiers(typed: str) -> None:
    assert procedure(typed) == "76800"


@pytest.mark.parametrize(
    "between", [*DASHES, *(f" {dash} " for dash in DASHES), ":", "\uff1a", " ", "\t", "\u2002"]
)
def test_a_modifier_follows_any_dash_a_colon_or_a_blank(between: str) -> None:
    assert procedure(f"76800{between}26") == "76800"
    assert procedure(f"76800{between}26{between}tc") == "76800"


@pytest.mark.parametrize(
    "typed", ["HC:76800:26", "hc:76800", "CPT: 76800", "CPT\u00ae 76800-26", "HC:76800:26::::"]
)
def test_what_a_procedure_code_is_called_is_no_part_of_it(typed: str) -> None:
    assert procedure(typed) == "76800"


def test_any_dash_and_any_blank_of_unicode_begins_a_modifier() -> None:
    begins = [each for each in EVERY if unicodedata.category(each) == "Pd" or each.isspace()]
    assert len(begins) > 40
    assert [each for each in begins if every(f"76800{each}26", CPT) != ("76800",)] == []


def test_no_format_character_of_unicode_is_part_of_a_code() -> None:
    unseen = [each for each in EVERY if unicodedata.category(each) == "Cf"]
    assert len(unseen) > 150
    assert [each for each in unseen if every(f"{each}Q06{each}.8{each}", ICD10CM) != ("Q06.8",)] == []
    assert [each for each in unseen if every(f"768{each}00{each}-26", CPT) != ("76800",)] == []


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_character_that_cannot_be_seen_is_no_part_of_a_code(unseen: str) -> None:
    assert procedure(unseen.join("76800")) == "76800"
    assert procedure(f"76800{unseen}-{unseen}26") == "76800"
    assert diagnosis(f"{unseen}Q82{unseen}.6{unseen}") == "Q82.6"


def test_a_soft_hyphen_between_a_code_and_its_modifier_is_a_hyphen() -> None:
    assert procedure("76800\u00ad26") == "76800"
    assert procedure("7680\u00ad026") == "7680026"


@pytest.mark.parametrize("typed", ["0213t", " 0213T-59"])
def test_a_procedure_code_may_end_in_a_letter(typed: str) -> None:
    assert procedure(typed) == "0213T"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("", ""),
        ("7680", "7680"),
        ("768000", "768000"),
        ("76800-", "76800-"),
        ("76800-2", "76800-2"),
        ("76800-261", "76800-261"),
        ("7680026", "7680026"),
        ("76800 2", "768002"),
        ("76800 261", "76800261"),
        ("76800 62270", "7680062270"),
        (" ultra sound", "ULTRASOUND"),
        ("\u0667\u0666800", "\u0667\u0666800"),
    ],
)
def test_a_malformed_procedure_code_is_only_cleaned(typed: str, cleaned: str) -> None:
    assert procedure(typed) == cleaned


@given(PROCEDURES, MODIFIERS, st.lists(BLANKS, max_size=6))
def test_every_spelling_of_a_procedure_code_is_the_same_code(
    code: str, modifiers: list[str], blanks: list[str]
) -> None:
    assert procedure(spaced("-".join([code, *modifiers]).lower(), blanks)) == code


@pytest.mark.parametrize(
    "typed", ["q826", "Q826", "q82.6", "Q82.6", " Q826 ", "Q82 . 6", "Q 82.6\n", "\u00a0Q82.6"]
)
def test_a_diagnosis_code_is_dotted_and_in_upper_case(typed: str) -> None:
    assert diagnosis(typed) == "Q82.6"


@pytest.mark.parametrize(
    "typed",
    [
        "ABK:Q826",
        "abf : q82.6",
        "ICD-10: Q82.6",
        "ICD-10-CM: Q82.6",
        "ICD-10-CM Q82.6",
        "ICD10:Q826",
        "Dx: ICD-10-CM: Q82.6",
        "[Q82.6]",
        "(Q82.6)",
        "\u2022 Q82.6",
        "\uf0b7\tQ82.6",
        "\uff31\uff18\uff12\uff0e\uff16",
    ],
)
def test_what_stands_around_a_diagnosis_code_is_no_part_of_it(typed: str) -> None:
    assert diagnosis(typed) == "Q82.6"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("g12", "G12"),
        ("c4a", "C4A"),
        ("qa00101", "QA0.0101"),
        ("s060x0a", "S06.0X0A"),
        ("Q07.0", "Q07.0"),
        ("Q0700", "Q07.00"),
    ],
)
def test_a_diagnosis_code_has_three_to_seven_characters(typed: str, code: str) -> None:
    assert diagnosis(typed) == code


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("", ""),
        ("  ", ""),
        ("hello", "HELLO"),
        ("Q", "Q"),
        ("Q8", "Q8"),
        ("826", "826"),
        ("Q.826", "Q.826"),
        ("Q8.26", "Q8.26"),
        ("Q826.", "Q826."),
        ("Q82.", "Q82."),
        ("Q82..6", "Q82..6"),
        ("q82,6", "Q82,6"),
        ("Q82-6", "Q82-6"),
        ("S060X0AA", "S060X0AA"),
        ("S06.0X0AA", "S06.0X0AA"),
    ],
)
def test_a_malformed_diagnosis_code_is_only_cleaned(typed: str, cleaned: str) -> None:
    assert diagnosis(typed) == cleaned


def test_a_letter_of_another_alphabet_does_not_become_a_letter_of_a_code() -> None:
    assert diagnosis("\u017f06.0x0a") == "\u017f06.0X0A"


@given(DIAGNOSES, st.booleans(), st.booleans(), st.lists(BLANKS, max_size=8))
def test_every_spelling_of_a_diagnosis_code_is_the_same_code(
    code: str, dotted: bool, lower: bool, blanks: list[str]
) -> None:
    typed = code if dotted else code.replace(".", "")
    assert diagnosis(spaced(typed.lower() if lower else typed, blanks)) == code


@given(st.text())
def test_any_text_is_cleaned_and_a_cleaned_text_stays_as_it_is(text: str) -> None:
    for canonical in (procedure, diagnosis):
        cleaned = canonical(text)
        assert canonical(cleaned) == cleaned
        assert not any(character.isspace() for character in cleaned)


@given(st.text("QICDPTAB0126 8:.-,()\u2022\u200b\u00ad\u2013\t"))
def test_signs_around_codes_are_cleaned_once_and_for_all(text: str) -> None:
    for canonical in (procedure, diagnosis):
        assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("76800", ["76800"]),
        ("76800 62270", ["76800", "62270"]),
        ("76800 26", ["76800 26"]),
        ("76800 26 59", ["76800 26 59"]),
        ("76800-26 62270 TC", ["76800-26", "62270 TC"]),
        ("76800\u201326,62270", ["76800-26", "62270"]),
        ("76800, 26", ["76800", "26"]),
        ("HC:76800:26", ["76800:26"]),
        ("HC:76800:26:59|HC:62270", ["76800:26:59", "62270"]),
        ("CPT 76800; CPT 62270", ["76800", "62270"]),
        ("- 76800\n- 62270", ["76800", "62270"]),
        ("1. 76800 2. 62270", ["76800", "62270"]),
        ("(1) 76800-26 (2) 62270", ["76800-26", "62270"]),
        ("(76800 26) 62270", ["76800", "62270"]),
        ("76800/62270", ["76800", "62270"]),
        ("7 6800", ["7 6800"]),
        ("768O0 7680", ["768O0", "7680"]),
    ],
)
def test_a_text_is_split_into_procedure_codes(typed: str, codes: list[str]) -> None:
    assert split(typed, CPT) == (tuple(codes), ())


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("\u2022 Q82.6 \u2022 Q06.8", ["Q82.6", "Q06.8"]),
        (" Q82.6, q826;Q06.8\n\tQ05.9 ", ["Q82.6", "q826", "Q06.8", "Q05.9"]),
        ("ABK:Q826*ABF:Q068~", ["Q826", "Q068"]),
        ("ICD-10-CM: Q82.6, Q06.8", ["Q82.6", "Q06.8"]),
        ("Diagnosis: Q82.6; Q06.8.", ["Q82.6", "Q06.8"]),
        ("[Q82.6] (Q06.8)", ["Q82.6", "Q06.8"]),
        ("1) Q82.6 2) Q06.8", ["Q82.6", "Q06.8"]),
        ("A. Q82.6 B. Q06.8", ["Q82.6", "Q06.8"]),
        ("1.Q82.6 2.Q06.8", ["Q82.6", "Q06.8"]),
        ("Q82.6/Q06.8", ["Q82.6", "Q06.8"]),
        ("Q05.-", ["Q05"]),
        ("G35 I10", ["G35", "I10"]),
        ("Q82.6 8", ["Q82.6", "8"]),
        ("Q82. Q06.8", ["Q82", "Q06.8"]),
        ("Q82 . 6", ["Q82 6"]),
        ("Q 82.6", ["Q 82.6"]),
        ("Q82.66X1 L5-S1", ["Q82.66X1", "L5-S1"]),
        ("\u2014", []),
    ],
)
def test_a_text_is_split_into_diagnosis_codes(typed: str, codes: list[str]) -> None:
    assert split(typed, ICD10CM) == (tuple(codes), ())


@pytest.mark.parametrize(
    ("typed", "system", "codes", "words"),
    [
        ("76800 ultrasound, spine", CPT, ["76800"], ["ultrasound", "spine"]),
        ("Q82.6 (sacral dimple)", ICD10CM, ["Q82.6"], ["sacral", "dimple"]),
        ("Q05 and Q06.8", ICD10CM, ["Q05", "Q06.8"], ["and"]),
        ("Q05 and", ICD10CM, ["Q05"], ["and"]),
        ("see 76", CPT, ["76"], ["see"]),
        ("hello", CPT, [], ["hello"]),
        ("no, \u0967", ICD10CM, [], ["no", "\u0967"]),
    ],
)
def test_a_word_is_no_code(typed: str, system: str, codes: list[str], words: list[str]) -> None:
    assert split(typed, system) == (tuple(codes), tuple(words))


@given(
    st.lists(PROCEDURES, min_size=1, max_size=3),
    st.lists(MODIFIERS, min_size=3, max_size=3),
    st.sampled_from("-: "),
)
def test_every_code_of_a_text_is_found_with_its_modifiers(
    codes: list[str], modifiers: list[list[str]], between: str
) -> None:
    typed = [between.join((code, *added)) for code, added in zip(codes, modifiers, strict=False)]
    for apart in (" ", ", ", "\n", " \u2022 "):
        assert split(apart.join(typed), CPT) == (tuple(typed), ())
    assert [procedure(code) for code in typed] == codes


@given(st.lists(DIAGNOSES, min_size=1))
def test_every_diagnosis_of_a_text_is_found(codes: list[str]) -> None:
    for apart in (" ", ", ", "\n", " \u2022 ", ") ["):
        assert split(apart.join(codes), ICD10CM) == (tuple(codes), ())


@given(st.text("QS0126X 8:-,()\u2022\u200b"), st.sampled_from([CPT, ICD10CM]))
def test_a_piece_of_a_text_is_the_same_piece_alone_and_beside_the_others(text: str, system: str) -> None:
    pieces = split(text, system).codes
    assert all(split(piece, system) == ((piece,), ()) for piece in pieces)
    assert split(", ".join(pieces), system).codes == pieces


@pytest.mark.parametrize(
    ("typed", "system", "codes"),
    [
        ("76800 26", CPT, ["76800"]),
        ("76800 62270", CPT, ["76800", "62270"]),
        ("\u2022 Q82.6 \u2022 Q06.8", ICD10CM, ["Q82.6", "Q06.8"]),
        ("Q82.6", ICD10CM, ["Q82.6"]),
        ("q826", ICD10CM, ["Q82.6"]),
        ("hello", ICD10CM, ["HELLO"]),
        ("ultra sound", CPT, ["ULTRASOUND"]),
        ("Q82.6 sacral dimple", ICD10CM, ["Q82.6", "SACRALDIMPLE"]),
        ("?", ICD10CM, ["?"]),
        ("\u2022 -", ICD10CM, []),
        ("", CPT, []),
    ],
)
def test_where_nobody_can_be_told_of_words_they_are_a_malformed_code(
    typed: str, system: str, codes: list[str]
) -> None:
    assert every(typed, system) == tuple(codes)


def test_each_system_has_its_spelling() -> None:
    assert spelling(CPT) is procedure
    assert spelling(ICD10CM) is diagnosis


def test_a_range_holds_its_ends_and_what_lies_between() -> None:
    codes = ["Q04.9", "Q05", "Q05.0", "Q05.4", "Q05.9", "Q06", "Q06.0"]
    assert expand("Q05.0", "Q05.9", codes) == ("Q05.0", "Q05.4", "Q05.9")


def test_a_range_holds_the_subdivisions_of_its_last_end() -> None:
    codes = ["Q07.03", "Q07.00", "Q07.8", "Q07.02", "Q07", "Q07.01", "Q07.0"]
    assert expand("Q07.0", "Q07.0", codes) == ("Q07.0", "Q07.00", "Q07.01", "Q07.02", "Q07.03")


def test_a_range_of_subdivisions_leaves_their_header_out() -> None:
    assert expand("Q07.00", "Q07.03", ["Q07.0", "Q07.00", "Q07.03", "Q07.8"]) == ("Q07.00", "Q07.03")


def test_a_range_gives_each_code_once_and_in_order() -> None:
    assert expand("A00", "B99", ["B01", "A01", "B01", "A00.1"]) == ("A00.1", "A01", "B01")


def test_a_range_whose_ends_are_exchanged_holds_nothing() -> None:
    assert expand("Q05.9", "Q05.0", ["Q05.0", "Q05.4", "Q05.9"]) == ()


def test_a_range_of_procedure_codes_works_alike() -> None:
    assert expand("76800", "76942", ["62270", "76881", "76942", "76999"]) == ("76881", "76942")


@given(DIAGNOSES, DIAGNOSES, st.sets(DIAGNOSES))
def test_a_range_holds_only_given_codes_between_its_ends(first: str, last: str, codes: set[str]) -> None:
    held = expand(first, last, codes)
    assert set(held) <= codes
    assert all(first <= code and (code <= last or code.startswith(last)) for code in held)
    assert list(held) == sorted(held)


@given(DIAGNOSES, DIAGNOSES, st.sets(DIAGNOSES))
def test_a_code_left_out_of_a_range_lies_outside_it(first: str, last: str, codes: set[str]) -> None:
    for code in codes.difference(expand(first, last, codes)):
        assert code < first or code > last
        assert not lies_between(code, first, last)


def edition(last_day: datetime.date | None) -> CodeSet:
    codes = {"P52.2": (False, "A header"), "P52.21": (True, "A code")}
    return CodeSet("Test", datetime.date(2026, 4, 1), last_day, "hand made", codes)


def test_a_header_is_known_but_not_billable() -> None:
    assert edition(None).knows("P52.2")
    assert not edition(None).is_billable("P52.2")
    assert edition(None).is_billable("P52.21")


def test_a_code_of_no_edition_is_neither_known_nor_billable_and_has_no_description() -> None:
    assert not edition(None).knows("P52.23")
    assert not edition(None).is_billable("P52.23")
    with pytest.raises(KeyError):
        edition(None).description("P52.23")


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (datetime.date(2026, 3, 31), False),
        (datetime.date(2026, 4, 1), True),
        (datetime.date(2026, 9, 30), True),
        (datetime.date(2026, 10, 1), False),
    ],
)
def test_an_edition_covers_its_first_and_last_day(day: datetime.date, covered: bool) -> None:
    assert edition(datetime.date(2026, 9, 30)).covers(day) is covered


def test_an_edition_without_a_last_day_stays_in_force() -> None:
    assert edition(None).covers(datetime.date(2099, 1, 1))
