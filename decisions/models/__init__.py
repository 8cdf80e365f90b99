"""What the database holds, a module for each subject: people, cases, sharing, checks, events, notices."""

from decisions.models.checks import LIFETIME, Check, new_id
from decisions.models.events import Event, EventHead
from decisions.models.folding import fold
from decisions.models.notices import Notice
from decisions.models.people import (
    LETTER_TEXTS,
    LONGEST_LETTER_TEXT,
    NOT_NEEDED,
    PHYSICIANS,
    FirstKey,
    LineOfBusiness,
    Person,
    Plan,
    Role,
    RoleGrant,
    Team,
)
from decisions.models.reviews import (
    AnswerGiven,
    Case,
    Decision,
    EmergencyAccess,
    Judgment,
    KeptView,
    Letter,
    Note,
    Opinion,
    Submission,
)
from decisions.models.sharing import Absence, GivingRule

__all__ = [
    "LETTER_TEXTS",
    "LIFETIME",
    "LONGEST_LETTER_TEXT",
    "NOT_NEEDED",
    "PHYSICIANS",
    "Absence",
    "AnswerGiven",
    "Case",
    "Check",
    "Decision",
    "EmergencyAccess",
    "Event",
    "EventHead",
    "FirstKey",
    "GivingRule",
    "Judgment",
    "KeptView",
    "Letter",
    "LineOfBusiness",
    "Note",
    "Notice",
    "Opinion",
    "Person",
    "Plan",
    "Role",
    "RoleGrant",
    "Submission",
    "Team",
    "fold",
    "new_id",
]
