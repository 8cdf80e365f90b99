"""The migration that makes a reference one whatever the case of its letters."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from decisions.models import Case
from tests.reviews.world import Cases, fresh, make_cases

pytestmark = pytest.mark.django_db(transaction=True)

migration = import_module("decisions.migrations.0007_references")
CONSTRAINT = next(each for each in Case._meta.constraints if each.name == "one_reference_whatever_its_case")


@pytest.fixture
def world() -> Cases:
    """A world that stands in no transaction: a table cannot be altered within one."""
    return make_cases()


@pytest.fixture
def without_constraint():
    """The table as it was before, and as it is now again afterwards: which fails where two are still one."""
    with connection.schema_editor() as editor:
        editor.remove_constraint(Case, CONSTRAINT)
    yield
    with connection.schema_editor() as editor:
        editor.add_constraint(Case, CONSTRAINT)


def test_of_cases_whose_references_differ_by_case_alone_the_later_are_numbered_and_named(
    world, without_constraint, capsys
):
    given = ["MADE-UP-1", "made-up-1", "Made-Up-1", "made-up-1-2", "another", "x" * 40, "X" * 40]
    cases = [world.draft() for _ in given]
    for case, reference in zip(cases, given, strict=True):
        Case.objects.filter(pk=case.pk).update(reference=reference)
    with connection.schema_editor() as editor:
        migration.tell_apart(apps, editor)

    now = [fresh(case).reference for case in cases]
    assert now == [
        "MADE-UP-1",
        "made-up-1-3",
        "Made-Up-1-4",
        "made-up-1-2",
        "another",
        "x" * 40,
        "X" * 38 + "-2",
    ]
    said = capsys.readouterr().out
    assert "The case made-up-1 is made-up-1-3 now" in said
    assert "another" not in said.replace("another one", "")
