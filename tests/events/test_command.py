"""`manage.py verify_log`: what it prints, and the three ways it exits."""

import json

import pytest
from django.conf import settings
from django.core.management import call_command

from decisions.log import checkpoint_keys as keys
from decisions.models import Event
from tests.events.world import fill, sql, unprotect

pytestmark = pytest.mark.django_db


def run(capsys, *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        call_command("verify_log", *arguments)
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


def test_an_intact_and_anchored_log_exits_with_0_and_the_verification_is_recorded(capsys):
    fill(3, checkpoint_at=(3,))

    status, said = run(capsys)

    assert status == 0
    assert said.startswith("Intact: 3 events fit together, and checkpoints vouch for the first 3.")
    event = Event.objects.get(seq=4)
    assert (event.action, json.loads(event.details)) == (
        "log_verified",
        {"anchored": 3, "by": "verify_log", "events": 3},
    )


def test_a_damaged_log_exits_with_1_names_the_first_bad_event_and_is_left_alone(capsys):
    fill(5, checkpoint_at=(3,))
    unprotect()
    sql("UPDATE decisions_event SET role = 'x' WHERE seq IN (2, 4)")

    status, said = run(capsys)

    assert status == 1
    assert said.startswith("Damaged. Event 2 was altered: what it says does not fit its hash.")
    assert Event.objects.count() == 5


def test_a_log_without_checkpoints_exits_with_2(capsys):
    fill(3)

    status, said = run(capsys)

    assert status == 2
    assert said.startswith("Consistent, not anchored")


def test_a_log_that_nothing_protects_exits_with_2_says_so_first_and_is_recorded_as_such(capsys):
    fill(3, checkpoint_at=(3,))
    unprotect()

    status, said = run(capsys)

    assert status == 2
    assert said.startswith("Not protected: the database lacks ")
    assert json.loads(Event.objects.get(seq=4).details)["protected"] is False


def test_what_cannot_be_read_exits_with_2(capsys):
    fill(1, checkpoint_at=(1,))
    keys.public_file().write_text("nonsense")

    status, said = run(capsys)

    assert (status, said.startswith("Not verified. ")) == (2, True)


def test_a_file_that_is_not_there_exits_with_2(capsys, tmp_path):
    for option in ("--checkpoints", "--public-key"):
        assert run(capsys, option, str(tmp_path / "none")) == (2, f"There is no file {tmp_path / 'none'}.\n")


def test_json_says_the_same(capsys):
    fill(3, checkpoint_at=(2,))
    unprotect()
    sql("UPDATE decisions_event SET role = 'x' WHERE seq = 3")

    status, said = run(capsys, "--json")
    found = json.loads(said)

    assert status == found["status"] == 1
    assert found["damage"][0]["kind"] == "altered row"
    assert found["damage"][0]["event"] == 3


def test_the_help_says_how_it_exits(capsys):
    with pytest.raises(SystemExit):
        call_command("verify_log", "--help")

    said = capsys.readouterr().out
    assert all(f"Exit {status}:" in said for status in (0, 1, 2))


def test_copies_that_were_kept_elsewhere_can_be_named(capsys, tmp_path):
    fill(3, checkpoint_at=(2,))
    for source, name in ((settings.CHECKPOINTS, "c"), (keys.public_file(), "k")):
        (tmp_path / name).write_bytes(source.read_bytes())

    status, said = run(capsys, "--checkpoints", str(tmp_path / "c"), "--public-key", str(tmp_path / "k"))

    assert (status, "the first 2" in said) == (0, True)
