"""The cases beside each edition: what it says of them, and that they try everything it can say."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from decisions import library, services
from decisions import system_checks as checks
from decisions.core.policy import Policy
from decisions.core.rules import MORE_INFORMATION, OUTCOMES

EDITIONS = [policy for policies in services.library().editions.values() for policy in policies]


def folder(policy: Policy) -> Path:
    """Where an edition's files lie."""
    return Path(settings.POLICIES) / policy.topic.id / policy.id / policy.edition


each_edition = pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: f"{policy.id}-{policy.edition}")


read_cases = cache(library.read_cases)


def expected(policy: Policy, key: str) -> set[str]:
    """Everything that some case expects under a key of the determination."""
    found: set[str] = set()
    for case in read_cases(folder(policy)):
        value = case.expected.get(key, ())
        found |= {value} if isinstance(value, str) else set(value)
    return found


def test_every_case_can_be_asked_its_edition_says_what_it_expects_and_every_limit_is_tried() -> None:
    assert all(read_cases(folder(policy)) for policy in EDITIONS)
    assert [error.msg for error in checks.check_cases()] == []


@each_edition
def test_the_cases_of_an_edition_reach_every_outcome(policy: Policy) -> None:
    assert expected(policy, "outcome") == {*OUTCOMES, MORE_INFORMATION}
    assert expected(policy, "next_step") == {
        "can_approve",
        "physician_review",
        "redirect",
        "request_information",
    }


@each_edition
def test_the_cases_of_an_edition_leave_every_criterion_unsettled_and_meet_every_one_that_can_be_met(
    policy: Policy,
) -> None:
    # Guidance of an injection can only be unsettled, and nothing can leave a spinal operation unsettled.
    criteria = {criterion.id for criterion in policy.criteria}
    assert expected(policy, "met") == criteria - {"injection-guidance"}
    if policy.id == "ash-cpg-038":
        assert expected(policy, "unsettled") == criteria - {"intraoperative"}
    else:
        never = {"intraoperative", "cord-retethering", "intraspinal-blood"}
        assert expected(policy, "unsettled") == criteria - never


NAMED: dict[str, Callable[[Policy], Any]] = {
    "holds": lambda policy: {notice.id for notice in policy.holds},
    "requests": lambda policy: {notice.id for notice in policy.requests},
    "cautions": lambda policy: {notice.id for notice in policy.cautions},
    "readings": lambda policy: set(policy.readings),
}


@each_edition
@pytest.mark.parametrize("key", list(NAMED))
def test_the_cases_of_an_edition_expect_each_of_its(key: str, policy: Policy) -> None:
    assert expected(policy, key) == NAMED[key](policy)


@each_edition
def test_each_case_has_a_title_that_is_a_sentence(policy: Policy) -> None:
    titles = [case.title for case in library.read_cases(folder(policy))]
    assert [title for title in titles if not (title[0].isupper() and title.endswith((".", "?")))] == []
    assert len(set(titles)) == len(titles)
