"""The page to sign on: everything that the decision would rest on, and what the person may sign."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.utils import timezone

from decisions.models import PHYSICIANS, Decision, Note, Opinion
from decisions.reviews.decision import appeals, freezing, signers
from decisions.reviews.decision import verbs as decision_verbs
from decisions.reviews.decision.basis import basis
from decisions.reviews.decision.determined import Determined
from decisions.reviews.decision.forms import OF_AN_APPEAL, RESULTS, DecisionForm, Offered
from decisions.reviews.decision.rationale import rationale
from decisions.reviews.decision.signed import JudgmentTold, judgments_told
from decisions.reviews.ground import facts, frozen
from decisions.reviews.ground.code_names import RequestCodes
from decisions.reviews.ground.forms import beginning
from decisions.reviews.ground.head import Head
from decisions.reviews.ground.transitions import check_move
from decisions.reviews.ground.work import Work, can, may
from decisions.telling.explanation import answers_told

Kind = Decision.Kind
SIGN_BUTTONS = {
    Kind.INITIAL: "Sign the decision",
    Kind.CORRECTION: "Sign the correction",
    Kind.APPEAL: "Sign the decision on the appeal",
}


class SigningPage(Determined):
    """What is seen before signing, where `CHECKS` refuse nothing."""

    def __init__(self, work: Work, kind: Decision.Kind, form: DecisionForm | None = None) -> None:
        super().__init__(work)
        self.person, self.kind = work.person, kind
        self.head, self.codes = Head(work), RequestCodes(work.case)
        self.basis = basis(self.case, self.found)
        self.form = form or DecisionForm(initial=self._initial())
        self.form.offer(self.results)
        self.changes: list[str] = []

    def _initial(self) -> dict[str, Any]:
        return beginning(
            self.case.revision,
            seen=self.basis,
            shown=self.shown,
            rationale=self._rationale,
            result=self._result,
        )

    @property
    def _rationale(self) -> str:
        if self.kind == Kind.CORRECTION and self.last:
            return self.last.rationale
        return self.drafted

    @property
    def drafted(self) -> str:
        """The rationale as it is drafted from the determination."""
        return rationale(self.told)

    @property
    def _result(self) -> str:
        return self.results_possible[0] if len(self.results_possible) == 1 else ""

    def begin_again(self) -> None:
        """Take what was typed over to the basis that counts now, and say what is another than before."""
        self.changes = list(changes(self.form.was, self._shown))
        self.form.begin_again(self.case.revision, self.basis, self.shown)

    # What the decision would rest on

    @cached_property
    def _shown(self) -> dict[str, Any]:
        told = self.told
        return {
            "Outcome": told.headline,
            "Next step": told.next_step,
            "Edition": told.policy.edition,
            "Notes": len(self.notes),
            "answers": {
                told.question.short: facts.with_own_words(self.case, told)
                for told in answers_told(self.found.answers)
            },
        }

    @property
    def shown(self) -> str:
        """What this page shows, to be told apart from a later one."""
        return json.dumps(self._shown, ensure_ascii=False)

    @property
    def held(self) -> str:
        """What holds the request, where an approval is offered; else empty."""
        if signers.APPROVED not in self.results_possible:
            return ""
        return decision_verbs.held_by(self.told)

    @cached_property
    def judgments(self) -> list[JudgmentTold]:
        """What was judged before the determination was seen, beside it."""
        return judgments_told(freezing.judgments(self.case, self.found))

    @cached_property
    def notes(self) -> list[Note]:
        """Every note, the newest first."""
        return list(self.case.case_notes.select_related("written_by").order_by("-pk"))

    @cached_property
    def unanswered(self) -> list[Opinion]:
        """The questions to colleagues that nobody has answered. Whoever signs may do so without an answer."""
        return facts.unanswered(self.case)

    @cached_property
    def last(self) -> Decision | None:
        """What was decided before."""
        return facts.last_decision(self.case)

    @property
    def other_edition(self) -> str:
        """The edition of the decision before, where it is not the one that counts now."""
        if self.last is None or self.kind == Kind.INITIAL:
            return ""
        try:
            before = frozen.read(self.last.frozen).edition
        except frozen.UnreadableError:
            return ""
        return before if before != self.told.policy.edition else ""

    # What can be signed

    @cached_property
    def results_possible(self) -> list[str]:
        """The results that this person can sign."""
        return signers.results_for(self.person, self.work.permit, self.case, self.found)

    @property
    def results(self) -> list[Offered]:
        """The results that this person can sign as the page offers them, each with whether it is against the
        determination.
        """
        labels = OF_AN_APPEAL if self.kind == Kind.APPEAL else RESULTS
        return [
            Offered(value, label, decision_verbs.is_against(self.found, value))
            for value, label in labels
            if value in self.results_possible
        ]

    @property
    def asks_for_reason(self) -> bool:
        """Whether some result that is offered needs a reason of its own."""
        return any(
            decision_verbs.why_reason(self.kind, r.value, against=r.against, told=self.told)
            for r in self.results
        )

    @property
    def why_not(self) -> str:
        """Why nothing can be signed by this person."""
        return "" if self.results_possible else signers.NURSE_ONLY_APPROVES

    @cached_property
    def signs_as_physician(self) -> bool:
        """Whether some result that is offered is signed with a license."""
        roles = {
            signers.signing_role(self.person, self.work.permit, self.case, self.found, result)
            for result in self.results_possible
        }
        return not roles.isdisjoint(PHYSICIANS)

    @property
    def license_trouble(self) -> str:
        """Why the person's license does not let them sign today; empty where it does."""
        return signers.license_trouble(self.person, timezone.localdate()) if self.signs_as_physician else ""

    @property
    def button(self) -> str:
        """The words on the button."""
        return SIGN_BUTTONS[self.kind]

    @property
    def may_refer(self) -> bool:
        """Whether the case can be referred to a physician by this person now."""
        return self._may_move("refer")

    @property
    def may_ask(self) -> bool:
        """Whether this person can ask for information now."""
        return self._may_move("request_information")

    def _may_move(self, name: str) -> bool:
        return may(self.person, name, self.case) and can(check_move, self.case, name)


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What another page would show differently, in sentences."""
    for name, value in now.items():
        if name != "answers" and name in before and before[name] != value:
            yield f"{name}: {before[name]} before, {value} now."
    given = before.get("answers")
    if isinstance(given, dict):
        yield from _changed_answers(given, now["answers"])


def _changed_answers(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for question in dict.fromkeys((*now, *before)):
        was, is_now = before.get(question, "not asked"), now.get(question, "not asked")
        if was != is_now:
            yield f"{question}: {was} before, {is_now} now."


CHECKS: Mapping[Decision.Kind, Callable[[Work], object]] = {
    Kind.INITIAL: lambda work: signers.check_decidable(work.person, work.case),
    Kind.CORRECTION: lambda work: signers.correcting_role(work.person, work.case),
    Kind.APPEAL: lambda work: appeals.check_appeal_decidable(work.person, work.case),
}
"""What raises RefusedError where a page for signing has no place."""
