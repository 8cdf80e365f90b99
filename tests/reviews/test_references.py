"""References of an older database that differ by the case of their letters alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from decisions.models import Case
from tests.reviews.world import fresh, make_cases

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "demo-" + "x" * 35


def test_of_two_cases_with_one_reference_the_later_is_given_a_number(capsys):
    world = make_cases()
    cases = [world.draft(reference=f"MADE-UP-{number}") for number in range(6)]
    # The last is the oldest: what counts is when a case was made.
    spelled = ["demo-002", "DEMO-002", "Demo-002", "DEMO-002-2", LONG.upper(), LONG]
    before = timezone.now() - dt.timedelta(days=1)
    Case.objects.filter(pk=cases[-1].pk).update(created_at=before)
    try:
        call_command("migrate", "decisions", "0006", verbosity=0)
        for case, reference in zip(cases, spelled, strict=True):
            Case.objects.filter(pk=case.pk).update(reference=reference)
    finally:
        call_command("migrate", verbosity=0)

    told = [fresh(case).reference for case in cases]
    assert told == ["demo-002", "DEMO-002-3", "Demo-002-4", "DEMO-002-2", LONG.upper()[:38] + "-2", LONG]
    assert "The case DEMO-002 is DEMO-002-3 now" in capsys.readouterr().out
