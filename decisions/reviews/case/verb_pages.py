"""The pages of verbs: each says in a sentence what it does, and has its form and a button."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from decisions.log.services import last_changes
from decisions.models import Case, Letter, Note, Person
from decisions.people.services import person_of, signed_in
from decisions.reviews.case import elsewhere, forms, giving, opinions, referring, verbs
from decisions.reviews.decision.determined import Determined
from decisions.reviews.ground import assignment, case_clock, judging, open_questions
from decisions.reviews.ground.access import answered
from decisions.reviews.ground.forms import SentForm, beginning
from decisions.reviews.ground.head import Head, is_on_shelf
from decisions.reviews.ground.work import RefusedError, Sent, StaleError, Work, find, look, may
from decisions.reviews.letters import verbs as letter_verbs
from decisions.reviews.request import verbs as request_verbs
from decisions.reviews.worklist.forms import GivingForm

Given = dict[str, Any]
Do = Callable[[Person, str, Sent, Given], object]
Prepare = Callable[[Case], Given]


def nothing(case: Case) -> Given:
    """Nothing is filled in."""
    return {}


def nothing_more(of: object) -> str:
    """There is nothing more to say."""
    return ""


def open_to_all(work: Work) -> None:
    """Nothing is hidden from anybody."""


def nobody_else(work: Work) -> Iterable[Person]:
    """Nobody is offered."""
    return ()


@dataclass(frozen=True, slots=True)
class VerbPage:
    """The page of a verb: its permission, its words, its form, and what is called when it is sent.

    ``check`` raises RefusedError where somebody may not see what the page begins with: `judging.check_opened`
    where that comes from the determination. ``prepare`` gives what the form begins with, ``adds`` what there
    is to say of this case, ``shows`` the determination where it stands beside the form. ``done`` says that it
    worked, where the page of the case that follows does not show it by itself, and ``goes_on`` that somebody
    else has the case by that, who is told with it. ``letter`` is the kind of the letter that follows,
    ``people`` are those to whom something can go, ``nobody`` says that there is none of them, and ``asks`` is
    a question that is answered here. ``stands`` says, by what the verb returned, that it was done before.
    """

    action: str
    title: str
    says: str
    button: str
    form: type[SentForm]
    do: Do
    prepare: Prepare = nothing
    adds: Callable[[Case], str] = nothing_more
    done: str = ""
    goes_on: bool = False
    check: Callable[[Work], object] = open_to_all
    shows: Callable[[Work], Determined | None] = lambda work: None
    letter: str = ""
    people: Callable[[Work], Iterable[Person]] = nobody_else
    stands: Callable[[object], str] = nothing_more
    nobody: str = "Nobody else in the team can have this case as it is now. An administrator gives roles."
    asks: Callable[[Work], Note | None] = lambda work: None


def how_the_clock_goes_on(case: Case) -> str:
    """Whether the turnaround stands still while a case waits."""
    if case_clock.stands_still(case.plan.line, Case.State.WAITING):
        return "The turnaround stands still meanwhile."
    return "The turnaround goes on meanwhile."


def before_asking(case: Case) -> str:
    """How the turnaround goes on, and what the letter lacks."""
    said = (how_the_clock_goes_on(case), nothing_open(case), letter_verbs.lacks(case, "information"))
    return " ".join(filter(None, said))


def nothing_open(case: Case) -> str:
    """That the determination needs no further answer, where it does not."""
    if open_questions.needed(case):
        return ""
    return "No question is open: say in the letter what is needed, and why."


def how_much_longer(case: Case) -> str:
    """By how much the turnaround becomes longer, and until when."""
    days, clock = case.plan.line.extension_days, case_clock.extended(case)
    until = f", until {timezone.localtime(clock.due):%Y-%m-%d %H:%M %Z}" if clock.due else ""
    return f"It becomes {days} calendar days longer{until}."


def how_long_as_standard(case: Case) -> str:
    """When an answer is due once the case is standard, while its clock runs."""
    if case.due_at is None:
        return ""
    now = timezone.now()
    stood = case_clock.stood_still(case, now)
    standard = copy(case)
    standard.urgency = Case.Urgency.STANDARD
    due = case_clock.anew(standard, stood, now).due
    return f"An answer is due on {timezone.localtime(due):%Y-%m-%d %H:%M %Z} then." if due else ""


def stands_already(note: object) -> str:
    """That a note was not written, for it stands; "" where it was written."""
    if not isinstance(note, int):
        return ""
    written_at = timezone.localtime(Note.objects.get(pk=note).written_at)
    return f"This note stands already: you wrote it on {written_at:%Y-%m-%d %H:%M}. It is not written again."


def how_it_goes_on(case: Case) -> str:
    """What follows where a case is opened again."""
    if case.result != Case.Result.ELSEWHERE:
        return "The case is decided again as it was. Its decision can then be corrected, or appealed."
    return "The review goes on where it was. An answer is owed again, by when it was owed before."


def determined(work: Work) -> Determined | None:
    """What the policy says of the case; None while it cannot be read."""
    return Determined(work) if is_on_shelf(work.case) else None


def with_reason(case: Case) -> Given:
    """Why the policy does not address the request."""
    return {"reason": elsewhere.proposed_reason(case)} if is_on_shelf(case) else {}


def what_is_asked(work: Work) -> Note | None:
    """The question that the person is asked, with who asks."""
    return opinions.question_to(work.person, work.case)


def referral(case: Case) -> Given:
    """The note as it is drafted, and the physician who asked before."""
    return {"text": referring.proposed_note(case), "to": referring.proposed_physician(case)}


def information(case: Case) -> Given:
    """The letter that asks for what is missing."""
    return {
        "recipient": letter_verbs.recipient(case),
        "body": letter_verbs.draft(case, "information"),
    }


PAGES = {
    "submit": VerbPage(
        "submit",
        "Send the request to review",
        "From now on whoever has the case changes its request, and the reviewers of the team see it.",
        "Send to review",
        SentForm,
        lambda person, case, sent, given: request_verbs.submit(person, case, sent),
        done=request_verbs.SUBMITTED,
        goes_on=True,
    ),
    "claim": VerbPage(
        "claim",
        "Take the case",
        "Whoever has a case answers its questionnaire and signs. A reason for taking over is kept as a note.",
        "Take this case",
        forms.ClaimForm,
        lambda person, case, sent, given: verbs.claim(person, case, sent, given["reason"]),
    ),
    "assign": VerbPage(
        "assign",
        "Give the case to a colleague",
        "They have the case from then on, with everything that was answered and written down.",
        "Give the case",
        forms.AssignForm,
        lambda person, case, sent, given: verbs.assign(person, case, sent, given["to"], given["note"]),
        people=lambda work: assignment.colleagues(work.case),
    ),
    "give": VerbPage(
        "give",
        "Give the case to somebody else",
        "They have it from then on, whoever had it before. To nobody, it is among the unassigned again.",
        "Give the case",
        GivingForm,
        lambda person, case, sent, given: giving.give(person, case, sent, given["to"], given["reason"]),
    ),
    "refer": VerbPage(
        "refer",
        "Refer the case to a physician",
        "The case goes to the physicians of the team, or to the one whom you name. They see everything that "
        "you see, and your note.",
        "Refer to a physician",
        forms.ReferForm,
        lambda person, case, sent, given: verbs.refer(person, case, sent, given["text"], given["to"]),
        referral,
        done="The case is referred.",
        goes_on=True,
        check=judging.check_opened,
        shows=determined,
        people=lambda work: assignment.physicians(work.case),
    ),
    "send_back": VerbPage(
        "send_back",
        "Send the case back with a question",
        "It is in review again, with whoever referred it. Your question stands on top of the case until the "
        "case is referred again.",
        "Send back",
        forms.QuestionForm,
        lambda person, case, sent, given: verbs.send_back(person, case, sent, given["text"]),
        done="The case is sent back with your question.",
        goes_on=True,
    ),
    "ask_colleague": VerbPage(
        "ask_colleague",
        "Ask a colleague",
        "They read the case and answer with a note. The case stays with you, and its time goes on.",
        "Ask",
        forms.AskForm,
        lambda person, case, sent, given: opinions.ask_colleague(
            person, case, sent, given["to"], given["text"]
        ),
        people=lambda work: opinions.askable(work.person, work.case),
    ),
    "withdraw_question": VerbPage(
        "withdraw_question",
        "Withdraw your question",
        "The colleague is not asked any more. The question stays among the notes, as one that was withdrawn.",
        "Withdraw the question",
        forms.WithdrawQuestionForm,
        lambda person, case, sent, given: opinions.withdraw_question(person, case, sent, given["to"]),
        done="Your question is withdrawn. The colleague does not have it on their list any more.",
        people=lambda work: [each.asked for each in opinions.questions_of(work.person, work.case)],
        nobody="You have asked nobody about this case, or everybody has answered.",
    ),
    "opinion": VerbPage(
        "give_opinion",
        "Answer the question",
        "Your answer stays with the case as a note, and whoever asked is told that it came. It decides "
        "nothing.",
        "Answer",
        forms.OpinionForm,
        lambda person, case, sent, given: opinions.give_opinion(person, case, sent, given["text"]),
        asks=what_is_asked,
        done="Your answer is with the case.",
    ),
    "elsewhere": VerbPage(
        "send_elsewhere",
        "Send the request elsewhere",
        "The case is closed without a decision. It is no adverse determination, and needs no physician. The "
        "letter that says where the request belongs comes next.",
        "Send elsewhere",
        forms.ElsewhereForm,
        lambda person, case, sent, given: elsewhere.send_elsewhere(
            person, case, sent, given["to"], given["reason"]
        ),
        with_reason,
        check=judging.check_opened,
        shows=determined,
        letter=Letter.Kind.ELSEWHERE.value,
    ),
    "information": VerbPage(
        "request_information",
        "Ask for information",
        "The letter is issued as it stands here, and the case waits until an answer has arrived.",
        "Issue the letter",
        forms.InformationForm,
        lambda person, case, sent, given: verbs.request_information(
            person, case, sent, given["recipient"], given["body"]
        ),
        information,
        before_asking,
        check=judging.check_opened,
    ),
    "received": VerbPage(
        "receive_information",
        "Information has arrived",
        "The case goes on where it was before it waited.",
        "Go on with the case",
        forms.ReceivedForm,
        lambda person, case, sent, given: verbs.receive_information(person, case, sent, given["text"]),
    ),
    "extend": VerbPage(
        "extend",
        "Extend the time",
        "This can be done once. The reason stands in the letter about the extension.",
        "Extend the time",
        forms.ReasonForm,
        lambda person, case, sent, given: verbs.extend(person, case, sent, given["reason"]),
        adds=how_much_longer,
    ),
    "standard": VerbPage(
        "make_standard",
        "Change to standard",
        "The case is not expedited any more. Its time is counted anew, from when the request was received. "
        "The reason is kept as a note.",
        "Change to standard",
        forms.ReasonForm,
        lambda person, case, sent, given: request_verbs.make_standard(person, case, sent, given["reason"]),
        adds=how_long_as_standard,
    ),
    "note": VerbPage(
        "note",
        "Write a note",
        "A note stays with the case. It cannot be changed later. Intake does not see it.",
        "Keep the note",
        forms.NoteForm,
        lambda person, case, sent, given: verbs.note(person, case, sent, given["text"]),
        stands=stands_already,
    ),
    "withdraw": VerbPage(
        "withdraw",
        "Withdraw the request",
        "The case is closed without a decision. This cannot be undone.",
        "Withdraw the request",
        forms.ReasonForm,
        lambda person, case, sent, given: verbs.withdraw(person, case, sent, given["reason"]),
    ),
    "close": VerbPage(
        "close",
        "Close the case",
        "Nothing more is to be done with the case. It stays readable, and can be opened again.",
        "Close the case",
        SentForm,
        lambda person, case, sent, given: verbs.close(person, case, sent),
    ),
    "reopen": VerbPage(
        "reopen",
        "Open the case again",
        "The reason is kept as a note.",
        "Open the case again",
        forms.ReasonForm,
        lambda person, case, sent, given: verbs.reopen(person, case, sent, given["reason"]),
        adds=how_it_goes_on,
    ),
}
"""Every verb that is a page of its own, by the name of its address."""


def view_of(verb: VerbPage) -> Callable[..., HttpResponse]:
    """The view of a verb."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @signed_in
    @answered
    def view(request: HttpRequest, case_id: str) -> HttpResponse:
        person = person_of(request)
        if request.method != "POST":
            return _page(request, look(person, case_id, verb.action), verb)
        form = _form(verb, person, request.POST)
        if not form.is_valid():
            return _not_filled_in(request, person, case_id, verb, form)
        return _done(request, person, case_id, verb, form)

    return view


def _not_filled_in(
    request: HttpRequest, person: Person, case_id: str, verb: VerbPage, form: SentForm
) -> HttpResponse:
    """The form with what is wrong in it, or with the refusal where it would be refused anyway."""
    try:
        return _page(request, look(person, case_id, verb.action), verb, form, 422)
    except RefusedError as refused:
        return _page(request, look(person, case_id), verb, form, 403, why=str(refused))


def _done(request: HttpRequest, person: Person, case_id: str, verb: VerbPage, form: SentForm) -> HttpResponse:
    """Do it, once. Where it is refused, or the case was changed, what was typed stays on the page."""
    try:
        made = verb.do(person, case_id, form.sent, form.cleaned_data)
    except StaleError as stale:
        form.renewed(stale.case.revision)
        changes = last_changes(case_id)
        return _page(request, look(person, case_id), verb, form, 409, changes=changes, is_stale=True)
    except RefusedError as refused:
        if not form.visible_fields():
            raise
        return _page(request, look(person, case_id), verb, form, 403, why=str(refused))
    if verb.done:
        done = assignment.and_on_whose_list(verb.done, find(case_id)) if verb.goes_on else verb.done
        messages.success(request, done)
    if stands := verb.stands(made):
        messages.info(request, stands)
    if verb.letter:
        return redirect("reviews:new_letter", case_id, verb.letter)
    return redirect("reviews:case", case_id)


def _page(
    request: HttpRequest,
    work: Work,
    verb: VerbPage,
    form: SentForm | None = None,
    status: int = 200,
    **told: object,
) -> HttpResponse:
    verb.check(work)
    opened = form is None
    form = form or _form(verb, work.person, case=work.case)
    if opened:  # elsewhere the summary of what is wrong takes the focus
        form.take_focus(described_by="says")
    if isinstance(form, forms.ToSomebodyForm):
        people = [person for person in verb.people(work) if person != work.person]
        form.offer(people)
        told["nobody"] = opened and not people and form.fields["to"].required
    if isinstance(form, GivingForm):
        form.offer(person for person in assignment.colleagues(work.case) if person != work.case.assignee)
    context = {"head": Head(work), "verb": verb, "form": form, "adds": verb.adds(work.case)}
    context |= {"opened": opened, "determined": _shown(work, verb), "asks": verb.asks(work), **told}
    return render(request, "reviews/verb.html", context, status=status)


def _shown(work: Work, verb: VerbPage) -> Determined | None:
    """What stands beside the form; nothing for somebody who is refused and sees nothing clinical."""
    return verb.shows(work) if may(work.person, "see_clinical", work.case) else None


def _form(
    verb: VerbPage, person: Person, data: QueryDict | None = None, case: Case | None = None
) -> SentForm:
    initial = beginning(case.revision, **verb.prepare(case)) if case else None
    return verb.form(data, initial, person)


VIEWS = {name: view_of(verb) for name, verb in PAGES.items()}
