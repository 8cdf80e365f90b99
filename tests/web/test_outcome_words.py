"""A determination has one headline, one next step and one shape, whatever page, note or record names it."""

import datetime as dt
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from decisions import services
from decisions.browse import proven
from decisions.check.subject import CheckSubject
from decisions.core import determination as core
from decisions.core import rules
from decisions.core.conditions import MET, NO, UNSETTLED
from decisions.models import Case, Check
from decisions.questionnaire import panel
from decisions.questionnaire.note import case_note
from decisions.questionnaire.page import Page
from decisions.questionnaire.subject import Addresses
from decisions.reviews.decision.freezing import in_words
from decisions.telling import outcome_words
from decisions.telling.sentences import capital

ROOT = Path(__file__).parents[2]
ASH, CIGNA = BOTH = ["ash-cpg-038", "cigna-cpg-038"]
CASES = json.loads((ROOT / "tests" / "cases" / "cases.json").read_text(encoding="utf-8"))
TAIL = {"setting": "outpatient", "age_months": 1, "reasons": ["lumbosacral_stigmata"], "stigmata": ["tail"]}
STEPS = {*outcome_words.NEXT_STEPS.values(), outcome_words.EARLIER_EDITION}


def page_of(answers, monkeypatch, day="2026-11-20"):
    monkeypatch.setattr(services, "today", lambda: dt.date.fromisoformat(day))
    return Page(CheckSubject(Check(id="-" * 22, topic="spinal_ultrasound", policies=BOTH, answers=answers)))


def on_the_worksheet(page):
    """The headline, the shape and the next step of each policy in the worksheet's panel."""
    addresses = Addresses(page.subject)
    parts = [panel.part(found, addresses) for found in page.determinations]
    shown = SimpleNamespace(parts=parts, criteria=[], outcomes="", details="")
    markup = render_to_string("questionnaire/panel.html", {"page": shown})
    for part in re.findall(r"(?s)<section.*?</section>", markup):
        shape, headline = re.search(r'<span class="state state-([a-z-]+)">([^<]+)</span>', part).groups()
        step = re.search(r"Next step: ([^<]+)</p>", part)
        yield headline, shape, step and step[1]


def on_the_determination_page(page):
    for part in re.findall(r"(?s)<article.*?</article>", page.policy_answers):
        heading = r'<h2 class="verdict state-([a-z-]+)".*?</span>([^<]+)</h2>'
        shape, headline = re.search(heading, part).groups()
        yield headline, shape, re.search(r"Next step:</span> ([^<]+)</p>", part)[1]


def in_the_case_note(page):
    """A note is text: it has no shape."""
    lines = case_note(page).splitlines()
    headlines = [line.removeprefix("Outcome: ").strip("“”") for line in lines if line.startswith("Outcome: ")]
    steps = [line.removeprefix("Next step: ") for line in lines if line.startswith("Next step: ")]
    return list(zip(map(capital, headlines), steps, strict=True))


def in_a_decision(page):
    for told in page.told:
        frozen = in_words(told, Case())
        yield frozen.headline, frozen.state, frozen.next_step


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_worksheet_page_note_and_decision_name_the_same_outcome_next_step_and_shape(case, monkeypatch):
    page = page_of(case["answers"], monkeypatch, case["as_of"])
    on_page = list(on_the_determination_page(page))

    assert len(on_page) == len(BOTH)
    assert {step for *_, step in on_page} <= STEPS
    assert list(in_a_decision(page)) == on_page
    assert in_the_case_note(page) == [(headline, step) for headline, _, step in on_page]
    for found, sheet, (headline, shape, step) in zip(
        page.determinations, on_the_worksheet(page), on_page, strict=True
    ):
        # While answers are missing, the worksheet names them in the place of a next step.
        named = None if found.outcome == rules.MORE_INFORMATION else step
        assert sheet == (headline, shape, named)


@pytest.mark.parametrize(
    ("service", "headline", "step"),
    [
        ("2024-01-10", "Out of scope", "Use the edition in force on that day"),
        ("2024-09-14", "Out of scope", "Use the edition in force on that day"),
        ("2024-09-15", "Medically necessary", "Ask for information"),
        ("2024-09-16", "Medically necessary", "Ask for information"),
    ],
)
def test_a_service_before_the_edition_leads_to_the_edition_of_its_day_on_the_worksheet_too(
    service, headline, step, monkeypatch
):
    page = page_of({**TAIL, "date_of_service": service}, monkeypatch)

    for named in (on_the_worksheet, on_the_determination_page, in_a_decision):
        assert list(named(page))[1][::2] == (headline, step)
    assert in_the_case_note(page)[1] == (headline, step)


def test_a_request_that_another_guideline_covers_is_sent_elsewhere(monkeypatch):
    page = page_of({**TAIL, "reasons": ["extremity_musculoskeletal"], "stigmata": []}, monkeypatch)

    for named in (on_the_worksheet, on_the_determination_page, in_a_decision):
        assert list(named(page)) == [("Out of scope", "out", "Send elsewhere")] * len(BOTH)


def test_a_criterion_has_the_same_word_and_shape_on_the_worksheet_and_on_the_page(monkeypatch):
    seen = set()
    for case in CASES:
        page = page_of(case["answers"], monkeypatch, case["as_of"])
        for told in page.told:
            rows = {row.title: row.states for row in panel.criteria([told.determination])}
            for criterion in told.criteria:
                [(word, shape)] = rows[criterion.criterion.title]
                assert (capital(word), shape) == (criterion.word, criterion.state)
                seen.add((word, shape))

    assert seen == {("met", "met"), ("not settled", "unsettled"), ("not met", "not-met"), ("open", "open")}


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize("key", rules.OUTCOMES)
def test_a_proof_names_an_outcome_as_a_determination_does(policy, key):
    edition = services.library().editions[policy][-1]
    told = proven.outcome(edition, key)

    found = SimpleNamespace(policy=edition, outcome=key)
    assert (capital(told.words), told.shape) == (outcome_words.headline(found), outcome_words.shape(found))


def test_every_outcome_next_step_and_value_has_its_words_and_each_outcome_a_shape_of_its_own():
    outcomes = {*rules.OUTCOMES, rules.MORE_INFORMATION}
    assert set(outcome_words.OUTCOMES) == outcomes
    assert len({shown.shape for shown in outcome_words.OUTCOMES.values()}) == len(outcomes)
    assert set(outcome_words.NEXT_STEPS) == {
        core.CAN_APPROVE,
        core.PHYSICIAN_REVIEW,
        core.REQUEST_INFORMATION,
        core.REDIRECT,
    }
    assert set(outcome_words.CRITERIA) == {MET, UNSETTLED, NO, None}


def test_every_shape_is_drawn_by_the_style_sheet():
    sheet = (ROOT / "static" / "conus.css").read_text(encoding="utf-8")
    shown = (*outcome_words.OUTCOMES.values(), *outcome_words.CRITERIA.values(), outcome_words.NOT_WEIGHED)

    for shape in {each.shape for each in shown}:
        assert f".state-{shape} {{" in sheet
        assert f"--shape-{shape}:" in sheet


def test_no_other_file_spells_the_words_of_an_outcome_or_of_a_next_step():
    settled = [shown.words for shown in outcome_words.OUTCOMES.values() if shown.words]
    words = {*STEPS, *map(capital, settled), *(f'"{words}"' for words in settled)}
    # What a reviewer may do is called as the next step is; a heading of the logic tells what is out of scope.
    words -= {"Ask for information", "Send elsewhere", "Out of scope"}
    own = ROOT / "decisions" / "telling" / "outcome_words.py"
    files = [file for file in (ROOT / "decisions").rglob("*.py") if file != own]
    for file in (*files, *(ROOT / "templates").rglob("*.html"), *(ROOT / "static").glob("*.js")):
        text = file.read_text(encoding="utf-8")
        assert {said for said in words if said in text} == set(), file
