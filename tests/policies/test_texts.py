"""Each policy text is its source word for word, and its citations are what the source prints.

The reader and the cleaner below know nothing of the product, so a mistake there cannot hide here.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

TOPIC = Path(__file__).parents[2] / "decisions" / "policies" / "spinal_ultrasound"
ASH = TOPIC / "ash-cpg-038" / "2006-02-09"
CIGNA = TOPIC / "cigna-cpg-038" / "2024-09-15"
EDITIONS = [pytest.param(ASH, id="ash"), pytest.param(CIGNA, id="cigna")]
SHA256 = {
    ASH: "8a0e648c2a632575bdd11b33b543a86bacccca63f58fc90ebfcfee7aaecdb90a",
    CIGNA: "2111266ff7c2a89c485366a99c5eaaf0c1a8c649c698986e79c15a3812a057fb",
}

# -- the reader of text.md ---------------------------------------------------------------------

LINE = re.compile(r"(#{1,4} |- |1\. |> |\| |)(\S.*) \{#([a-z0-9]+(?:-[a-z0-9]+)*)\}")
ADDRESS = re.compile(r"<(https?://[^\s>]+)>")


@dataclass(frozen=True)
class Passage:
    """A line of text.md: its id, its prefix, the block it stands in, its plain text."""

    id: str
    prefix: str
    block: int
    plain: str
    mark: str = ""

    @property
    def words(self) -> list[str]:
        """The words as printed, with the number that a numbered item carries."""
        return f"{self.mark} {self.plain}".split()


def plain(body: str) -> str:
    """The text without emphasis marks, with its literal asterisks and bare web addresses."""
    body = ADDRESS.sub(r"\1", body).replace(r"\*", "\0").replace("*", "")
    return body.replace("\0", "*")


def cells(row: str) -> str:
    """The cells of a table row, one after the other."""
    return " ".join(row.removesuffix("|").replace("|", " ").split())


def passages_of_block(number: int, lines: list[str]) -> Iterator[Passage]:
    for position, line in enumerate(lines, start=1):
        match = LINE.fullmatch(line)
        assert match, f"not a passage: {line!r}"
        prefix, body, name = match[1].strip(), match[2], match[3]
        text = plain(cells(body) if prefix == "|" else body)
        yield Passage(name, prefix, number, text, f"{position}." if prefix == "1." else "")


@cache
def passages(edition: Path) -> tuple[Passage, ...]:
    blocks = (edition / "text.md").read_text(encoding="utf-8").strip("\n").split("\n\n")
    return tuple(
        passage
        for number, block in enumerate(blocks)
        for passage in passages_of_block(number, block.split("\n"))
    )


def by_id(edition: Path) -> dict[str, Passage]:
    return {passage.id: passage for passage in passages(edition)}


def text_words(edition: Path) -> list[str]:
    return [word for passage in passages(edition) for word in passage.words]


# -- the cleaner of source.txt -----------------------------------------------------------------

NUMBERED = re.compile(r"(?:- |#+ )?(\d+)(?: +(.*))?")
LINK = re.compile(r"\[(doi:\S+?)\]\(https://doi\.org/(\S+)\)(?=\s|$)")
SHORTEST_PAGE = 37


@dataclass(frozen=True)
class Word:
    """A word of the source; `cut` where a line ends in it with a hyphen or a dash."""

    text: str
    cut: bool = False


def follows(number: int, page: list[int]) -> bool:
    """Whether a number at a line's start is the next line number: blank lines may have lost theirs."""
    if not page or (number == 1 and page[-1] >= SHORTEST_PAGE):
        return number == 1
    return page[-1] < number <= page[-1] + 2


def without_line_numbers(lines: list[str]) -> tuple[list[str], list[list[int]]]:
    """The lines without their printed numbers, and those numbers page by page."""
    kept: list[str] = []
    pages: list[list[int]] = [[]]
    for line in lines:
        match = NUMBERED.fullmatch(line)
        if not match or not follows(int(match[1]), pages[-1]):
            kept.append(line)
            continue
        if int(match[1]) == 1 and pages[-1]:
            pages.append([])
        pages[-1].append(int(match[1]))
        kept.append(match[2] or "")
    return kept, pages


def without_page_heads(lines: list[str]) -> list[str]:
    """The lines without each "Page 1 of 11" and the head above it."""
    counts = {i for i, line in enumerate(lines) if re.fullmatch(r"Page \d+ of \d+", line)}
    heads = {i - 1 for i in counts if lines[i - 1] == "Spinal Ultrasound (CPG 038)"}
    return [line for i, line in enumerate(lines) if i not in counts | heads]


def printed_doi(link: re.Match[str]) -> str:
    """What a link prints, which must be the address that it leads to."""
    printed = link[1].replace("\\", "")
    assert printed == f"doi:{link[2]}"
    return printed


def unmarked(line: str, *, markdown: bool) -> str:
    """The line without its bullet, and without markdown where the conversion wrote any."""
    if markdown:
        line = re.sub(r"^(- |#+ )", "", line)
        line = ADDRESS.sub(r"\1", LINK.sub(printed_doi, line)).replace("*", "")
    return re.sub(r"^(\d)\) ", r"\1. ", re.sub(r"^• ", "", line))


def source_lines(edition: Path) -> list[str]:
    return [line.strip() for line in (edition / "source.txt").read_text(encoding="utf-8").split("\n")]


def words_of(lines: list[str], *, markdown: bool) -> list[Word]:
    numbered_out, _ = without_line_numbers(lines)
    words: list[Word] = []
    for line in without_page_heads(numbered_out):
        *before, last = unmarked(line, markdown=markdown).split() or [""]
        words += [Word(word) for word in before]
        words += [Word(last, cut=last.endswith(("-", "–")))] if last else []
    return words


@cache
def source_words(edition: Path) -> tuple[Word, ...]:
    return tuple(words_of(source_lines(edition), markdown=edition == ASH))


# -- the comparison ----------------------------------------------------------------------------


def differing_characters(text: list[str], source: tuple[Word, ...]) -> str | None:
    """The first place where the two differ once all white space is gone, or None."""
    ours, theirs = "".join(text), "".join(word.text for word in source)
    if ours == theirs:
        return None
    pairs = enumerate(zip(ours, theirs, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
    return f"text: ...{ours[max(0, at - 60) : at + 40]!r}\nsource: ...{theirs[max(0, at - 60) : at + 40]!r}"


def differing_words(text: list[str], source: tuple[Word, ...]) -> str | None:
    """The first place where the words differ, or None; a word cut by a line end may be joined."""
    at = 0
    for i, word in enumerate(text):
        taken = words_taken(word, source[at : at + 2])
        if not taken:
            return f"text: {text[max(0, i - 8) : i + 4]}\nsource: {source[max(0, at - 8) : at + 4]}"
        at += taken
    return None if at == len(source) else f"missing at the end: {source[at : at + 12]}"


def words_taken(word: str, ahead: tuple[Word, ...]) -> int:
    """How many words of the source the word stands for: 1, 2 for a joined one, 0 for none."""
    if not ahead or word == ahead[0].text:
        return len(ahead[:1])
    return 2 if ahead[0].cut and word == "".join(part.text for part in ahead) else 0


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_source_is_the_one_that_was_read(edition: Path) -> None:
    policy = tomllib.loads((edition / "policy.toml").read_text(encoding="utf-8"))
    assert hashlib.sha256((edition / "source.txt").read_bytes()).hexdigest() == SHA256[edition]
    assert policy["source"]["sha256"] == SHA256[edition]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_text_has_every_character_of_its_source_in_order(edition: Path) -> None:
    assert differing_characters(text_words(edition), source_words(edition)) is None


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_text_has_every_word_of_its_source_in_order(edition: Path) -> None:
    assert differing_words(text_words(edition), source_words(edition)) is None


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_word_lost_from_any_passage_is_noticed(edition: Path) -> None:
    source, unnoticed, start = source_words(edition), [], 0
    words = text_words(edition)
    for passage in passages(edition):
        lost = start + len(passage.words) // 2
        shorter = words[:lost] + words[lost + 1 :]
        if None in (differing_characters(shorter, source), differing_words(shorter, source)):
            unnoticed.append(passage.id)
        start += len(passage.words)
    assert start == len(words)
    assert unnoticed == []


@pytest.mark.parametrize(
    ("edition", "printed", "repaired"),
    [
        (CIGNA, "(Lacopino,", "(Iacopino,"),
        (CIGNA, "spondyloarthropathy,", "spondyloarthritis,"),
        (ASH, "Antonsen", "Antonson"),
        (ASH, "6-02-09", "6 02-09"),
    ],
)
def test_a_repaired_word_is_noticed(edition: Path, printed: str, repaired: str) -> None:
    words = [repaired if word == printed else word for word in [*text_words(edition), printed]]
    assert differing_characters(words, (*source_words(edition), Word(printed)))
    assert differing_words(words, (*source_words(edition), Word(printed)))


def test_a_word_too_many_is_noticed() -> None:
    assert differing_words(["of", "the", "the"], (Word("of"), Word("the")))
    assert differing_characters(["of", "the", "the"], (Word("of"), Word("the")))


def test_two_words_run_together_are_noticed_unless_a_line_end_cut_them() -> None:
    assert differing_words(["x-ray"], (Word("x-"), Word("ray")))
    assert differing_words(["x-ray"], (Word("x-", cut=True), Word("ray"))) is None
    assert differing_words(["intra-", "and"], (Word("intra-", cut=True), Word("and"))) is None


def joined_words(edition: Path) -> set[str]:
    source = source_words(edition)
    pairs = {a.text + b.text for a, b in pairwise(source) if a.cut}
    return pairs & set(text_words(edition))


def test_words_cut_by_a_line_end_are_joined_by_sense_in_the_ash_text() -> None:
    assert joined_words(ASH) == {
        "x-ray.",
        "IOUS-guided",
        "follow-up.",
        "doi:10.7326/0003-4819-148-3-200802050-00020",
        "doi:10.1302/0301-620X.65B2.6826617",
        "1989;31(5):386-390.",
        "399–403.",
        "2018;1(1):80-87.",
    }
    assert "of intra- and extramedullary tumors" in by_id(ASH)["reference-regelsberger-2005"].plain


def test_words_cut_by_a_line_end_are_joined_by_sense_in_the_cigna_text() -> None:
    ranges = {"Q05.0-Q05.9", "Q06.0-Q06.9", "Q07.00-Q07.03"}
    assert joined_words(CIGNA) == {"three-dimensional", "peer-reviewed"} | ranges


def test_the_line_numbers_taken_out_of_the_ash_source_run_upward_on_each_page() -> None:
    _, pages = without_line_numbers(source_lines(ASH))
    lengths = [38, 37, 40, 41, 42, 42, 42, 42, 42, 41, 38, 39, 42, 42]
    expected = [list(range(1, length + 1)) for length in lengths]
    expected[1] = [number for number in expected[1] if number not in (7, 20)]
    assert pages == expected


def test_no_number_of_the_cigna_source_is_taken_for_a_line_number() -> None:
    assert without_line_numbers(source_lines(CIGNA)) == (source_lines(CIGNA), [[]])


def test_a_number_in_running_text_is_not_taken_for_a_line_number() -> None:
    lines = ["76800 Ultrasound", "1 one of", "- 2 10 low-lying cords", "10 low-lying cords", "2 of 4", "3"]
    kept, pages = without_line_numbers(lines)
    assert kept == ["76800 Ultrasound", "one of", "10 low-lying cords", "10 low-lying cords", "2 of 4", ""]
    assert pages == [[1, 2, 3]]


def test_a_new_page_starts_only_after_a_full_one() -> None:
    page = [f"{number} word" for number in range(1, SHORTEST_PAGE + 1)]
    assert [len(numbers) for numbers in without_line_numbers([*page, "1 word"])[1]] == [SHORTEST_PAGE, 1]
    assert without_line_numbers([*page[:-1], "1 of 10"])[0][-1] == "1 of 10"


def test_a_page_head_is_dropped_only_above_a_page_count() -> None:
    head = "Spinal Ultrasound (CPG 038)"
    assert without_page_heads([head, "Page 1 of 11", "text", head]) == ["text", head]
    assert len(source_lines(CIGNA)) - len(without_page_heads(source_lines(CIGNA))) == 2
    assert without_page_heads(source_lines(ASH)) == source_lines(ASH)


# -- the passages ------------------------------------------------------------------------------

SHARED_IDS = """
title date-in-force guidelines necessary indication-injury indication-lumbar-puncture
indication-defects indication-stigmata indication-tumors indication-retethering
indication-caudal-regression indication-blood intraoperative any-other excluded-spinal-pain
excluded-neuromusculoskeletal excluded-rehabilitation not-studied insufficient-evidence-adults
infants-six-months skin-markers ultrasound-first markers-vater dimple-simple dimple-benign
dimple-large dimple-atypical dimple-no-ultrasound intraop-evidence intraop-hara
intraop-regelsberger intraop-maiuri intraop-wang intraop-iacopino intraop-unsgaard intraop-mihara
intraop-tsui intraop-nojiri intraop-tat evidence-infants evidence-hughes evidence-acr-guideline
acr-indications acr-stigmata acr-caudal-regression acr-defects acr-injury acr-blood
acr-lumbar-puncture acr-retethering acr-tumors contraindications evidence-rees evidence-gajagowni
diagnosis-not-supported evidence-howie evidence-merx evidence-aca evidence-nazarian evidence-chou
evidence-aium aium-injections evidence-heidari evidence-ranger evidence-aan acr-statement-adults
aan-conclusion evidence-todorov evidence-ahmed evidence-acr-inflammatory codes code-76800
"""
ASH_IDS = "musculoskeletal see-cpg-188"
CIGNA_IDS = """
next-review necessary-heading scope other-conditions code-62270 code-76942 codes-not-all-inclusive
codes-deleted codes-diagnosis-necessary codes-all-other codes-not-necessary cpt-notice
code-q05-0-q05-9 code-q06-0-q06-9 code-q07-00-q07-03
"""


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_passage_id_names_one_passage(edition: Path) -> None:
    repeated = [name for name, count in Counter(p.id for p in passages(edition)).items() if count > 1]
    assert repeated == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_block_is_of_one_kind_and_a_heading_stands_alone(edition: Path) -> None:
    blocks: dict[int, list[str]] = {}
    for passage in passages(edition):
        blocks.setdefault(passage.block, []).append(passage.prefix)
    mixed = [kinds for kinds in blocks.values() if len(set(kinds)) > 1]
    crowded = [kinds for kinds in blocks.values() if kinds[0].startswith("#") and len(kinds) > 1]
    assert mixed + crowded == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_heading_is_at_most_one_level_below_the_heading_above_it(edition: Path) -> None:
    levels = [0, *(len(p.prefix) for p in passages(edition) if p.prefix.startswith("#"))]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert levels.count(1) == 1


@pytest.mark.parametrize(("edition", "names"), [(ASH, ASH_IDS), (CIGNA, CIGNA_IDS)])
def test_the_passages_that_the_policies_point_at_exist(edition: Path, names: str) -> None:
    assert set((SHARED_IDS + names).split()) - set(by_id(edition)) == set()


def test_the_same_words_have_the_same_id_in_both_texts() -> None:
    ash, cigna = names_by_text(ASH), names_by_text(CIGNA)
    common = ash.keys() & cigna.keys()
    assert len(common) == 75
    assert {text: (ash[text], cigna[text]) for text in common if ash[text] != cigna[text]} == {}


def names_by_text(edition: Path) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for passage in passages(edition):
        names.setdefault(passage.plain.casefold(), []).append(passage.id)
    return names


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_sentence_that_permits_ultrasound_for_injections_stands_alone(edition: Path) -> None:
    expected = "Ultrasound may, however, be used as a guidance modality for certain spinal injections.”"
    assert by_id(edition)["aium-injections"].plain == expected


def test_the_garbled_words_stay_as_printed() -> None:
    assert "within > 2.5 cm of the anus" in by_id(ASH)["indication-stigmata"].plain
    assert "within > 2.5 cm of the anus" in by_id(CIGNA)["indication-stigmata"].plain
    assert by_id(CIGNA)["ultrasound-first"].plain.startswith("Spinal US be used as the primary")


def test_a_bullet_cut_by_a_page_end_is_one_passage() -> None:
    expected = "(e.g., anal atresia or stenosis, sacral agenesis)"
    assert by_id(ASH)["indication-caudal-regression"].plain.endswith(expected)


# -- the references and the citations ----------------------------------------------------------

YEAR = re.compile(r"\b(?:19|20)\d\d\b")
DOI = re.compile(r"\b10\.\d{4,}/[^\s;]*[^\s;.]")
URL = re.compile(r"https?://\S*[^\s.]")
DATED = {"date-in-force", "next-review", "cpt-notice"}
PREFIX = "ash-cpg-038:"
NEVER_CITED = """
dick-2003 knezevic-2021 mack-1988 middleton-1986 nelson-1991 qaseem-2017 regelsberger-2003
schultz-1997 simanovsky-2004 torriani-2003 woydt-2001
"""


@cache
def listed(edition: Path) -> dict[str, Any]:
    return tomllib.loads((edition / "references.toml").read_text(encoding="utf-8"))


def citations(edition: Path) -> list[dict[str, str]]:
    return list(listed(edition)["citations"])


def resolved(edition: Path, passage: str, year: str) -> set[str]:
    found = {c["reference"] for c in citations(edition) if (c["passage"], c["year"]) == (passage, year)}
    assert found, f"no citation of {year} in {passage}"
    return found


def unresolved(edition: Path) -> set[tuple[str, str]]:
    return {(c["passage"], c["year"]) for c in citations(edition) if not c["reference"]}


def first(match: re.Match[str] | None) -> str:
    return match[0] if match else ""


def test_the_ash_list_has_forty_entries_in_printed_order() -> None:
    printed = [p.id for p in passages(ASH) if p.id.startswith("reference-")]
    assert len(printed) == 40
    assert [entry["passage"] for entry in listed(ASH)["references"]] == printed
    assert [f"reference-{entry['id']}" for entry in listed(ASH)["references"]] == printed


def test_the_cigna_text_has_no_reference_list() -> None:
    assert listed(CIGNA)["references"] == []
    assert [p.id for p in passages(CIGNA) if p.id.startswith("reference-")] == []


def test_an_entry_has_the_doi_and_the_address_that_its_passage_prints() -> None:
    for entry in listed(ASH)["references"]:
        text = by_id(ASH)[entry["passage"]].plain
        assert (entry["doi"], entry["url"]) == (first(DOI.search(text)), first(URL.search(text)))
    assert sum(bool(entry["doi"]) for entry in listed(ASH)["references"]) == 28
    assert sum(bool(entry["url"]) for entry in listed(ASH)["references"]) == 7


def test_every_entry_has_a_short_name_of_its_own() -> None:
    names = [entry["short"] for entry in listed(ASH)["references"]]
    assert len(set(names)) == 40
    assert "McKee-Garrett 2021" in names


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_citation_occurs_as_printed_in_its_passage(edition: Path) -> None:
    absent = [c for c in citations(edition) if c["as_printed"] not in by_id(edition)[c["passage"]].plain]
    assert absent == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_citation_is_recorded_once_in_the_order_of_the_text(edition: Path) -> None:
    recorded = [(c["passage"], c["as_printed"], c["year"]) for c in citations(edition)]
    order = [p.id for p in passages(edition)]
    assert len(recorded) == len(set(recorded))
    assert [c[0] for c in recorded] == sorted((c[0] for c in recorded), key=order.index)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_year_in_running_text_is_a_recorded_citation(edition: Path) -> None:
    printed = [
        (passage.id, match[0], match.start())
        for passage in passages(edition)
        if passage.id not in DATED and not passage.id.startswith("reference-")
        for match in YEAR.finditer(passage.plain)
    ]
    assert len(printed) > 35
    assert [year for year in printed if year not in years_recorded(edition)] == []


def years_recorded(edition: Path) -> set[tuple[str, str, int]]:
    found = set()
    for citation in citations(edition):
        start = by_id(edition)[citation["passage"]].plain.index(citation["as_printed"])
        places = [m.start() for m in YEAR.finditer(citation["as_printed"]) if m[0] == citation["year"]]
        assert places, f"{citation['year']} is not in {citation['as_printed']}"
        found |= {(citation["passage"], citation["year"], start + place) for place in places}
    return found


def entry_of(citation: dict[str, str]) -> str:
    """The printed ASH entry that the citation resolves to."""
    return by_id(ASH)[f"reference-{citation['reference'].removeprefix(PREFIX)}"].plain


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_citation_resolves_to_an_entry_that_prints_its_year(edition: Path) -> None:
    found = [citation for citation in citations(edition) if citation["reference"]]
    assert len(found) > 30
    assert [c for c in found if c["year"] not in YEAR.findall(entry_of(c))] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_citation_of_an_author_resolves_to_an_entry_of_that_first_author(edition: Path) -> None:
    by_author = re.compile(r"([A-Z][a-z][\w-]+)(?:,? et al\.,?|,)? \(?\d{4}\)?(?:, \d{4})?")
    matches = [(c, by_author.fullmatch(c["as_printed"])) for c in citations(edition) if c["reference"]]
    named = [(c, m[1].replace("Lacopino", "Iacopino")) for c, m in matches if m]
    assert len(named) == {ASH: 24, CIGNA: 25}[edition]
    assert [c for c, author in named if not entry_of(c).startswith(f"{author} ")] == []


def test_four_sources_that_the_ash_text_cites_are_not_in_its_list() -> None:
    assert unresolved(ASH) == {
        ("dimple-benign", "2016"),
        ("evidence-acr-guideline", "2016"),
        ("contraindications", "2016"),
        ("evidence-aca", "1996"),
        ("best-practice", "2020"),
    }


def test_eleven_entries_of_the_ash_list_are_never_cited() -> None:
    cited = {citation["reference"] for citation in citations(ASH)}
    never = {entry["id"] for entry in listed(ASH)["references"]} - cited
    assert never == set(NEVER_CITED.split())
    assert len(never) == 11


def test_the_acr_guideline_of_2022_is_only_near_the_aium_parameter_and_says_so() -> None:
    (citation,) = [c for c in citations(ASH) if c["reference"] == "aium-2022"]
    assert (citation["passage"], citation["year"]) == ("evidence-acr-guideline", "2022")
    assert "AIUM Practice Parameter of 2022" in citation["note"]


def test_the_acr_guideline_of_2007_and_2021_is_the_one_for_the_neonatal_spine() -> None:
    neonatal = {"acr-2021-neonatal-spine"}
    assert resolved(ASH, "evidence-acr-guideline", "2007") == neonatal
    assert resolved(ASH, "contraindications", "2007") == neonatal
    assert neonatal < resolved(ASH, "dimple-no-ultrasound", "2021")
    entry = by_id(ASH)["reference-acr-2021-neonatal-spine"].plain
    assert "Neonatal and Infant Spine. 2007. Revision 2021." in entry


@pytest.mark.parametrize("edition", EDITIONS)
def test_only_the_paragraph_on_inflammatory_back_pain_cites_those_criteria(edition: Path) -> None:
    citing = [c for c in citations(edition) if c["reference"].endswith("acr-2021-inflammatory-back-pain")]
    assert [(c["passage"], c["year"]) for c in citing] == [("evidence-acr-inflammatory", "2021")]


def test_a_cigna_citation_names_its_entry_as_one_of_the_ash_list() -> None:
    known = {"", *(PREFIX + entry["id"] for entry in listed(ASH)["references"])}
    assert {citation["reference"] for citation in citations(CIGNA)} <= known


def test_a_citation_that_both_texts_print_resolves_alike() -> None:
    both = {(c["passage"], c["year"]) for c in citations(ASH)}
    both &= {(c["passage"], c["year"]) for c in citations(CIGNA)}
    assert len(both) == 34
    for passage, year in both:
        expected = {PREFIX + name if name else "" for name in resolved(ASH, passage, year)}
        assert resolved(CIGNA, passage, year) == expected


def test_the_citation_printed_as_lacopino_leads_to_iacopino_and_says_so() -> None:
    (citation,) = [c for c in citations(CIGNA) if c["passage"] == "intraop-iacopino"]
    assert citation["as_printed"] == "Lacopino, et al., 2003"
    assert citation["reference"] == "ash-cpg-038:iacopino-2003"
    assert "Lacopino" in citation["note"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_citation_that_resolves_to_nothing_says_why(edition: Path) -> None:
    assert [c for c in citations(edition) if not c["reference"] and not c["note"]] == []
