"""The made-up payer stays away from real people."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from decisions.models import Case, Person


@pytest.mark.django_db
def test_nothing_is_loaded_where_there_are_real_people():
    Person.objects.make("somebody", None, name="Somebody")

    with pytest.raises(CommandError, match="not made up"):
        call_command("demo", skip_checks=True)

    assert not Case.objects.exists()
    assert Person.objects.count() == 1
