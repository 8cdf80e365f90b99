"""When checkpoints are written, what they say, and that a failure harms nobody."""

import datetime as dt
import json
import stat
import threading

import pytest
from django.conf import settings
from django.utils import timezone

from decisions.log import checkpoint_keys as keys
from decisions.log import checkpoints, merkle
from decisions.log.checkpoints import Checkpoint, CheckpointError
from decisions.log.services import record_alone
from decisions.models import Event, EventHead
from tests.events.world import fill, verified

pytestmark = pytest.mark.django_db


def lines() -> list[dict]:
    return [json.loads(line) for line in settings.CHECKPOINTS.read_text().splitlines()]


def test_a_checkpoint_names_the_newest_event_and_the_root_over_all(settings):
    fill(3)
    checkpoint = checkpoints.write()
    peaks = []
    for place, event in enumerate(Event.objects.order_by("seq")):
        peaks = merkle.added(peaks, place, event.hash)

    assert lines() == [json.loads(checkpoint.line())]
    assert (checkpoint.sequence, checkpoint.head) == (3, Event.objects.get(seq=3).hash)
    assert checkpoint.root == merkle.root(peaks)
    assert (checkpoint.after, checkpoint.previous) == (0, "0" * 64)
    assert checkpoint.is_signed_by(keys.signing_key().public_key())
    assert EventHead.objects.get().checkpoint_seq == 3


def test_an_empty_log_has_no_checkpoint():
    assert checkpoints.write() is None
    assert not settings.CHECKPOINTS.exists()


def test_nothing_is_written_twice():
    fill(2)

    assert checkpoints.write() == checkpoints.write()
    assert len(lines()) == 1


def test_the_key_and_the_checkpoints_are_their_owner_s_alone():
    fill(1, checkpoint_at=(1,))

    for file in (settings.CHECKPOINT_KEY, settings.CHECKPOINTS):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"PRIVATE" not in keys.public_file().read_bytes()


def test_a_key_that_others_can_read_is_refused():
    keys.signing_key()
    settings.CHECKPOINT_KEY.chmod(0o640)

    with pytest.raises(keys.SigningKeyError, match="chmod 600"):
        keys.signing_key()


@pytest.mark.parametrize("text", ["", "nonsense"])
def test_a_key_that_cannot_be_read_is_named(text):
    settings.CHECKPOINT_KEY.write_text(text)
    settings.CHECKPOINT_KEY.chmod(0o600)

    with pytest.raises(keys.SigningKeyError, match="no key that can be read"):
        keys.signing_key()


def test_a_new_key_leaves_what_the_old_one_signed_verifiable():
    fill(2, checkpoint_at=(2,))
    settings.CHECKPOINT_KEY.unlink()
    fill(2, checkpoint_at=(2,))

    assert len({line["key"] for line in lines()}) == 2
    assert verified().status == 0


@pytest.mark.parametrize(("more", "due"), [(999, False), (1000, True), (1001, False), (2000, True)])
def test_a_checkpoint_is_due_every_thousand_events(more, due):
    assert checkpoints.due_by_count(EventHead(seq=500 + more, checkpoint_seq=500)) is due


@pytest.mark.parametrize(
    ("age", "due"),
    [
        (dt.timedelta(minutes=14, seconds=59), False),
        (dt.timedelta(minutes=15), True),
        (dt.timedelta(days=2), True),
    ],
)
def test_a_checkpoint_is_due_every_quarter_of_an_hour_while_there_are_new_events(age, due):
    now = timezone.now()

    assert checkpoints.due_by_time(EventHead(seq=2, checkpoint_seq=1, checkpoint_at=now - age), now) is due
    assert not checkpoints.due_by_time(EventHead(seq=2, checkpoint_seq=2, checkpoint_at=now - age), now)
    assert checkpoints.due_by_time(EventHead(seq=2, checkpoint_seq=0, checkpoint_at=None), now)


def test_the_event_that_makes_it_due_writes_one_after_it_is_committed(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(checkpoints, "EVERY", 3)
    with django_capture_on_commit_callbacks(execute=True):
        fill(2)
    assert not settings.CHECKPOINTS.exists()

    with django_capture_on_commit_callbacks(execute=True):
        fill(1)
    assert [line["sequence"] for line in lines()] == [3]


@pytest.mark.parametrize("fault", ["key", "folder"])
def test_a_checkpoint_that_fails_fails_no_request_and_is_logged(
    monkeypatch, tmp_path, settings, caplog, django_capture_on_commit_callbacks, fault
):
    monkeypatch.setattr(checkpoints, "EVERY", 1)
    if fault == "key":
        settings.CHECKPOINT_KEY.write_text("nonsense")
        settings.CHECKPOINT_KEY.chmod(0o600)
    else:
        (tmp_path / "file").write_text("")
        settings.CHECKPOINTS = tmp_path / "file" / "checkpoints.jsonl"
    with django_capture_on_commit_callbacks(execute=True):
        record_alone("signed_in", actor=None)

    assert Event.objects.count() == 1
    assert "A checkpoint of the event log could not be written" in caplog.text


def test_nobody_waits_for_a_checkpoint_that_another_process_writes(caplog):
    fill(1)
    with checkpoints.held(settings.CHECKPOINTS):
        checkpoints.write_quietly()
    assert not settings.CHECKPOINTS.exists()

    checkpoints.write_quietly()
    assert len(lines()) == 1
    assert caplog.text == ""


def test_checkpoints_are_not_added_to_a_file_that_goes_beyond_the_log():
    fill(3, checkpoint_at=(3,))
    from tests.events.world import rehash, unprotect

    unprotect()
    Event.objects.filter(seq=3).delete()
    rehash()

    with pytest.raises(CheckpointError, match="goes up to event 3 and the log only to 2"):
        checkpoints.write()


def test_what_a_power_cut_left_of_a_line_is_cut_off():
    fill(2, checkpoint_at=(1,))
    with settings.CHECKPOINTS.open("ab") as file:
        file.write(b'{"sequence":2,"he')

    checkpoints.write()

    assert [line["sequence"] for line in lines()] == [1, 2]
    assert verified().status == 0


def test_a_last_line_that_is_no_checkpoint_stops_the_writing():
    fill(2, checkpoint_at=(1,))
    with settings.CHECKPOINTS.open("ab") as file:
        file.write(b"nonsense\n")

    with pytest.raises(CheckpointError, match="is not a checkpoint"):
        checkpoints.write()


@pytest.mark.django_db(transaction=True)
def test_the_thread_of_a_worker_writes_what_is_due_until_it_is_told_to_stop(monkeypatch):
    fill(2)
    stop = threading.Event()
    looked = []

    def look() -> None:
        write_due()
        looked.append(1)
        if len(looked) == 3:
            stop.set()

    write_due = checkpoints.write_due
    monkeypatch.setattr(checkpoints, "write_due", look)
    thread = threading.Thread(target=checkpoints.keep_writing, args=(stop, 0.001))
    thread.start()
    thread.join(timeout=30)

    assert not thread.is_alive()
    assert [line["sequence"] for line in lines()] == [2]


def test_a_line_that_was_written_otherwise_is_no_checkpoint():
    fill(1, checkpoint_at=(1,))
    line = settings.CHECKPOINTS.read_bytes().rstrip()
    assert Checkpoint.parse(line).sequence == 1

    for other in (line + b" ", line.replace(b'"after":0', b'"after":false'), line.replace(b":1,", b":1.0,")):
        with pytest.raises(CheckpointError):
            Checkpoint.parse(other)
