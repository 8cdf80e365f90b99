"""What is frozen with a decision: written as it was signed, and read in every form that it was frozen in.

Versions of Conus that had no type for it wrote the texts in `frozen_texts`. Nobody in them is real.
"""

import datetime as dt
import json
from pathlib import Path

import pytest

from decisions.models import Decision
from decisions.reviews.ground.facts import canonical
from decisions.reviews.ground.frozen import FORMAT, NewerError, UnreadableError, read, to_text
from tests.reviews.pages import at, text_of
from tests.reviews.world import corrected

TEXTS = Path(__file__).parent / "frozen_texts"
FORM_1, *_ = (TEXTS / "form_1.jsonl").read_text(encoding="utf-8").splitlines()
NOT_MET, OPEN = FORM_2 = (TEXTS / "form_2.jsonl").read_text(encoding="utf-8").splitlines()
LATER_IN_FORM_2 = {"typed", "other_words", "time_zone"}
"""Keys that were not there yet when form 2 was new."""
KEYS = sorted(json.loads(OPEN).keys() - LATER_IN_FORM_2 - {"format"})
WORDS = sorted(json.loads(OPEN)["words"])
GONE = object()


def with_other(text, **others):
    """What was frozen, with other values under some keys."""
    held = {**json.loads(text), **others}
    return canonical({key: value for key, value in held.items() if value is not GONE})


BY_FACT = ("answers", "trace", "typed", "other_words")
"""Parts whose keys are questions and criteria."""


def keys(held, under=""):
    """Every key of it, by its path."""
    if isinstance(held, dict):
        for key, value in held.items():
            yield f"{under}.{key}"
            if under or key not in BY_FACT:
                yield from keys(value, f"{under}.{key}")
    if isinstance(held, list):
        for value in held:
            yield from keys(value, f"{under}[]")


# Writing


@pytest.mark.parametrize("text", FORM_2)
def test_what_was_frozen_before_there_was_a_type_is_written_letter_by_letter_as_it_was(text):
    assert to_text(read(text)) == text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["decided", "decided_adverse", "appeal_decided"])
def test_what_is_frozen_now_is_read_and_written_letter_by_letter_as_it_was_signed(world, name):
    for made in getattr(world, name)().decisions.all():
        assert to_text(read(made.frozen)) == made.frozen


@pytest.mark.django_db
def test_what_is_frozen_now_has_the_keys_that_it_had(world):
    made = world.decided_adverse().decisions.get()
    now, before = (set(keys(json.loads(text))) for text in (made.frozen, NOT_MET))

    assert before - now == {".words.answers[].own_words"}  # nothing was typed here
    assert now - before == {".judgments"}  # since form 3


# Reading


def test_what_was_frozen_is_told_by_its_parts():
    found = read(OPEN)

    assert (found.format, found.policy, found.edition) == (2, "cigna-cpg-038", "2024-09-15")
    assert found.as_of == dt.date(2026, 11, 30)
    assert found.typed == {"dimple_distance_cm": "1,5 cm"}
    assert found.other_words == {"stigmata": "a made-up mark"}
    assert found.code_set.first_day == dt.date(2026, 4, 1)
    assert found.answers["dimple_diameter_mm"] == 5
    assert found.trace is not None
    assert "dimple_diameter_mm" in found.trace["lumbosacral-stigmata"]
    assert [each.own_words for each in found.words.answers if each.own_words] == [
        "other: a made-up mark",
        "typed: 1,5 cm",
    ]
    assert [each.item for each in found.words.passages if each.lead] == [(4, 8), (1, 8)]
    setting, stigmata = found.given[-2:]
    assert (setting.document, setting.page, stigmata.document) == ("Clinic note", "3", "")
    assert setting.moment == dt.datetime.fromisoformat(setting.at)
    assert found.renamed == ()
    assert found.answers_now == found.answers


def test_form_1_is_read_without_its_numbers_and_under_the_names_of_now():
    found = read(FORM_1)

    assert (found.format, found.trace) == (1, None)
    assert found.renamed == ("prior_spinal_cord_surgery",)
    assert "prior_spinal_cord_surgery" in found.answers
    assert found.answers_now["prior_spinal_operation"] is None
    assert "prior_spinal_cord_surgery" not in found.answers_now
    assert (found.typed, found.other_words, found.time_zone, found.code_set.said) == ({}, {}, "", "")
    quoted = (*found.words.passages, *found.words.evidence)
    assert [(each.before, each.after, each.item) for each in quoted] == [(False, False, (0, 0))] * len(quoted)
    whole, item = found.words.passages
    assert (whole.id, whole.lead, item.id, item.lead) == (
        "necessary",
        "",
        "indication-retethering",
        whole.quote,
    )


def test_form_2_is_read_as_it_was_when_it_was_new():
    held = json.loads(OPEN)
    for each in (*held["words"]["passages"], *held["words"]["evidence"]):
        for key in ("before", "after", "item"):
            each.pop(key, None)
    for each in held["words"]["answers"]:
        each.pop("own_words", None)
    del held["code_set"]["said"]

    for key in LATER_IN_FORM_2:
        del held[key]

    found = read(canonical(held))

    assert (found.typed, found.other_words, found.time_zone, found.code_set.said) == ({}, {}, "", "")
    assert not any(each.before or each.after for each in found.words.passages)
    assert {each.item for each in found.words.passages} == {(0, 0)}
    assert {each.own_words for each in found.words.answers} == {""}


def test_keys_that_nobody_knows_here_are_passed_over():
    assert read(with_other(OPEN, made_up=1)) == read(OPEN)


@pytest.mark.parametrize("form", [FORMAT + 1, FORMAT + 100])
def test_a_form_of_a_newer_version_is_told_apart(form):
    said = f"^It was frozen in form {form}, which this version of Conus does not know.$"
    with pytest.raises(NewerError, match=said):
        read(with_other(OPEN, format=form))


# What cannot be read


DESTROYED = ["", "no JSON", "[]", "{}", "null", "2", '"frozen"', '{"answers": 1}', OPEN[:-1], "[" * 100_000]


@pytest.mark.parametrize("text", DESTROYED, ids=range(len(DESTROYED)))
def test_a_text_that_was_destroyed_cannot_be_read(text):
    with pytest.raises(UnreadableError) as refused:
        read(text)
    assert not isinstance(refused.value, NewerError)


@pytest.mark.parametrize("form", [0, -1, "2", None, [], {}])
def test_a_form_that_there_never_was_cannot_be_read(form):
    with pytest.raises(UnreadableError) as refused:
        read(with_other(OPEN, format=form))
    assert not isinstance(refused.value, NewerError)


@pytest.mark.parametrize("value", [GONE, 1, None])
@pytest.mark.parametrize("key", KEYS)
def test_without_a_part_or_with_another_thing_in_its_place_it_cannot_be_read(key, value):
    with pytest.raises(UnreadableError):
        read(with_other(OPEN, **{key: value}))


@pytest.mark.parametrize("day", ["", "2026-11-31", "2026-11", "today"])
def test_a_day_that_there_never_was_cannot_be_read(day):
    with pytest.raises(UnreadableError):
        read(with_other(OPEN, as_of=day))


@pytest.mark.parametrize("value", [GONE, 1, None])
@pytest.mark.parametrize("key", WORDS)
def test_without_some_of_its_words_it_cannot_be_read(key, value):
    words = {**json.loads(OPEN)["words"], key: value}

    with pytest.raises(UnreadableError):
        read(with_other(OPEN, words={name: each for name, each in words.items() if each is not GONE}))


@pytest.mark.parametrize("given", [{"at": "yesterday"}, {"at": ""}, {"by": "Nora (made up)"}, {"page": 3}])
def test_an_answer_that_was_given_at_no_moment_or_by_no_person_cannot_be_read(given):
    held = json.loads(OPEN)["given"]

    with pytest.raises(UnreadableError):
        read(with_other(OPEN, given=[{**held[0], **given}]))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"format": FORMAT + 1}, {"words": {}}, {"given": [1]}, {"code_set": []}, {"answers": GONE}]
)
def test_pages_and_letters_say_that_it_cannot_be_read(world, changes):
    case = world.decided_adverse()
    made = case.decisions.get()
    Decision.objects.update(frozen=with_other(made.frozen, **changes))
    client = world.client(world.physician)

    shown = client.get(at("decision", case, 1))
    drafted = client.get(at("new_letter", case, "adverse"))
    correcting = client.get(at("correct", case))

    assert (shown.status_code, drafted.status_code, correcting.status_code) == (200, 403, 200)
    on_page = "What was frozen with this decision cannot be read. Replay it, and tell an auditor."
    no_letter = "What was frozen with the decision cannot be read, so no letter can be drafted."
    assert on_page in text_of(shown)
    assert f"{no_letter} Tell an auditor." in text_of(drafted)


@pytest.mark.django_db
def test_a_decision_whose_frozen_text_cannot_be_read_can_be_corrected(world):
    case = world.decided_adverse()
    Decision.objects.update(frozen="no JSON")

    corrected(world.physician, case, "approved")

    assert read(case.decisions.get(number=2).frozen).format == FORMAT
