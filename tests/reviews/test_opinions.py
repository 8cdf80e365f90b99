"""Asking a colleague about a case without giving it away, and what each of the two is told."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from decisions.models import Case, Event, Note, Opinion, Person
from decisions.reviews.case import opinions
from decisions.reviews.case import verbs as working
from decisions.reviews.ground.work import RefusedError
from decisions.reviews.worklist import queries as lists
from tests.reviews.pages import at, text_of
from tests.reviews.world import Cases, fresh, judged, make_cases, sent, signed

pytestmark = pytest.mark.django_db

QUESTION, ANSWER = "Is it a dimple (made up)?", "It is one, I think (made up)."


def build() -> Cases:
    """A world with a case that a physician has, and one that they asked a colleague about."""
    world = make_cases()
    made = {"ours": world.in_physician_review(world.physician), "asked": world.asked()}
    world.standing.update({name: case.pk for name, case in made.items()})
    return world


def case_of(world: Cases, name: str) -> Case:
    return fresh(world.standing[name])


def listed(person: Person) -> list[Case]:
    return lists.listing(person, lists.Wanted(which=lists.ASKED)).cases


def answer(world: Cases, case: Case) -> None:
    opinions.give_opinion(world.physician_2, case.pk, sent(case), ANSWER)


def test_a_colleague_is_asked_and_the_case_stays_with_whoever_has_it(world):
    case = case_of(world, "asked")

    assert (case.state, case.assignee) == ("physician_review", world.physician)
    note = Note.objects.get(case=case, kind="asked")
    assert (note.text, note.to, note.written_by) == (QUESTION, str(world.physician_2), world.physician)
    told = json.loads(Event.objects.get(case=case.pk, action="opinion_asked").details)
    assert told == {"to": world.physician_2.pk}


def test_whoever_is_asked_has_the_case_on_a_list_of_theirs_and_nobody_else_has(world):
    case = case_of(world, "asked")
    page = world.client(world.physician_2).get("/cases/", {"which": "asked"})

    assert [row.case for row in page.context["page"].rows] == [case]
    assert "Asked of you (1)" in text_of(page)
    assert listed(world.physician) == listed(world.reviewer) == []
    assert "Asked of you" not in text_of(world.client(world.physician).get("/cases/"))


def test_whoever_is_asked_reads_the_question_on_top_of_the_case_and_answers_first_of_all(world):
    case, client = case_of(world, "asked"), world.client(world.physician_2)
    page = client.get(at("case", case))
    assert page.context["page"].primary.name == "opinion"
    assert f"{world.physician} asks you" in text_of(page)
    assert QUESTION in text_of(client.get(at("opinion", case)))
    form = client.get(at("opinion", case)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    assert client.post(at("opinion", case), {**data, "text": ANSWER}).url == at("case", case)

    assert Opinion.objects.get(case=case).answer.text == ANSWER
    assert listed(world.physician_2) == []
    assert "asks you" not in text_of(client.get(at("case", case)))


def test_whoever_asked_is_told_that_no_answer_came_and_then_that_one_did(world):
    case, client = case_of(world, "asked"), world.client(world.physician)
    assert "There is no answer yet." in text_of(client.get(at("case", case)))
    answer(world, case)
    page = text_of(client.get(at("case", case)))

    assert "There is no answer yet." not in page
    assert "A colleague answered" in page
    assert ANSWER in page
    assert "A colleague answered" in text_of(client.get("/cases/"))
    told = json.loads(Event.objects.get(case=case.pk, action="opinion_given").details)
    assert told == {"to": world.physician.pk}


def test_whoever_signs_is_told_before_the_button_of_whom_no_answer_came_and_signs_all_the_same(world):
    case, client = case_of(world, "asked"), world.client(world.physician)
    page = text_of(client.get(at("sign", case)))
    asked_at = timezone.localtime(Opinion.objects.get(case=case).question.written_at)
    told = f"{world.physician} asked {world.physician_2}, {asked_at:%Y-%m-%d %H:%M}. There is no answer yet."

    assert told in page
    assert page.index(told) < page.index(">Sign the decision</button>")
    signed(world.physician, case, "adverse")
    assert "There is no answer yet." not in text_of(client.get(at("correct", fresh(case))))


@pytest.mark.parametrize("ended", ["answered", "withdrawn"])
def test_a_question_that_has_ended_is_no_matter_of_the_signature(world, ended):
    case = case_of(world, "asked")
    answer(world, case) if ended == "answered" else withdraw(world, case)

    assert "There is no answer yet." not in text_of(world.client(world.physician).get(at("sign", case)))


def test_an_opinion_decides_nothing(world):
    case = case_of(world, "asked")
    answer(world, case)

    assert (fresh(case).state, fresh(case).assignee, fresh(case).revision) == (
        "physician_review",
        world.physician,
        case.revision,
    )
    with pytest.raises(RefusedError):
        signed(world.physician_2, case, "adverse")


def test_a_signature_on_a_page_from_before_the_answer_is_shown_what_came(world):
    case, client = case_of(world, "asked"), world.client(world.physician)
    form = client.get(at("sign", case)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    answer(world, case)
    said = {**data, "result": "adverse", "reason": "So it is.", "confirmed": "on"}

    assert client.post(at("sign", case), said).status_code == 409


def test_nobody_is_asked_twice_at_once_and_again_once_they_answered(world):
    case = case_of(world, "asked")
    with pytest.raises(RefusedError, match="was asked already"):
        world.ask(case)
    answer(world, case)
    world.ask(case)

    assert case.opinions.count() == 2
    note = Note.objects.get(case=case, kind="opinion")
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.create(case=case, asked=world.physician_2, question=note)


@pytest.mark.parametrize("who", ["reviewer", "appeal_physician", "other_physician", "physician"])
def test_only_another_physician_of_the_team_is_asked(world, who):
    case = case_of(world, "ours")

    with pytest.raises(RefusedError, match="cannot be asked"):
        opinions.ask_colleague(world.physician, case.pk, sent(case), getattr(world, who), QUESTION)
    assert getattr(world, who) not in opinions.askable(world.physician, case)
    assert not case.opinions.exists()


def test_nobody_answers_who_was_not_asked_or_has_answered(world):
    case = case_of(world, "asked")
    with pytest.raises(RefusedError, match="Nobody asks you"):
        opinions.give_opinion(world.physician, case.pk, sent(case), ANSWER)
    answer(world, case)

    with pytest.raises(RefusedError, match="Nobody asks you"):
        answer(world, case)
    assert Note.objects.filter(kind="opinion").count() == 1


def test_once_the_case_is_decided_nothing_is_asked_any_more(world):
    case = case_of(world, "asked")
    signed(world.physician, case, "adverse")

    assert listed(world.physician_2) == []
    assert "asks you" not in text_of(world.client(world.physician_2).get(at("case", case)))
    with pytest.raises(RefusedError, match="not possible now"):
        answer(world, case)


def test_while_the_case_waits_for_information_the_question_stands(world):
    case = case_of(world, "asked")
    working.request_information(world.physician, case.pk, sent(case), "Dr. O. (made up)", "Please send it.")

    assert listed(world.physician_2) == [fresh(case)]
    with pytest.raises(RefusedError, match="not possible now"):
        opinions.ask_colleague(world.physician, case.pk, sent(case), world.physician_2, QUESTION)


# A question is withdrawn


def withdraw(world: Cases, case: Case, by: Person | None = None) -> None:
    opinions.withdraw_question(by or world.physician, case.pk, sent(case), world.physician_2)


def test_whoever_asked_withdraws_the_question_and_the_colleagues_list_loses_it(world):
    case, client = case_of(world, "asked"), world.client(world.physician)
    page = client.get(at("withdraw_question", case))
    form = page.context["form"]
    assert [name for _, name in form.fields["to"].choices] == [str(world.physician_2)]
    data = {name: form[name].value() or "" for name in form.fields} | {"to": world.physician_2.pk}
    done = client.post(at("withdraw_question", case), data, follow=True)

    assert "Your question is withdrawn." in text_of(done)
    assert f"Withdrawn: {QUESTION}" in text_of(done)
    assert "There is no answer yet." not in text_of(done)
    assert listed(world.physician_2) == []
    colleague = world.client(world.physician_2)
    assert "asks you" not in text_of(colleague.get(at("case", case)))
    told = json.loads(Event.objects.get(case=case.pk, action="opinion_withdrawn").details)
    assert told == {"to": world.physician_2.pk}
    assert (fresh(case).state, fresh(case).assignee) == ("physician_review", world.physician)


def test_an_answer_to_a_question_that_was_withdrawn_is_refused_and_stays_on_the_page(world):
    case, client = case_of(world, "asked"), world.client(world.physician_2)
    form = client.get(at("opinion", case)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    withdraw(world, case)
    late = client.post(at("opinion", case), {**data, "text": ANSWER})

    assert late.status_code == 403
    assert "or the question was withdrawn" in text_of(late)
    assert ANSWER in late.text
    assert not Note.objects.filter(kind="opinion").exists()


def test_a_question_that_was_answered_is_not_withdrawn(world):
    case = case_of(world, "asked")
    answer(world, case)

    with pytest.raises(RefusedError, match="everybody has answered"):
        withdraw(world, case)
    page = text_of(world.client(world.physician).get(at("withdraw_question", case)))
    assert "You have asked nobody about this case, or everybody has answered." in page
    assert Opinion.objects.get(case=case).answer.kind == "opinion"


def test_of_two_questions_one_is_withdrawn_and_the_other_stands(world):
    case, other = case_of(world, "asked"), world.person("physician_3", "physician")
    opinions.ask_colleague(world.physician, case.pk, sent(case), other, QUESTION)
    page = world.client(world.physician).get(at("withdraw_question", case))
    named = [name for _, name in page.context["form"].fields["to"].choices]
    assert named == ["Choose whom you asked", str(world.physician_2), str(other)]
    withdraw(world, case)

    assert (listed(world.physician_2), listed(other)) == ([], [fresh(case)])
    with pytest.raises(RefusedError, match="You have not asked"):
        withdraw(world, case)


def test_nobody_withdraws_the_question_of_another(world):
    case = case_of(world, "asked")

    for somebody in (world.physician_2, world.reviewer):
        with pytest.raises(RefusedError):
            withdraw(world, case, somebody)
    assert listed(world.physician_2) == [case]


def test_whoever_asked_withdraws_the_question_though_the_case_is_with_another_by_now(world):
    case = case_of(world, "asked")
    working.send_back(world.physician, case.pk, sent(case), "Is its base seen?")
    withdraw(world, fresh(case))

    assert listed(world.physician_2) == []


def test_a_colleague_who_left_the_team_is_asked_no_more_either(world):
    case = case_of(world, "asked")
    Person.objects.filter(pk=world.physician_2.pk).update(team=world.other_team)
    client = world.client(world.physician)
    form = client.get(at("withdraw_question", case)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"to": world.physician_2.pk}

    assert client.post(at("withdraw_question", case), data).status_code == 302
    assert not Opinion.owed_by(world.physician_2).exists()


def test_once_the_case_is_decided_no_question_is_withdrawn(world):
    case = case_of(world, "asked")
    signed(world.physician, case, "adverse")

    with pytest.raises(RefusedError, match="not possible now"):
        withdraw(world, fresh(case))


def test_a_question_that_was_withdrawn_is_asked_again(world):
    case = case_of(world, "asked")
    withdraw(world, case)
    world.ask(case)

    assert listed(world.physician_2) == [fresh(case)]


def test_intake_reads_neither_question_nor_answer(world):
    case = case_of(world, "asked")
    answer(world, case)
    page = text_of(world.client(world.intake).get(at("case", case)))

    assert QUESTION not in page
    assert ANSWER not in page


# Where a physician judges before they see the determination


def test_before_they_judge_physicians_ask_each_other_and_are_told_no_determination(world):
    case = world.to_be_judged(world.physician)
    world.ask(case)
    asked = text_of(world.client(world.physician_2).get(at("opinion", case)))
    assert QUESTION in asked
    assert "medically necessary" not in asked.replace("The dimple is small.", "")
    answer(world, case)

    page = text_of(world.client(world.physician).get(at("case", case)))
    assert ANSWER in page
    assert "The dimple is small." not in page


def test_whoever_has_judged_asks_no_colleague_who_has_not(world):
    case = world.judged()

    with pytest.raises(RefusedError, match="asked before that"):
        world.ask(case)


def test_nobody_answers_who_has_seen_a_determination_that_the_asker_has_not(world):
    case = world.to_be_judged(world.physician)
    world.ask(case)
    Case.objects.filter(pk=case.pk).update(assignee=world.physician_2)
    judged(world.physician_2, fresh(case))

    with pytest.raises(RefusedError, match="You have seen the determination"):
        answer(world, case)
    assert world.physician_2 not in opinions.askable(world.physician, fresh(case))
