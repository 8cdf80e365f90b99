"""The questionnaire for something that is not a check: facts are fixed, and something stands beside fields.

The person asked about is made up.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from decisions import services
from decisions.questionnaire import answering, guided, worksheet
from decisions.questionnaire.answering import Kept, Writer
from decisions.questionnaire.choosing import NONE_OF_THESE, NOT_DOCUMENTED
from decisions.questionnaire.fields import Held
from decisions.questionnaire.forms import MeasuresForm, QuestionsForm, WorksheetForm
from decisions.questionnaire.page import Page as DeterminationPage
from decisions.questionnaire.responses import update

CODES = {"procedure_codes": ["76800"], "diagnosis_codes": ["Q06.8"]}
KNOWN = {"date_of_birth": "2026-09-01", "date_of_service": "2026-11-01", **CODES}
FIXED = frozenset({"age_months", "date_of_service", *CODES})
GIVEN = {
    "setting": "outpatient",
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": "4",
    "dimple_distance_cm": "2",
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}


@dataclass
class Source:
    """Where an answer was found."""

    words: str

    @property
    def html(self) -> SafeString:
        return format_html('<p class="hint">Found on {}</p>', self.words)


@dataclass
class Asked:
    """Something that questions are asked about."""

    answers: dict[str, Any]
    fixed: frozenset[str] = FIXED
    revision: int = 5
    sources: dict[str, str] = field(default_factory=dict)
    policies: tuple[str, ...] = ("ash-cpg-038", "cigna-cpg-038")
    age_from_birth_date: bool = False
    age_asked_again: bool = False
    typed: dict[str, str] = field(default_factory=dict)
    other_words: dict[str, str] = field(default_factory=dict)
    takes_other_words: bool = False
    concludes: bool = True

    @property
    def topic(self):
        return services.library().topics["spinal_ultrasound"]

    def determinations(self):
        typed = answering.readable(self.topic, self.answers, dt.date(2026, 11, 2))
        return answering.determinations(self.policies, typed)

    def address(self, name, *args):
        return "/".join(("/asked", name, *args, ""))

    def beside(self, fact):
        return Source(self.sources[fact]) if fact in self.sources else None


def sent(**typed) -> QueryDict:
    """What a browser sends. A name with a double underscore stands for one with a dot."""
    return QueryDict(urlencode({name.replace("__", "."): value for name, value in typed.items()}, doseq=True))


def question_page(subject, fact, data=None, **more):
    question = subject.topic.by_id[fact]
    form = QuestionsForm(subject, guided.asked_with(subject, question), data)
    return guided.Page(subject, question, form, **more)


def shown_as(template, page, rf) -> str:
    return render_to_string(f"questionnaire/{template}.html", {"page": page}, rf.get("/asked/"))


def hidden(html: str, name: str) -> str:
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)[1]


# Facts that are fixed


def test_what_is_fixed_is_not_asked_even_where_it_is_missing():
    one, other = Asked({"setting": "outpatient"}, fixed=frozenset()), Asked({"setting": "outpatient"})

    assert guided.next_address(one) == "/asked/question/age_months/"
    assert guided.next_address(other) == "/asked/question/reasons/"


def test_where_fixed_facts_alone_are_missing_the_determination_comes_next():
    answers = {**KNOWN, **GIVEN}
    del answers["dimple_diameter_mm"]
    subject = Asked(answers, fixed=frozenset({"dimple_diameter_mm"}))

    assert subject.determinations()[0].missing == ("dimple_diameter_mm",)
    assert guided.next_address(subject) == "/asked/determination/"


@pytest.mark.parametrize(("fact", "asked"), [("setting", True), ("age_months", False), ("nonsense", False)])
def test_a_fixed_fact_has_no_page(fact, asked):
    assert guided.can_ask(Asked(KNOWN), fact) is asked


@pytest.mark.parametrize(
    ("fixed", "facts"), [([], ["age_months", "date_of_service"]), (["date_of_service"], ["age_months"])]
)
def test_with_the_age_the_date_of_service_is_asked_unless_it_is_fixed(fixed, facts):
    subject = Asked({}, fixed=frozenset(fixed))

    asked = guided.asked_with(subject, subject.topic.age)

    assert [question.id for question in asked] == facts


@pytest.mark.parametrize(("birth", "months"), [("2026-10-02", 0), ("2026-10-01", 1), ("2026-09-30", 1)])
def test_a_birth_date_is_counted_to_the_fixed_date_of_service(birth, months):
    subject = Asked({"date_of_service": "2026-11-01"}, fixed=frozenset({"date_of_service"}))

    page = question_page(subject, "age_months", sent(age_months__birth=birth))

    assert page.main.answer == months


def test_the_worksheet_has_no_field_for_a_fixed_fact(rf):
    html = shown_as("worksheet", worksheet.Page(Asked({**KNOWN, **GIVEN})), rf)

    facts = set(re.findall(r'name="on_page" value="([a-z_]+)"', html))
    assert "dimple_diameter_mm" in facts
    assert not facts & FIXED


def test_a_fixed_fact_that_is_sent_all_the_same_is_not_read():
    data = sent(on_page=["setting", "age_months"], setting="inpatient", age_months="30")

    assert WorksheetForm(Asked(KNOWN), data).sent_answers == {"setting": "inpatient"}


def test_a_fixed_measure_that_is_sent_is_not_drawn():
    subject = Asked({"dimple_diameter_mm": "4"}, fixed=frozenset({"dimple_diameter_mm"}))

    measures = MeasuresForm(subject, sent(dimple_diameter_mm="9", dimple_distance_cm="3")).measures

    assert measures == {"dimple_diameter_mm": "4", "dimple_distance_cm": "3"}


def test_an_answer_that_is_fixed_is_changed_where_it_is_from():
    given = {
        answer.label: answer.href for answer in question_page(Asked({**KNOWN, **GIVEN}), "setting").given
    }
    topic = Asked({}).topic

    assert given[topic.age.short] == "/asked/request/"
    assert given[topic.by_id["reasons"].short] == "/asked/question/reasons/"


def test_the_way_back_leads_past_fixed_facts():
    page = question_page(Asked({**KNOWN, **GIVEN}), "reasons")

    assert page.back == "/asked/question/setting/"


def test_the_determination_leads_to_the_request_for_what_is_fixed():
    page = DeterminationPage(Asked({**KNOWN, **GIVEN}))

    assert page.answers_with_links.count('href="/asked/request/"') == len(FIXED)
    assert page.answers_with_links.count('href="/asked/question/') == len(GIVEN)


def test_the_panel_leads_to_the_request_for_what_is_missing_there():
    page = worksheet.Page(Asked({"setting": "outpatient"}))

    links = {link.label: link.href for link in page.parts[0].missing}

    assert links[page.topic.age.short] == "/asked/request/"
    assert links[page.topic.by_id["reasons"].short] == "#i-reasons"


# What stands beside a field


def test_what_is_known_of_an_answer_stands_beside_its_field(rf):
    subject = Asked(GIVEN, sources={"setting": "page 3 of the <referral>"})

    for html in (
        shown_as("question", question_page(subject, "setting"), rf),
        shown_as("worksheet", worksheet.Page(subject), rf),
    ):
        assert html.count('<p class="hint">Found on page 3 of the &lt;referral&gt;</p>') == 1


def test_an_age_made_from_a_birth_date_keeps_what_stands_beside_it():
    subject = Asked({"date_of_service": "2026-11-01"}, fixed=frozenset(), sources={"age_months": "page 1"})
    form = WorksheetForm(subject, sent(on_page="age_months", age_months__birth="2026-09-01"))
    subject.answers["age_months"] = 2

    form.settle()

    [found] = form.entries
    assert found.field.is_renewed
    assert "Found on page 1" in found.beside


# A page that another one overtook


def test_the_page_of_a_question_says_what_it_was_made_from(rf):
    html = shown_as("question", question_page(Asked(GIVEN), "setting"), rf)
    other = shown_as("question", question_page(Asked(GIVEN), "setting"), rf)

    assert hidden(html, "revision") == "5"
    assert hidden(html, "page") != hidden(other, "page")


def test_a_page_sent_back_for_a_look_still_says_what_it_was_made_from(rf):
    data = sent(page="mine", revision=3, dimple_diameter_mm="wide")

    html = shown_as("question", question_page(Asked(GIVEN), "dimple_diameter_mm", data), rf)

    assert (hidden(html, "page"), hidden(html, "revision")) == ("mine", "3")


def test_after_a_conflict_a_page_shows_what_was_typed_and_what_is_saved_and_can_be_sent_again(rf):
    data = sent(page="mine", revision=3, dimple_diameter_mm="7")

    page = question_page(Asked(GIVEN), "dimple_diameter_mm", data, conflict=True)
    html = shown_as("question", page, rf)

    assert 'name="dimple_diameter_mm" value="7"' in html
    assert hidden(html, "revision") == "5"
    assert hidden(html, "page") != "mine"
    assert page.main.in_words == "7 mm"


def test_after_a_conflict_a_worksheet_shows_what_was_typed_and_is_saved_by_its_own_button_alone(rf):
    subject = Asked({**GIVEN, "stigmata": []})
    data = sent(
        on_page=["setting", "reasons", "dimple_diameter_mm"],
        setting="inpatient",
        reasons="lumbosacral_stigmata",
        dimple_diameter_mm="seven",
        revision=3,
    )

    page = worksheet.Page(subject, WorksheetForm(subject, data), conflict=True)
    html = shown_as("worksheet", page, rf)

    assert hidden(html, "revision") == "3"
    assert re.search(r'value="inpatient"[^>]* checked', html)


@pytest.mark.parametrize(
    ("said", "revision"),
    [
        ({"revision": "7"}, 7),
        ({"revision": "7", "over": "9"}, 9),
        ({"revision": "7", "over": ""}, 7),
        ({"revision": "999999999"}, 999999999),
        ({"revision": "9999999999"}, -1),
        ({"revision": "-1"}, -1),
        ({"revision": "x"}, -1),
        ({"revision": "7", "over": "x"}, -1),
        ({}, -1),
    ],
)
def test_the_revision_that_a_page_was_made_from_is_read_or_nobodys(said, revision):
    assert WorksheetForm(Asked(GIVEN), sent(page="p" * 30, **said)).writer == Writer("p" * 22, revision)


@pytest.mark.parametrize(
    ("revision", "written_by", "outdated"),
    [(4, "other", True), (5, "other", False), (6, "other", True), (6, "mine", False)],
)
def test_a_page_is_outdated_once_another_one_saved(revision, written_by, outdated):
    assert Writer("mine", 5).is_outdated(revision, written_by) is outdated


def test_another_template_can_add_to_what_is_changed_on_a_worksheet(tmp_path, settings):
    (tmp_path / "more.html").write_text(
        '{% extends "questionnaire/worksheet_update.html" %}'
        "{% block more %}made from {{ page.subject.revision }}{% endblock %}"
    )
    settings.TEMPLATES = [
        {**given, "DIRS": [*given.get("DIRS", ()), tmp_path]} for given in settings.TEMPLATES
    ]
    subject = Asked(GIVEN)
    form = WorksheetForm(subject, sent(on_page="setting", setting="outpatient"))
    page = worksheet.Page(subject, form)

    assert "made from 5" not in update(page, form).content.decode()
    assert "made from 5" in update(page, form, "more.html").content.decode()


# Fields in words


@pytest.mark.parametrize(
    ("fact", "typed", "words"),
    [
        ("setting", {"ticked": frozenset({"outpatient"})}, "Outpatient"),
        ("setting", {"ticked": frozenset({NOT_DOCUMENTED})}, "Not documented"),
        ("setting", {}, ""),
        ("dimple_base_visible", {"ticked": frozenset({"yes"})}, "Yes"),
        ("stigmata", {"ticked": frozenset({NONE_OF_THESE})}, "None of these"),
        ("dimple_diameter_mm", {"text": "7"}, "7 mm"),
        ("dimple_diameter_mm", {"text": "0.7 cm"}, "0.7 cm"),
        ("dimple_diameter_mm", {"text": "7", "ticked": frozenset({NOT_DOCUMENTED})}, "7 mm, Not documented"),
        ("age_months", {"text": "3", "unit": "weeks"}, "3 weeks"),
        ("age_months", {"text": "3 days", "unit": "weeks"}, "3 days"),
        ("age_months", {"birth": "2026-09-01"}, "Birth date 2026-09-01"),
        ("procedure_codes", {"text": "76800 62270"}, "76800 62270"),
        ("procedure_codes", {"ticked": frozenset({NONE_OF_THESE})}, "No code is given"),
        ("date_of_service", {"text": "2026-11-01"}, "2026-11-01"),
    ],
)
def test_what_stands_in_a_field_can_be_said_in_words(fact, typed, words):
    subject = Asked({})
    form = QuestionsForm(subject, [subject.topic.by_id[fact]])

    assert form.fields[fact].in_words(Held(**typed)) == words


def test_an_empty_field_says_nothing():
    subject = Asked({})

    assert QuestionsForm(subject, [subject.topic.by_id["setting"]]).entries[0].in_words == ""


# What a change makes of the answers


def test_an_age_from_a_birth_date_goes_with_another_date_of_service_alone():
    topic, answers = Asked({}).topic, {"age_months": 2, "date_of_service": "2026-11-01"}
    kept = Kept(answers, True, False, age_made_on=dt.date(2026, 11, 1))

    moved = answering.changed(topic, kept, {"date_of_service": "2026-12-01"}, from_birth_date=False)
    stayed = answering.changed(topic, kept, {"date_of_service": "2026-11-01"}, from_birth_date=False)

    assert moved == Kept({"date_of_service": "2026-12-01"}, False, True)
    assert stayed == kept


def test_an_answer_that_the_questions_allow_no_longer_is_left_out():
    topic = Asked({}).topic

    typed = answering.readable(topic, {"setting": "on the moon", "age_months": 2}, dt.date(2026, 11, 2))

    assert typed.values == {"age_months": 2}


def test_days_that_cannot_both_be_right_are_left_out_with_what_cannot_be_read():
    raw = {"setting": "on the moon", "date_of_birth": "2026-11-02", "date_of_service": "2026-11-01"}

    typed = answering.readable(Asked({}).topic, {**raw, "stigmata": []}, dt.date(2026, 11, 2))

    assert set(typed.values) == {"stigmata"}
