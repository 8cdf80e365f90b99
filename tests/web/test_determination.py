"""The determination page: what it says, what it quotes, and where that stands."""

import html
import json
import re
from pathlib import Path

import pytest

from decisions import services
from decisions.check.services import OWNER
from decisions.core.answers import read_answers
from decisions.models import Check, new_id
from decisions.telling.explanation import QUOTED_AT_ONCE
from decisions.telling.left_open import lacking
from decisions.telling.record import as_record

ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"
BOTH = [ASH, CIGNA]
CASES = json.loads((Path(__file__).parents[1] / "cases" / "cases.json").read_text(encoding="utf-8"))

DIMPLE = {
    "setting": "outpatient",
    "age_months": 1,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": "4",
    "dimple_distance_cm": "3.2",
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}
SIMPLE = {**DIMPLE, "dimple_distance_cm": "1"}
BACK_PAIN = {"setting": "outpatient", "age_months": 540, "reasons": ["spinal_pain"]}
TODDLER = {
    "setting": "outpatient",
    "age_months": 14,
    "reasons": ["suspected_defect"],
    "suspected_defects": ["cord_tethering"],
    "diagnosis_codes": ["Q06.8"],
}
DURING_ANOTHER_OPERATION = {"setting": "intraoperative_other", "age_months": 540, "reasons": ["other"]}
SHOULDER = {"setting": "outpatient", "age_months": 400, "reasons": ["extremity_musculoskeletal"]}
PUNCTURE = {"setting": "inpatient", "age_months": 3, "reasons": ["lumbar_puncture_guidance"]}

pytestmark = pytest.mark.django_db


def without_birth_date(answers, day):
    """The answers as a check keeps them: a birth date is turned into an age."""
    kept = {fact: value for fact, value in answers.items() if fact != "date_of_birth"}
    if answers.get("date_of_birth"):
        topic = services.library().topics["spinal_ultrasound"]
        checked = read_answers(topic, answers, day)
        left = checked.partly.get("age_months")
        kept["age_months"] = months_left(left) if left else checked.values["age_months"]
    return kept


def months_left(age):
    """What a part of a birth date leaves of an age, as an answer."""
    return {
        "at_least" if age.low_counts else "above": age.low,
        "at_most" if age.high_counts else "below": age.high,
    }


@pytest.fixture
def address(client):
    """The address of the determination of answers, in this client's own check."""
    owner = new_id()
    session = client.session
    session[OWNER] = owner
    session.save()

    def make(answers, policies=BOTH):
        check = Check.objects.create(
            owner=owner,
            topic="spinal_ultrasound",
            policies=list(policies),
            answers=without_birth_date(answers, services.today()),
        )
        return f"/check/{check.pk}/determination/"

    return make


@pytest.fixture
def visit(client, address):
    """The page of answers, as HTML."""

    def fetch(answers, policies=BOTH):
        response = client.get(address(answers, policies))
        assert response.status_code == 200
        return response.content.decode()

    return fetch


@pytest.fixture
def note(client, address):
    """The text for a case note about answers, what was broken into short lines put together."""

    def fetch(answers, policies=BOTH):
        page = client.get(f"{address(answers, policies)}text/").content.decode()
        return in_textarea(page).replace("\n  ", " ")

    return fetch


def in_textarea(page):
    """The text on the page that it is copied from."""
    return html.unescape(re.search(r"(?s)<textarea[^>]*>\n(.*?)</textarea>", page)[1])


def words(markup):
    """What a reader sees of HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def answer(page, policy):
    """The part of the page with a policy's answer, its reason and the passages."""
    told = re.search(rf'(?s)<article class="answer" aria-labelledby="answer-{policy}">.*?</article>', page)[0]
    return told + re.search(rf'(?s)<section class="answer-said" id="said-{policy}">.*?</section>', page)[0]


def detail(page, policy):
    return re.search(rf'(?s)<section class="details" id="about-{policy}">.*?</section>', page)[0]


def difference(page):
    found = re.search(r'(?s)<section class="difference".*?</section>', page)
    return found[0] if found else ""


def headline(page, policy):
    return words(re.search(r"(?s)<h2.*?</h2>", answer(page, policy))[0]).partition(": ")[2]


def quotes(markup):
    """Every quote as (words without our marks, address of the passage)."""
    for block in re.findall(r"(?s)<blockquote.*?</blockquote>", markup):
        link = html.unescape(re.search(r'<footer.*?href="([^"]+)"', block)[1])
        said = re.search(r"(?s)<p>(.*?)</p>", block)[1].replace(
            '<span class="tag">does not resolve</span>', ""
        )
        yield html.unescape(re.sub(r"<[^>]+>", "", said)), link


def plain(text):
    return re.sub(r"\W", "", text)


def passage_of(link):
    """The passage that an address leads to."""
    _, policies, policy_id, edition, anchor = link.split("/")
    assert policies == "policies"
    return services.library().edition(policy_id, edition).passages[anchor.removeprefix("#")]


def quoted(markup):
    return [link.partition("#")[2] for _, link in quotes(markup)]


# What is said for each outcome


@pytest.mark.parametrize(
    ("answers", "policy", "head", "step", "first"),
    [
        (DIMPLE, ASH, "Medically necessary", "Can be approved", ["necessary", "indication-stigmata"]),
        (DIMPLE, CIGNA, "Medically necessary", "Ask for information", ["necessary", "indication-stigmata"]),
        (SIMPLE, ASH, "Unproven", "A physician reviews", ["dimple-simple"]),
        (SIMPLE, CIGNA, "Not medically necessary", "A physician reviews", ["dimple-simple"]),
        (BACK_PAIN, ASH, "Unproven", "A physician reviews", ["excluded-spinal-pain", "any-other"]),
        (
            BACK_PAIN,
            CIGNA,
            "Not medically necessary",
            "A physician reviews",
            ["excluded-spinal-pain", "any-other"],
        ),
        (TODDLER, ASH, "The text does not settle this", "A physician reviews", ["necessary"]),
        (TODDLER, CIGNA, "Medically necessary", "Can be approved", ["necessary", "indication-defects"]),
        ({}, ASH, "More information is needed", "Ask for information", ["necessary"]),
        (SHOULDER, ASH, "Out of scope", "Send elsewhere", ["musculoskeletal", "see-cpg-188"]),
        (SHOULDER, CIGNA, "Out of scope", "Send elsewhere", ["scope"]),
    ],
)
def test_a_policy_answers_in_its_own_words_and_the_deciding_passage_comes_first(
    visit, answers, policy, head, step, first
):
    page = visit(answers)

    assert headline(page, policy) == head
    assert f"Next step: {step}" in words(answer(page, policy))
    assert quoted(answer(page, policy))[: len(first)] == first


def test_the_smallest_set_of_answers_is_told_with_its_limits(visit):
    page = visit(DIMPLE)

    told = re.findall(r"<li>(.*?)</li>", answer(page, CIGNA))
    assert told == [
        "age 1 month (under 2 years)",
        "requested for lumbosacral stigmata",
        "a sacral dimple",
        "3.2 cm from the anus (over 2.5 cm)",
    ]
    assert "Age 1 month, a sacral dimple, 3.2 cm from the anus: “Lumbosacral stigmata” is met." in words(page)


def test_that_nothing_else_is_in_a_set_is_told_as_one_answer(visit):
    told = re.findall(r"<li>(.*?)</li>", answer(visit(SIMPLE), ASH))

    assert told[-2:] == [
        "Reasons: lumbosacral stigmata, nothing else",
        "Lumbosacral skin findings: a sacral dimple, nothing else",
    ]


def test_where_information_is_missing_the_page_links_to_what_is_needed_and_to_nothing_else(visit):
    told = answer(visit({**DIMPLE, "dimple_distance_cm": None, "dimple_base_visible": None}), ASH)

    links = re.findall(r'href="/check/[^"/]+/q/([a-z_]+)/"', told)
    assert links == ["dimple_distance_cm", "dimple_base_visible"]


def test_a_policy_past_its_next_review_date_says_so_with_every_outcome(visit):
    for answers in (DIMPLE, SIMPLE, TODDLER, SHOULDER, {}):
        page = visit(answers)
        assert "past its next review date (2025-09-15)" in words(answer(page, CIGNA))
        assert "next review date" not in words(answer(page, ASH))


def test_what_is_said_of_such_a_case_comes_before_the_rule_for_all_others_and_both_are_quoted_at_once(visit):
    for policy in BOTH:
        told = quoted(answer(visit(SIMPLE), policy))
        assert told.index("dimple-simple") < told.index("any-other") < QUOTED_AT_ONCE


def test_the_title_says_every_outcome_and_the_next_step_where_one_policy_alone_is_asked(visit):
    title = "(?s)<title>(.*?)</title>"

    both, one = (re.search(title, visit(SIMPLE, policies))[1] for policies in (BOTH, [CIGNA]))
    assert both == "ASH guideline: unproven, Cigna CPG 038: not medically necessary - Determination - Conus"
    assert one == "Not medically necessary, a physician reviews - Determination - Conus"


@pytest.mark.parametrize(
    ("answers", "differ"),
    [
        ({**SIMPLE, "dimple_diameter_mm": 7}, True),
        (SIMPLE, False),
        ({**SIMPLE, "dimple_diameter_mm": 7, "diagnosis_codes": ["Q06.8"]}, False),
        (TODDLER, False),
    ],
)
def test_where_policies_differ_in_the_next_step_alone_the_line_of_results_says_so(visit, answers, differ):
    line = re.search(r'<p class="results">(.*?)</p>', visit(answers))[1]

    assert ("The next steps differ." in line) == differ


def test_where_a_diagnosis_code_alone_is_missing_the_sentence_says_so_and_its_question_is_linked(visit):
    asked = answer(visit(DIMPLE), CIGNA)
    assert (
        "With a diagnosis code that is on the policy's list it can be approved; none is given yet."
        in words(asked)
    )
    assert re.search(r'Still needed: <a href="/check/[^"]+/q/diagnosis_codes/">', asked)

    for given in (["Q06.8"], ["Q82.6"], ["nonsense"]):
        assert "none is given yet" not in answer(visit({**DIMPLE, "diagnosis_codes": given}), CIGNA)
    assert "none is given yet" not in answer(visit(DIMPLE), ASH)
    assert "Next step: Can be approved" in words(
        answer(visit({**DIMPLE, "diagnosis_codes": ["Q06.8"]}), CIGNA)
    )


def test_a_new_check_of_the_same_policies_and_the_worksheet_are_one_click_from_the_result(client, address):
    here = address(DIMPLE, [CIGNA])
    page = client.get(here).content.decode()

    assert f'href="{here.removesuffix("determination/")}worksheet/">Worksheet</a>' in page
    form = re.search(r'(?s)<form method="post" action="/check/start">(.*?)</form>', page)[1]
    assert "New check</button>" in form
    assert client.post("/check/start", {"policies": re.findall(r'name="policies" value="(.*?)"', form)}).url
    assert Check.objects.latest("started_at").policies == [CIGNA]


def test_the_review_date_is_said_once(visit):
    assert visit(SIMPLE).count("next review date") == 1


def test_an_adopted_reading_is_told_with_both_positions_and_why(visit):
    told = words(detail(visit(DIMPLE), ASH))

    assert "Does one feature make a dimple atypical, or only both printed limits together?" in told
    assert "Taken: Any one feature makes a dimple atypical." in told
    assert "Otherwise: A dimple is atypical only if it is over 5 mm and over 2.5 cm" in told
    assert "The background joins the features" in told


def test_an_open_reading_is_told_with_both_positions_and_neither_is_taken(visit):
    told = words(detail(visit(TODDLER), ASH))

    assert "One position: No: infancy ends at the first birthday in ordinary usage." in told
    assert "The other: Yes: the companion Cigna text says under 2 years." in told
    assert "Neither is taken." in told


def test_a_hold_stands_at_the_answer_and_its_passage_beneath(visit):
    page = visit({**DIMPLE, "diagnosis_codes": ["Q82.6"]})

    assert "Held: The criteria are met, and no diagnosis code is on the policy's list." in words(
        answer(page, CIGNA)
    )
    assert "Held:" not in words(answer(page, ASH))
    assert "codes-all-other" in quoted(detail(page, CIGNA))


@pytest.mark.parametrize("policy", [ASH, CIGNA])
def test_a_code_that_is_not_valid_is_named_beside_the_next_step_with_its_edition_and_can_be_changed(
    visit, policy
):
    page = visit({**DIMPLE, "diagnosis_codes": ["Q06.8", "Q8Z.6"], "date_of_service": "2026-05-01"})

    said = "Q8Z.6: not a valid code. Judged by ICD-10-CM, April 2026, in force from 2026-04-01."
    assert words(answer(page, policy)).count(said) == 1
    assert "Q06.8" not in words(answer(page, policy)).partition("Caution:")[2].partition("Judged by")[0]
    assert re.search(r'href="/check/[^"]+/q/diagnosis_codes/">Change', page)


def test_codes_that_are_not_valid_are_named_once_where_two_notices_are_about_them(visit):
    page = visit({**DIMPLE, "diagnosis_codes": ["Q8Z.6", "Q82"], "date_of_service": "2025-03-01"})
    told = words(answer(page, CIGNA))

    assert told.count("Q8Z.6: not a valid code; Q82: not billable: a heading over longer codes.") == 1
    assert "the newest at hand; not the one in force on 2025-03-01." in told
    assert "Requested:" in told
    assert "Caution: A diagnosis code is not a valid, billable ICD-10-CM code. Not valid by" in told


def test_references_have_links_to_their_dois_and_say_whose_list_they_are_in(visit):
    page = visit(DIMPLE)

    link = '<a href="https://doi.org/10.1055/a-2000-6232" rel="noreferrer">'
    alternative = '<a rel="noreferrer" href="https://doi.org/10.1055/a-2000-6232">'
    assert link in detail(page, ASH) or alternative in detail(page, ASH)
    assert "listed in the ASH guideline" in words(detail(page, CIGNA))
    assert "listed in the" not in words(detail(page, ASH))


def test_a_citation_that_resolves_to_no_entry_says_so_in_the_quote(visit):
    page = visit(SIMPLE)

    assert "McKee-Garrett, 2016 does not resolve" in words(answer(page, ASH))
    assert "does not resolve" not in words(answer(page, CIGNA))


def test_a_code_is_told_as_typed_and_canonical_with_its_description_and_whether_it_is_listed(visit):
    codes = {"procedure_codes": ["76800-26"], "diagnosis_codes": ["q826", "Q06", "Q99999"]}
    page = visit({**DIMPLE, **codes, "date_of_service": "2026-05-01"})

    told = words(detail(page, CIGNA))
    assert "76800 typed 76800-26 in the policy's table" in told
    assert "Q82.6 typed q826 Congenital sacral dimple; valid, billable not on the policy's list" in told
    assert "not billable: a heading over longer codes not on the policy's list" in told
    assert "Q99.999 typed Q99999 not a valid code not on the policy's list" in told
    assert "no list of diagnoses" in words(detail(page, ASH))
    assert "ICD-10-CM, April 2026" in told
    assert "which is not the one in force" not in words(page)


def test_a_list_of_diagnoses_that_does_not_count_for_a_procedure_says_so(visit):
    page = visit({**PUNCTURE, "procedure_codes": ["62270"], "diagnosis_codes": ["G12.1"]})

    assert "not on the policy's list, which does not apply to this procedure" in words(detail(page, CIGNA))
    assert headline(page, CIGNA) == "Medically necessary"
    assert "Held:" not in words(answer(page, CIGNA))


def test_criteria_show_the_answers_that_make_them_so_and_those_not_met_are_folded(visit):
    told = detail(visit(DIMPLE), ASH)

    shown, _, folded = told.partition("<summary>Criteria not met")
    assert "Lumbosacral stigmata Met age 1 month · requested for lumbosacral stigmata" in words(shown)
    assert "Suspected defects Not met not requested for a suspected defect" in words(folded)


def test_an_open_criterion_names_what_it_waits_for(visit):
    told = words(detail(visit({**DIMPLE, "dimple_distance_cm": None}), ASH))

    assert "Lumbosacral stigmata Open waits for: Distance from the anus" in told


def test_an_answer_on_a_closed_branch_is_not_told(visit):
    page = visit({**DIMPLE, "suspected_defects": ["cord_tethering"], "prior_spinal_operation": True})

    assert "Suspected defects</dt>" not in page
    assert "Earlier spinal operation" not in words(page)


def test_answers_are_listed_with_a_way_to_change_each(visit):
    page = visit({**DIMPLE, "dimple_count": None})

    assert "Distance from the anus 3.2 cm Change" in words(page)
    assert "Number of dimples Not documented Change" in words(page)


def test_what_could_change_the_outcome_are_facts_without_documentation_alone(visit):
    page = words(visit({**DIMPLE, "dimple_distance_cm": None}))

    change = page.partition("What could change this")[2].partition("Answers given")[0]
    assert change.strip() == "Distance from the anus : not documented, and could change the outcome"


def test_of_a_partial_answer_that_is_missing_it_is_said_what_is_left_and_what_of_it_matters(visit):
    page = visit({**SIMPLE, "dimple_diameter_mm": {"at_least": 3, "at_most": 6}, "dimple_count": "multiple"})

    left = "3 to 6 mm: whether it is over 5 mm matters"
    change = words(page).partition("What could change this")[2].partition("Answers given")[0]
    assert f"Still needed: Diameter ({left})" in words(answer(page, CIGNA))
    assert change.strip() == f"Diameter : {left}"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (
            {"dimple_diameter_mm": {"at_least": 3, "at_most": 6}},
            "3 to 6 mm: whether it is under 5 mm, exactly 5 mm or over 5 mm matters",
        ),
        ({"dimple_diameter_mm": {"at_least": 5}}, "5 mm or more: whether it is over 5 mm matters"),
        ({"dimple_distance_cm": {"at_most": 3}}, "3 cm or less: whether it is over 2.5 cm matters"),
        (
            {"dimple_diameter_mm": 7, "age_months": {"at_least": 20}},
            "20 months or older: whether it is 2 years or older matters",
        ),
        (
            {"setting": {"one_of": ["inpatient", "intraoperative_spinal"]}},
            (
                "Inpatient or during spinal or paraspinal surgery: "
                "whether it is during spinal or paraspinal surgery matters"
            ),
        ),
        (
            {"stigmata": {"with": ["sacral_dimple"], "without": ["tail"]}},
            "Sacral dimple; no tail; the rest is not described: what else is there matters",
        ),
        (
            {
                "reasons": ["injury_sequelae"],
                "injury_findings": {
                    "without": [
                        "hematoma_after_injury",
                        "other",
                        "hemorrhage_after_injury",
                        "infection_after_injury",
                        "csf_leak_after_injury",
                        "postoperative_csf_leak",
                    ]
                },
            },
            (
                "No hematoma after an injury, no hemorrhage after an injury, no infection after an injury, "
                "no leak of cerebrospinal fluid after an injury, "
                "no leak of cerebrospinal fluid after surgery, "
                "no further finding that is not after an injury; the rest is not described: "
                "whether there is another sequela of an injury or an infection without an injury matters"
            ),
        ),
    ],
)
def test_what_matters_is_told_for_every_kind_of_partial_answer(given, left):
    raw = {**SIMPLE, **given}
    found = services.decide(CIGNA, read_answers(services.topic_of(CIGNA), raw, services.today()))

    assert [each.left for each in lacking(found)] == [left]


def test_optional_facts_are_offered_once_the_outcome_is_known(visit):
    page = visit(DIMPLE)

    offered = re.search(r"(?s)May be added, or skipped:(.*?)</li>", page)[1]
    assert re.findall(r"/q/([a-z_]+)/", offered) == [
        "date_of_service",
        "contraindications",
        "prior_ultrasound",
        "procedure_codes",
    ]


OFFERED = r"(?s)May be added, or skipped:(.*?)</li>"


def test_a_code_that_an_approval_waits_for_is_needed_and_not_said_to_be_skipped(visit):
    page = visit(DIMPLE)

    assert re.search(r'Still needed: <a href="/check/[^"]+/q/diagnosis_codes/">', answer(page, CIGNA))
    assert "diagnosis_codes" not in re.search(OFFERED, page)[1]
    assert "Diagnosis codes (ICD-10-CM) : not asked; an approval waits for it" in words(page)
    before, _, _ = page.partition("What could change this")
    assert before.count("/q/diagnosis_codes/") == 1


@pytest.mark.parametrize(("answers", "policies"), [(DIMPLE, [ASH]), (SIMPLE, BOTH)])
def test_a_code_that_no_approval_waits_for_may_be_skipped(visit, answers, policies):
    page = visit(answers, policies)

    assert "Still needed" not in page
    assert "/q/diagnosis_codes/" in re.search(OFFERED, page)[1]


def test_where_the_needed_code_alone_is_left_nothing_is_said_to_be_skipped(visit):
    rest = {"contraindications": [], "prior_ultrasound": "none", "procedure_codes": ["76800"]}
    page = visit({**DIMPLE, **rest, "date_of_service": "2026-05-01"}, [CIGNA])

    assert "Still needed" in page
    assert "May be added" not in page


def test_codes_stand_among_the_answers_given_with_their_names_and_one_that_nobody_knows_alone(visit):
    page = words(
        visit({**DIMPLE, "procedure_codes": ["76800", "12345"], "diagnosis_codes": ["Q06.8", "Z99.ZZZ"]})
    )

    assert "76800 Ultrasound, spinal canal and contents; 12345" in page
    assert "Q06.8 Other specified congenital malformations of spinal cord; Z99.ZZZ" in page


def test_that_no_code_is_given_is_said_as_before(visit):
    page = words(visit({**DIMPLE, "procedure_codes": [], "diagnosis_codes": None}))

    assert "Procedure codes (CPT) None" in page
    assert "Diagnosis codes (ICD-10-CM) Not documented" in page


def test_the_page_says_how_many_questions_can_still_matter(visit):
    page = words(visit({"setting": "outpatient", "age_months": 1, "reasons": ["spinal_pain"]}))
    assert "can still matter" not in page

    page = words(visit({k: v for k, v in DIMPLE.items() if k not in ("dimple_distance_cm", "dimple_count")}))
    assert "2 questions can still matter; asked in order, 1 answer can be enough for each policy." in page


def test_the_edition_its_fingerprint_the_code_set_the_day_and_the_disclaimer_are_on_the_page(visit):
    page = words(visit(DIMPLE))

    for policy_id in BOTH:
        policy = services.library().editions[policy_id][-1]
        assert f"Edition of {policy.edition}" in page
        assert policy.fingerprint in page
    assert f"as of {services.today()}" in page
    assert "Only a physician may decide against a request." in page


def test_one_policy_alone_stands_alone(visit):
    page = visit(DIMPLE, [CIGNA])

    assert "ash-cpg-038:" not in page
    assert 'id="answer-ash-cpg-038"' not in page
    assert detail(page, CIGNA)


# Every worked case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_quote_of_a_worked_case_is_verbatim_and_links_to_its_passage(visit, case):
    page = visit(case["answers"])

    assert difference(page) or headline(page, ASH)
    for said, link in quotes(page):
        assert plain(said) == plain(passage_of(link).quote)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_no_two_passages_are_joined_into_one_run_of_text(visit, case):
    text = visit(case["answers"])

    for block in re.findall(r"(?s)<blockquote.*?</blockquote>", text):
        assert block.count("<p>") == block.count('class="quote-source"') == 1


def left_out(markup):
    """The passages quoted, each with whether a sign stands before it and after it."""
    for block in re.findall(r"(?s)<blockquote.*?</blockquote>", markup):
        anchor = re.search(r'<footer.*?href="[^"#]+#([^"]+)"', block)[1]
        yield anchor, *(">[…]</div>" in part for part in block.split("<p>"))


@pytest.mark.parametrize("policy", [ASH, CIGNA])
def test_a_reference_that_the_text_does_not_cite_says_so(visit, note, policy):
    blood = {"setting": "inpatient", "age_months": 0, "reasons": ["intraspinal_blood"]}
    blood["intracranial_hemorrhage"] = True
    page = visit(blood, [policy])
    entries = re.findall(r"(?s)<li>(?:(?!<li>).)*?reference-words.*?</li>", detail(page, policy))
    said = {words(entry).partition(" ")[0]: "not cited in the text" in entry for entry in entries}

    assert said == {"ACR": False, "AIUM": False, "Simanovsky": True}
    assert note(blood, [policy]).count("[not cited in the text]") == 1


@pytest.mark.parametrize(("policy", "printed"), [(ASH, "2007, 2016, 2022"), (CIGNA, "2007; 2016, 2022")])
def test_of_years_that_are_printed_together_only_the_one_that_does_not_resolve_is_said_not_to(
    visit, policy, printed
):
    page = words(detail(visit({**TODDLER, "age_months": 3}), policy))

    assert f"2016 in “{printed}” does not resolve" in page
    assert f" {printed} does not resolve" not in page


def test_an_item_of_a_list_is_quoted_with_a_sign_for_the_items_that_are_not(visit):
    found = list(left_out(answer(visit(DIMPLE), CIGNA)))

    assert found[:2] == [("necessary", False, False), ("indication-stigmata", True, True)]


def test_the_statement_about_adults_is_quoted_whole_and_in_its_order(visit):
    adult = {"setting": "outpatient", "age_months": 480, "reasons": ["spinal_pain"]}
    evidence = detail(visit(adult), CIGNA)
    parts = ("adults", "intraoperative", "infants", "musculoskeletal")

    found = [part for part in left_out(evidence) if part[0].startswith("acr-statement")]

    assert found == [(f"acr-statement-{part}", False, False) for part in parts]


def test_the_copied_note_has_the_same_signs(note):
    copied = note(DIMPLE)

    assert "- […] “evaluation of lumbosacral stigmata" in copied
    assert "of the anus)” […] [GUIDELINES" in copied


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_words_of_one_policy_are_never_used_for_the_other(visit, case):
    own_words = {ASH: "not medically necessary", CIGNA: "unproven"}

    for policy, never in own_words.items():
        page = re.sub(r"(?s)<blockquote.*?</blockquote>", "", visit(case["answers"], [policy]))
        assert never not in words(page).lower()


# Why two policies differ

LIST_OF_DIAGNOSES = [
    "codes-not-all-inclusive",
    "codes-diagnosis-necessary",
    "codes-not-necessary",
    "codes-all-other",
]


@pytest.mark.parametrize(
    ("answers", "sentence", "ash", "cigna"),
    [
        (
            TODDLER,
            "“Suspected defects”. ASH guideline: not settled; Cigna CPG 038: met.",
            ["necessary", "indication-defects", "any-other"],
            ["necessary", "indication-defects", "any-other"],
        ),
        (
            DURING_ANOTHER_OPERATION,
            "“During an operation”. ASH guideline: met; Cigna CPG 038: not met.",
            ["intraoperative"],
            ["intraoperative"],
        ),
        (
            {**DIMPLE, "diagnosis_codes": ["Q82.6"]},
            "Cigna CPG 038: The criteria are met, and no diagnosis code is on the policy's list.",
            ["code-76800"],
            LIST_OF_DIAGNOSES,
        ),
        (
            DIMPLE,
            "Cigna CPG 038: The policy's list of diagnoses applies, and no diagnosis code is on record.",
            ["code-76800"],
            LIST_OF_DIAGNOSES,
        ),
        (
            {**DIMPLE, "date_of_service": "2024-09-14"},
            "Cigna CPG 038: in force from 2024-09-15; 2024-09-14 is before that day.",
            ["date-in-force"],
            ["date-in-force"],
        ),
        (
            {**PUNCTURE, "age_months": 14},
            "“Guidance for lumbar puncture”. ASH guideline: not settled; Cigna CPG 038: met.",
            ["necessary", "indication-lumbar-puncture", "any-other"],
            ["necessary", "indication-lumbar-puncture", "any-other"],
        ),
        (
            {**PUNCTURE, "procedure_codes": ["76800"], "diagnosis_codes": ["G12.1"]},
            "ASH guideline: there is no list of diagnoses.",
            ["code-76800"],
            LIST_OF_DIAGNOSES,
        ),
        (
            {"setting": "intraoperative_other", "reasons": ["suspected_defect"]},
            "“During an operation”. ASH guideline: met; Cigna CPG 038: not met.",
            ["intraoperative"],
            ["intraoperative"],
        ),
    ],
)
def test_two_policies_that_differ_say_at_which_criterion_or_hold_with_both_texts(
    visit, answers, sentence, ash, cigna
):
    told = difference(visit(answers))
    left, _, right = told.partition("<h3>Cigna CPG 038</h3>")

    assert sentence in words(told)
    assert quoted(left) == ash
    assert quoted(right) == cigna


def test_a_criterion_that_can_be_met_under_one_policy_alone_is_named_though_it_is_open_under_both(visit):
    answers = {
        "setting": "inpatient",
        "age_months": 12,
        "reasons": ["lumbosacral_stigmata", "injury_sequelae"],
        "stigmata": ["skin_discoloration"],
    }
    told = difference(visit(answers))

    assert "“Sequelae of injury”. ASH guideline: open, at most not settled; Cigna CPG 038: open." in words(
        told
    )
    assert quoted(told) == ["necessary", "any-other", "necessary", "any-other"]


def test_the_reading_that_makes_two_policies_differ_is_named(visit):
    assert "ASH guideline: Is a child of 12 to 23 months an infant?" in words(difference(visit(TODDLER)))
    told = words(difference(visit(DURING_ANOTHER_OPERATION)))
    assert "ASH guideline: the text is read so: It covers an ultrasound during any operation." in told


@pytest.mark.parametrize(
    "answers", [SIMPLE, BACK_PAIN, SHOULDER, {}, {**DIMPLE, "diagnosis_codes": ["Q06.8"]}]
)
def test_policies_that_agree_in_outcome_and_next_step_are_not_said_to_differ(visit, answers):
    page = visit(answers)

    assert difference(page) == ""
    assert "Why the policies differ" not in page


# To take away


def test_the_text_for_a_case_note_holds_what_the_page_decided_and_no_markup(note):
    copied = note({**DIMPLE, "diagnosis_codes": ["Q82.6"]})

    for part in (
        "Cigna CPG 038, edition of 2024-09-15, past its next review date (2025-09-15)",
        "Outcome: “medically necessary”",
        "Next step: A physician reviews",
        "3.2 cm from the anus (over 2.5 cm)",
        "within > 2.5 cm of the anus",
        "[GUIDELINES › Medically Necessary]",
        "Taken: Any one feature makes a dimple atypical.",
        "Held: The criteria are met, and no diagnosis code is on the policy's list.",
        "https://doi.org/10.1055/a-2000-6232",
        "They differ because:",
        "Conus recommends; a person decides.",
    ):
        assert part in copied
    assert "<" not in copied.replace("<2 years", "").replace("< 5", "")
    for internal in ("indication-stigmata", CIGNA, services.library().editions[CIGNA][-1].fingerprint[:12]):
        assert internal not in copied


@pytest.mark.parametrize(
    ("asked", "is_ascii"), [("", False), ("?characters=ascii", True), ("?characters=x", False)]
)
def test_the_text_has_lines_under_80_characters_and_ascii_alone_where_that_is_asked_for(
    client, address, asked, is_ascii
):
    for answers in (DIMPLE, SIMPLE, TODDLER):
        text = in_textarea(client.get(f"{address(answers)}text/{asked}").content.decode())
        assert max(len(line) for line in text.splitlines() if "https://" not in line) < 80
        assert text.isascii() is is_ascii
        assert text.count("?") == in_textarea(client.get(f"{address(answers)}text/").content.decode()).count(
            "?"
        )


def test_the_text_is_made_only_when_it_is_asked_for_by_the_button_or_by_the_link_beside_it(client, address):
    here = address(DIMPLE)
    page = client.get(here).content.decode()

    assert "Determination of " not in page
    button = re.search(r'<button[^>]* data-copy="(#[a-z-]+)" data-copy-from="([a-z/]+)"', page)
    text = client.get(f"{here}{button[2]}").content.decode()
    assert f'<textarea id="{button[1].removeprefix("#")}"' in text
    assert f'href="{button[2]}">Text</a>' in page
    assert "Answers given:" in text


@pytest.mark.parametrize("policies", [[ASH], [CIGNA], BOTH])
def test_the_json_is_the_commands_object_or_an_array_of_them_for_several_policies(client, address, policies):
    response = client.get(f"{address(DIMPLE, policies)}json/")
    expected = [as_record(None, found) for found in services.decide_all(policies, DIMPLE, services.today())]

    assert response.json() == (expected if len(policies) > 1 else expected[0])
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="determination.json"'


@pytest.mark.parametrize("end", ["", "text/", "json/"])
def test_no_answer_is_stored_on_the_way_and_no_other_browser_sees_it(client, address, end):
    here = f"{address(DIMPLE)}{end}"
    assert client.get(here)["Cache-Control"] == "no-store"

    client.cookies.clear()
    assert client.get(here).status_code == 404


@pytest.mark.parametrize("end", ["", "text/", "json/"])
def test_a_determination_is_only_read(client, address, end):
    assert client.post(f"{address(DIMPLE)}{end}").status_code == 405


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("<script>alert(1)</script>", "SCRIPTALERTSCRIPT"),
        ("%(code)s", "%CODES"),
        ("100%", "100%"),
        ("{{ note }}", "NOTE"),
        ("\x02said\x03", "SAID"),
    ],
)
def test_an_odd_code_is_shown_as_it_is_and_never_as_markup(visit, typed, code):
    page = visit({**DIMPLE, "diagnosis_codes": [typed], "procedure_codes": [typed]})

    assert "<script>alert" not in page.lower()
    shown = html.unescape(detail(page, CIGNA))
    assert code in shown
    assert typed == code or f"typed {typed}" in shown


def test_the_parts_that_are_kept_for_every_request_hold_nothing_of_an_answer(visit):
    first = visit({**DIMPLE, "diagnosis_codes": ["ZZ-FIRST"]})
    second = visit({**SIMPLE, "diagnosis_codes": ["ZZ-OTHER"]})

    assert "ZZ-FIRST" in first
    assert "ZZ-FIRST" not in second
    assert "3.2 cm" not in second
