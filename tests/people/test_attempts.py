"""The counts of attempts are exact, whatever tries at once."""

from __future__ import annotations

import os
import time

import pytest
from django.conf import settings
from django.db import connections

from decisions.people import attempts as limits
from tests.processes import race

ATTEMPT = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connections
connections["counters"].settings_dict["NAME"] = {file!r}
settings.SECRET_KEY = {key!r}  # the counts are kept under keyed hashes
from decisions.people import attempts as limits
passed = 0
print("ready", flush=True)
sys.stdin.readline()
for _ in range(5):
    try:
        limits.count_attempt(limits.NAME, {name!r})
        passed += 1
    except limits.TooManyAttemptsError:
        pass
print(passed)
"""


@pytest.mark.django_db(databases=["default", "counters"], transaction=True)
def test_of_twenty_attempts_in_four_processes_at_once_exactly_five_pass():
    name = f"nora {time.time()}"
    file = str(connections["counters"].settings_dict["NAME"])
    script = ATTEMPT.format(file=file, key=settings.SECRET_KEY, name=name)
    passed = race(script, {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}, racers=4)
    assert sum(map(int, passed)) == 5
    limits.guards.forget(limits.NAME.kind, name)


@pytest.mark.django_db(databases=["default", "counters"])
@pytest.mark.parametrize("limit", [limits.NAME, limits.ADDRESS, limits.CODE], ids=lambda limit: limit.kind)
def test_a_limit_is_tried_below_at_and_above(limit):
    key = f"made up {time.time()}"
    for _ in range(limit.attempts):
        limits.count_attempt(limit, key)
    with pytest.raises(limits.TooManyAttemptsError) as caught:
        limits.count_attempt(limit, key)
    assert caught.value.just_now
    with pytest.raises(limits.TooManyAttemptsError) as caught:
        limits.count_attempt(limit, key)
    assert not caught.value.just_now
    limits.count_attempt(limit, f"another {key}")
