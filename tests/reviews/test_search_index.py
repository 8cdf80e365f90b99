"""The index of parts of references: what it names, and that a search is right where it is missing."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from decisions.models import Case, fold
from decisions.reviews.worklist import queries, search_index, searching

pytestmark = pytest.mark.django_db


def lost() -> None:
    """Take the index away."""
    kind = "TRIGGER" if connection.vendor == "sqlite" else "INDEX"
    names = search_index.TRIGGERS if connection.vendor == "sqlite" else search_index.INDEXES
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP {kind} {name}")


def test_the_index_is_there_after_a_migration():
    assert search_index.is_there(connection)


@pytest.mark.parametrize(("text", "is_known"), [("up", False), ("up-", True), ("UP-", True)])
def test_a_text_of_three_letters_is_looked_up_and_a_shorter_one_is_not(world, text, is_known):
    case = world.draft(reference="MADE-UP-77")

    assert search_index.candidates(fold(text)) == ([case.pk] if is_known else None)


@pytest.mark.parametrize(("few", "is_known"), [(2, False), (3, True), (4, True)])
def test_what_is_in_too_many_references_is_not_looked_up(world, few, is_known):
    for number in range(3):
        world.draft(reference=f"MADE-UP-{number}")
    with mock.patch.object(search_index, "FEW", few):
        found = search_index.candidates("made-up")

    assert (found is not None) == is_known


@pytest.mark.parametrize(("few", "named"), [(0, None), (1, ["MADE-UP-7"]), (2, ["CLIP-7", "MADE-UP-7"])])
def test_what_nearly_every_reference_has_is_left_aside_unless_too_many_have_the_rest(world, few, named):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's index is asked for the whole text")
    for reference in ("MADE-UP-7", "MADE-UP-8", "MADE-UP-9", "CLIP-7"):
        world.draft(reference=reference)
    with mock.patch.object(search_index, "MANY_OF_FIRST", 2), mock.patch.object(search_index, "FEW", few):
        found = search_index.candidates("made-up-7")
    names = Case.objects.filter(pk__in=found or []).order_by("reference").values_list("reference", flat=True)

    assert (found and list(names)) == named


def test_the_index_follows_a_case_that_is_changed_or_gone(world):
    case = world.draft(reference="MADE-UP-77", member_reference="MEMBER-1")
    case.reference, case.member_reference = "MADE-UP-78", "MEMBER-2"
    case.save()
    texts = ("up-77", "ber-1", "up-78", "ber-2")
    assert [search_index.candidates(text) for text in texts] == [[], [], [case.pk], [case.pk]]

    Case.objects.filter(pk=case.pk).delete()
    assert [search_index.candidates(text) for text in texts] == [[], [], [], []]


def test_without_the_index_a_search_finds_the_same(world):
    case = world.draft(reference="MADE-UP-77", member_reference="MEMBER-1")
    lost()

    assert search_index.candidates("up-77") is None
    for text in ("up-77", "ber-1", "UP-7"):
        assert searching.search(world.reviewer, text) == [case]


def test_an_index_that_was_lost_comes_back_with_all_that_it_missed(world):
    lost()
    case = world.draft(reference="MADE-UP-77")
    connection.check_constraints()  # PostgreSQL makes no index while some wait for the end of a transaction
    search_index.come_back(DEFAULT_DB_ALIAS)

    assert search_index.candidates("up-77") == [case.pk]


def test_where_the_index_cannot_be_had_nothing_fails(world):
    lost()
    with mock.patch.object(search_index, "make", side_effect=DatabaseError("no right to an extension")):
        search_index.come_back(DEFAULT_DB_ALIAS)

    assert not search_index.is_there(connection)
    world.draft(reference="MADE-UP-77")
    assert len(searching.search(world.reviewer, "up-77")) == 1


@pytest.mark.parametrize("few", [0, 1_000])
def test_what_is_found_is_looked_up_by_its_ids_and_not_among_all_of_a_team(world, few):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by how many rows there are")
    for number in range(40):
        world.draft(reference=f"MADE-UP-{number}")
    with mock.patch.object(search_index, "FEW", few), CaptureQueriesContext(connection) as asked:
        assert len(searching.search(world.reviewer, "made-up")) == queries.PAGE
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[-1]['sql']}")
        plan = [row[3] for row in cursor.fetchall() if "decisions_case" in row[3]]

    assert plan
    assert all(step.endswith("decisions_case_1 (id=?)") for step in plan)
