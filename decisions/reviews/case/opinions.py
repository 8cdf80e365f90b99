"""Asking a colleague about a case without giving it away: another physician of the team answers."""

from __future__ import annotations

from decisions.models import Case, Note, Opinion, Person
from decisions.reviews.ground import judging, states
from decisions.reviews.ground.assignment import can_be_named, physicians
from decisions.reviews.ground.transitions import add_note, not_now
from decisions.reviews.ground.work import RefusedError, Work, taker, verb


def check_colleague_askable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody cannot ask a colleague about a case now.

    Where physicians judge before they see the determination, a colleague is asked before that too: neither
    question nor answer tells of it then.
    """
    if case.state not in states.UNDER_REVIEW:
        raise RefusedError(not_now(case))
    if judging.must_judge(person, case) and not judging.is_hidden_from(person, case):
        raise RefusedError(
            "You have judged this case and can see its determination. In this line of business a colleague "
            "is asked before that."
        )


def can_be_asked(colleague: Person, by: Person, case: Case) -> bool:
    """Whether somebody can ask a colleague: another physician of the team, licensed today, who sees as much
    of the determination as they do.
    """
    hidden = judging.is_hidden_from(colleague, case) == judging.is_hidden_from(by, case)
    return colleague != by and can_be_named(colleague, case) and hidden


def askable(by: Person, case: Case) -> list[Person]:
    """Whom somebody can ask about a case."""
    return [person for person in physicians(case) if can_be_asked(person, by, case)]


@verb("ask_colleague")
def ask_colleague(work: Work, to: Person, question: str) -> None:
    """Ask another physician of the team. The case stays with whoever has it."""
    case = work.case
    check_colleague_askable(work.person, case)
    if not can_be_asked(taker(to), work.person, case):
        raise RefusedError(f"{to} cannot be asked about this case now.")
    if Opinion.owed_by(to).filter(case=case).exists():
        raise RefusedError(f"{to} was asked already, and has not answered yet.")
    note = add_note(work, Note.Kind.ASKED, question, str(to))
    Opinion.objects.create(case=case, asked=to, question=note)
    work.record("opinion_asked", to=to.pk)


def check_opinion_owed(person: Person, case: Case) -> None:
    """Raises RefusedError where nobody waits for somebody's opinion on a case, or where whoever asked must
    not be told of a determination that this person has seen by now.
    """
    if case.state not in states.OPEN:
        raise RefusedError(not_now(case))
    asks = question_to(person, case)
    if asks is None:
        raise RefusedError(
            "Nobody asks you about this case now. You have answered, or the question was withdrawn."
        )
    if judging.is_hidden_from(asks.written_by, case) and not judging.is_hidden_from(person, case):
        raise RefusedError(f"You have seen the determination, and {asks.written_by} has not.")


def question_to(person: Person, case: Case) -> Note | None:
    """What somebody is asked about a case and has not answered."""
    owed = Opinion.owed_by(person).filter(case=case).select_related("question__written_by").first()
    return owed.question if owed else None


@verb("give_opinion")
def give_opinion(work: Work, text: str) -> None:
    """Answer whoever asked. Nothing is decided by it, and the case stays where it is."""
    check_opinion_owed(work.person, work.case)
    asks = question_to(work.person, work.case)
    assert asks is not None  # noqa: S101 (the check refuses otherwise)
    note = add_note(work, Note.Kind.OPINION, text, str(asks.written_by))
    Opinion.objects.filter(question=asks).update(answer=note)
    work.record("opinion_given", to=asks.written_by_id)


def questions_of(person: Person, case: Case) -> list[Opinion]:
    """The questions of somebody about a case that are not answered yet, oldest first."""
    asked = Opinion.objects.filter(case=case, answer=None, question__written_by=person)
    return list(asked.select_related("asked", "question").order_by("pk"))


def check_question_withdrawable(person: Person, case: Case) -> None:
    """Raises RefusedError where somebody has no question about a case that they could withdraw now."""
    if case.state not in states.OPEN:
        raise RefusedError(not_now(case))
    if not questions_of(person, case):
        raise RefusedError("You have asked nobody about this case, or everybody has answered.")


@verb("withdraw_question")
def withdraw_question(work: Work, to: Person) -> None:
    """Ask a colleague no more. The question stays among the notes, and beside it that it was withdrawn."""
    person, case = work.person, work.case
    check_question_withdrawable(person, case)
    opinion = next((each for each in questions_of(person, case) if each.asked == to), None)
    if opinion is None:
        raise RefusedError(f"You have not asked {to} about this case, or they have answered.")
    opinion.answer = add_note(work, Note.Kind.ASKED, f"Withdrawn: {opinion.question.text}", str(to))
    opinion.save(update_fields=["answer"])
    work.record("opinion_withdrawn", to=to.pk)
