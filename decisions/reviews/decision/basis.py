"""What a decision rests on, as one short text: a page for signing carries it, so that nobody signs unseen."""

from __future__ import annotations

from decisions.core.determination import Determination
from decisions.log.services import digest
from decisions.models import Case
from decisions.reviews.decision.freezing import freeze
from decisions.reviews.ground.frozen import to_text


def basis(case: Case, found: Determination) -> str:
    """A keyed digest of what a person sees before they sign: what would be frozen, and the notes.

    It is sent back with the signature. Where it is another by then, the page was out of date, and nobody
    signs what they did not see.
    """
    return basis_of(case, to_text(freeze(case, found)))


def basis_of(case: Case, frozen: str) -> str:
    """The digest of `basis`, for a caller that has the text that would be frozen already."""
    return digest(case.pk, [frozen, sorted(case.case_notes.values_list("pk", flat=True))])
