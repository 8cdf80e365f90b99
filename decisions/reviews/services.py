"""What other slices and commands use of the reviews."""

from decisions.reviews.answers.verbs import Evidence, answer
from decisions.reviews.case.elsewhere import send_elsewhere
from decisions.reviews.case.opinions import ask_colleague
from decisions.reviews.case.verbs import claim, close, free_cases, refer, request_information, send_back
from decisions.reviews.decision.appeals import decide_appeal, file_appeal
from decisions.reviews.decision.basis import basis
from decisions.reviews.decision.findings import Replayed, Tally
from decisions.reviews.decision.rationale import rationale
from decisions.reviews.decision.replay import replay_each
from decisions.reviews.decision.verbs import Statement, sign
from decisions.reviews.ground.assignment import can_be_taken
from decisions.reviews.ground.drawing import document
from decisions.reviews.ground.facts import determination, explained
from decisions.reviews.ground.judging import is_hidden_from, left_to_judge
from decisions.reviews.ground.work import NotFoundError, RefusedError, Sent, StaleError, look, may, permitted
from decisions.reviews.judgment.agreement import Agreement, agreement
from decisions.reviews.judgment.verbs import Judged, judge
from decisions.reviews.letters.verbs import draft, issue, kinds
from decisions.reviews.request.verbs import Request, create, submit, with_reference

__all__ = [
    "Agreement",
    "Evidence",
    "Judged",
    "NotFoundError",
    "RefusedError",
    "Replayed",
    "Request",
    "Sent",
    "StaleError",
    "Statement",
    "Tally",
    "agreement",
    "answer",
    "ask_colleague",
    "basis",
    "can_be_taken",
    "claim",
    "close",
    "create",
    "decide_appeal",
    "determination",
    "document",
    "draft",
    "explained",
    "file_appeal",
    "free_cases",
    "is_hidden_from",
    "issue",
    "judge",
    "kinds",
    "left_to_judge",
    "look",
    "may",
    "permitted",
    "rationale",
    "refer",
    "replay_each",
    "request_information",
    "send_back",
    "send_elsewhere",
    "sign",
    "submit",
    "with_reference",
]
