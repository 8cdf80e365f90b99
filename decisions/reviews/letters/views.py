"""The pages of letters: drafting and issuing one, reading it, printing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from decisions.models import Decision, Letter
from decisions.reviews.ground import facts, judging, states
from decisions.reviews.ground.access import with_case
from decisions.reviews.ground.forms import beginning
from decisions.reviews.ground.head import Head
from decisions.reviews.ground.work import (
    NotFoundError,
    RefusedError,
    StaleError,
    Work,
    may,
    record_view,
    refusals_recorded,
)
from decisions.reviews.letters import verbs as letter_verbs
from decisions.reviews.letters.forms import CaseLetterForm
from decisions.reviews.letters.page import LetterPage
from decisions.reviews.worklist.page import Following


@require_http_methods(["GET", "HEAD", "POST"])
@with_case("issue_letter")
def new_letter(request: HttpRequest, work: Work, kind: str) -> HttpResponse:
    """Read a letter over, change it, and issue it."""
    if kind not in Letter.Kind.values:
        raise NotFoundError
    judging.check_opened(work)
    if request.method != "POST":
        with refusals_recorded(work.person, "issue_letter", work.case.pk):
            letter_verbs.check_possible(work.case, kind)
            form = CaseLetterForm(initial=_draft(work, kind), sees_text=_sees_text(work))
        record_view(work, "letter_previewed", kind=kind)
        return _page(request, work, kind, _opened(form, work, kind))
    form = CaseLetterForm(request.POST, sees_text=_sees_text(work))
    if not form.is_valid():
        return _page(request, work, kind, form, 422)
    return _issued(request, work, kind, form)


def _opened(form: CaseLetterForm, work: Work, kind: str) -> CaseLetterForm:
    """The form of a letter that is only read and issued, with the focus at what is left to do."""
    has_about = work.case.state == states.DECIDED or kind == Letter.Kind.ELSEWHERE
    if not letter_verbs.lacks(work.case, kind):
        form.take_focus(described_by="about final" if has_about else "final")
    return form


def _draft(work: Work, kind: str) -> dict[str, object]:
    case = work.case
    to, body = letter_verbs.recipient(case), letter_verbs.draft(case, kind)
    return beginning(case.revision, recipient=to, copy_to=letter_verbs.copy_to(kind), body=body)


def _sees_text(work: Work) -> bool:
    return may(work.person, "see_clinical", work.case)


def _issued(request: HttpRequest, work: Work, kind: str, form: CaseLetterForm) -> HttpResponse:
    given = form.cleaned_data
    to, body, copy = given["recipient"], given.get("body", ""), given["copy_to"]
    try:
        number = letter_verbs.issue(work.person, work.case.pk, form.sent, kind, to, body, copy)
    except StaleError as stale:
        form.renewed(stale.case.revision)
        return _page(request, work, kind, form, 409)
    except letter_verbs.IncompleteError as incomplete:
        form.add_error("body" if _sees_text(work) else None, str(incomplete))
        return _page(request, work, kind, form, 422)
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return _page(request, work, kind, form, 403)
    messages.success(request, " ".join((f"Letter {number} is issued to {to}.", *_copied(copy))))
    return redirect("reviews:letter", work.case.pk, number)


def _copied(to: str) -> list[str]:
    """That somebody else gets a copy, where somebody does."""
    return [f"A copy goes to: {to}."] if to else []


def _page(
    request: HttpRequest, work: Work, kind: str, form: CaseLetterForm, status: int = 200
) -> HttpResponse:
    decision = facts.last_decision(work.case)
    is_of_sending = kind == Letter.Kind.ELSEWHERE
    context = {
        "head": Head(work),
        "case": work.case,
        "kind": Letter.Kind(kind).label,
        "decision": decision,
        "sending": facts.sent_elsewhere(work.case) if is_of_sending else None,
        "out_already": _out_already(work, kind, decision),
        "sees_text": _sees_text(work),
        "lacks": letter_verbs.lacks(work.case, kind),
        "form": form,
        "status": status,
    }
    return render(request, "reviews/new_letter.html", context, status=status)


def _out_already(work: Work, kind: str, decision: Decision | None) -> Letter | None:
    """The newest letter of the same kind about the same decision, or about the same sending elsewhere: one
    more is not issued by mistake.
    """
    case = work.case
    about = decision if case.state == states.DECIDED else None
    out = case.letters.filter(kind=kind, decision=about).order_by("-number")
    return (out.filter(issued_at__gte=case.sort_decided) if kind == Letter.Kind.ELSEWHERE else out).first()


@require_safe
@with_case("read_letter")
def letter(request: HttpRequest, work: Work, number: int) -> HttpResponse:
    """A letter as it went out."""
    judging.check_opened(work)
    page = LetterPage(work, _letter(work, number))
    record_view(work, "letter_viewed", number=number)
    context = {"head": Head(work), "case": work.case, "page": page, "letter": page.letter}
    context["following"] = Following(work)
    return render(request, "reviews/letter.html", context)


@require_safe
@with_case("read_letter")
def print_letter(request: HttpRequest, work: Work, number: int) -> HttpResponse:
    """A letter alone, for paper."""
    judging.check_opened(work)
    page = LetterPage(work, _letter(work, number))
    if not page.sees_text:
        with refusals_recorded(work.person, "see_clinical", work.case.pk):
            raise RefusedError("The text of a letter is clinical. Your roles do not include it.")
    record_view(work, "printed", letter=number)
    return render(request, "reviews/letter_print.html", {"page": page, "letter": page.letter})


def _letter(work: Work, number: int) -> Letter:
    found = work.case.letters.select_related("issued_by").filter(number=number).first()
    if found is None:
        raise NotFoundError
    return found
