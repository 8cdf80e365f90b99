"""The only opener of policy files: finds, parses and validates them into the core's records.

A folder of policies holds a folder a topic with ``questions.toml``; in it a folder a policy; in that a
folder an edition, named after its first day in force: ``policy.toml``, ``text.md``, ``references.toml``,
``codes.csv``, ``cases.toml`` and the source that the text was taken from. What is wrong is a PolicyError
that names file, key and, where it can be told, line. A policy with a broken edition does not keep the other
policies from serving.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from decisions.core import policy as p
from decisions.core.rules import Rules
from decisions.library.crossings import unresolved_references, without_unresolved
from decisions.library.editions import fingerprint, read_edition
from decisions.library.files import PolicyError
from decisions.library.shapes import ID, CaseFile
from decisions.library.topics import read_topic
from decisions.library.worked_cases import UNTRIED, case_problems, read_cases

__all__ = [
    "UNTRIED",
    "CaseFile",
    "Library",
    "PolicyError",
    "case_problems",
    "fingerprint",
    "load",
    "read_cases",
    "read_edition",
    "read_topic",
]


@dataclass(frozen=True)
class Library:
    """Every topic and every edition that could be read, and what kept the others from it.

    ``editions`` has for each policy id its editions by first day; ``problems`` every PolicyError met.
    """

    topics: Mapping[str, p.Topic]
    editions: Mapping[str, tuple[p.Policy, ...]]
    problems: tuple[PolicyError, ...]
    _rules: dict[tuple[str, str], Rules] = field(default_factory=dict, repr=False)

    @property
    def policy_ids(self) -> tuple[str, ...]:
        return tuple(self.editions)

    def edition(self, policy_id: str, edition: str) -> p.Policy:
        """One edition. Raises KeyError."""
        for policy in self.editions[policy_id]:
            if policy.edition == edition:
                return policy
        raise KeyError(edition)

    def in_force(self, policy_id: str, day: dt.date) -> p.Policy:
        """The edition in force on a day. Before the first one began, that one: its rules then say out of
        scope. Raises KeyError.
        """
        editions = self.editions[policy_id]
        started = [policy for policy in editions if policy.first_day <= day]
        # Before the first edition its own rules say that the request is out of scope, and why.
        return started[-1] if started else editions[0]

    def rules(self, policy: p.Policy) -> Rules:
        """The rules of an edition, made once."""
        key = (policy.id, policy.edition)
        if key not in self._rules:
            self._rules[key] = Rules(policy)
        return self._rules[key]

    def reference(self, reference: str, policy: p.Policy) -> tuple[p.Policy, p.Reference]:
        """The entry that a citation names, and the policy whose list it is in. Raises KeyError."""
        holder, _, entry = reference.rpartition(":")
        listed_in = self.editions[holder][-1] if holder else policy
        return listed_in, listed_in.references[entry]


def load(folder: Path) -> Library:
    """Everything under a folder of policies. Never raises for what is in the files: see
    ``Library.problems``.
    """
    topics: dict[str, p.Topic] = {}
    editions: dict[str, tuple[p.Policy, ...]] = {}
    problems: list[PolicyError] = []
    for topic_folder in _folders(folder, problems):
        try:
            topic = read_topic(topic_folder / "questions.toml")
        except PolicyError as problem:
            problems.append(problem)
            continue
        topics[topic.id] = topic
        for policy_folder in _folders(topic_folder, problems):
            if policy_folder.name in editions:
                message = f"the policy id {policy_folder.name} is used twice"
                problems.append(PolicyError(policy_folder, "", message))
            elif found := _editions(topic, policy_folder, problems):
                editions[policy_folder.name] = found
    # Only once all are read: the citations of one policy may lead to the list of another.
    problems += unresolved_references(editions)
    return Library(topics, without_unresolved(editions), tuple(problems))


def _folders(folder: Path, problems: list[PolicyError]) -> list[Path]:
    """The folders in a folder, by name. A name that is no id is a problem; hidden folders are passed over."""
    try:
        found = sorted(path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._")
    except OSError as error:
        problems.append(PolicyError(folder, "", f"this folder cannot be read ({error.strerror})"))
        return []
    good = [path for path in found if re.fullmatch(ID, path.name)]
    message = "a folder is named after an id: small letters, figures, and . _ - between them"
    problems += [PolicyError(path, "", message) for path in found if path not in good]
    return good


def _editions(topic: p.Topic, folder: Path, problems: list[PolicyError]) -> tuple[p.Policy, ...]:
    """The editions of a policy by first day; none where one cannot be read.

    Were the others served, an older edition would judge requests that are the broken one's.
    """
    found: list[p.Policy] = []
    refused: list[PolicyError] = []
    folders = _folders(folder, refused)
    if not folders:
        refused.append(PolicyError(folder, "", "there is no edition in this folder"))
    for edition in folders:
        try:
            found.append(read_edition(topic, edition))
        except PolicyError as problem:
            refused.append(problem)
    problems += refused
    return () if refused else tuple(sorted(found, key=lambda policy: policy.first_day))
