"""What other slices and commands use of the reviews."""

from decisions.reviews.answering import Evidence, answer
from decisions.reviews.deciding import basis, decide_appeal, file_appeal, sign
from decisions.reviews.drawing import document
from decisions.reviews.facts import determination, explained
from decisions.reviews.intake import Request, create, submit
from decisions.reviews.letters import draft, issue, kinds, rationale
from decisions.reviews.replay import Replayed, replay_each
from decisions.reviews.work import NotFoundError, RefusedError, Sent, StaleError, look, may, permitted
from decisions.reviews.working import claim, close, refer, request_information

__all__ = [
    "Evidence",
    "NotFoundError",
    "RefusedError",
    "Replayed",
    "Request",
    "Sent",
    "StaleError",
    "answer",
    "basis",
    "claim",
    "close",
    "create",
    "decide_appeal",
    "determination",
    "document",
    "draft",
    "explained",
    "file_appeal",
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
]
