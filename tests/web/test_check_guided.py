"""A guided check: one question a page, whatever is typed on it."""

import itertools
import re

import pytest

from decisions.core.policy import OTHERS_UNKNOWN
from decisions.models import Check
from decisions.services import library
from tests.reviews.world import undone
from tests.web.check_helpers import (
    DIMPLE,
    NONE_OF_THESE,
    NOT_DOCUMENTED,
    ask,
    begin,
    error,
    everything_stored,
    give,
    path,
    saved,
    text,
)

pytestmark = pytest.mark.django_db
QUESTIONS = library().topics["spinal_ultrasound"].questions
FACTS = [question.id for question in QUESTIONS]
TEXTS = [question.id for question in QUESTIONS if question.kind in ("decimal", "age", "date")]
NONSENSE = [
    "abc",
    "-1",
    "1e999",
    "NaN",
    "∞",
    "½",
    "5²",
    "१",
    "a\x00b",
    "<script>alert(1)</script>",
    "'; DROP TABLE decisions_check; --",
    "9" * 5000,
    "1,000",
    "2026-13-45",
    "0x10",
    "true",
    "null",
    '{"a": [1]}',
    "🦴",
    "\u202e5",
]


def test_a_check_begins_with_the_first_question_that_matters(client):
    check = begin(client)

    assert client.get(path(check)).headers["Location"] == path(check, "q/setting/")


def test_a_guided_check_leads_from_question_to_question_to_the_determination(client):
    check = begin(client)

    for (fact, typed), (following, _) in itertools.pairwise(DIMPLE):
        assert ask(client, check, fact, **typed).headers["Location"] == path(check, f"q/{following}/")
    fact, typed = DIMPLE[-1]
    assert ask(client, check, fact, **typed).headers["Location"] == path(check, "determination/")


def test_the_determination_comes_as_soon_as_no_answer_can_change_an_outcome(client):
    check = begin(client)

    response = ask(client, check, "setting", setting="intraoperative_spinal")

    assert response.headers["Location"] == path(check, "determination/")


def test_the_count_of_questions_that_can_still_matter_falls(client):
    check, counts = begin(client), []
    for fact, typed in DIMPLE:
        words = text(client.get(path(check, f"q/{fact}/")))
        counts.append(int(words.partition(" can still matter")[0].rsplit(maxsplit=2)[1]))
        ask(client, check, fact, **typed)

    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 1
    assert "No further question can change an outcome" in text(client.get(path(check, "q/setting/")))


def test_what_is_not_documented_and_could_change_an_outcome_is_counted(client):
    check = begin(client)
    unknown = ("dimple_diameter_mm", "dimple_distance_cm")
    for fact, typed in DIMPLE:
        given = {f"{fact}.not": [NOT_DOCUMENTED]} if fact in unknown else typed
        client.post(path(check, f"q/{fact}/"), given)
    elsewhere, there = (text(client.get(path(check, f"q/{fact}/"))) for fact in ("setting", unknown[0]))

    assert "2 answers are not documented and could still change an outcome" in elsewhere
    assert "No further question" not in elsewhere
    assert "This answer is not documented and could still change an outcome" in there
    assert "No further question" not in there


def test_a_set_of_which_the_rest_is_not_described_is_not_fully_documented(client):
    check = begin(client)
    give(client, check, DIMPLE[:3])
    ask(client, check, "stigmata", stigmata=["sacral_dimple", "others_unknown"])
    give(client, check, DIMPLE[4:])

    words = text(client.get(path(check, "q/setting/")))
    assert "1 answer is not fully documented and could still change an outcome" in words


def test_what_was_typed_stands_beside_its_answer_on_every_page_that_lists_answers(client):
    check = begin(client)
    give(client, check, DIMPLE[:4])
    ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="3-6mm")

    for page in ("q/dimple_distance_cm/", "determination/"):
        assert "3 to 6 mm (typed: 3-6mm)" in client.get(path(check, page)).content.decode()


@pytest.mark.parametrize("mode", ["guided", "worksheet"])
def test_a_set_that_may_hold_more_says_what_an_empty_box_means(client, mode):
    check = begin(client)
    ask(client, check, "reasons", reasons=["lumbosacral_stigmata"])
    place = {"guided": "q/stigmata/", "worksheet": "worksheet/"}[mode]
    page = client.get(path(check, place)).content.decode()
    hint = page.index('id="r-stigmata"')

    assert re.search(r'id="f-stigmata" aria-describedby="[^"]*\br-stigmata\b', page)
    assert page.index('value="sacral_dimple"') < hint < page.index('value="others_unknown"')
    assert "What is not ticked counts as absent." in page[hint:]
    assert 'id="r-reasons"' not in page


@pytest.mark.parametrize("fact", ["injury_findings", "suspected_defects", "suspected_lesions"])
def test_a_question_about_suspicions_says_that_what_is_not_named_is_not_suspected(client, fact):
    page = text(client.get(path(begin(client), f"q/{fact}/")))

    assert "Tick what the request names. What it does not name is not" in page
    assert "than is named" in page
    assert "counts as absent" not in page


@pytest.mark.parametrize("question", QUESTIONS, ids=FACTS)
def test_every_question_shows_its_words_its_policies_and_why_it_is_asked(client, question):
    check = begin(client)

    words = text(client.get(path(check, f"q/{question.id}/")))

    assert question.label in words
    assert question.help in words
    for policy_id in check.policies:
        policy = library().editions[policy_id][-1]
        assert policy.source.short in words
        for passage in policy.why.get(question.id, ()):
            assert " ".join(policy.passages[passage].quote.split()) in words


def test_why_a_question_is_asked_is_quoted_with_a_sign_for_what_is_left_out(client):
    page = client.get(path(begin(client), "q/suspected_defects/")).content.decode()
    asked = page.partition("Why this is asked")[2]
    first = next(block for block in asked.split("<blockquote")[1:] if "#indication-defects" in block)

    assert [">[…]</div>" in part for part in first.split("<p>")] == [True, True]


def test_a_passage_is_one_step_from_its_place_in_the_text(client):
    page = client.get(path(begin(client), "q/dimple_distance_cm/")).content.decode()

    assert '/policies/cigna-cpg-038/2024-09-15/#dimple-atypical"' in page


def test_a_policy_past_its_review_date_is_said_to_be(client):
    check = begin(client)

    assert "past its next review date, 2025-09-15" in text(client.get(path(check, "q/setting/")))


def test_a_policy_is_not_past_its_review_date_for_a_service_before_it(client):
    check = begin(client)

    ask(client, check, "date_of_service", date_of_service="2025-09-15")

    assert "review date" not in text(client.get(path(check, "q/setting/")))


@pytest.mark.parametrize("fact", FACTS)
def test_not_documented_is_an_answer_to_every_question(client, fact):
    check = begin(client)
    kind = next(question.kind for question in QUESTIONS if question.id == fact)
    name = f"{fact}.not" if kind in ("decimal", "age", "date", "codes") else fact

    response = client.post(path(check, f"q/{fact}/"), {name: NOT_DOCUMENTED})

    assert response.status_code == 302
    assert saved(check) == {fact: None}
    page = client.get(path(check, f"q/{fact}/")).content.decode()
    assert f'value="{NOT_DOCUMENTED}"' in page.partition(" checked")[0][-200:]
    assert "Not documented" in text(client.get(path(check, "q/setting/"))) or fact == "setting"


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.kind == "set"], ids=lambda q: q.id)
def test_none_of_these_is_an_answer_where_a_set_may_be_empty(client, question):
    check = begin(client)

    response = client.post(path(check, f"q/{question.id}/"), {question.id: NONE_OF_THESE})

    if question.at_least_one:
        assert (response.status_code, saved(check)) == (422, {})
    else:
        assert (response.status_code, saved(check)) == (302, {question.id: []})


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.kind == "set"], ids=lambda q: q.id)
def test_the_rest_is_not_described_is_an_answer_where_the_contract_allows_it(client, question):
    check = begin(client)

    response = client.post(path(check, f"q/{question.id}/"), {question.id: OTHERS_UNKNOWN})

    if question.may_hold_more:
        assert (response.status_code, saved(check)) == (302, {question.id: [OTHERS_UNKNOWN]})
    else:
        assert (response.status_code, saved(check)) == (422, {})


@pytest.mark.parametrize("special", [NONE_OF_THESE, NOT_DOCUMENTED])
def test_what_stands_alone_cannot_be_ticked_beside_a_finding(client, special):
    check = begin(client)

    response = ask(client, check, "stigmata", stigmata=["hair_tuft", special])

    assert response.status_code == 422
    assert "stands alone" in error(response)
    assert saved(check) == {}


@pytest.mark.parametrize("fact", FACTS)
def test_nonsense_is_refused_or_kept_as_a_code_and_never_breaks_a_page(client, fact):
    check = begin(client)
    for nonsense in NONSENSE:
        with undone():
            response = client.post(path(check, f"q/{fact}/"), {fact: nonsense})

            if fact in ("procedure_codes", "diagnosis_codes") and re.search("[0-9]", nonsense):
                assert response.status_code in (302, 422), nonsense
                assert client.get(path(check, f"q/{fact}/")).status_code == 200, nonsense
                assert client.get(path(check, "determination/")).status_code == 200, nonsense
            else:
                assert response.status_code == 422, nonsense
                assert re.search("allowed|write|confirm", error(response), re.IGNORECASE), nonsense
                assert saved(check) == {}, nonsense


@pytest.mark.parametrize("fact", TEXTS)
def test_what_was_typed_is_shown_again_beside_what_is_allowed(client, fact):
    response = ask(client, begin(client), fact, **{fact: "<b>x</b>"})

    page = response.content.decode()
    assert 'value="&lt;b&gt;x&lt;/b&gt;"' in page
    assert 'aria-invalid="true"' in page
    assert f'<a href="#i-{fact}">' in page
    assert '<div class="error-summary" role="alert"' in page


@pytest.mark.parametrize(
    ("fact", "typed", "allowed"),
    [
        ("dimple_diameter_mm", "0", "above 0 and up to 100 mm"),
        ("dimple_diameter_mm", "100.1", "above 0 and up to 100 mm"),
        ("dimple_diameter_mm", "11 cm", "above 0 and up to 100 mm"),
        ("dimple_distance_cm", "-0.1", "from 0 up to 30 cm"),
        ("dimple_distance_cm", "30.1", "from 0 up to 30 cm"),
        ("age_months", "-1", "from 0 up to 1500 months"),
        ("age_months", "1501", "from 0 up to 1500 months"),
        ("age_months", "1.5", "from 0 up to 1500 months"),
        ("age_months", "126 years", "from 0 up to 1500 months"),
        ("date_of_service", "2026-02-29", "as in 2026-03-01"),
    ],
)
def test_an_impossible_value_is_refused_with_what_is_allowed(client, fact, typed, allowed):
    check = begin(client)

    response = ask(client, check, fact, **{fact: typed})

    assert response.status_code == 422
    assert allowed in error(response)
    assert saved(check) == {}


@pytest.mark.parametrize(
    ("fact", "typed", "kept"),
    [
        ("dimple_diameter_mm", "100", "100"),
        ("dimple_diameter_mm", "5,0", "5"),
        ("dimple_diameter_mm", "0.5\u2009cm", "5"),
        ("dimple_distance_cm", "0", "0"),
        ("dimple_distance_cm", "25 mm", "2.5"),
        ("age_months", "1500", 1500),
        ("age_months", "5.0", 5),
        ("age_months", "7 weeks", 1),
    ],
)
def test_a_number_is_kept_exactly_in_the_unit_of_its_question(client, fact, typed, kept):
    check = begin(client)

    ask(client, check, fact, **{fact: typed, f"{fact}__sure": kept})

    assert saved(check) == {fact: kept}


@pytest.mark.parametrize(
    ("typed", "label"), [("5 cm", "Yes, 50 mm"), ("5.05 cm", "Yes, 50.5 mm"), ("over 25", "Yes, over 25 mm")]
)
def test_what_is_confirmed_stands_there_with_its_unit(client, typed, label):
    check = begin(client)

    response = ask(client, check, "dimple_diameter_mm", dimple_diameter_mm=typed)

    assert f">{label}</label>" in response.content.decode()


def test_a_doubtful_value_is_questioned_and_kept_once_confirmed(client):
    check = begin(client)

    questioned = ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="50")
    assert questioned.status_code == 422
    assert error(questioned) == "Is it really 50 mm?"
    assert "Yes, 50 mm" in text(questioned)
    assert saved(check) == {}

    data = {"dimple_diameter_mm": "50", "dimple_diameter_mm__sure": "50"}
    assert ask(client, check, "dimple_diameter_mm", **data).status_code == 302
    assert saved(check) == {"dimple_diameter_mm": "50"}


def test_a_value_confirmed_before_is_not_questioned_again(client):
    check = begin(client)
    ask(client, check, "dimple_distance_cm", dimple_distance_cm="25", dimple_distance_cm__sure="25")

    assert ask(client, check, "dimple_distance_cm", dimple_distance_cm="25").status_code == 302


def test_the_confirmation_of_one_value_is_none_of_another(client):
    check = begin(client)

    response = ask(
        client, check, "dimple_diameter_mm", dimple_diameter_mm="60", dimple_diameter_mm__sure="50"
    )

    assert error(response) == "Is it really 60 mm?"


@pytest.mark.parametrize("fact", [question.id for question in QUESTIONS if not question.optional])
def test_an_empty_answer_is_asked_for(client, fact):
    check = begin(client)

    response = client.post(path(check, f"q/{fact}/"), {})

    assert response.status_code == 422
    assert "Not documented" in error(response)
    assert saved(check) == {}


@pytest.mark.parametrize("fact", [question.id for question in QUESTIONS if question.optional])
def test_an_optional_question_may_be_skipped(client, fact):
    check = begin(client)

    assert client.post(path(check, f"q/{fact}/"), {}).status_code == 302
    assert saved(check) == {}


def test_a_text_and_not_documented_together_are_asked_about(client):
    check = begin(client)

    response = ask(
        client, check, "dimple_diameter_mm", dimple_diameter_mm="4", dimple_diameter_mm__not=NOT_DOCUMENTED
    )

    assert response.status_code == 422
    assert "Keep one of them" in error(response)


def test_of_a_text_and_not_documented_the_one_that_was_changed_counts(client):
    check = begin(client)
    both = {"dimple_diameter_mm": "4", "dimple_diameter_mm__not": NOT_DOCUMENTED}

    ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="4")
    ask(client, check, "dimple_diameter_mm", **both)
    assert saved(check) == {"dimple_diameter_mm": None}

    ask(client, check, "dimple_diameter_mm", **both)
    assert saved(check) == {"dimple_diameter_mm": "4"}


@pytest.mark.parametrize("fact", ["setting", "dimple_base_visible"])
def test_two_choices_where_one_is_asked_for_are_refused(client, fact):
    options = {"setting": ["outpatient", "inpatient"], "dimple_base_visible": ["yes", "no"]}

    response = ask(client, begin(client), fact, **{fact: options[fact]})

    assert error(response) == "Choose one only."


def test_two_boxes_beside_a_text_are_refused(client):
    both = [NONE_OF_THESE, NOT_DOCUMENTED]

    response = ask(client, begin(client), "diagnosis_codes", diagnosis_codes__not=both)

    assert error(response) == "Tick one only."


def test_no_code_given_is_an_answer(client):
    check = begin(client)

    ask(client, check, "diagnosis_codes", diagnosis_codes__not=NONE_OF_THESE)

    assert saved(check) == {"diagnosis_codes": []}


def test_codes_are_kept_as_they_are_typed_and_shown_again(client):
    check = begin(client)

    ask(client, check, "diagnosis_codes", diagnosis_codes="q826, Q05.9; Q05.99")

    assert saved(check) == {"diagnosis_codes": ["q826", "Q05.9", "Q05.99"]}
    page = client.get(path(check, "q/diagnosis_codes/")).content.decode()
    assert 'value="q826, Q05.9, Q05.99"' in page


def test_a_code_that_is_shown_again_and_sent_again_stays_the_same(client):
    check = begin(client)
    ask(client, check, "procedure_codes", procedure_codes="76800, 26", procedure_codes__sure="26")
    shown = re.search(r'name="procedure_codes" value="([^"]*)"', text_of_page(client, check))[1]

    ask(client, check, "procedure_codes", procedure_codes=shown)

    assert saved(check) == {"procedure_codes": ["76800", "26"]}


def test_codes_stand_among_the_answers_so_far_with_their_names(client):
    check = begin(client)
    ask(client, check, "procedure_codes", procedure_codes="76800, 62270")
    page = text(client.get(path(check, "q/setting/")))

    assert "76800 Ultrasound, spinal canal and contents; 62270 Spinal puncture, lumbar" in page


def text_of_page(client, check, fact="procedure_codes"):
    return client.get(path(check, f"q/{fact}/")).content.decode()


def test_a_word_among_codes_is_named_and_the_codes_go_on_without_it(client):
    check = begin(client)

    told = ask(client, check, "diagnosis_codes", diagnosis_codes="• q826 sacral dimple • Q06.8")

    assert told.status_code == 422
    assert error(told) == "“sacral”, “dimple” are no codes and are left out."
    assert 'value="q826, Q06.8"' in told.content.decode()
    assert ask(client, check, "diagnosis_codes", diagnosis_codes="q826, Q06.8").status_code == 302
    assert saved(check) == {"diagnosis_codes": ["q826", "Q06.8"]}


def test_a_letter_in_a_procedure_code_is_asked_about_with_the_code_that_a_policy_names(client):
    check = begin(client)

    told = ask(client, check, "procedure_codes", procedure_codes="7680O, 62270")
    page = told.content.decode()

    assert told.status_code == 422
    assert "Not spelled like a code: 7680O. Did you mean 76800?" in page
    assert 'name="procedure_codes.take" value="76800, 62270" data-offer>Use 76800</button>' in page
    assert saved(check) == {}

    ask(
        client, check, "procedure_codes", procedure_codes="7680O, 62270", procedure_codes__take="76800, 62270"
    )
    assert saved(check) == {"procedure_codes": ["76800", "62270"]}


def test_an_odd_procedure_code_is_kept_once_that_is_said_and_another_is_asked_about_again(client):
    check = begin(client)

    told = ask(client, check, "procedure_codes", procedure_codes="7680X")
    assert "Not spelled like a code: 7680X.<" in told.content.decode()
    assert ">Keep 7680X</label>" in told.content.decode()
    assert "procedure_codes.take" not in told.content.decode()
    assert ask(client, check, "procedure_codes", procedure_codes="7680X", procedure_codes__sure="7680X").url
    assert saved(check) == {"procedure_codes": ["7680X"]}

    other = ask(client, check, "procedure_codes", procedure_codes="7680Y", procedure_codes__sure="7680X")
    assert other.status_code == 422
    assert saved(check) == {"procedure_codes": ["7680X"]}


@pytest.mark.parametrize("code", ["99999", "0042T", "A0000", "V9999", "76800-26"])
def test_a_procedure_code_that_is_well_spelled_is_taken_without_a_question(client, code):
    assert ask(client, begin(client), "procedure_codes", procedure_codes=code).status_code == 302


def test_words_alone_are_no_answer_to_a_question_for_codes(client):
    check = begin(client)

    told = ask(client, check, "procedure_codes", procedure_codes="spinal ultrasound")

    assert error(told) == "There is no code in “spinal ultrasound”; allowed: codes, or “No code is given”."
    assert 'value="spinal ultrasound"' in told.content.decode()
    assert saved(check) == {}


@pytest.mark.parametrize(("count", "status"), [(50, 302), (51, 422)])
def test_fifty_codes_are_taken_and_no_more(client, count, status):
    response = ask(client, begin(client), "procedure_codes", procedure_codes=" ".join(["76800"] * count))

    assert response.status_code == status


# Going back and changing


def test_back_leads_to_the_question_answered_before(client):
    check = begin(client)
    give(client, check, DIMPLE[:3])

    assert (
        f'href="{path(check, "q/reasons/")}">Back' in client.get(path(check, "q/stigmata/")).content.decode()
    )
    assert ">Back<" not in client.get(path(check, "q/setting/")).content.decode()


def test_every_answer_so_far_can_be_changed(client):
    check = begin(client)
    give(client, check, DIMPLE[:6])

    page = client.get(path(check, "q/dimple_base_visible/")).content.decode()
    for fact, _ in DIMPLE[:6]:
        assert f'<a href="{path(check, f"q/{fact}/")}">change' in page


def test_a_question_shows_the_answer_given_before(client):
    check = begin(client)
    give(client, check, DIMPLE)

    assert 'value="sacral_dimple" id="i-stigmata" checked' in client.get(
        path(check, "q/stigmata/")
    ).content.decode().replace(' aria-describedby="i-stigmata-help"', "")
    assert (
        'name="dimple_distance_cm" value="2"'
        in client.get(path(check, "q/dimple_distance_cm/")).content.decode()
    )


def test_an_answer_on_a_closed_branch_stays_and_counts_again_when_the_branch_is_opened(client):
    check = begin(client)
    give(client, check, DIMPLE)

    ask(client, check, "stigmata", stigmata="hair_tuft")
    words = text(client.get(path(check, "q/setting/")))
    assert "Distance from the anus" not in words
    assert saved(check)["dimple_distance_cm"] == "2"
    assert "this question is not asked" in text(client.get(path(check, "q/dimple_distance_cm/")))

    ask(client, check, "stigmata", stigmata="sacral_dimple")
    assert "Distance from the anus 2 cm" in text(client.get(path(check, "q/setting/")))


def test_a_question_behind_an_unanswered_gate_can_be_answered_and_implies_the_gate(client):
    check = begin(client)

    response = ask(client, check, "suspected_defects", suspected_defects="cord_tethering")

    assert response.status_code == 302
    assert "this question is not asked" not in text(client.get(path(check, "q/suspected_defects/")))


# Age and birth date


def test_a_birth_date_becomes_completed_months_on_the_date_of_service(client):
    check = begin(client)

    ask(client, check, "age_months", age_months__birth="2024-02-29", date_of_service="2026-02-28")
    assert saved(check) == {"age_months": 23, "date_of_service": "2026-02-28"}

    ask(client, check, "age_months", age_months__birth="2024-02-29", date_of_service="2026-03-01")
    assert saved(check)["age_months"] == 24


def test_a_birth_date_is_stored_nowhere(client):
    check = begin(client)

    ask(client, check, "setting", setting="outpatient")
    ask(client, check, "age_months", age_months__birth="2025-12-31", date_of_service="2026-03-01")

    stored = everything_stored()
    assert check.pk in stored
    assert "2026-03-01" in stored
    assert "2025-12-31" not in stored
    assert "2025-12-31" not in client.get(path(check, "q/age_months/")).content.decode()


def test_a_birth_after_the_service_is_refused_and_both_dates_are_named(client):
    check = begin(client)

    response = ask(client, check, "age_months", age_months__birth="2026-03-02", date_of_service="2026-03-01")

    assert response.status_code == 422
    assert "2026-03-02 is after the date of service 2026-03-01" in error(response)
    assert '<a href="#i-age_months-birth">' in response.content.decode()
    assert 'value="2026-03-02"' in response.content.decode()
    assert saved(check) == {}


def test_a_birth_in_the_future_is_refused_where_no_service_date_is_given(client):
    response = ask(client, begin(client), "age_months", age_months__birth="2999-01-01")

    assert "2999-01-01 is after today" in error(response)


@pytest.mark.parametrize("nonsense", [*NONSENSE, "2026-02-30", "0000-00-00", "9999-99-99"])
def test_nonsense_as_a_birth_date_is_refused(client, nonsense):
    check = begin(client)

    response = ask(client, check, "age_months", age_months__birth=nonsense)

    assert response.status_code == 422
    assert "not a day of the calendar; allowed: a day" in error(response)
    assert saved(check) == {}


def test_an_age_and_a_birth_date_are_not_both_taken(client):
    response = ask(client, begin(client), "age_months", age_months="3", age_months__birth="2026-01-01")

    assert "not both" in error(response)


def test_a_birth_date_replaces_the_age_that_stood_there(client):
    check = begin(client)
    ask(client, check, "age_months", age_months="3")

    ask(
        client,
        check,
        "age_months",
        age_months="3",
        age_months__birth="2026-01-01",
        date_of_service="2026-03-01",
    )

    assert saved(check)["age_months"] == 2


def test_weeks_close_to_a_limit_are_taken_as_the_months_that_they_may_be(client):
    check = begin(client)

    ask(client, check, "age_months", age_months="52", age_months__unit="weeks")

    assert saved(check) == {"age_months": {"at_least": 11, "at_most": 12}}
    page = client.get(path(check, "q/age_months/")).content.decode()
    assert 'name="age_months" value="11 to 12 months"' in page


def test_what_was_typed_of_an_age_is_kept_with_the_unit_that_was_chosen(client):
    check = begin(client)

    ask(client, check, "age_months", age_months="52", age_months__unit="weeks")

    assert Check.objects.get(pk=check.pk).typed == {"age_months": "52 weeks"}


def test_an_age_that_cannot_be_read_stays_with_its_unit(client):
    check = begin(client)

    response = ask(client, check, "age_months", age_months="several", age_months__unit="weeks")

    assert response.status_code == 422
    assert "leaves its bounds open" in error(response)
    page = response.content.decode()
    assert 'value="several"' in page
    assert '<option value="weeks" selected>' in page
    assert saved(check) == {}


def test_a_changed_date_of_service_asks_again_for_an_age_from_a_birth_date(client):
    check = begin(client)
    ask(client, check, "setting", setting="outpatient")
    ask(client, check, "age_months", age_months__birth="2026-01-01", date_of_service="2026-03-01")

    response = ask(client, check, "date_of_service", date_of_service="2026-04-01")

    assert response.headers["Location"] == path(check, "q/age_months/")
    assert "age_months" not in saved(check)
    words = text(client.get(path(check, "q/age_months/")))
    assert "The date of service was changed. Give the age, or the birth date, again." in words

    ask(client, check, "age_months", age_months="3", date_of_service="2026-04-01")
    assert "was changed" not in text(client.get(path(check, "q/age_months/")))


def test_a_changed_date_of_service_leaves_an_age_that_was_given_in_months(client):
    check = begin(client)
    ask(client, check, "age_months", age_months="2", date_of_service="2026-03-01")

    ask(client, check, "date_of_service", date_of_service="2026-04-01")

    assert saved(check)["age_months"] == 2


def test_what_is_remembered_of_a_birth_date_is_that_there_was_one(client):
    check = begin(client)
    ask(client, check, "age_months", age_months__birth="2026-01-01", date_of_service="2026-03-01")

    kept = Check.objects.get(pk=check.pk)
    assert kept.age_from_birth_date
    assert "From a birth date, which was not kept" in text(client.get(path(check, "q/age_months/")))


def test_a_birth_date_needs_a_date_of_service_that_can_be_read(client):
    response = ask(
        client, begin(client), "age_months", age_months__birth="2026-01-01", date_of_service="1/3/2026"
    )

    assert "needs a date of service that can be read" in error(response)
    assert "“1/3/2026” can be January 3, 2026 or March 1, 2026." in error(response)


def test_a_birth_date_that_gives_an_impossible_age_is_refused(client):
    response = ask(
        client, begin(client), "age_months", age_months__birth="1800-01-01", date_of_service="2026-01-01"
    )

    assert "from 0 up to 1500 months" in error(response)


def test_no_years_is_less_than_one(client):
    check = begin(client)

    ask(client, check, "age_months", age_months="0", age_months__unit="years")

    assert saved(check) == {"age_months": {"at_least": 0, "at_most": 11}}


# The figure


def test_the_figure_stands_beside_the_questions_about_the_dimple_alone(client):
    check = begin(client)
    give(client, check, DIMPLE)

    shown = {f for f in FACTS if 'id="figure"' in client.get(path(check, f"q/{f}/")).content.decode()}

    assert shown == {fact for fact in FACTS if fact.startswith("dimple_")}


def test_the_figure_follows_what_is_typed_and_saves_nothing(client):
    check = begin(client)
    give(client, check, DIMPLE[:5])

    response = client.post(path(check, "figure/"), {"dimple_distance_cm": "32 mm"})

    assert "The dimple is 4 mm wide, narrower than the mark of 5 mm" in text(response)
    assert "It lies 3.2 cm from the anus, farther than the mark of 2.5 cm" in text(response)
    assert "dimple_distance_cm" not in saved(check)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_the_figure_leaves_out_what_cannot_be_read(client, nonsense):
    check = begin(client)

    response = client.post(path(check, "figure/"), {"dimple_diameter_mm": nonsense})

    assert "The width of the dimple is not known" in text(response)


# What is told to whoever does not see the page


def html(response):
    return response.content.decode()


def described(page, name):
    """The ids of what describes an input."""
    return set(re.search(rf'name="{name}"[^>]*aria-describedby="([^"]*)"', page)[1].split())


def test_an_error_describes_the_input_that_it_is_about_and_no_other(client):
    check = begin(client)
    age = html(ask(client, check, "age_months", age_months="abc"))
    birth = html(ask(client, check, "age_months", age_months__birth="2999-01-01"))

    message = "m-age_months"
    assert message in described(age, "age_months")
    assert message not in described(age, "age_months.birth")
    assert message not in described(birth, "age_months")
    assert message in described(birth, "age_months.birth")


def test_a_question_has_the_focus_itself_and_is_described_by_its_choices_until_something_is_wrong(client):
    check = begin(client)
    opened, wrong = html(client.get(path(check, "q/setting/"))), html(ask(client, check, "setting"))

    fieldset = re.search(r'<fieldset[^>]*id="f-setting"[^>]*>', opened)[0]
    assert "autofocus" in fieldset
    assert "o-setting" in fieldset
    assert '<p id="o-setting" hidden>Choices: Outpatient, Inpatient,' in opened
    assert "autofocus" not in re.search(r'<fieldset[^>]*id="f-setting"[^>]*>', wrong)[0]
    assert 'id="errors" autofocus' in wrong


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("stigmata", "What is not ticked counts as absent."),
        ("suspected_defects", "What it does not name is not suspected."),
    ],
)
def test_the_name_of_a_set_says_what_is_meant_by_what_is_not_ticked(client, fact, said):
    page = html(client.get(path(begin(client), f"q/{fact}/")))

    assert said in re.search(r"(?s)<legend>(.*?)</legend>", page)[1]
