"""Every way to tamper with the log that could be thought of, each tried, found and named."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from decisions.log import checkpoint_keys as keys
from decisions.log import checkpoints, triggers
from decisions.log.checkpoints import Checkpoint
from decisions.log.verification import verify_case
from decisions.models import Event, EventHead
from tests.events.world import COLUMNS, fill, other, rehash, sql, unprotect, verified

pytestmark = pytest.mark.django_db
SIZE = 7


@pytest.fixture
def log():
    """Seven events with checkpoints after the third and the sixth, and nothing that protects them."""
    fill(SIZE, checkpoint_at=(3, 6))
    unprotect()


def found(**files) -> tuple[str, int | None]:
    """The first damage: its kind and the event."""
    report = verified(**files)
    assert report.status == 1
    assert report.verdict.startswith("Damaged. ")
    return report.damage[0].kind, report.damage[0].event


def found_nothing() -> bool:
    """Whether a verification finds a log sound, once it is protected again."""
    triggers.install(connection)
    sound = verified().status == 0
    unprotect()
    return sound


def test_an_untouched_log_is_intact_and_anchored(log):
    triggers.install(connection)

    report = verified()

    assert (report.status, report.events, report.anchored, report.checkpoints) == (0, SIZE, 6, 2)
    assert report.damage == []


def test_a_log_without_checkpoints_is_consistent_and_not_anchored():
    fill(3)

    report = verified()

    assert (report.status, report.anchored) == (2, 0)
    assert report.verdict.startswith("Consistent, not anchored")


def test_an_empty_log_is_not_anchored():
    assert verified().status == 2


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
@pytest.mark.parametrize("column", COLUMNS)
def test_any_column_of_any_row_altered_is_found(log, column, seq):
    value = getattr(Event.objects.get(seq=seq), column)
    Event.objects.filter(seq=seq).update(**{column: other(column, value)})

    kind, event = found()

    if column != "seq":
        assert (kind, event) == ("altered row", seq)
    elif seq < SIZE:
        assert (kind, event) == ("missing row", seq)
    else:
        assert (kind, event) == ("missing row", SIZE)


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
def test_any_row_altered_with_its_hash_made_anew_is_found(log, seq):
    row = Event.objects.get(seq=seq)
    row.details = '{"number":99}'
    Event.objects.filter(seq=seq).delete()
    from decisions.log.encoding import event_hash

    row.hash = event_hash(row)
    row.save(force_insert=True)

    kind, event = found()

    if seq in (3, 6):
        assert kind == "rewritten log"
    elif seq == SIZE:
        assert kind == "head changed"
    else:
        assert (kind, event) == ("broken chain", seq + 1)


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
def test_any_row_deleted_is_found(log, seq):
    Event.objects.filter(seq=seq).delete()

    assert found() == (("missing row", seq) if seq < SIZE else ("truncated log", SIZE))


@pytest.mark.parametrize("seq", range(1, SIZE))
def test_two_rows_that_changed_places_are_found(log, seq):
    sql("UPDATE decisions_event SET seq = -1 WHERE seq = %s", seq)
    sql("UPDATE decisions_event SET seq = %s WHERE seq = %s", seq, seq + 1)
    sql("UPDATE decisions_event SET seq = %s WHERE seq = -1", seq + 1)

    assert found() == ("altered row", seq)


@pytest.mark.parametrize("seq", [-5, 0])
def test_a_row_before_the_first_is_found(log, seq):
    row = Event.objects.get(seq=1)
    Event(
        **{**{name: getattr(row, name) for name in COLUMNS}, "seq": seq, "hash": "a", "previous_hash": "b"}
    ).save(force_insert=True)

    assert found() == ("row out of place", seq)


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
def test_a_row_put_in_between_is_found(log, seq):
    rows = list(Event.objects.order_by("seq"))
    Event.objects.all().delete()
    extra = Event(**{name: getattr(rows[seq - 1], name) for name in COLUMNS})
    extra.hash, extra.previous_hash = "e" * 64, "f" * 64
    for row in rows[seq:]:
        row.seq += 1
    extra.seq = seq + 1
    Event.objects.bulk_create([*rows[:seq], extra, *rows[seq:]])

    assert found() == ("altered row", seq + 1)


def test_a_row_added_past_the_head_is_found(log):
    from decisions.log.encoding import event_hash

    last = Event.objects.get(seq=SIZE)
    row = Event(seq=SIZE + 1, at=last.at, action="signed_in", previous_hash=last.hash)
    row.hash = event_hash(row)
    row.save(force_insert=True)

    assert found() == ("head changed", None)


@pytest.mark.parametrize("left", range(SIZE))
def test_a_tail_cut_off_is_found(log, left):
    Event.objects.filter(seq__gt=left).delete()

    assert found() == ("truncated log", left + 1)


@pytest.mark.parametrize("left", range(6))
def test_a_tail_cut_off_with_the_head_mended_is_found_by_the_checkpoints(log, left):
    Event.objects.filter(seq__gt=left).delete()
    rehash(first=SIZE)

    assert found() == ("truncated log", left + 1)


@pytest.mark.parametrize("seq", range(1, 7))
def test_a_log_rewritten_so_that_all_fits_is_found_by_the_checkpoints(log, seq):
    sql("UPDATE decisions_event SET details = '{}' WHERE seq = %s", seq)
    rehash()

    assert found() == ("rewritten log", 3 if seq <= 3 else 6)


def test_what_came_after_the_last_checkpoint_is_not_vouched_for(log):
    """The limit of what checkpoints prove, stated as a test."""
    sql("UPDATE decisions_event SET details = '{}' WHERE seq = %s", SIZE)
    rehash()

    report = verified()

    assert (report.damage, report.anchored) == ([], 6)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("hash = '%064d' % 0", "head changed"),
        ("peaks = '[]'", "head changed"),
        ("peaks = 'nonsense'", "head changed"),
        ("seq = 6", "head changed"),
        ("seq = 8", "truncated log"),
        ("checkpoint_seq = 7", "checkpoints lost"),
    ],
)
def test_a_changed_head_is_found(log, change, kind):
    sql(f"UPDATE decisions_eventhead SET {change.replace('%064d', '0' * 64).replace(' % 0', '')}")  # noqa: S608

    assert found()[0] == kind


def test_a_head_that_is_gone_is_found(log):
    EventHead.objects.all().delete()

    assert found() == ("head lost", None)


def test_a_value_that_cannot_be_read_is_an_altered_row(log):
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps such a value out")
    sql("UPDATE decisions_event SET at = 'noon' WHERE seq = 4")
    assert found() == ("altered row", 4)

    sql("UPDATE decisions_event SET action = CAST(x'ff' AS TEXT) WHERE seq = 2")
    assert found() == ("altered row", 2)


# The checkpoints


def lines() -> list[bytes]:
    return settings.CHECKPOINTS.read_bytes().splitlines()


def put(*new: bytes) -> None:
    settings.CHECKPOINTS.write_bytes(b"".join(line + b"\n" for line in new))


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("sequence", "forged checkpoint"),
        ("head", "forged checkpoint"),
        ("root", "forged checkpoint"),
        ("time", "forged checkpoint"),
        ("after", "forged checkpoint"),
        ("previous", "forged checkpoint"),
        ("key", "foreign key"),
        ("signature", "forged checkpoint"),
    ],
)
def test_any_field_of_any_checkpoint_altered_is_found(log, number, field, kind):
    there = lines()
    changed = json.loads(there[number])
    value = changed[field]
    changed[field] = value + 1 if isinstance(value, int) else ("0" if value[0] != "0" else "1") + value[1:]
    there[number] = json.dumps(changed, separators=(",", ":")).encode()
    put(*there)

    assert found()[0] == kind


@pytest.mark.parametrize("text", [b"nonsense", b"[]", b"{}", b'{"sequence":"3"}', b""])
def test_a_line_that_is_no_checkpoint_is_found(log, text):
    put(lines()[0], text, lines()[1])

    assert found()[0] == "altered checkpoint"


def test_a_line_with_other_spaces_is_found(log):
    first, second = lines()
    put(first.replace(b":", b": ", 1), second)

    assert found()[0] == "altered checkpoint"


def test_a_first_line_taken_out_is_found(log):
    put(lines()[1])

    assert found()[0] == "checkpoints changed"


def test_a_last_line_taken_out_is_found(log):
    put(lines()[0])

    assert found()[0] == "checkpoints lost"


def test_all_lines_taken_out_are_found(log):
    put()
    assert found()[0] == "checkpoints lost"

    settings.CHECKPOINTS.unlink()
    assert found()[0] == "checkpoints lost"


def test_lines_in_another_order_are_found(log):
    put(*reversed(lines()))

    assert found()[0] == "checkpoints changed"


def test_a_line_twice_is_found(log):
    first, second = lines()
    put(first, first, second)

    assert found()[0] == "checkpoints changed"


def test_lost_lines_are_found_although_newer_checkpoints_were_written(log):
    put(lines()[0])
    checkpoints.write()

    assert found()[0] == "checkpoints lost"


def test_checkpoints_made_anew_with_another_key_are_found(log):
    """A whole forgery: the log rewritten, and checkpoints that fit it, signed with a key of the forger's."""
    sql("UPDATE decisions_event SET details = '{}' WHERE seq = 2")
    rehash()
    forger, previous, forged = Ed25519PrivateKey.generate(), "0" * 64, []
    for line in lines():
        old = json.loads(line)
        new = {**old, "previous": previous, "head": Event.objects.get(seq=old["sequence"]).hash}
        new["key"] = keys.name(forger.public_key())
        forged.append(Checkpoint(**new).signed(forger).line())
        previous = hashlib.sha256(forged[-1]).hexdigest()
    put(*forged)
    assert found()[0] == "foreign key"

    named = [json.loads(line) for line in forged]
    put(*[Checkpoint(**{**one, "key": old_key()}).line() for one in named])
    assert found()[0] == "forged checkpoint"


def old_key() -> str:
    return next(iter(keys.public_keys(keys.public_file())))


def test_a_replaced_key_pair_is_found(log):
    settings.CHECKPOINT_KEY.unlink()
    keys.public_file().unlink()
    keys.signing_key()

    assert found()[0] == "foreign key"


def test_a_replaced_private_key_signs_nothing(log):
    settings.CHECKPOINT_KEY.unlink()
    public = keys.public_file().read_bytes()
    keys.public_file().unlink()
    keys.signing_key()
    keys.public_file().write_bytes(public)

    with pytest.raises(keys.SigningKeyError, match="was exchanged"):
        checkpoints.write()


def test_a_public_key_kept_elsewhere_finds_a_forger_who_replaced_everything_here(log, tmp_path):
    kept = tmp_path / "kept.pub"
    kept.write_bytes(keys.public_file().read_bytes())
    for file in (settings.CHECKPOINT_KEY, keys.public_file(), settings.CHECKPOINTS):
        file.unlink()
    EventHead.objects.update(checkpoint_seq=0)
    sql("UPDATE decisions_event SET details = '{}' WHERE seq = 2")
    rehash()
    checkpoints.write()

    assert found_nothing()
    assert found(public_key=kept)[0] == "foreign key"


def test_checkpoints_kept_elsewhere_find_it_too(log, tmp_path):
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(settings.CHECKPOINTS.read_bytes())
    settings.CHECKPOINTS.unlink()
    EventHead.objects.update(checkpoint_seq=0)
    sql("UPDATE decisions_event SET details = '{}' WHERE seq = 2")
    rehash()
    checkpoints.write()

    assert found_nothing()
    assert found(checkpoints=kept) == ("rewritten log", 3)


def test_an_older_copy_of_the_checkpoints_is_no_damage(log, tmp_path):
    kept = tmp_path / "kept.jsonl"
    kept.write_bytes(lines()[0] + b"\n")

    report = verified(checkpoints=kept)

    assert (report.damage, report.anchored) == ([], 3)
    assert "newer checkpoint than in this copy, for event 6" in report.remarks[0]


def test_an_unfinished_last_line_is_only_remarked_on(log):
    with settings.CHECKPOINTS.open("ab") as file:
        file.write(b'{"sequence":7,')

    report = verified()

    assert report.damage == []
    assert "Line 3" in report.remarks[0]


def test_without_the_public_key_nothing_is_verified(log):
    keys.public_file().unlink()

    report = verified()

    assert report.status == 2
    assert report.verdict.startswith("Not verified. ")


def test_clocks_set_back_are_only_remarked_on():
    from django.utils import timezone

    fill(2)
    later = timezone.now()
    unprotect()
    Event.objects.filter(seq=1).update(at=later.replace(year=later.year + 1))
    rehash()

    report = verified()

    assert report.damage == []
    assert "1 events are dated before" in report.remarks[0]


def test_a_log_that_nothing_protects_is_not_called_sound_though_all_of_it_fits(log):
    report = verified()

    assert (report.status, report.state, report.damage) == (2, "Not protected", [])
    assert report.verdict.startswith("Not protected: the database lacks conus_event_unchanged")
    assert report.verdict.endswith("7 events fit together, and checkpoints vouch for the first 6.")


def test_one_trigger_that_is_gone_is_enough():
    fill(2, checkpoint_at=(2,))
    table = " ON decisions_eventhead" if connection.vendor == "postgresql" else ""
    sql(f"DROP TRIGGER conus_head_stays{table}")

    report = verified()

    assert (report.status, report.lacking) == (2, ["conus_head_stays"])


def test_of_a_damaged_log_the_damage_is_said_first_and_then_that_nothing_protects_it(log):
    sql("UPDATE decisions_event SET role = 'x' WHERE seq = 2")

    report = verified()

    assert (report.status, report.state) == (1, "Damaged")
    assert "does not protect the log" in report.remarks[-1]


# The rows of one case


def test_the_rows_of_a_case_fit(log):
    report = verify_case("c1")

    assert (report.events, report.damage) == (SIZE, [])


@pytest.mark.parametrize("seq", range(1, SIZE + 1))
def test_an_altered_row_of_a_case_is_found(log, seq):
    sql("UPDATE decisions_event SET role = 'auditor' WHERE seq = %s", seq)

    assert [(fault.kind, fault.event) for fault in verify_case("c1").damage] == [("altered row", seq)]


@pytest.mark.parametrize("seq", range(2, SIZE))
def test_a_row_beside_a_row_of_a_case_that_is_gone_is_found(log, seq):
    Event.objects.filter(seq=seq).delete()

    assert [fault.kind for fault in verify_case("c1").damage] == ["broken chain"]
