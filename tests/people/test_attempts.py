"""The counts of attempts are exact, whatever tries at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connections

from decisions.people import attempts as limits

ATTEMPT = """
import sys
import django
django.setup()
from django.conf import settings
from django.db import connections
connections["counters"].settings_dict["NAME"] = sys.argv[1]
settings.SECRET_KEY = sys.argv[3]  # the counts are kept under keyed hashes
from decisions.people import limits
passed = 0
sys.stdin.readline()
for _ in range(5):
    try:
        limits.take(limits.NAME, sys.argv[2])
        passed += 1
    except limits.TooManyAttemptsError:
        pass
print(passed)
"""


@pytest.mark.django_db(databases=["default", "counters"], transaction=True)
def test_of_twenty_attempts_in_four_processes_at_once_exactly_five_pass():
    name = f"nora {time.time()}"
    file = str(connections["counters"].settings_dict["NAME"])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ATTEMPT, file, name, settings.SECRET_KEY],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        for _ in range(4)
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    passed = [int(process.communicate(timeout=60)[0]) for process in processes]
    assert sum(passed) == 5
    limits.guards.forget(limits.NAME.kind, name)


@pytest.mark.django_db(databases=["default", "counters"])
@pytest.mark.parametrize("limit", [limits.NAME, limits.ADDRESS, limits.CODE], ids=lambda limit: limit.kind)
def test_a_limit_is_tried_below_at_and_above(limit):
    key = f"made up {time.time()}"
    for _ in range(limit.attempts):
        limits.take(limit, key)
    with pytest.raises(limits.TooManyAttemptsError) as caught:
        limits.take(limit, key)
    assert caught.value.just_now
    with pytest.raises(limits.TooManyAttemptsError) as caught:
        limits.take(limit, key)
    assert not caught.value.just_now
    limits.take(limit, f"another {key}")
