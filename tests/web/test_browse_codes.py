"""The code tables and their filter."""

import datetime as dt
import json

import pytest

from decisions.browse import code_table as codes
from decisions.core.code_systems import expand
from decisions.services import codebook, library

pytestmark = pytest.mark.django_db
EDITIONS = [p for editions in library().editions.values() for p in editions]
LISTED = next(p for p in EDITIONS if any(row.last for row in p.codes))
RANGE = next(row for row in LISTED.codes if row.last)
DAY = dt.date(2026, 11, 21)


def page(client, policy=LISTED, **query):
    response = client.get(f"/policies/{policy.id}/{policy.edition}/codes/", query)
    assert response.status_code == 200
    return response


def rows(response):
    return [row for table in response.context["tables"] for row in table.rows]


@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.id)
def test_every_printed_row_stands_in_a_table_with_its_passage(client, policy):
    shown = rows(page(client, policy))

    assert [row.row for row in shown] == list(policy.codes)
    text = page(client, policy).content.decode()
    assert all(f"{policy.edition}/#{row.passage}" in text for row in policy.codes)


def test_a_printed_range_is_written_out_with_the_codes_that_exist(client):
    code_set = codebook().in_force(DAY)
    row = next(row for row in rows(page(client)) if row.row == RANGE)

    assert [code.code for code in row.codes] == list(expand(RANGE.first, RANGE.last, code_set.codes))
    assert len(row.codes) > 1
    assert all(code.description == code_set.description(code.code) for code in row.codes)


def test_the_edition_of_the_code_set_is_told(client):
    assert codebook().in_force(DAY).name in page(client).content.decode()


def test_a_filter_finds_a_code_however_it_is_spelled(client):
    inside = expand(RANGE.first, RANGE.last, codebook().in_force(DAY).codes)[1]

    for typed in (inside, inside.lower(), inside.replace(".", ""), f" {inside} "):
        (row,) = rows(page(client, q=typed))
        assert row.row == RANGE
        assert all(code.code.startswith(inside) for code in row.codes)


def test_a_filter_finds_every_word_in_any_order(client):
    row = next(row for row in rows(page(client)) if len(row.words.split()) > 2)
    first, *_, last = row.words.split()

    assert row.row in [found.row for found in rows(page(client, q=f"{last} {first}"))]


def test_what_no_row_has_is_said_and_what_was_typed_is_shown(client):
    text = page(client, q="zebra <b>").content.decode()

    assert "No listed code and no description has “zebra &lt;b&gt;”." in text
    assert 'value="zebra &lt;b&gt;"' in text


@pytest.mark.parametrize("typed", ["x" * 61, "x" * 5000])
def test_nonsense_in_the_filter_is_answered_with_a_message(client, typed):
    response = page(client, q=typed)

    assert 'role="alert"' in response.content.decode()
    assert rows(response) == []


@pytest.mark.parametrize("typed", ["(", "[a-", "%", "'; --", "\u202e", "🦴", ".", " ", "*"])
def test_odd_signs_in_the_filter_are_words_like_others(client, typed):
    page(client, q=typed)


def test_htmx_is_answered_with_the_tables_alone(client):
    response = client.get(
        f"/policies/{LISTED.id}/{LISTED.edition}/codes/", {"q": RANGE.first}, headers={"HX-Request": "true"}
    )

    text = response.content.decode()
    assert text.strip().startswith('<div id="code_tables">')
    assert "<html" not in text
    assert json.loads(response["HX-Trigger"]) == {"announce": "1 row."}


def test_a_very_long_range_is_cut_and_says_how_many_more_there_are(monkeypatch):
    monkeypatch.setattr(codes, "AT_MOST", 2)
    code_set = codebook().in_force(DAY)
    table = next(t for t in codes.tables(LISTED, code_set) if any(r.row == RANGE for r in t.rows))
    row = next(row for row in table.rows if row.row == RANGE)

    assert len(row.codes) == 2
    assert row.more == len(expand(RANGE.first, RANGE.last, code_set.codes)) - 2


def test_what_else_the_section_says_is_quoted_once(client):
    around = page(client).context["around"]
    shown = [passage.id for passage, _ in around]

    assert shown
    assert len(shown) == len(set(shown))
    assert not set(shown) & {row.passage for row in LISTED.codes}
