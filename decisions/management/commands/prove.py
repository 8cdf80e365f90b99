"""``manage.py prove``: what can be proved of each edition, and in which situations the policies differ."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from decisions import services
from decisions.core.policy import Policy, Topic
from decisions.proofs import certificates as proof


class Command(BaseCommand):
    help = "Prove every edition: outcomes, criteria, questions, readings, limits, passages, quotes and cases."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--policy", action="append", metavar="ID", help="a policy id (default: all)")
        parser.add_argument("--write", action="store_true", help="store the certificates where all holds")
        parser.add_argument(
            "--folder", type=Path, default=proof.CERTIFICATES, help="where --write stores them"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.library, self.now = services.library(), timezone.now()
        self.folder = options["folder"] if options["write"] else None
        self.failed = bool(self.library.problems)
        for problem in self.library.problems:
            self.stderr.write(str(problem))
        named = self._named(options["policy"])
        for topic in self.library.topics.values():
            self._topic(topic, named)
        if self.failed:
            sys.exit(1)

    def _named(self, named: list[str] | None) -> list[str]:
        known = self.library.policy_ids
        for policy in named or []:
            if policy not in known:
                message = f"--policy: there is no policy {policy}; allowed: {', '.join(known)}"
                raise CommandError(message, returncode=2)
        return list(dict.fromkeys(named or known))

    def _topic(self, topic: Topic, named: list[str]) -> None:
        """Proves the named editions of one topic; all of them together where all are named."""
        of_topic = [key for key, editions in self.library.editions.items() if editions[0].topic is topic]
        proofs = [
            self._edition(policy) for key in of_topic if key in named for policy in self.library.editions[key]
        ]
        if not set(of_topic) <= set(named):
            return
        unused = proof.unused_questions(topic, proofs)
        self._say(not unused, f"{topic.title}: every question changes something under some edition.", unused)
        self._compare(topic, [self.library.editions[key][-1] for key in of_topic])

    def _edition(self, policy: Policy) -> proof.EditionProof:
        folder = Path(settings.POLICIES) / policy.topic.id / policy.id / policy.edition
        found = proof.EditionProof(self.library.rules(policy), folder, services.codebook())
        certificate = found.certificate(self.now)
        self.stdout.write(f"{policy.id} {policy.edition}: {certificate.situations} situations")
        for outcome, count in certificate.outcomes.items():
            self.stdout.write(f"  {outcome}: {count}")
        for check in certificate.checks:
            self._say(check.holds, f"{check.sentence} ({check.count})", check.failing)
        if self.folder and certificate.holds:
            proof.write(proof.certificate_file(policy, self.folder), certificate)
        return found

    def _say(self, holds: bool, sentence: str, failing: Any) -> None:
        self.failed |= not holds
        self.stdout.write(f"  {'holds' if holds else 'FAILS'}: {sentence}")
        for what in failing:
            self.stdout.write(f"    not so: {what}")

    def _compare(self, topic: Topic, policies: list[Policy]) -> None:
        differences = proof.compare(policies, self.now)
        for pair in differences:
            counted = sum(pattern.situations for pattern in pair.patterns)
            sentence = (
                f"{' and '.join(pair.policies)} differ in {pair.situations_differing} of"
                f" {pair.situations_total} situations; the patterns hold each of them once."
            )
            self._say(counted == pair.situations_differing, sentence, ())
            for pattern in pair.patterns:
                said = ", ".join(f"{policy} {outcome}" for policy, outcome in pattern.outcomes.items())
                self.stdout.write(f"    {' '.join(pattern.when)} {said} ({pattern.situations})")
        if self.folder and not self.failed:
            proof.write(proof.differences_file(topic.id, self.folder), differences)
