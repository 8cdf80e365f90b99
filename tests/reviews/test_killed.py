"""A worker that is killed while it signs leaves the decision with all that belongs to it, or nothing."""

import json

import pytest

from tests.processes import start

SCRIPT = """
import json, os, signal, sys
import django
django.setup()
from django.db import connection, connections
from decisions.log.verification import Verification
from decisions.models import Case, Event, Submission
from tests.reviews.world import fresh, make_cases, sent, signed

world = make_cases()


class Fuse:
    # Kills this process, with nothing it could do about it, when it comes to the n-th point of its work.

    def __init__(self, left):
        self.left = left

    def burn(self):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_statement(self, execute, *args):
        self.burn()
        return execute(*args)

    def around_commit(self, commit):
        def burning():
            self.burn()
            commit()
            self.burn()
        return burning


def sign_until_killed(case, form, point):
    fuse = Fuse(point)
    connection.ensure_connection()
    connection._commit = fuse.around_commit(connection._commit)
    connection.execute_wrappers.append(fuse.around_statement)
    signed(world.physician, case, "adverse", sent=form)


def killed_at(case, form, point):
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            sign_until_killed(case, form, point)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the signature failed"
    return False


def left_behind(case, form):
    now = fresh(case)
    events = Event.objects.filter(case=case.pk, action="decision_signed").count()
    token = Submission.objects.filter(token=form.token).count()
    return [now.decisions.count(), events, token, now.state, now.revision - case.revision]


def main():
    told = []
    while True:
        case = world.in_physician_review(world.physician)
        form = sent(case)
        killed = killed_at(case, form, len(told) + 1)
        left = left_behind(case, form)
        again = signed(world.physician, case, "adverse", sent=form)
        damage = [found.sentence for found in Verification().run().damage]
        after = left_behind(case, form)
        told.append({"killed": killed, "left": left, "again": again, "after": after, "damage": damage})
        if not killed:
            break
    print(json.dumps(told))


main()
"""
WHOLE, NOTHING = [1, 1, 1, "decided", 1], [0, 0, 0, "physician_review", 0]


@pytest.fixture
def told(ready_database):
    """What was left at each point at which the signature was killed, and after it was sent again."""
    process = start(SCRIPT, ready_database)
    try:
        said, _ = process.communicate(timeout=500)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    return json.loads(said)


def test_a_signature_that_is_killed_anywhere_is_whole_or_not_there_and_can_be_sent_again(told):
    left = [case["left"] for case in told]
    kept = left.count(WHOLE)

    # It was killed both before and after it was lasting; once it was, it stayed so.
    assert left == [NOTHING] * (len(left) - kept) + [WHOLE] * kept
    assert [case["killed"] for case in told] == [True] * (len(told) - 1) + [False]
    assert (kept >= 2, len(left) - kept >= 10) == (True, True)
    # The same form, sent again after each, makes one decision.
    assert [(case["again"], case["after"]) for case in told] == [(1, WHOLE)] * len(told)
    assert [case["damage"] for case in told] == [[]] * len(told)
