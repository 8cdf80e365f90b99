"""The questionnaire of a case: its questions one by one, and its worksheet. Only who may answer now is given
inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decisions.questionnaire import guided
from decisions.questionnaire import worksheet as sheets
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.fields import Entry
from decisions.questionnaire.forms import QuestionsForm, WorksheetForm
from decisions.questionnaire.responses import figure_typed, in_place, update
from decisions.reviews.answers import verbs as answer_verbs
from decisions.reviews.answers.case_conflict import CaseConflict
from decisions.reviews.answers.forms import EvidenceForm
from decisions.reviews.answers.subject import CaseSubject
from decisions.reviews.answers.verbs import OwnWords, Shown, pointer
from decisions.reviews.ground import permissions, states
from decisions.reviews.ground.access import with_questions
from decisions.reviews.ground.head import Head
from decisions.reviews.ground.work import RefusedError, Sent, StaleError, Work

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Work, P], HttpResponse]


@require_safe
@with_questions()
def go_on(request: HttpRequest, work: Work) -> HttpResponse:
    """Go to the question to ask now, or to the determination."""
    if not answer_verbs.may_answer_now(work.person, work.case):
        return read_only(request, work)
    return redirect(guided.next_address(CaseSubject(work)))


def read_only(request: HttpRequest, work: Work) -> HttpResponse:
    """Go to the determination, and say why there are no questions."""
    messages.info(request, why_read_only(work))
    return redirect("reviews:determination", work.case.pk)


def why_read_only(work: Work) -> str:
    """Why somebody cannot answer the questions of a case now."""
    case = work.case
    if case.state not in states.AT_WORK:
        return (
            f"The answers are here to be read. The case is in the state: {case.get_state_display().lower()}."
        )
    if (
        not permissions.roles_for(work.person, "answer")
        or permissions.permit(work.person, "see", case) is None
    ):
        return "The answers are here to be read. You cannot change them."
    if case.assignee is None:
        return "The answers are here to be read. To change them, take the case first."
    if case.assignee_id != work.person.pk:
        return f"The answers are here to be read. {case.assignee} has this case."
    return "The answers are here to be read. In this state they are another role's."


@require_http_methods(["GET", "HEAD", "POST"])
@with_questions("questionnaire_viewed")
def question(request: HttpRequest, work: Work, fact: str) -> HttpResponse:
    """One question."""
    subject = CaseSubject(work)
    if fact in subject.fixed:
        return redirect(subject.address("request"))
    if not guided.can_ask(subject, fact):
        raise Http404
    if request.method == "POST":
        return answer_question(request, work, fact)
    if not answer_verbs.may_answer_now(work.person, work.case):
        return read_only(request, work)
    asked = subject.topic.by_id[fact]
    form = QuestionsForm(subject, guided.asked_with(subject, asked))
    return show_question(request, guided.Page(subject, asked, form), subject)


def answer_question(request: HttpRequest, work: Work, fact: str) -> HttpResponse:
    """Save an answer, and go on to the next question."""
    subject, form = question_form(request, work, fact)
    asked = form.questions[0]
    if not form.is_valid() and answer_verbs.may_answer_now(work.person, work.case):
        return show_question(request, guided.Page(subject, asked, form), subject, status=422)
    try:
        evidence = EvidenceForm(request.POST)
        save(subject, form, evidence, shown_on(form, evidence))
    except StaleError as stale:
        subject, form = question_form(request, Work(work.person, stale.case, work.permit), fact)
        if why := why_lost(subject.work):
            return not_saved(request, CaseConflict(subject, form, "", why), 409)
        conflict = CaseConflict(subject, form, "question-form")
        page = guided.Page(subject, asked, form, conflict=True)
        return show_question(request, page, subject, status=409, conflict=conflict)
    except RefusedError as refused:
        return not_saved(request, CaseConflict(subject, form, "", str(refused)))
    subject.renew()
    return redirect(guided.next_address(subject))


def question_form(request: HttpRequest, work: Work, fact: str) -> tuple[CaseSubject, QuestionsForm]:
    """What was sent of a question."""
    evidence = EvidenceForm(request.POST)
    subject = CaseSubject(work, evidence)
    form = QuestionsForm(subject, guided.asked_with(subject, subject.topic.by_id[fact]), request.POST)
    evidence.look_over(form)
    return subject, form


def show_question(
    request: HttpRequest, page: guided.Page, subject: CaseSubject, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a question."""
    subject.unfolds = True
    context = {"page": page, "subject": subject, "head": Head(subject.work), **more}
    return render(request, "reviews/question.html", context, status=status)


def shown_on(form: QuestionsForm, evidence: EvidenceForm) -> Shown | None:
    """What a page showed, and what it answers: a worksheet sends every question along, and answers those that
    were changed on it, or are being typed, or cannot be read.
    """
    if evidence.shown is None:
        return None
    if not isinstance(form, WorksheetForm):
        return Shown(evidence.shown, frozenset(form.sent_answers))
    stated = frozenset((form.typing, *(entry.fact for entry in form.problems)))
    return Shown(evidence.shown, stated, form.typing)


def save(subject: CaseSubject, form: QuestionsForm, evidence: EvidenceForm, shown: Shown | None) -> None:
    """Save what was sent, but for what is still being typed. Raises as `verbs.answer`.

    A page that does not say what it showed is held up by any change of the case.
    """
    changes = {fact: value for fact, value in form.sent_answers.items() if shown or fact != form.typing}
    sent = Sent(revision=form.writer.revision)
    work = subject.work
    pointers, words = evidence.pointers(changes), OwnWords(form.words, form.other_words)
    answer_verbs.answer(work.person, work.case.pk, sent, changes, pointers, shown, words)


@require_http_methods(["GET", "HEAD", "POST"])
@with_questions("questionnaire_viewed")
def worksheet(request: HttpRequest, work: Work) -> HttpResponse:
    """Every question on one page. What can be read is saved, the rest is sent back with a message."""
    if request.method == "POST":
        return fill_worksheet(request, work)
    if not answer_verbs.may_answer_now(work.person, work.case):
        return read_only(request, work)
    subject = CaseSubject(work)
    return show_worksheet(request, sheets.Page(subject), subject)


def fill_worksheet(request: HttpRequest, work: Work) -> HttpResponse:
    """Save what stands on a worksheet, and answer with what has to be changed on it."""
    subject, form, evidence = worksheet_form(request, work)
    shown, began = shown_on(form, evidence), timezone.now()
    try:
        save(subject, form, evidence, shown)
    except StaleError as stale:
        return worksheet_conflict(request, Work(work.person, stale.case, work.permit))
    except RefusedError as refused:
        return not_saved(request, CaseConflict(subject, form, "", str(refused)))
    subject.renew()
    subject.preview = {fact: value for fact, value in form.sent_answers.items() if fact == form.typing}
    merged = show_merged(subject, form, evidence, shown)
    form.settle()
    page = sheets.Page(subject, form)
    if is_htmx(request):
        response = update(page, form, "reviews/worksheet_update.html", given=just_given(subject, began))
        return response if merged else with_saved_up_to(response, subject)
    if page.problems:
        return show_worksheet(request, page, subject, status=422)
    return redirect(subject.address("determination" if form.wants_determination else "worksheet"))


def show_merged(
    subject: CaseSubject, form: WorksheetForm, evidence: EvidenceForm, shown: Shown | None
) -> list[str]:
    """Show on a worksheet what another window saved and this one left alone. Returns those questions."""
    entries = form.entries if shown else []
    merged = [e.fact for e in entries if shown and e.fact not in shown.stated and is_other(subject, e)]
    form.show_saved(merged, "Changed in another window. This is what is saved now.")
    evidence.leave(merged)
    return merged


def is_other(subject: CaseSubject, entry: Entry) -> bool:
    """Whether something else is saved than a field holds, after all that was given on its page was saved."""
    if entry.answer != subject.case.answers.get(entry.fact, ABSENT):
        return True
    beside = subject.beside(entry.fact)
    return entry.answer is not ABSENT and beside.typed != pointer(beside.given)


def with_saved_up_to(response: HttpResponse, subject: CaseSubject) -> HttpResponse:
    """An update that tells up to where the answers of its page are saved.

    The browser passes over an update that comes late, for the next one brings everything, but it counts what
    it sent itself as known from then on. What another window saved has to be shown first, so an update with
    that does not tell.
    """
    response.headers["Conus-Saved-Up-To"] = str(subject.last_given)
    return response


def worksheet_form(request: HttpRequest, work: Work) -> tuple[CaseSubject, WorksheetForm, EvidenceForm]:
    """What was sent of a worksheet."""
    evidence = EvidenceForm(request.POST)
    subject = CaseSubject(work, evidence)
    form = WorksheetForm(subject, request.POST)
    evidence.leave(form.left)
    evidence.look_over(form)
    return subject, form, evidence


def just_given(subject: CaseSubject, began: Any) -> list[Any]:
    """What stands beside the questions that were answered since a moment."""
    return [subject.beside(fact) for fact, given in subject.given.items() if given.given_at >= began]


def show_worksheet(
    request: HttpRequest, page: sheets.Page, subject: CaseSubject, status: int = 200, **more: Any
) -> HttpResponse:
    """The worksheet."""
    context = {"page": page, "subject": subject, "head": Head(subject.work), **more}
    return render(request, "reviews/worksheet.html", context, status=status)


def worksheet_conflict(request: HttpRequest, work: Work) -> HttpResponse:
    """Somebody else saved first: what was sent beside what is saved now."""
    subject, form, _ = worksheet_form(request, work)
    if why := why_lost(work):
        return not_saved(request, CaseConflict(subject, form, "", why), 409)
    conflict = CaseConflict(subject, form, "worksheet-form")
    if is_htmx(request):
        return in_place(request, conflict, 409)
    page = sheets.Page(subject, form, conflict=True)
    carried = conflict.carried({question.id for question in page.visible})
    return show_worksheet(request, page, subject, status=409, conflict=conflict, carried=carried)


def why_lost(work: Work) -> str:
    """Why a case that was changed in between takes no answer of this person any more; "" where it does."""
    return "" if answer_verbs.may_answer_now(work.person, work.case) else why_read_only(work)


def not_saved(request: HttpRequest, conflict: CaseConflict, status: int = 403) -> HttpResponse:
    """What was sent cannot be saved by this person now. It is shown, so that it is not lost."""
    if is_htmx(request):
        return in_place(request, conflict, status)
    context = {"conflict": conflict, "head": Head(conflict.subject.work)}
    return render(request, "reviews/question_not_saved.html", context, status=status)


def is_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for."""
    return bool(getattr(request, "htmx", False))


@require_POST
@with_questions()
def figure(request: HttpRequest, work: Work) -> HttpResponse:
    """The figure of what is typed on the page of a measure. Nothing is saved."""
    return figure_typed(request, CaseSubject(work))
