"""Replay: what was frozen comes out as it did, and whatever was changed is found and named."""

import dataclasses
import io
import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from decisions import services
from decisions.core.conditions import NEVER
from decisions.log import triggers
from decisions.models import Decision, Event
from decisions.reviews.decision import replay
from decisions.reviews.decision.findings import Kind
from decisions.reviews.decision.verbs import signature
from decisions.reviews.ground.facts import canonical
from decisions.reviews.ground.frozen import FORMAT
from tests.reviews.world import INCOMPLETE, MET, corrected, fresh, signed

pytestmark = pytest.mark.django_db
SAME = []


@pytest.fixture
def decision(world):
    """An adverse decision, as it is stored."""
    return world.decided_adverse().decisions.get()


def replayed(decision):
    return replay.replayed(Decision.objects.get(pk=decision.pk))


def differences(decision):
    return [finding.sentence for finding in replayed(decision).findings]


def kinds(decision):
    """What the findings are about, in their order, once each."""
    return list(dict.fromkeys(finding.kind for finding in replayed(decision).findings))


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

    assert [differences(each) for each in case.decisions.all()] == [SAME] * case.decisions.count()


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
        ("license_number", "another"),
        ("license_state", "another"),
        ("license_expires", "2031-01-01"),
    ],
)
def test_an_altered_column_is_found(decision, column, value):
    Decision.objects.filter(pk=decision.pk).update(**{column: value})

    assert differences(decision) == ["The stored decision is not what was signed."]
    assert (kinds(decision), replayed(decision).verdict) == ([Kind.DAMAGED], "damaged")


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

    assert any("(the trace) for: " in said for said in differences(decision))
    assert kinds(decision) == [Kind.DAMAGED]


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


def test_files_that_were_revised_are_named_and_are_no_damage(decision, shelf):
    shelf(lambda policy: dataclasses.replace(policy, fingerprint="f" * 64))

    (said,) = differences(decision)

    assert said.startswith("The files of cigna-cpg-038, edition of 2024-09-15, were revised: the fingerprint")
    assert "is ffffffffffff now. The files of then are not at hand." in said
    found = replayed(decision)
    assert (kinds(decision), found.verdict) == ([Kind.REVISED], "as it was signed, same result")
    assert (found.result, found.because, found.is_sound) == ("same", "", True)


def revised(policy):
    """Files in which a simple dimple is no reason, nor is anything else: no criterion is ever met."""
    criteria = tuple(dataclasses.replace(each, when=NEVER) for each in policy.criteria)
    return dataclasses.replace(policy, fingerprint="f" * 64, criteria=criteria)


def test_another_result_under_revised_files_is_what_those_make_of_the_same_answers(world, shelf):
    case = world.decided()
    shelf(revised)

    made = case.decisions.get()
    found = replayed(made)

    assert found.verdict == "as it was signed, another result now"
    assert (found.result, found.because, found.is_damaged) == ("other", "policy_revised", False)
    assert "Outcome: criteria_met then, criteria_not_met now." in differences(made)
    assert set(kinds(made)) == {Kind.REVISED}
    (out, _, code) = run("--all")
    assert code == 3
    assert "1 as signed with another result under policy files that were revised since." in out


def test_another_result_under_the_same_files_is_the_softwares(world, shelf):
    case = world.decided()
    shelf(lambda policy: dataclasses.replace(revised(policy), fingerprint=policy.fingerprint))

    made = case.decisions.get()
    found = replayed(made)

    assert (found.result, found.because, found.is_damaged) == ("other", "software_changed", False)
    assert set(kinds(made)) == {Kind.SOFTWARE}
    out, _, code = run("--all")
    assert code == 4
    assert "1 as signed with another result from this version of Conus." in out


def test_other_words_that_leave_the_result_change_no_exit(decision, shelf):
    def with_other_words(policy):
        words = dataclasses.replace(policy.words, criteria_not_met="made-up words")
        return dataclasses.replace(policy, words=words, fingerprint="f" * 64)

    shelf(with_other_words)

    assert any(
        said.startswith("Determination: not medically necessary then") for said in differences(decision)
    )
    assert replayed(decision).is_sound
    assert run("--all")[2] == 0


# What an earlier version of Conus froze


def signed_with(decision, **changes):
    """Freeze something else with a decision, and sign that: as another version of Conus does."""
    held = {**json.loads(decision.frozen), **changes}
    frozen = canonical({key: value for key, value in held.items() if value is not GONE})
    Decision.objects.filter(pk=decision.pk).update(frozen=frozen)
    made = Decision.objects.get(pk=decision.pk)
    event = Event.objects.get(action="decision_signed", case=made.case_id)
    details = {**json.loads(event.details), "signed": signature(made)}
    triggers.drop(connection)
    Event.objects.filter(pk=event.pk).update(details=json.dumps(details))
    return made


GONE = object()
OF_VERSION_1 = {"format": GONE, "software": "0.1.0", "trace": {"suspected-defect": [0, 4, 7]}}


def test_a_decision_of_the_version_before_is_as_it_was_signed(decision):
    made = signed_with(decision, **OF_VERSION_1)

    assert differences(made) == [
        f"It was signed with Conus 0.1.0. This is Conus {settings.VERSION}.",
        "Its trace is kept by numbers of the questions of then, and is not compared.",
    ]
    assert (kinds(made), replayed(made).is_sound) == ([Kind.SOFTWARE], True)
    assert run("--all")[2] == 0


def test_a_key_that_a_record_did_not_have_then_is_the_softwares(decision):
    record = json.loads(decision.frozen)["determination"]
    del record["cautions"]
    made = signed_with(decision, determination=record)

    assert differences(made) == ["Cautions: stands in records of now, and did not then."]
    assert (kinds(made), replayed(made).is_sound) == ([Kind.SOFTWARE], True)


def test_a_key_that_a_record_has_no_longer_is_the_softwares(decision):
    made = signed_with(
        decision, determination={**json.loads(decision.frozen)["determination"], "old_key": []}
    )

    assert differences(made) == ["Old key: stood in records of then, and does not now."]
    assert (kinds(made), replayed(made).is_sound) == ([Kind.SOFTWARE], True)


@pytest.mark.parametrize(("answer", "outcome"), [(True, "criteria_met"), (False, "criteria_not_met")])
def test_an_answer_to_a_question_with_another_name_now_is_read_under_the_new_one(world, answer, outcome):
    given = {"setting": "inpatient", "reasons": ["cord_retethering"], "prior_spinal_operation": answer}
    case = world.in_physician_review(world.physician, answers=given)
    signed(world.physician, case, "adverse")
    made = case.decisions.get()
    answers = json.loads(made.frozen)["answers"]
    answers["prior_spinal_cord_surgery"] = answers.pop("prior_spinal_operation")
    made = signed_with(made, answers=answers, **OF_VERSION_1)

    found = replayed(made)

    assert json.loads(made.frozen)["determination"]["outcome"] == outcome
    assert found.is_sound
    assert (
        "The question prior_spinal_cord_surgery is prior_spinal_operation now, and asks for more."
        " The answer of then was taken." in differences(made)
    )


def test_a_trace_names_what_was_looked_at_and_its_order_does_not_matter(decision):
    trace = json.loads(decision.frozen)["trace"]
    assert "dimple_diameter_mm" in trace["lumbosacral-stigmata"]
    assert "stigmata.sacral_dimple" in trace["lumbosacral-stigmata"]

    turned = signed_with(decision, trace={key: names[::-1] for key, names in trace.items()})
    assert differences(turned) == SAME
    other = signed_with(decision, trace={**trace, "lumbosacral-stigmata": ["setting"]})
    assert differences(other) == ["Other answers were looked at (the trace) for: lumbosacral-stigmata."]
    assert (kinds(other), replayed(other).is_sound) == ([Kind.SOFTWARE], True)


def test_a_form_of_a_newer_version_is_not_compared_and_is_no_damage(decision):
    newer = FORMAT + 1
    made = signed_with(decision, format=newer)

    assert differences(made) == [f"It was frozen in form {newer}, which this version of Conus does not know."]
    assert (kinds(made), replayed(made).result) == ([Kind.NOT_COMPARED], "unknown")
    out, _, code = run("--all")
    assert code == 5
    assert "1 not compared in full." in out


def test_what_was_signed_and_cannot_be_read_now_is_no_damage(decision):
    made = signed_with(decision, code_set=[])

    assert differences(made) == [
        "What was frozen is as it was signed, and this version of Conus cannot read it."
    ]
    assert kinds(made) == [Kind.NOT_COMPARED]


def test_damage_is_graver_than_anything_else(world, shelf):
    world.decided()
    bad = world.decided_adverse()
    Decision.objects.filter(case=bad).update(rationale="Other words.")
    shelf(revised)

    out, _, code = run("--all")

    assert code == 1
    assert out.endswith(
        "2 decisions replayed: 1 damaged, 1 as signed with another result under policy files that were"
        " revised since.\n"
    )


# What is not at hand


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


def test_another_version_of_the_program_is_said_and_is_no_difference_by_itself(decision, settings):
    signed_with = settings.VERSION
    settings.VERSION = "99.0"

    assert differences(decision) == [f"It was signed with Conus {signed_with}. This is Conus 99.0."]
    assert replayed(decision).is_sound


# The command


def test_the_command_replays_a_case(world):
    case = world.appeal_decided()
    world.decided()

    out, err, code = run(case.reference)

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{case.reference}, decision 1: as it was signed, same result",
        f"{case.reference}, decision 2: as it was signed, same result",
        "2 decisions replayed: 0 damaged, 2 as signed with the same result.",
    ]


def test_the_command_replays_everything_and_names_each_difference(world):
    good, bad = world.decided(), world.decided_adverse()
    Decision.objects.filter(case=bad).update(rationale="Other words.")

    out, _, code = run("--all")

    assert code == 1
    assert f"{good.reference}, decision 1: as it was signed, same result\n" in out
    assert f"{bad.reference}, decision 1: damaged\n  Damaged: The stored decision is not what was" in out
    assert out.endswith("2 decisions replayed: 1 damaged, 1 as signed with the same result.\n")


def test_the_command_speaks_json(world):
    case = world.decided()

    out, _, code = run("--all", "--json")

    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "case": case.reference,
            "decision": 1,
            "verdict": "as it was signed, same result",
            "result": "same",
            "damaged": [],
            "not_compared": [],
            "policy_revised": [],
            "software_changed": [],
        }
    ]


@pytest.mark.parametrize("args", [(), ("R-1", "--all"), ("no such case",), ("",)])
def test_bad_input_is_told_apart(args):
    out, err, code = run(*args)

    assert (code, out) == (2, "")
    assert err


def test_a_case_without_a_decision_has_nothing_to_differ(world):
    out, _, code = run(world.draft().reference)

    assert (code, out) == (0, "0 decisions replayed: 0 damaged.\n")


def test_the_command_is_recorded_with_counts(world):
    bad = world.decided_adverse()
    world.decided()
    Decision.objects.filter(case=bad).update(rationale="Other words.")

    run("--all")

    event = Event.objects.get(action="replayed")
    assert (event.actor, event.case) == (None, "")
    assert json.loads(event.details) == {
        "decisions": 2,
        "same": 1,
        "damaged": 1,
        "not_compared": 0,
        "policy_revised": 0,
        "software_changed": 0,
    }


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
    assert (kinds(decision), replayed(decision).is_damaged) == ([Kind.NOT_COMPARED], False)
    assert run("--all")[2] == 5
