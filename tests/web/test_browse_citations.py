"""Citations found in the words of a passage, and passages as HTML."""

import pytest

from decisions.browse.markup import render, spans
from decisions.core.policy import Citation
from decisions.services import library

POLICY = next(p for editions in library().editions.values() for p in editions if p.references)
ENTRY = next(iter(POLICY.references))


def citation(printed, year="", reference=""):
    return Citation("p", printed, year, reference, "")


def found(text, *citations):
    return [(text[span.start : span.end], span.citation) for span in spans(text, citations)]


def test_a_citation_is_found_where_it_is_printed():
    one = citation("Howie (1983)", "1983")

    assert found("As Howie (1983) found.", one) == [("Howie (1983)", one)]


def test_several_years_of_one_citation_are_told_apart():
    years = [citation("ACR, 2007, 2016", year) for year in ("2007", "2016")]

    assert found("(ACR, 2007, 2016).", *years) == [("ACR, 2007", years[0]), ("2016", years[1])]


def test_years_given_in_another_order_are_told_apart_by_where_they_stand():
    late, early = (citation("ACR, 2007, 2016", year) for year in ("2016", "2007"))

    assert found("ACR, 2007, 2016", late, early) == [("ACR, 2007", early), ("2016", late)]


def test_a_citation_printed_twice_is_found_twice():
    twice = [citation("(2021)", "2021")] * 2

    assert [words for words, _ in found("A (2021) and B (2021).", *twice)] == ["(2021)", "(2021)"]


def test_what_stands_nowhere_is_left_out():
    assert found("No citation here.", citation("Howie (1983)", "1983")) == []


def test_a_citation_does_not_take_words_that_another_has():
    long, short = citation("AAN’s 1998 document", "1998"), citation("1998", "1998")

    assert found("AAN’s 1998 document", long, short) == [("AAN’s 1998 document", long)]


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("plain & <b>", "plain &amp; &lt;b&gt;"),
        ("for **ANY** other", "for <strong>ANY</strong> other"),
        ("in *J Spine*.", "in <em>J Spine</em>."),
        (
            "from <https://example.org/a?b&c>",
            'from <a href="https://example.org/a?b&amp;c" rel="noreferrer">https://example.org/a?b&amp;c</a>',
        ),
        (r"\*Current", "*Current"),
    ],
)
def test_markup_is_shown_as_html_and_every_word_is_escaped(markup, html):
    assert render(library(), POLICY, markup, ()) == html


def test_a_citation_across_emphasis_keeps_both():
    shown = render(library(), POLICY, "see *Howie* (1983) now", [citation("Howie (1983)", "1983", ENTRY)])

    assert shown.startswith("see <a ")
    assert f'#{ENTRY}"><em>Howie</em> (1983)</a> now' in shown


def test_a_citation_that_resolves_to_nothing_says_so_in_words():
    shown = render(library(), POLICY, "(Nobody, 1900)", [citation("Nobody, 1900", "1900")])

    assert "Nobody, 1900</span>" in shown
    assert "does not resolve" in shown
    assert "<a" not in shown
