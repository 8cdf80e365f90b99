"""The pages of decisions: signing, correcting, appeals, and a decision as it was signed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from decisions.models import Case, Decision, Person
from decisions.reviews.decision import appeals, signers
from decisions.reviews.decision import verbs as decision_verbs
from decisions.reviews.decision.forms import AppealForm, DecisionForm
from decisions.reviews.decision.page import CHECKS, SigningPage
from decisions.reviews.decision.replay import replay
from decisions.reviews.decision.signed import signed_decision
from decisions.reviews.ground import assignment, judging
from decisions.reviews.ground.access import to_judge_first, with_case
from decisions.reviews.ground.facts import last_decision
from decisions.reviews.ground.head import Head
from decisions.reviews.ground.work import (
    NotFoundError,
    RefusedError,
    Sent,
    StaleError,
    Work,
    find,
    look,
    may,
    permitted,
    record_view,
    refusals_recorded,
)
from decisions.reviews.letters import verbs as letter_verbs

Kind = Decision.Kind
Sign = Callable[[Person, str, Sent, decision_verbs.Statement], int]
ACTIONS = {Kind.INITIAL: "sign_approval", Kind.CORRECTION: "correct", Kind.APPEAL: "decide_appeal"}
TEMPLATES = {
    Kind.INITIAL: "reviews/sign.html",
    Kind.CORRECTION: "reviews/correct.html",
    Kind.APPEAL: "reviews/decide_appeal.html",
}
PAGES = ["GET", "HEAD", "POST"]
CONFLICT = 409


@require_http_methods(PAGES)
@with_case("see_clinical")
def sign(request: HttpRequest, work: Work) -> HttpResponse:
    """Sign the first decision."""
    return _signing(request, work, Kind.INITIAL, decision_verbs.sign)


@require_http_methods(PAGES)
@with_case("see_clinical")
def correct(request: HttpRequest, work: Work) -> HttpResponse:
    """Sign a new version of a decision."""
    return _signing(request, work, Kind.CORRECTION, decision_verbs.correct)


@require_http_methods(PAGES)
@with_case("see_clinical")
def decide_appeal(request: HttpRequest, work: Work) -> HttpResponse:
    """Sign the decision on an appeal."""
    return _signing(request, work, Kind.APPEAL, appeals.decide_appeal)


def _signing(request: HttpRequest, seen_by: Work, kind: Kind, do: Sign) -> HttpResponse:
    """A page to sign on. Whether there is anything to sign, and for whom, is asked apart from who may see: a
    refused form is shown again.
    """
    form = DecisionForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        return _signed(request, seen_by, kind, form, do)
    person, case_id = seen_by.person, seen_by.case.pk
    work = look(person, case_id, ACTIONS[kind])
    if form is None and judging.may_judge_now(person, work.case):
        return to_judge_first(request, work.case)
    with refusals_recorded(person, ACTIONS[kind], case_id):
        CHECKS[kind](work)
        page = SigningPage(work, kind, form)
    if form is not None:
        return _page(request, page, 422)
    record_view(work, "determination_viewed", page="sign")
    return _page(request, page)


def _signed(request: HttpRequest, work: Work, kind: Kind, form: DecisionForm, do: Sign) -> HttpResponse:
    """Sign; where that cannot be, the page again with everything that was typed."""
    try:
        number = do(work.person, work.case.pk, form.sent, form.statement)
    except decision_verbs.SigningError as incomplete:
        form.add_problems(incomplete.problems)
        return _again(request, work, kind, form, 422)
    except StaleError:
        return _again(request, work, kind, form, 409)
    except RefusedError as refused:
        form.add_problems({"": str(refused)})
        return _again(request, work, kind, form, 403, str(refused))
    return _to_the_letter(find(work.case.pk), number)


def _to_the_letter(case: Case, number: int) -> HttpResponse:
    """The letter about what was just signed, drafted, to be read and issued; the decision once one is out."""
    kinds = letter_verbs.kinds(case)
    if not kinds or case.letters.filter(decision__number=number).exists():
        return redirect("reviews:decision", case.pk, number)
    return redirect("reviews:new_letter", case.pk, kinds[0])


def _again(
    request: HttpRequest, work: Work, kind: Kind, form: DecisionForm, status: int, why: str = ""
) -> HttpResponse:
    """The page as it is now, with everything that was typed; that alone where there is no such page now."""
    case = find(work.case.pk)
    try:
        now = Work(work.person, case, permitted(work.person, ACTIONS[kind], case))
        CHECKS[kind](now)
        page = SigningPage(now, kind, form)
    except (RefusedError, NotFoundError) as gone:
        context = {"case": case, "form": form, "why": why or str(gone)}
        return render(request, "reviews/sign_kept.html", context, status=status)
    if status == CONFLICT:
        page.begin_again()
    return _page(request, page, status)


def _page(request: HttpRequest, page: SigningPage, status: int = 200) -> HttpResponse:
    context = {"page": page, "form": page.form, "head": page.head, "case": page.case, "status": status}
    return render(request, TEMPLATES[page.kind], context, status=status)


@require_http_methods(PAGES)
@with_case("file_appeal")
def appeal(request: HttpRequest, work: Work) -> HttpResponse:
    """Note that a decision is appealed."""
    if request.method != "POST":
        with refusals_recorded(work.person, "file_appeal", work.case.pk):
            appeals.check_appealable(work.case, last_decision(work.case))
        form = _appeal_form(work)
        form.take_focus(described_by="says")
        return _appeal_page(request, work, form)
    form = _appeal_form(work, request.POST)
    if not form.is_valid():
        return _appeal_page(request, work, form, 422)
    try:
        appeals.file_appeal(work.person, work.case.pk, form.sent, **form.appeal)
    except StaleError as stale:
        form.renewed(stale.case.revision)
        return _appeal_page(request, work, form, 409)
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return _appeal_page(request, work, form, 403)
    messages.success(request, assignment.and_on_whose_list("The appeal is entered.", find(work.case.pk)))
    return redirect("reviews:case", work.case.pk)


def _appeal_form(work: Work, data: QueryDict | None = None) -> AppealForm:
    return AppealForm(work.case, appeals.appealable_since(work.case), data)


def _appeal_page(request: HttpRequest, work: Work, form: AppealForm, status: int = 200) -> HttpResponse:
    context = {"head": Head(work), "case": work.case, "form": form, "status": status}
    return render(request, "reviews/appeal.html", context, status=status)


def _letters(work: Work) -> list[str]:
    """The letters that the person may write now."""
    return letter_verbs.kinds(work.case) if may(work.person, "issue_letter", work.case) else []


@require_http_methods(PAGES)
@with_case("see_clinical")
def decision(request: HttpRequest, work: Work, number: int) -> HttpResponse:
    """A decision as it was signed. A POST replays it."""
    judging.check_opened(work)
    case = work.case
    versions = {each.number: each for each in case.decisions.select_related("signed_by").order_by("number")}
    if number not in versions:
        raise NotFoundError
    found = versions[number]
    replayed = replay(found, work.person, work.permit.role) if request.method == "POST" else None
    if replayed is None:
        record_view(work, "decision_viewed", number=number)
    context = {
        "head": Head(work),
        "case": case,
        "decision": found,
        "record": signed_decision(found),
        "versions": list(versions.values()),
        "newest": number == max(versions),
        "letters": found.letters.order_by("number"),
        "kinds": _letters(work) if number == max(versions) else [],
        "may_correct": signers.may_correct_now(work.person, case),
        "replayed": replayed,
    }
    return render(request, "reviews/decision.html", context)
