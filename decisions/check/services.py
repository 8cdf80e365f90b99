"""The verbs of a check: start, find, answer, clear, and the determinations of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from decisions import services
from decisions.core.answers import Answers
from decisions.core.determination import Determination
from decisions.core.policy import Topic
from decisions.models import LIFETIME, Check, new_id
from decisions.questionnaire import answering
from decisions.questionnaire.answering import ABSENT, NOTHING, Kept, Writer

OWNER = "checks"
"""The key of the session that holds the owner's token."""


KEPT = ("answers", "age_from_birth_date", "age_asked_again", "typed", "age_made_on")
"""The columns that hold what is kept, in the order of `Kept`."""

CHANGING = (*KEPT, "revision", "written_by")
"""The columns that an answer changes."""


class NotFoundError(Exception):
    """There is no such check for this browser."""


class ExpiredError(Exception):
    """The check was started more than twelve hours ago."""


class ConflictError(Exception):
    """Another page changed the check since this one was loaded. Nothing was saved."""


def start(request: HttpRequest, policies: Sequence[str]) -> Check:
    """A new check of these policies, which share a topic, for this browser. Raises KeyError."""
    topic = services.topic_of(policies[0])
    clear_expired()
    owner = request.session.get(OWNER) or new_id()
    request.session[OWNER] = owner  # set each time, so that the session lasts as long as its newest check
    return Check.objects.create(owner=owner, topic=topic.id, policies=list(policies))


def find(request: HttpRequest, check_id: str) -> Check:
    """The check with this id. Raises NotFoundError where this browser did not start it, ExpiredError."""
    try:
        check = Check.objects.get(pk=check_id)
    except Check.DoesNotExist:
        raise NotFoundError from None
    if check.expired:
        raise ExpiredError
    ours = constant_time_compare(check.owner, str(request.session.get(OWNER, "")))
    if not ours or not _still_asked(check):
        raise NotFoundError
    return check


def _still_asked(check: Check) -> bool:
    """Whether Conus still has the policies of a check: it may have been updated since."""
    shelf = services.library()
    return check.topic in shelf.topics and all(policy_id in shelf.editions for policy_id in check.policies)


def clear(check: Check) -> None:
    """Forget a check."""
    check.delete()


def clear_expired() -> int:
    """Forget the checks that have expired. Returns how many."""
    count, _ = Check.objects.filter(started_at__lte=timezone.now() - LIFETIME).delete()
    return count


def topic(check: Check) -> Topic:
    """The questions of a check."""
    return services.library().topics[check.topic]


def kept(check: Check) -> Kept:
    """The raw answers that count today. What no longer does stays stored until something is saved."""
    return answering.current(topic(check), _stored(check))


def revision(check: Check) -> int:
    """How often the answers were changed. That another day began for an age counts as a change."""
    return check.revision + (kept(check) != _stored(check))


def answers(check: Check) -> Answers:
    """The answers as the rules take them today. One that an update of the questions allows no longer is left
    out.
    """
    return answering.readable(topic(check), kept(check).answers, services.today())


def determinations(check: Check) -> list[Determination]:
    """What each policy of the check says of its answers, in the order of the policies."""
    return answering.determinations(check.policies, answers(check))


def answer(
    check: Check,
    changes: Mapping[str, Any],
    *,
    typed: Mapping[str, str] = NOTHING,
    from_birth_date: bool = False,
    shown: int = -1,
    writer: Writer | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Save raw answers, brought up to date in ``check`` too. A value ABSENT takes an answer back.

    ``typed`` is what was typed for them. ``from_birth_date`` says that the age among the changes was made
    from a birth date. Such an age goes when another day counts than it was made for, and is asked again.
    ``shown`` is the revision that the page was made from. Raises ConflictError for a writer that is out of
    date, and for a change that would write over what another page answered since the answers ``before``;
    NotFoundError where the check is gone.
    """
    while True:
        if (writer and _is_outdated(writer, check)) or _writes_over(check, changes, before):
            raise ConflictError
        stored, saved = _stored(check), check.revision
        showed_old_age = kept(check) != stored and (writer.revision if writer else shown) <= saved
        if showed_old_age and not from_birth_date:
            changes = answering.without_old_age(topic(check), stored, changes)
        after = answering.changed(topic(check), kept(check), changes, from_birth_date, typed)
        if after == stored:
            return
        check.revision = revision(check) + 1
        for name, value in zip(KEPT, after, strict=True):
            setattr(check, name, value)
        check.written_by = writer.page if writer else ""
        # One statement compares and writes: of two requests at once, the later one starts afresh.
        if Check.objects.filter(pk=check.pk, revision=saved).update(
            **{name: getattr(check, name) for name in CHANGING}
        ):
            return
        try:
            check.refresh_from_db(fields=CHANGING)
        except Check.DoesNotExist:
            raise NotFoundError from None


def _is_outdated(writer: Writer, check: Check) -> bool:
    """Whether another page changed the check since the page of a writer was made. That another day began is
    no reason to hold anybody up.
    """
    known = {check.revision, revision(check)}
    return all(writer.is_outdated(each, check.written_by) for each in known)


def _writes_over(check: Check, changes: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    """Whether another answer is saved to a question that is changed than it had before, and than it is to
    get. That an age no longer counts today is no answer of another page.
    """
    if before is None:
        return False
    known = [each.answers for each in (_stored(check), kept(check))]
    return any(
        all(saved.get(fact, ABSENT) not in (before.get(fact, ABSENT), value) for saved in known)
        for fact, value in changes.items()
    )


def _stored(check: Check) -> Kept:
    return Kept(*(getattr(check, name) for name in KEPT))
