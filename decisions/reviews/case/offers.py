"""What somebody is offered to do with a case now, on its page and on that of its determination.

Nothing is decided here: an offer asks the table of permissions and the check of its verb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.urls import reverse

from decisions.core.determination import CAN_APPROVE, REDIRECT, REQUEST_INFORMATION, Determination
from decisions.models import Case, Decision, Letter, Person, new_id
from decisions.reviews.answers.verbs import check_answerable
from decisions.reviews.case import elsewhere, giving, opinions, verbs
from decisions.reviews.decision import appeals, signers
from decisions.reviews.ground import judging, permissions, states
from decisions.reviews.ground.transitions import check_move
from decisions.reviews.ground.work import Work, can, may
from decisions.reviews.letters import verbs as letter_verbs
from decisions.reviews.request import verbs as request_verbs


@dataclass(frozen=True, slots=True)
class CaseAction:
    """Something that the person may do with the case now, and where it is done.

    ``is_post`` says that it has nothing to fill in: a button does it.
    """

    name: str
    label: str
    address: str
    is_post: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: what the checks of offers look at, as the page has read it already.

    ``found`` is None where the person does not see it, or where no policy can be read. ``last`` is the newest
    decision, and ``is_told`` whether a letter about it, or about where the request was sent, is out.
    """

    work: Work
    found: Determination | None
    last: Decision | None = None
    is_told: bool = False

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.work.case

    @property
    def person(self) -> Person:
        """Whom something is offered to."""
        return self.work.person


Check = Callable[[Standing], object]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be offered: its label, its permission, and what refuses it for a case as it is."""

    label: str
    action: str
    check: Check


def _moves(name: str) -> Check:
    return lambda at: check_move(at.case, name)


OFFERS = {
    "submit": Offer("Send to review", "submit", _moves("submit")),
    "judge": Offer("Record your judgment", "judge", lambda at: judging.check_judgeable(at.person, at.case)),
    "go": Offer("Go on with the questionnaire", "answer", lambda at: check_answerable(at.case)),
    "sign": Offer(
        "Sign a decision",
        "sign_approval",
        lambda at: signers.check_signs_something(at.person, at.case, at.found),
    ),
    "decide_appeal": Offer(
        "Decide the appeal",
        "decide_appeal",
        lambda at: appeals.check_appeal_decidable(at.person, at.case),
    ),
    "elsewhere": Offer(
        "Send elsewhere",
        "send_elsewhere",
        lambda at: elsewhere.check_sendable(at.person, at.case, at.found),
    ),
    "refer": Offer("Refer to a physician", "refer", lambda at: verbs.check_referable(at.person, at.case)),
    "send_back": Offer("Send back with a question", "send_back", _moves("send_back")),
    "ask_colleague": Offer(
        "Ask a colleague", "ask_colleague", lambda at: opinions.check_colleague_askable(at.person, at.case)
    ),
    "withdraw_question": Offer(
        "Withdraw your question",
        "withdraw_question",
        lambda at: opinions.check_question_withdrawable(at.person, at.case),
    ),
    "opinion": Offer(
        "Answer the question",
        "give_opinion",
        lambda at: opinions.check_opinion_owed(at.person, at.case),
    ),
    "information": Offer(
        "Ask for information",
        "request_information",
        lambda at: verbs.check_askable(at.person, at.case),
    ),
    "received": Offer("Information has arrived", "receive_information", _moves("receive_information")),
    "note": Offer("Write a note", "note", lambda at: verbs.check_notable(at.case)),
    "assign": Offer(
        "Give it to a colleague", "assign", lambda at: verbs.check_assignable(at.person, at.case)
    ),
    "give": Offer("Give it to somebody else", "give", lambda at: giving.check_givable(at.case)),
    "extend": Offer("Extend the time", "extend", lambda at: verbs.check_extendable(at.case)),
    "standard": Offer(
        "Change to standard", "make_standard", lambda at: request_verbs.check_expedited(at.case)
    ),
    "correct": Offer(
        "Correct the decision",
        "correct",
        lambda at: signers.correcting_role(at.person, at.case),
    ),
    "appeal": Offer("Enter an appeal", "file_appeal", lambda at: appeals.check_appealable(at.case, at.last)),
    "withdraw": Offer(
        "Withdraw the request",
        "withdraw",
        lambda at: verbs.check_withdrawable(at.person, at.case),
    ),
    "close": Offer("Close the case", "close", lambda at: verbs.check_closable(at.case, is_told=at.is_told)),
    "reopen": Offer("Open the case again", "reopen", lambda at: verbs.check_reopenable(at.case, at.last)),
}
"""What may be offered, by the name of its page."""


def offered(at: Standing) -> list[CaseAction]:
    """What the person may do now."""
    return [*_taking(at.work), *_of(at, OFFERS), *_letters(at)]


def _of(at: Standing, names: Iterable[str]) -> Iterator[CaseAction]:
    """Those of some offers that are possible now, in their order."""
    for name in names:
        offer = OFFERS[name]
        if may(at.person, offer.action, at.case) and can(offer.check, at):
            yield CaseAction(name, offer.label, reverse(f"reviews:{name}", args=[at.case.pk]))


def _taking(work: Work) -> Iterator[CaseAction]:
    """Taking the case: with one button, or with a reason from whoever has it."""
    case, person = work.case, work.person
    if case.assignee_id == person.pk or not may(person, "claim", case):
        return
    if not can(verbs.check_claimable, person, case):
        return
    address = reverse("reviews:claim", args=[case.pk])
    if case.assignee_id is None:
        yield CaseAction("claim", "Take this case", address, is_post=True, token=new_id())
    else:
        yield CaseAction("claim", "Take it over", address)


def _letters(at: Standing) -> Iterator[CaseAction]:
    if not may(at.person, "issue_letter", at.case) or not can(judging.check_judged, at.person, at.case):
        return
    words = "Issue it again" if at.is_told else "Letter"
    for kind in letter_verbs.kinds_after(at.last, at.case):
        label = f"{words}: {Letter.Kind(kind).label}"
        yield CaseAction("new_letter", label, reverse("reviews:new_letter", args=[at.case.pk, kind]))


def steps(work: Work, found: Determination, continues_at: str) -> list[CaseAction]:
    """What the page of a determination offers, the likeliest first. ``continues_at`` is the next question, ""
    where none is.
    """
    first = {REQUEST_INFORMATION: "information", REDIRECT: "elsewhere"}.get(found.next_step, "")
    usual = ("sign", "decide_appeal", "refer", "information")
    order = [name for name in (first, *(name for name in usual if name != first)) if name]
    possible = _of(Standing(work, found), ["go", *order])
    continued = [_continuing(action, continues_at) for action in possible]
    return [action for action in continued if action.address]


def _continuing(action: CaseAction, at: str) -> CaseAction:
    return replace(action, label="Continue the questions", address=at) if action.name == "go" else action


def likely(at: Standing) -> list[str]:
    """What is most likely the next thing to do: the first that is possible. To judge, where the rest is
    hidden until then.
    """
    return ["opinion", "judge", *_likely(at)]


def _likely(at: Standing) -> list[str]:
    """The same where the determination is open, by the state of the case."""
    if at.case.state in states.UNDER_REVIEW:
        return _likely_in_review(at)
    is_complete = at.found is not None and not at.found.missing
    return {
        states.DRAFT: ["submit"],
        states.WAITING: ["received", "claim"],
        states.DECIDED: ["close"] if at.is_told else ["new_letter", "close"],
        states.CLOSED: [] if at.is_told else ["new_letter"],
        states.APPEALED: ["claim", *(["decide_appeal"] if is_complete else []), "go"],
    }.get(at.case.state, [])


def _likely_in_review(at: Standing) -> list[str]:
    found = at.found
    if at.case.assignee_id is None or found is None:
        return ["claim"]
    if found.missing:
        return ["go", "information"]
    if found.next_step == CAN_APPROVE:
        return ["sign"]
    if found.next_step == REDIRECT:
        return ["elsewhere"]
    by_next_step = {"request_information": ["information"], "physician_review": ["refer"]}
    return [*by_next_step.get(found.next_step, []), "sign", "refer"] if _is_nurse(at.person) else ["sign"]


def _is_nurse(person: Person) -> bool:
    return permissions.PHYSICIAN not in person.role_names
