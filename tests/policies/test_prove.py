"""The certificates: that they are true, current, and refused where something does not hold."""

import json
import shutil
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from decisions import services
from decisions.proofs import certificates as proof

EDITIONS = [policy for policies in services.library().editions.values() for policy in policies]
TOPICS = list(services.library().topics)
AGAIN = "run manage.py prove --write"


def name(policy):
    return f"{policy.id}-{policy.edition}"


def edition_proof(policy):
    folder = Path(services.settings.POLICIES) / policy.topic.id / policy.id / policy.edition
    return proof.EditionProof(services.library().rules(policy), folder, services.codebook())


@pytest.fixture(scope="module", autouse=True)
def each_thing_is_proved_once():
    """What is proved of files of the same bytes, of the same rules and of the same two editions is shared."""
    known = {}

    def once(make, key):
        def made(*of):
            name = make, key(*of)
            if name not in known:
                # What is kept keeps what it is of, so that nothing else comes to have its id.
                known[name] = make(*of), of
            return known[name][0]

        return made

    def files(rules, folder, _):
        return rules.policy.id, tuple((file.name, file.read_bytes()) for file in sorted(folder.iterdir()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "EditionProof", once(proof.EditionProof, files))
        patch.setattr(proof, "Proof", once(proof.Proof, id))
        patch.setattr(proof, "Comparison", once(proof.Comparison, lambda *two: tuple(map(id, two))))
        yield


@pytest.fixture(scope="module")
def proofs():
    return {name(policy): edition_proof(policy) for policy in EDITIONS}


@pytest.mark.parametrize("policy", EDITIONS, ids=name)
def test_everything_is_proved_of_an_edition(policy, proofs):
    failing = {check.id: check.failing for check in proofs[name(policy)].checks if not check.holds}
    assert failing == {}


@pytest.mark.parametrize("policy", EDITIONS, ids=name)
def test_the_outcomes_of_an_edition_share_all_its_situations(policy, proofs):
    found = proofs[name(policy)].certificate(timezone.now())
    assert sum(found.outcomes.values()) == found.situations
    assert all(found.outcomes.values())


@pytest.mark.parametrize("policy", EDITIONS, ids=name)
def test_the_certificate_that_is_kept_is_that_of_the_edition_as_it_is(policy, proofs):
    kept = proof.load_certificate(policy)
    assert kept is not None, AGAIN
    assert kept.is_current(policy), AGAIN
    made = proofs[name(policy)].certificate(timezone.now())
    assert (kept.situations, kept.outcomes, kept.checks) == (made.situations, made.outcomes, made.checks), (
        AGAIN
    )
    assert kept.holds


@pytest.mark.parametrize("topic", TOPICS)
def test_every_question_changes_something_under_some_edition(topic, proofs):
    of_topic = [proofs[name(policy)] for policy in EDITIONS if policy.topic.id == topic]
    assert proof.unused_questions(services.library().topics[topic], of_topic) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_the_differences_that_are_kept_are_those_of_the_editions_as_they_are(topic):
    every = services.library().editions.values()
    latest = [editions[-1] for editions in every if editions[0].topic.id == topic]
    kept = proof.load_differences(topic)
    assert [pair.policies for pair in kept] == [(a.id, b.id) for a, b in combinations(latest, 2)], AGAIN
    for pair, made in zip(kept, proof.compare(latest, timezone.now()), strict=True):
        assert pair.is_current([policy for policy in latest if policy.id in pair.policies]), AGAIN
        assert pair.patterns == made.patterns, AGAIN


PAIRS = [pair for topic in TOPICS for pair in proof.load_differences(topic)]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(pair.policies))
def test_the_patterns_hold_every_situation_in_which_two_policies_differ_once(pair):
    assert sum(pattern.situations for pattern in pair.patterns) == pair.situations_differing
    assert len(pair.patterns) < 20
    assert len({pattern.when for pattern in pair.patterns}) == len(pair.patterns)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(pair.policies))
def test_the_example_of_a_pattern_has_its_outcomes_under_both_policies(pair):
    for pattern in pair.patterns:
        found = services.decide_all(pair.policies, pattern.example, timezone.localdate())
        assert {one.policy.id: one.outcome for one in found} == pattern.outcomes


def test_the_patterns_of_the_two_policies_say_where_they_part():
    ash, cigna = (services.library().editions[key][-1] for key in ("ash-cpg-038", "cigna-cpg-038"))
    comparison = proof.Comparison(ash, cigna)
    settings = ash.topic.by_id["setting"].option_ids
    ages = comparison.space.variables[comparison.space.at["age_months", ""]].cells
    names = {"setting": settings, "age_months": ages}
    named = {
        (
            tuple((fact, tuple(names[fact][cell] for cell in cells)) for fact, cells in pattern.where),
            tuple(pattern.outcomes.values()),
        )
        for pattern in comparison.patterns
        if pattern.days[1] is None
    }
    other = (("setting", ("intraoperative_other",)),)
    toddlers = (("setting", ("outpatient", "inpatient")), ("age_months", (12, 13)))
    assert named == {
        (toddlers, ("unsettled", "criteria_met")),
        (other, ("criteria_met", "criteria_not_met")),
        (other, ("criteria_met", "unsettled")),
    }


def test_the_command_says_what_holds_and_stores_what_is_proved(tmp_path, capsys):
    call_command("prove", "--write", "--folder", str(tmp_path))
    printed = capsys.readouterr().out
    assert "FAILS" not in printed
    assert "  holds: Each passage stands in the source word for word. (194)" in printed
    for policy in EDITIONS:
        stored = json.loads(proof.certificate_file(policy, tmp_path).read_text())
        assert list(stored) == ["fingerprint", "made_at", "code", "situations", "outcomes", "checks"]
        assert stored["fingerprint"] == policy.fingerprint
        assert proof.load_certificate(policy, tmp_path).holds
    for topic in TOPICS:
        assert proof.load_differences(topic, tmp_path)


def test_one_policy_can_be_proved_alone(tmp_path, capsys):
    call_command("prove", "--policy", EDITIONS[0].id, "--write", "--folder", str(tmp_path))
    assert EDITIONS[1].id not in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == [EDITIONS[0].id]


def test_a_policy_that_is_not_there_is_refused():
    with pytest.raises(CommandError, match="there is no policy nobody; allowed: ash-cpg-038") as refused:
        call_command("prove", "--policy", "nobody")
    assert refused.value.returncode == 2


@pytest.fixture
def copy(tmp_path, settings):
    """The policies in a folder that a test may spoil."""
    shutil.copytree(settings.POLICIES, tmp_path / "policies")
    settings.POLICIES = tmp_path / "policies"
    return tmp_path / "policies"


def spoil(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


ASH = "spinal_ultrasound/ash-cpg-038/2006-02-09"
SPOILED = [
    (
        "policy.toml",
        '{ reading = "unnamed-finding", one = { fact = "caudal_signs", any_of = ["other"] } },',
        "",
        "Each worked case says what was expected.",
    ),
    (
        "policy.toml",
        "codes-procedure-head =",
        "code-76800 =",
        "Each passage of the criteria section is claimed",
    ),
    ("cases.toml", 'outcome = "criteria_met"', 'outcome = "unsettled"', "Each worked case says"),
]


@pytest.mark.parametrize(("file", "old", "new", "sentence"), SPOILED)
def test_what_does_not_hold_is_said_and_no_certificate_is_stored(
    copy, tmp_path, capsys, file, old, new, sentence
):
    spoil(copy / ASH / file, old, new)
    with pytest.raises(SystemExit) as ended:
        call_command("prove", "--policy", "ash-cpg-038", "--write", "--folder", str(tmp_path / "kept"))
    assert ended.value.code == 1
    assert f"FAILS: {sentence}" in capsys.readouterr().out
    assert not (tmp_path / "kept").exists()


def test_an_edition_that_cannot_be_read_fails_the_proof(copy, capsys):
    (copy / ASH / "policy.toml").write_text("first_day = ", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("prove")
    assert "policy.toml" in capsys.readouterr().err


def test_cases_that_cannot_be_read_fail_the_proof(copy, capsys):
    (copy / ASH / "cases.toml").unlink()
    with pytest.raises(SystemExit):
        call_command("prove", "--policy", "ash-cpg-038")
    assert "cases.toml" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fingerprint": 1}', '{"checks": [{}]}'])
def test_a_certificate_that_cannot_be_read_counts_as_none(tmp_path, text):
    policy = EDITIONS[0]
    assert proof.load_certificate(policy, tmp_path) is None
    assert proof.load_differences(policy.topic.id, tmp_path) == ()
    for file in (proof.certificate_file(policy, tmp_path), proof.differences_file(policy.topic.id, tmp_path)):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    assert proof.load_certificate(policy, tmp_path) is None
    assert proof.load_differences(policy.topic.id, tmp_path) == ()


def test_a_changed_edition_makes_its_certificate_out_of_date(copy):
    policy = EDITIONS[0]
    kept = proof.load_certificate(policy)
    spoil(copy / ASH / "policy.toml", "# ", "#  ")
    changed = services.library().edition(policy.id, policy.edition)
    assert kept.is_current(policy)
    assert not kept.is_current(changed)
