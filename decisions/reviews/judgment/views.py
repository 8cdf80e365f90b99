"""The page on which a case is judged before its determination is seen."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from decisions.log.services import last_changes
from decisions.reviews.ground import judging
from decisions.reviews.ground.access import with_case
from decisions.reviews.ground.work import StaleError, Work, look, record_view, refusals_recorded
from decisions.reviews.judgment import verbs
from decisions.reviews.judgment.forms import JudgmentForm
from decisions.reviews.judgment.page import JudgmentPage

RECORDED = "Your judgment is recorded. The determination is open to you now."


@require_http_methods(["GET", "HEAD", "POST"])
@with_case("judge")
def judge(request: HttpRequest, work: Work) -> HttpResponse:
    """Judge each criterion in question from the record."""
    if request.method == "POST":
        return _judged(request, work)
    if _is_judged(work):
        return redirect("reviews:determination", work.case.pk)
    page = _page(request, work)
    record_view(work, "case_viewed", page="judge")
    return page


def _is_judged(work: Work) -> bool:
    """Whether this was judged already: the same form sent again leads to where it led."""
    person, case = work.person, work.case
    return judging.must_judge(person, case) and not judging.is_hidden_from(person, case)


def _judged(request: HttpRequest, work: Work) -> HttpResponse:
    """Keep a judgment, once; where that cannot be, the page again with everything that was typed."""
    if _is_judged(work):
        return redirect("reviews:determination", work.case.pk)
    with refusals_recorded(work.person, "judge", work.case.pk):
        judging.check_judgeable(work.person, work.case)
    form = JudgmentForm(judging.left_to_judge(work.person, work.case), request.POST)
    if not form.is_valid():
        return _page(request, work, form, 422)
    try:
        verbs.judge(work.person, work.case.pk, form.sent, form.given)
    except StaleError as stale:
        now = look(work.person, stale.case.pk, "judge")
        form = JudgmentForm(judging.left_to_judge(now.person, now.case), request.POST)
        form.renewed(now.case.revision)
        return _page(request, now, form, 409)
    messages.success(request, RECORDED)
    return redirect("reviews:determination", work.case.pk)


def _page(
    request: HttpRequest, work: Work, form: JudgmentForm | None = None, status: int = 200
) -> HttpResponse:
    with refusals_recorded(work.person, "judge", work.case.pk):
        judging.check_judgeable(work.person, work.case)
    page = JudgmentPage(work, form)
    context = {"page": page, "form": page.form, "head": page.head, "case": page.case, "status": status}
    context["changes"] = last_changes(work.case.pk)
    return render(request, "reviews/judge.html", context, status=status)
