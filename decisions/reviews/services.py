"""What other slices and commands use of the reviews."""

from decisions.reviews.answering import Evidence, answer
from decisions.reviews.appealing import decide_appeal, file_appeal
from decisions.reviews.basis import basis
from decisions.reviews.deciding import Statement, sign
from decisions.reviews.drawing import document
from decisions.reviews.facts import determination, explained
from decisions.reviews.findings import Replayed, Tally
from decisions.reviews.intake import Request, create, submit, with_reference
from decisions.reviews.letters import draft, issue, kinds, rationale
from decisions.reviews.replay import replay_each
from decisions.reviews.work import NotFoundError, RefusedError, Sent, StaleError, look, may, permitted
from decisions.reviews.working import can_be_taken, claim, close, free_cases, refer, request_information

__all__ = [
    "Evidence",
    "NotFoundError",
    "RefusedError",
    "Replayed",
    "Request",
    "Sent",
    "StaleError",
    "Statement",
    "Tally",
    "answer",
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
    "issue",
    "kinds",
    "look",
    "may",
    "permitted",
    "rationale",
    "refer",
    "replay_each",
    "request_information",
    "sign",
    "submit",
    "with_reference",
]
