"""The places of the product that are broken on purpose, one at a time, and the tests that should notice.

A file that moves takes its mutations along: change ``file``, and ``tests`` where those moved too. A line that
is written anew is copied to ``old``, which has to stand in its file once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """One place: ``old`` in ``file`` becomes ``new``. ``why`` says what somebody would suffer from it.

    ``tests`` are the files that are run, of which ``only`` may pick tests as pytest's -k does. What shows on
    PostgreSQL alone says so.
    """

    name: str
    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]
    only: str = ""
    on_postgres: bool = False


ASH = "decisions/policies/spinal_ultrasound/ash-cpg-038/2006-02-09/policy.toml"
CIGNA = "decisions/policies/spinal_ultrasound/cigna-cpg-038/2024-09-15/policy.toml"

MUTATIONS = (
    # Limits
    Mutation(
        "limit of 5 mm",
        CIGNA,
        'any_atypical_feature = { any = [{ fact = "dimple_diameter_mm", above = "width_limit" }',
        'any_atypical_feature = { any = [{ fact = "dimple_diameter_mm", at_least = "width_limit" }',
        "A dimple of exactly 5 mm would be atypical, though the policy prints more than 5 mm.",
        ("tests/policies/test_worked_cases.py",),
    ),
    Mutation(
        "limit of 2.5 cm",
        ASH,
        'one = { fact = "dimple_distance_cm", above = "distance_limit" }',
        'one = { fact = "dimple_distance_cm", at_least = "distance_limit" }',
        "A dimple exactly 2.5 cm from the anus would not be within 2.5 cm, as the policy is read.",
        ("tests/policies/test_cases.py",),
    ),
    Mutation(
        "number of a policy",
        ASH,
        'distance_limit = { number = 2.5, unit = "cm"',
        'distance_limit = { number = 2.6, unit = "cm"',
        "A dimple 2.6 cm from the anus would count as within 2.5 cm.",
        ("tests/policies/test_worked_cases.py",),
    ),
    Mutation(
        "age of an infant",
        ASH,
        'infant = { any = [{ fact = "age_months", below = "infancy_ends" }',
        'infant = { any = [{ fact = "age_months", at_most = "infancy_ends" }',
        "A child of 12 completed months would be an infant by the plain reading.",
        ("tests/policies/test_worked_cases.py",),
    ),
    Mutation(
        "at least",
        "decisions/core/conditions.py",
        '"at_least": lambda given, limit: given >= limit',
        '"at_least": lambda given, limit: given > limit',
        "A limit itself would not count as reached.",
        ("tests/core/test_conditions.py",),
    ),
    Mutation(
        "cells of a limit",
        "decisions/core/measures.py",
        'low, low_counts = limit, test == "at_least"',
        "low, low_counts = limit, True",
        "Over 5 mm in a chart would leave 5 mm itself possible.",
        ("tests/core/test_partial.py",),
    ),
    Mutation(
        "range of codes",
        "decisions/core/code_systems.py",
        "return first <= code and (code <= last or code.startswith(last))",
        "return first <= code and code <= last",
        "The subdivisions of a range's last code would not be listed.",
        ("tests/core/test_codes.py",),
    ),
    Mutation(
        "last day of a code set",
        "decisions/core/code_systems.py",
        "(self.last_day is None or day <= self.last_day)",
        "(self.last_day is None or day < self.last_day)",
        "On its last day an edition of ICD-10-CM would not be in force.",
        ("tests/core/test_codes.py",),
    ),
    Mutation(
        "first day of an edition",
        "decisions/library/__init__.py",
        "policy.first_day <= day]",
        "policy.first_day < day]",
        "On its first day an edition would not be in force.",
        ("tests/policies/test_editions.py",),
    ),
    # What is not known
    Mutation(
        "unknown as no",
        "decisions/core/answers.py",
        "return True if (fact, member) in self.implied else None",
        "return (fact, member) in self.implied",
        "What nobody was asked would count as not there, and end in a refusal.",
        ("tests/core/test_answers.py",),
    ),
    Mutation(
        "open reading",
        "decisions/core/conditions.py",
        "return one if one == other else UNSETTLED",
        "return min(one, other)",
        "What the text leaves open would be decided against the request.",
        ("tests/core/test_conditions.py",),
    ),
    Mutation(
        "age from a birth date",
        "decisions/core/answers.py",
        "return months if day.day >= birth.day else months - 1",
        "return months if day.day > birth.day else months - 1",
        "On the day itself a month would not be completed.",
        ("tests/core/test_answers.py",),
    ),
    # Words of a policy
    Mutation(
        "word for word",
        "decisions/library/verbatim.py",
        "if squeezed(passage.quote) not in whole:",
        "if not squeezed(passage.quote):",
        "A passage could say what the source does not.",
        ("tests/policies/test_refusals.py",),
        "verbatim",
    ),
    Mutation(
        "quotation marks",
        "decisions/reviews/ground/quotations.py",
        'return f"“{words}" if ends_one else',
        'return f"{words}" if ends_one else',
        "Words of a policy would run into our own.",
        ("tests/reviews/test_rationales.py",),
    ),
    Mutation(
        "order of quoted items",
        "decisions/reviews/ground/quotations.py",
        "sorted(items, key=itemgetter(0))",
        "sorted(items, key=itemgetter(2))",
        "A list would be quoted in another order than the policy prints.",
        ("tests/reviews/test_rationales.py",),
    ),
    Mutation(
        "key of the record",
        "decisions/telling/record.py",
        '"unsettled": attrgetter("unsettled")',
        '"open": attrgetter("unsettled")',
        "Programs that read the record would miss a key.",
        ("tests/web/test_command.py",),
    ),
    Mutation(
        "next review date",
        "decisions/core/policy.py",
        "self.next_review is not None and day > self.next_review",
        "self.next_review is not None and day >= self.next_review",
        "An edition would be past its next review date on that day itself.",
        ("tests/web/test_next_review_dates.py",),
    ),
    Mutation(
        "next step before an edition",
        "decisions/telling/outcome_words.py",
        "return EARLIER_EDITION if found.before_edition else NEXT_STEPS[found.next_step]",
        "return NEXT_STEPS[found.next_step]",
        "A request that an earlier edition decides would be sent elsewhere.",
        ("tests/web/test_outcome_words.py",),
    ),
    Mutation(
        "what another window alone changed",
        "decisions/questionnaire/conflict.py",
        "return bool(field.answer == self.before.get(field.fact, ABSENT))",
        "return bool(field.answer != self.before.get(field.fact, ABSENT))",
        "One press would write over what somebody else answered, unseen by whoever presses.",
        ("tests/web/test_check_conflicts.py", "tests/reviews/test_questionnaire_conflicts.py"),
    ),
    # Markup
    Mutation(
        "escape of what was typed",
        "decisions/questionnaire/filling.py",
        "return value if isinstance(value, SafeString) else html.escape(value)",
        "return value",
        "What somebody typed would become part of the page.",
        ("tests/web/test_determination.py", "tests/web/test_check_guided.py"),
    ),
    Mutation(
        "escape of a policy's words",
        "decisions/browse/markup.py",
        "{escape(words)}",
        "{words}",
        "A less-than sign in a policy would hide the rest of its sentence.",
        ("tests/web/test_browse_citations.py", "tests/web/test_browse.py"),
    ),
    Mutation(
        "escape of a note",
        "templates/reviews/case.html",
        "<p>{{ note.text|linebreaksbr }}</p>",
        "<p>{{ note.text|safe|linebreaksbr }}</p>",
        "A note could put a script on a colleague's page.",
        ("tests/reviews/test_markup.py",),
    ),
    Mutation(
        "escape of a rationale",
        "templates/reviews/decision.html",
        '<p class="typed">{{ decision.rationale }}</p>',
        '<p class="typed">{{ decision.rationale|safe }}</p>',
        "A rationale could put a script on the page of a decision.",
        ("tests/reviews/test_markup.py",),
    ),
    Mutation(
        "formula in a table",
        "decisions/audit/exports.py",
        "writer.writerow([defused(cell) for cell in _cells(line)])",
        "writer.writerow(_cells(line))",
        "A spreadsheet would run what somebody typed.",
        ("tests/events/test_pages.py",),
        "table or formula",
    ),
    # Who may do what
    Mutation(
        "role that signs an adverse decision",
        "decisions/reviews/ground/permissions.py",
        '"sign_adverse": {PHYSICIAN: OWN},',
        '"sign_adverse": {PHYSICIAN: OWN, REVIEWER: OWN},',
        "A nurse would decide against a request.",
        ("tests/reviews/test_deciding_pages.py",),
        "forged",
    ),
    Mutation(
        "role that reads what is clinical",
        "decisions/reviews/ground/permissions.py",
        '"see_clinical": {REVIEWER: TEAM, PHYSICIAN: TEAM,',
        '"see_clinical": {INTAKE: TEAM, REVIEWER: TEAM, PHYSICIAN: TEAM,',
        "Intake would read notes and decisions that are not for it.",
        ("tests/reviews/test_deciding_pages.py",),
        "intake",
    ),
    Mutation(
        "cases of another team",
        "decisions/reviews/ground/permissions.py",
        "if person.team_id is None or person.team_id != case.team_id:",
        "if person.team_id is None:",
        "Somebody would read the cases of another team.",
        ("tests/reviews/test_permissions.py",),
        "another_teams",
    ),
    Mutation(
        "own appeal",
        "decisions/reviews/ground/assignment.py",
        "return fits and not (case.state == APPEALED and signed_before(person, case))",
        "return fits",
        "A physician would decide the appeal against their own decision.",
        ("tests/reviews/test_permissions.py", "tests/reviews/test_working.py"),
        "appeal",
    ),
    Mutation(
        "last day of a license",
        "decisions/models/people.py",
        "day <= self.license_expires",
        "day < self.license_expires",
        "A physician could not sign on the last day of the license.",
        ("tests/reviews/test_deciding_pages.py",),
        "license",
    ),
    Mutation(
        "letter that intake issues",
        "decisions/reviews/letters/verbs.py",
        'body if body.strip() and may(work.person, "see_clinical", case) else',
        "body if body.strip() else",
        "Somebody who sees nothing clinical would write what a letter says of it.",
        ("tests/reviews/test_letters_pages.py",),
        "intake",
    ),
    # States and verbs
    Mutation(
        "end of a referral",
        "decisions/reviews/ground/states.py",
        '"refer": Move("referred to a physician", (IN_REVIEW,), PHYSICIAN_REVIEW)',
        '"refer": Move("referred to a physician", (IN_REVIEW,), IN_REVIEW)',
        "A case that was referred would stay with the nurses.",
        ("tests/reviews/test_states.py",),
    ),
    Mutation(
        "event of a verb",
        "decisions/reviews/case/verbs.py",
        '        work.record("case_claimed")',
        "        pass",
        "Nobody would know afterwards who took a case.",
        ("tests/reviews/test_verb_events.py",),
    ),
    Mutation(
        "refusal on record",
        "decisions/reviews/ground/work.py",
        'record_alone("refused", actor=person, case=known, details={"action": action, "kind": kind})',
        "pass",
        "Nobody would know who tried what they may not do.",
        ("tests/reviews/test_permissions.py",),
        "refusal",
    ),
    Mutation(
        "page from before a change",
        "decisions/reviews/ground/work.py",
        "if sent.revision is not None and case.revision != sent.revision:",
        "if sent.revision is not None and case.revision < sent.revision:",
        "What a colleague saved in between would be overwritten unseen.",
        ("tests/reviews/test_states.py",),
        "older_revision",
    ),
    Mutation(
        "transaction of a verb",
        "decisions/log/recording.py",
        "if not connection.in_atomic_block:",
        "if False:",
        "An event could stand for something that was undone.",
        ("tests/events/test_record.py",),
    ),
    Mutation(
        "lock of a case",
        "decisions/reviews/ground/work.py",
        'Case.objects.select_for_update().filter(pk=case_id).values_list("pk")',
        'Case.objects.filter(pk=case_id).values_list("pk")',
        "Of two who sign at once, one would fail in the middle.",
        ("tests/reviews/test_races.py",),
        on_postgres=True,
    ),
    Mutation(
        "lock of the checkpoints",
        "decisions/log/checkpoints.py",
        "fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "fcntl.flock(descriptor, fcntl.LOCK_SH)",
        "A backup could copy half of a line that another process writes.",
        ("tests/events/test_checkpoints.py",),
    ),
    # Lists and clocks
    Mutation(
        "order of a work list",
        "decisions/reviews/worklist/ordering.py",
        'by = [f"-{column}" if self.descending else column for column in self.columns]',
        'by = [f"-{column}" if self.descending else column for column in self.columns[1:]]',
        "What is due first would stand somewhere on the list.",
        ("tests/reviews/test_lists.py",),
    ),
    Mutation(
        "whose member a case is of",
        "decisions/reviews/worklist/searching.py",
        "return Q() if queries.reach_of(person) is Reach.TEAM else own",
        "return Q()",
        "A search would tell whose appeals those are that somebody may not read.",
        ("tests/reviews/test_lists.py",),
        "search",
    ),
    Mutation(
        "hours that pass",
        "decisions/reviews/ground/clock_arithmetic.py",
        "return at.astimezone(dt.UTC) + dt.timedelta(hours=turnaround.hours)",
        "return at.astimezone(zone) + dt.timedelta(hours=turnaround.hours)",
        "In the night when clocks are put back, 72 hours would be 73.",
        ("tests/reviews/test_clocks.py",),
        "owed_after",
    ),
    Mutation(
        "end of a turnaround",
        "decisions/reviews/ground/clock_arithmetic.py",
        "if now > clock.due:",
        "if now >= clock.due:",
        "An answer in the last second would count as late.",
        ("tests/reviews/test_clocks.py",),
        "due_soon",
    ),
    # Requests and sessions
    Mutation(
        "password on the page for sending again",
        "decisions/guards/forms.py",
        'NEVER_SHOWN_AGAIN = ("csrfmiddlewaretoken", "password", "credential", "secret")',
        'NEVER_SHOWN_AGAIN = ("csrfmiddlewaretoken", "credential", "secret")',
        "A password would stand in a page.",
        ("tests/people/test_lost.py",),
    ),
    Mutation(
        "form of another sender",
        "decisions/guards/views.py",
        """    if not sent_from_here(request):
        return render(request, "errors/csrf.html", status=403)
""",
        "",
        "A page of somebody else could have a form sent again with a good token.",
        ("tests/web/test_foundation.py",),
        "elsewhere",
    ),
    Mutation(
        "limit of requests",
        "decisions/guards/middleware.py",
        "if count.requests > settings.RATE_LIMIT else 0",
        "if count.requests >= settings.RATE_LIMIT else 0",
        "The last request that is allowed would be refused.",
        ("tests/web/test_foundation.py",),
    ),
    Mutation(
        "attempts to sign in",
        "decisions/people/attempts.py",
        "if count.requests > limit.attempts:",
        "if count.requests > limit.attempts + 1:",
        "There would be one more guess at a password.",
        ("tests/people/test_attempts.py",),
        "below_at_and_above",
    ),
    Mutation(
        "end of an idle session",
        "decisions/people/sessions.py",
        'return "idle" if abs(now - seen) >= settings.SESSION_IDLE else ""',
        'return "idle" if abs(now - seen) > settings.SESSION_IDLE else ""',
        "A session would outlast its quarter of an hour.",
        ("tests/people/test_sessions.py",),
        "limit",
    ),
    Mutation(
        "pages that are kept",
        "decisions/guards/middleware.py",
        'response.headers.setdefault("Cache-Control", "no-store")',
        'response.headers.setdefault("Cache-Control", "private")',
        "Answers about a patient would stay in a browser's store.",
        ("tests/web/test_foundation.py",),
    ),
    # The log
    Mutation(
        "chain of the log",
        "decisions/log/encoding.py",
        "        event.details,\n        event.previous_hash,\n    ]",
        "        event.details,\n    ]",
        "An event could be taken out of the log unseen.",
        ("tests/events/test_tampering.py",),
    ),
    Mutation(
        "signature of a checkpoint",
        "decisions/log/checkpoints.py",
        "        except (InvalidSignature, ValueError):\n            return False",
        "        except (InvalidSignature, ValueError):\n            return True",
        "Anybody could write checkpoints for a log made anew.",
        ("tests/events/test_tampering.py",),
    ),
    Mutation(
        "file of a backup",
        "decisions/operations/backups.py",
        "if _sha256(folder / name) != expected:",
        "if False:",
        "A backup that was altered would be put back.",
        ("tests/events/test_backups.py",),
        "altered",
    ),
    Mutation(
        "sessions after a restore",
        "decisions/operations/backups.py",
        "    Session.objects.all().delete()",
        "    pass",
        "A session that was ended would come alive again with a backup.",
        ("tests/events/test_backups.py",),
        "signed_in_after",
    ),
    Mutation(
        "comparison of a replay",
        "decisions/reviews/decision/replay.py",
        "if now[key] != held.determination[key]:",
        "if key in RESULT and now[key] != held.determination[key]:",
        "Altered words of a passage in a signed decision would not be found.",
        ("tests/reviews/test_replay_decisions.py",),
    ),
    Mutation(
        "signature of a decision",
        "decisions/reviews/decision/verbs.py",
        "made.rationale, made.reason, made.frozen)",
        "made.rationale, made.frozen)",
        "The reason of a signed decision could be altered unseen.",
        ("tests/reviews/test_replay_decisions.py",),
        "altered_column",
    ),
)
