"""What letters quote of their line of business, what they lack without it, and who gets a copy."""

import html
import re

import pytest
from django.urls import reverse

from decisions.models import LETTER_TEXTS, NOT_NEEDED, Letter, LineOfBusiness
from decisions.reviews.case import verbs as working
from decisions.reviews.letters import verbs as letters
from decisions.reviews.letters.texts import QUOTES
from tests.reviews.world import fresh, sent

pytestmark = pytest.mark.django_db
TEXTS = {name: f"Made-up text of {name}.\n\nIts second paragraph, made up ({name})." for name in LETTER_TEXTS}
PROVIDED = "plan provides"


def written(case, **texts):
    """The case, once its line of business has texts."""
    LineOfBusiness.objects.filter(pk=case.plan.line_id).update(**texts)
    return fresh(case)


def case_for(world, kind):
    """A case about which such a letter can be issued."""
    if kind == "extension":
        case = world.in_review(world.reviewer)
        working.extend(world.reviewer, case.pk, sent(case), "The record is long (made up).")
        return fresh(case)
    return {
        "information": world.waiting,
        "approval": world.decided,
        "adverse": world.decided_adverse,
        "upheld": lambda: world.appeal_decided("adverse"),
        "overturned": world.appeal_decided,
        "elsewhere": world.sent_elsewhere,
    }[kind]()


def writer(world, case):
    """Somebody who can issue the letters of a case, and reads them."""
    return world.client(case.assignee)


def new_letter(case, kind):
    return reverse("reviews:new_letter", args=[case.pk, kind])


def page_of(client, path):
    return html.unescape(client.get(path).content.decode())


def form_of(client, path):
    """What a browser sends from the page of a letter."""
    page = client.get(path).content.decode()
    hidden = re.findall(r'<input type="hidden" name="(token|revision)" value="([^"]*)"', page)
    shown = re.findall(r'name="(recipient|copy_to)" (?:value="([^"]*)")?', page)
    body = re.search(r'<textarea name="body"[^>]*>\n?([^<]*)</textarea>', page)
    return {**dict(hidden), **dict(shown), "body": html.unescape(body[1]), "read_over": "on"}


# The texts


@pytest.mark.parametrize("kind", QUOTES)
def test_a_letter_quotes_the_texts_that_it_needs_and_no_other(world, kind):
    text = letters.draft(written(case_for(world, kind), **TEXTS), kind)

    besides = NOT_NEEDED if kind in letters.ABOUT_A_DECISION.values() else ()
    for name, said in TEXTS.items():
        assert (said in text) == (name in (*QUOTES[kind], *besides)), name
    assert PROVIDED not in text
    assert text.rstrip().endswith(f"How to reach us:\n{TEXTS['contact']}")


@pytest.mark.parametrize("kind", ["information", "extension", "adverse", "upheld"])
def test_a_letter_without_texts_says_what_is_as_the_plan_provides(world, kind):
    text = letters.draft(case_for(world, kind), kind)

    assert PROVIDED in text
    assert "How to reach us" not in text


@pytest.mark.parametrize("kind", ["approval", "overturned"])
def test_an_approval_leaves_nothing_to_the_plan_but_how_to_reach_us(world, kind):
    case = case_for(world, kind)

    assert PROVIDED not in letters.draft(case, kind)
    assert letters.lacks(case, kind).endswith(
        "has no text for “How to reach us”. An administrator enters it under Plans."
    )


@pytest.mark.parametrize("name", QUOTES["adverse"])
def test_each_text_that_is_missing_alone_is_left_to_the_plan(world, name):
    case = written(world.decided_adverse(), **{**TEXTS, name: " \n"})

    text = letters.draft(case, "adverse")

    assert (PROVIDED in text) == (name != "contact")
    assert letters.lacks(case, "adverse").count("“") == 1
    assert f"“{LETTER_TEXTS[name]}”" in letters.lacks(case, "adverse")


def test_the_headings_of_a_letter_are_the_same_with_and_without_texts(world):
    case = world.decided_adverse()
    headings = ("How to appeal:\n", "How to talk with us:\n", "How to ask for the record:\n")

    for text in (letters.draft(case, "adverse"), letters.draft(written(case, **TEXTS), "adverse")):
        assert [text.count(heading) for heading in headings] == [1, 1, 1]
        assert "ask for an expedited appeal" in text


def test_a_letter_that_went_out_keeps_its_text(world):
    case = written(world.decided_adverse(), **TEXTS)
    letters.issue(world.physician, case.pk, sent(case), "adverse", "Dr. O. (made up)", "")

    written(case, **dict.fromkeys(TEXTS, "Another text."))

    assert TEXTS["appeal_rights"] in Letter.objects.get().body
    assert "Another text." not in Letter.objects.get().body


# The warning


@pytest.mark.parametrize("kind", QUOTES)
def test_the_page_of_a_letter_names_the_texts_that_are_missing(world, kind):
    case = case_for(world, kind)
    client = writer(world, case)

    said = page_of(client, new_letter(case, kind))

    assert "This letter is not complete." in said
    assert f"The line of business {case.plan.line} has no text for" in said
    for name, label in LETTER_TEXTS.items():
        assert (f"“{label}”" in said) == (name in QUOTES[kind]), name

    written(case, **TEXTS)
    assert "has no text for" not in page_of(client, new_letter(case, kind))


def test_the_page_that_asks_for_information_names_the_texts_that_are_missing(world):
    case = world.in_review(world.reviewer)
    path = reverse("reviews:information", args=[case.pk])
    client = world.client(world.reviewer)

    said = page_of(client, path)
    assert "has no text for “When no information arrives” and “How to reach us”." in said

    written(case, **TEXTS)
    assert "has no text for" not in page_of(client, path)


# Copies


@pytest.mark.parametrize(
    ("kind", "copy"),
    [
        ("approval", "The member"),
        ("adverse", "The member"),
        ("upheld", "The member"),
        ("overturned", "The member"),
        ("information", ""),
        ("extension", ""),
    ],
)
def test_a_letter_about_a_decision_goes_to_the_member_too(world, kind, copy):
    case = case_for(world, kind)
    client = writer(world, case)
    before = Letter.objects.count()

    client.post(new_letter(case, kind), form_of(client, new_letter(case, kind)))

    letter = Letter.objects.get(number=before + 1)
    assert (letter.recipient, letter.copy_to) == ("Dr. Olga Ordering (made up)", copy)


@pytest.mark.parametrize("name", ["letter", "print_letter"])
@pytest.mark.parametrize("copy", ["The parents (made up)", ""])
def test_who_gets_a_copy_stands_in_the_letter_and_on_paper(world, name, copy):
    case = world.decided_adverse()
    letters.issue(world.physician, case.pk, sent(case), "adverse", "Dr. O. (made up)", "", copy)

    said = page_of(world.client(world.physician), reverse(f"reviews:{name}", args=[case.pk, 1]))

    assert ("Copy to" in said) == bool(copy)
    assert f"Copy to: {copy}" in said or not copy


def test_whoever_does_not_read_a_letter_sees_who_gets_a_copy(world):
    case = world.decided_adverse()
    letters.issue(world.physician, case.pk, sent(case), "adverse", "Dr. O. (made up)", "")

    said = page_of(world.client(world.intake), reverse("reviews:letter", args=[case.pk, 1]))

    assert "<dt>Copy to</dt>" in said
    assert "<dd>The member</dd>" in said


def test_a_copy_can_be_left_out(world):
    case = world.decided()
    client = world.client(world.reviewer)
    form = form_of(client, new_letter(case, "approval"))

    client.post(new_letter(case, "approval"), {**form, "copy_to": " "})

    assert Letter.objects.get().copy_to == ""


@pytest.mark.parametrize(("length", "status"), [(199, 302), (200, 302), (201, 422)])
def test_who_gets_a_copy_is_said_in_so_many_characters(world, length, status):
    case = world.decided()
    client = world.client(world.reviewer)
    form = form_of(client, new_letter(case, "approval"))

    response = client.post(new_letter(case, "approval"), {**form, "copy_to": "x" * length})

    assert response.status_code == status
    assert Letter.objects.exists() == (status == 302)
