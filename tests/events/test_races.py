"""Real processes that record at once, and one that is killed in the middle, on a real database."""

import json
import os
import signal

import pytest

from tests.processes import manage, race, start

SETUP = """
import sys
import django
django.setup()
from django.db import transaction
from decisions.log.services import record, record_alone
"""
RACER = f"""{SETUP}
print("ready", flush=True)
sys.stdin.readline()
for number in range(25):
    record_alone("case_viewed", actor=None, case="c1", details={{"number": number}})
"""
VICTIM = f"""{SETUP}
record_alone("signed_in", actor=None)
with transaction.atomic():
    for number in range(5):
        record("decision_signed", actor=None, case="c1")
    print("ready", flush=True)
    sys.stdin.readline()
"""


def verification(environment: dict[str, str]) -> dict:
    done = manage(environment, "verify_log", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == found["status"], done.stderr
    return found


def test_processes_that_record_at_once_leave_one_chain_without_gaps(ready_database):
    race(RACER, ready_database, racers=4)

    found = verification(ready_database)

    assert (found["status"], found["events"], found["damage"]) == (2, 100, [])


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_killed_in_a_transaction_leaves_an_intact_log(ready_database, end):
    victim = start(VICTIM, ready_database)
    assert victim.stdout.readline() == "ready\n"
    os.kill(victim.pid, end)
    victim.communicate(timeout=60)

    found = verification(ready_database)
    assert (found["events"], found["damage"]) == (1, [])
    race(RACER, ready_database, racers=1)
    again = verification(ready_database)
    # One for the sign-in, one for the verification before, and those of the process after.
    assert (again["events"], again["damage"]) == (27, [])
