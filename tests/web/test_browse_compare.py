"""Two editions beside each other, and the kept proofs."""

from dataclasses import replace
from itertools import permutations

import pytest

from decisions.browse import comparison
from decisions.browse import proven as differences
from decisions.core import conditions as c
from decisions.proofs import certificates as proof
from decisions.services import library

EDITIONS = [p for editions in library().editions.values() for p in editions]
ONE, OTHER = EDITIONS[:2]


def key(policy):
    return f"{policy.id}/{policy.edition}"


@pytest.fixture
def compare(client, db):
    return lambda **query: client.get("/policies/compare/", query)


def test_words_that_differ_are_marked_on_both_sides():
    left, right = comparison.differing("for the following indications:", "for ANY of the following signs")

    assert [(w.text, w.only) for w in left] == [
        ("for", False),
        ("the following", False),
        ("indications:", True),
    ]
    assert [(w.text, w.only) for w in right] == [
        ("for", False),
        ("ANY of", True),
        ("the following", False),
        ("signs", True),
    ]


def test_capitals_and_punctuation_at_the_ends_of_words_are_no_difference():
    for side in comparison.differing("Evaluation of tumors, and more", "evaluation of tumors and more."):
        assert not any(words.only for words in side)


def test_a_sign_alone_is_compared_as_it_is():
    left, _ = comparison.differing("a > 5", "a < 5")

    assert [words.text for words in left if words.only] == [">"]


@pytest.mark.parametrize("pair", list(permutations(EDITIONS, 2)), ids=lambda pair: f"{pair[0].id}-first")
def test_no_word_of_a_passage_is_lost_between_the_marks(pair):
    for compared in comparison.pairs(*pair):
        for policy, side in zip(pair, compared.sides, strict=True):
            for quoted in side.quotes:
                words = " ".join(piece.text for piece in quoted.words)
                assert words == " ".join(policy.passages[quoted.passage.id].quote.split())


@pytest.mark.parametrize("pair", list(permutations(EDITIONS, 2)), ids=lambda pair: f"{pair[0].id}-first")
def test_every_criterion_of_either_edition_is_compared_once(pair):
    ids = [compared.id for compared in comparison.pairs(*pair)]

    assert sorted(ids) == sorted({criterion.id for policy in pair for criterion in policy.criteria})


def test_an_edition_compared_with_its_copy_has_the_same_conditions_and_words():
    for compared in comparison.pairs(ONE, replace(ONE, id="copy")):
        assert compared.same
        assert compared.worded_alike
    assert comparison.named(ONE, replace(ONE, id="copy")) == ()


def test_a_criterion_that_one_edition_lacks_is_told_as_missing():
    without = replace(ONE, id="copy", criteria=ONE.criteria[1:])

    first = comparison.pairs(ONE, without)[0]

    assert first.verdict == f"{without.source.short} has no such criterion."
    assert not first.worded_alike


def changed(name, condition):
    """The first edition with another meaning of one of its named conditions."""

    def put(part):
        if isinstance(part, c.Named):
            return c.Named(part.name, condition if part.name == name else put(part.part))
        if isinstance(part, c.All | c.Any):
            return type(part)(tuple(put(inner) for inner in part.parts))
        if isinstance(part, c.Reading):
            return c.Reading(part.reading, put(part.one), put(part.other))
        return part

    criteria = tuple(replace(criterion, when=put(criterion.when)) for criterion in ONE.criteria)
    named = {other: condition if other == name else put(part) for other, part in ONE.named.items()}
    return replace(ONE, id="copy", criteria=criteria, named=named)


def test_conditions_that_differ_in_what_a_name_means_say_which():
    name = next(iter(ONE.named))
    copy = changed(name, c.NEVER)

    verdicts = {compared.id: compared.verdict for compared in comparison.pairs(ONE, copy)}

    used = [criterion for criterion in ONE.criteria if name in comparison.outline.names(criterion.when)]
    assert used
    for criterion in ONE.criteria:
        expected = "The conditions are the same."
        if criterion in used:
            expected = f"The conditions differ only in what “{name.replace('_', ' ')}” means."
        assert verdicts[criterion.id] == expected
    assert [pair.name for pair in comparison.named(ONE, copy)] == [name.replace("_", " ")]


def test_a_reading_taken_another_way_is_a_difference():
    reading = next(r for r in ONE.readings.values() if any(r.id in c.readings(x.when) for x in ONE.criteria))
    other = replace(reading, taken="other" if reading.taken != "other" else "one")
    copy = replace(ONE, id="copy", readings={**ONE.readings, reading.id: other})

    for compared, criterion in zip(comparison.pairs(ONE, copy), ONE.criteria, strict=True):
        assert compared.same == (reading.id not in c.readings(criterion.when))


def test_the_first_two_policies_are_compared_where_none_is_chosen(compare):
    context = compare().context

    assert (context["one"].policy.id, context["other"].policy.id) == (ONE.id, OTHER.id)


def test_any_two_editions_can_be_chosen(compare):
    context = compare(one=key(OTHER), other=key(ONE)).context

    assert (context["one"].policy.id, context["other"].policy.id) == (OTHER.id, ONE.id)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"one": "nope/2020-01-01"}, "There is no such edition."),
        ({"one": "\x01"}, "There is no such edition."),
        ({"one": key(ONE), "other": key(ONE)}, "Choose two different editions."),
        ({"one": "", "other": ""}, "This field is required."),
    ],
)
def test_a_choice_that_cannot_be_compared_is_answered_with_a_message(compare, query, message):
    response = compare(**query)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert "pairs" not in response.context


def test_a_marked_word_is_marked_up_and_not_by_colour_alone(compare):
    assert '<mark class="only">' in compare().content.decode()


def certificate(policy, **fields):
    checks = (proof.Proposition("quotes", "Each passage stands in the source.", True, 3),)
    made = {"fingerprint": policy.fingerprint, "made_at": "2026-11-21T00:00:00+00:00", "code": "conus 0"}
    counts = {"situations": 1234567, "outcomes": {"criteria_met": 1234567}, "checks": checks}
    return proof.Certificate(**{**made, **counts, **fields})


@pytest.fixture
def proven(client, db, monkeypatch):
    def show(found):
        monkeypatch.setattr(proof, "load_certificate", lambda policy: found)
        return client.get(f"/policies/{ONE.id}/{ONE.edition}/proof/").content.decode()

    return show


def test_a_certificate_is_shown_with_its_checks_and_counts(proven):
    page = proven(certificate(ONE))

    assert "Everything holds" in page
    assert "Each passage stands in the source." in page
    assert "1,234,567" in page
    assert ONE.words.criteria_met in page
    assert "Out of date" not in page


def test_a_certificate_of_other_files_is_told_as_out_of_date(proven):
    page = proven(certificate(ONE, fingerprint="0" * 64))

    assert "Out of date" in page
    assert "Everything holds" not in page


def test_a_check_that_does_not_hold_is_told(proven):
    page = proven(certificate(ONE, checks=(proof.Proposition("a", "A sentence.", False, 0),)))

    assert "Something does not hold" in page
    assert "does not hold</span>" in page


def test_an_edition_without_a_certificate_says_so(proven):
    assert "There is no certificate for this edition." in proven(None)


def kept(one, other, **fields):
    pattern = proof.Difference(
        ("Age: 12 to 23 months.",), {one.id: "unsettled", other.id: "criteria_met"}, 4321, {}
    )
    fingerprints = {policy.id: policy.fingerprint for policy in (one, other)}
    editions = {policy.id: policy.edition for policy in (one, other)}
    found = proof.Differences((one.id, other.id), editions, fingerprints, "", 9999999, 4321, (pattern,))
    return replace(found, **fields)


@pytest.mark.parametrize("order", [(ONE, OTHER), (OTHER, ONE)])
def test_the_situations_in_which_two_policies_differ_are_told_in_either_order(compare, monkeypatch, order):
    monkeypatch.setattr(proof, "load_differences", lambda topic: (kept(ONE, OTHER),))

    page = compare(one=key(order[0]), other=key(order[1])).content.decode()

    assert "Age: 12 to 23 months." in page
    assert "4,321 of 9,999,999" in page
    assert OTHER.words.criteria_met in page
    assert "Out of date" not in page


def test_differences_of_other_files_are_told_as_out_of_date(compare, monkeypatch):
    old = kept(ONE, OTHER, fingerprints={ONE.id: "0", OTHER.id: OTHER.fingerprint})
    monkeypatch.setattr(proof, "load_differences", lambda topic: (old,))

    assert "Out of date" in compare().content.decode()


def test_differences_of_other_editions_are_not_shown(monkeypatch):
    old = kept(ONE, OTHER, editions={ONE.id: "1900-01-01", OTHER.id: OTHER.edition})
    monkeypatch.setattr(proof, "load_differences", lambda topic: (old,))

    assert differences.apart(ONE, OTHER) is None


def test_an_item_of_a_list_stands_beside_the_other_with_a_sign_for_what_is_left_out(compare):
    page = compare(one=key(ONE), other=key(OTHER)).content.decode()
    items = [block for block in page.split("<blockquote")[1:] if "#indication-stigmata" in block]

    assert len(items) == 2
    for item in items:
        assert [">[…]</div>" in part for part in item.split("<p>")] == [True, True]
