"""Replay: what was frozen comes out as it did, and whatever was changed is found and named."""

import dataclasses
import io
import json

import pytest
from django.core.management import call_command
from django.db import connection

from decisions import services
from decisions.events import triggers
from decisions.models import Decision, Event
from decisions.reviews import replay
from decisions.reviews.basis import canonical
from tests.reviews.world import INCOMPLETE, MET, corrected, fresh, signed

pytestmark = pytest.mark.django_db
SAME = []


@pytest.fixture
def decision(world):
    """An adverse decision, as it is stored."""
    return world.decided_adverse().decisions.get()


def differences(decision):
    return list(replay.differences(Decision.objects.get(pk=decision.pk)))


def refrozen(decision, **changes):
    """Change what was frozen, past the services."""
    held = {**json.loads(decision.frozen), **changes}
    Decision.objects.filter(pk=decision.pk).update(frozen=canonical(held))


@pytest.fixture
def shelf(monkeypatch):
    """Puts another library in the place of the real one."""

    def put(change):
        real = services.library()
        editions = {key: tuple(filter(None, map(change, each))) for key, each in real.editions.items()}
        other = dataclasses.replace(real, editions=editions, _rules={})
        monkeypatch.setattr(services, "library", lambda: other)

    return put


def run(*args):
    """The command: what it prints, and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("replay", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue(), ended.value.code


@pytest.mark.parametrize("name", ["decided", "decided_adverse", "appeal_decided", "closed"])
def test_every_decision_comes_out_as_it_did(world, name):
    case = getattr(world, name)()

    assert [list(replay.differences(each)) for each in case.decisions.all()] == [
        SAME
    ] * case.decisions.count()


@pytest.mark.parametrize("answers", [MET, INCOMPLETE])
def test_a_decision_against_the_determination_comes_out_as_it_did(world, answers):
    case = world.in_physician_review(world.physician, answers=answers)
    signed(world.physician, case, "adverse")

    assert differences(case.decisions.get()) == SAME


def test_a_correction_and_what_it_corrects_come_out_as_they_did(world):
    case = world.decided_adverse()
    corrected(world.physician, case, "approved")

    assert [differences(each) for each in case.decisions.all()] == [SAME, SAME]


def test_an_answer_that_the_questions_no_longer_allowed_at_signing_does_not_disturb(world):
    case = world.in_physician_review(world.physician, answers=MET)
    case.answers = {**case.answers, "no_question": 1, "dimple_count": "no option"}
    case.save()
    signed(world.physician, fresh(case), "approved")

    made = case.decisions.get()
    assert differences(made) == SAME
    assert "no_question" not in json.loads(made.frozen)["answers"]


# What was altered in the row


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("rationale", "Other words."),
        ("reason", "Other words."),
        ("kind", "correction"),
        ("against", True),
        ("role", "reviewer"),
        ("licence_number", "another"),
        ("licence_state", "another"),
        ("licence_expires", "2031-01-01"),
    ],
)
def test_an_altered_column_is_found(decision, column, value):
    Decision.objects.filter(pk=decision.pk).update(**{column: value})

    assert differences(decision) == ["The stored decision is not what was signed."]


def test_another_signer_is_found(world, decision):
    Decision.objects.filter(pk=decision.pk).update(signed_by=world.physician_2)

    assert differences(decision) == ["The stored decision is not what was signed."]


def test_an_altered_result_is_found_and_named(decision):
    Decision.objects.filter(pk=decision.pk).update(result="approved")

    assert differences(decision) == [
        "The stored decision is not what was signed.",
        "The stored result is approved. The event log says: adverse.",
    ]


def test_an_altered_answer_is_found_in_the_row_and_in_what_comes_out(decision):
    answers = {**json.loads(decision.frozen)["answers"], "dimple_distance_cm": "3.2"}
    refrozen(decision, answers=answers)

    found = differences(decision)

    assert found[0] == "The stored decision is not what was signed."
    assert "Outcome: criteria_not_met then, criteria_met now." in found
    assert "Met: nothing then, lumbosacral-stigmata now." in found


def test_altered_words_of_a_passage_are_found(decision):
    held = json.loads(decision.frozen)["determination"]
    held["passages"][0]["quote"] = "Other words."
    refrozen(decision, determination=held)

    assert any(said.startswith("Passages: ") for said in differences(decision))


@pytest.mark.parametrize("frozen", ["", "no JSON", "[]", "{}", "null", '{"policy": 1}'])
def test_a_destroyed_record_is_found(decision, frozen):
    Decision.objects.filter(pk=decision.pk).update(frozen=frozen)

    assert differences(decision)[0] == "The stored decision is not what was signed."
    assert len(differences(decision)) == 2


def test_an_answer_that_is_no_longer_allowed_is_named(decision):
    refrozen(decision, answers={**json.loads(decision.frozen)["answers"], "setting": "on the moon"})

    assert "The questions no longer allow the answers that were given then: setting." in differences(decision)


def test_an_altered_trace_is_found(decision):
    refrozen(decision, trace={})

    assert any("(the trace) come out differently" in said for said in differences(decision))


# What was altered in the log


def test_a_signature_that_is_missing_in_the_log_is_found(decision):
    triggers.drop(connection)
    Event.objects.filter(action="decision_signed").delete()

    assert differences(decision) == ["The event log has no signature of this decision."]


@pytest.mark.parametrize("details", ["no JSON", "[]", "{}"])
def test_a_damaged_event_is_no_signature(decision, details):
    triggers.drop(connection)
    Event.objects.filter(action="decision_signed").update(details=details)

    assert differences(decision) == ["The event log has no signature of this decision."]


def test_a_signature_of_another_case_does_not_count(world, decision):
    other = world.decided_adverse().decisions.get()
    triggers.drop(connection)
    Event.objects.filter(action="decision_signed", case=decision.case_id).update(
        details=Event.objects.get(action="decision_signed", case=other.case_id).details
    )

    assert differences(decision) == ["The stored decision is not what was signed."]


def test_a_decision_that_was_removed_is_found(decision):
    reference = decision.case.reference
    decision.delete()

    out, _, code = run(reference)

    assert code == 1
    assert "has the signature of a decision that is not stored" in out


# What was altered beside the database


def test_another_fingerprint_is_found(decision, shelf):
    shelf(lambda policy: dataclasses.replace(policy, fingerprint="f" * 64))

    (said,) = differences(decision)

    assert said.startswith("The files of cigna-cpg-038, edition of 2024-09-15, are not those of then")
    assert said.endswith("and is ffffffffffff now.")


def test_a_lost_edition_is_found(decision, shelf):
    shelf(lambda policy: None)

    assert differences(decision) == [
        "There is no edition of 2024-09-15 of the policy cigna-cpg-038 any more."
    ]


def test_a_lost_policy_is_found(decision, monkeypatch):
    nothing = dataclasses.replace(services.library(), editions={})
    monkeypatch.setattr(services, "library", lambda: nothing)

    assert differences(decision) == [
        "There is no edition of 2024-09-15 of the policy cigna-cpg-038 any more."
    ]


def test_a_newer_edition_changes_nothing(decision, monkeypatch):
    real = services.library()
    newest = real.editions["cigna-cpg-038"][-1]
    newer = dataclasses.replace(newest, edition="2026-01-01", fingerprint="f" * 64)
    editions = {**real.editions, "cigna-cpg-038": (newest, newer)}
    monkeypatch.setattr(services, "library", lambda: dataclasses.replace(real, editions=editions, _rules={}))

    assert differences(decision) == SAME


def test_a_lost_code_set_is_found(decision):
    refrozen(decision, code_set={"name": "ICD-10-CM of long ago", "first_day": "1999-01-01"})

    assert "The code set ICD-10-CM of long ago is no longer at hand." in differences(decision)


def test_another_version_of_the_program_is_no_difference_by_itself(decision, settings):
    settings.VERSION = "99.0"

    assert differences(decision) == SAME


# The command


def test_the_command_replays_a_case(world):
    case = world.appeal_decided()
    world.decided()

    out, err, code = run(case.reference)

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{case.reference}, decision 1: same",
        f"{case.reference}, decision 2: same",
        "2 decisions replayed, 0 with differences.",
    ]


def test_the_command_replays_everything_and_names_each_difference(world):
    good, bad = world.decided(), world.decided_adverse()
    Decision.objects.filter(case=bad).update(rationale="Other words.")

    out, _, code = run("--all")

    assert code == 1
    assert f"{good.reference}, decision 1: same" in out
    assert f"{bad.reference}, decision 1:\n  The stored decision is not what was signed.\n" in out
    assert out.endswith("2 decisions replayed, 1 with differences.\n")


def test_the_command_speaks_json(world):
    case = world.decided()

    out, _, code = run("--all", "--json")

    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {"case": case.reference, "decision": 1, "differences": []}
    ]


@pytest.mark.parametrize("args", [(), ("R-1", "--all"), ("no such case",), ("",)])
def test_bad_input_is_told_apart(args):
    out, err, code = run(*args)

    assert (code, out) == (2, "")
    assert err


def test_a_case_without_a_decision_has_nothing_to_differ(world):
    out, _, code = run(world.draft().reference)

    assert (code, out) == (0, "0 decisions replayed, 0 with differences.\n")


def test_the_command_is_recorded_with_counts(world):
    bad = world.decided_adverse()
    world.decided()
    Decision.objects.filter(case=bad).update(rationale="Other words.")

    run("--all")

    event = Event.objects.get(action="replayed")
    assert (event.actor, event.case) == (None, "")
    assert json.loads(event.details) == {"decisions": 2, "different": 1}


def test_decisions_are_read_a_few_at_a_time(world, monkeypatch, django_assert_max_num_queries):
    """No more rows are held than are asked for at once: the first answer comes before the rest is read."""
    for _ in range(3):
        world.decided()
    monkeypatch.setattr(replay, "AT_ONCE", 1)

    found = replay.replay_each()
    with django_assert_max_num_queries(2):
        next(found)
    assert len(list(found)) == 2


def test_a_signature_of_an_older_secret_key_is_compared_under_that_key_while_it_is_at_hand(
    decision, settings
):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key, made up, long enough to be one for a test"
    assert differences(decision) == []

    Decision.objects.filter(pk=decision.pk).update(rationale="Another rationale, made up.")

    assert differences(decision) == ["The stored decision is not what was signed."]


def test_a_signature_of_another_secret_key_is_not_called_a_forgery(decision, settings):
    settings.SECRET_KEY = "another secret key, made up, long enough to be one for a test"

    assert differences(decision) == [
        "It was signed under another secret key. Without that key the signature cannot be compared."
    ]
