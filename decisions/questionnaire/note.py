"""A determination as plain text for a case note. Nothing in it tells who the patient is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from decisions.core.policy import Policy
from decisions.questionnaire.fragments import fragments, place
from decisions.questionnaire.page import Page
from decisions.services import library
from decisions.telling.explanation import CodeTold, Explanation, ReadingTold
from decisions.telling.plain_text import fitted

Lines = Iterator[str]


def case_note(page: Page) -> str:
    """The note, a paragraph a line."""
    return "\n".join(_note(page))


def note_for_field(page: Page, *, ascii_alone: bool) -> str:
    """The note in the short lines that a field of a record takes."""
    return fitted(case_note(page), ascii_alone=ascii_alone)


def _note(page: Page) -> Lines:
    yield f"{page.topic}. Determination of {page.made}"
    for told in page.told:
        yield ""
        yield from _policy(told)
    for difference in page.differences:
        yield from _section("They differ because", _bullets(difference.sentences))
    # What somebody wrote of a finding may say who is meant, and stays on the page.
    answered = (f"{told.question.short}: {page.with_own_words(told, other=False)}" for told in page.answered)
    yield from _section("Answers given", _bullets(answered))
    yield ""
    if page.determinations[0].coding.diagnoses:
        yield f"Code set: {page.code_set}"
    yield page.disclaimer


def _policy(told: Explanation) -> Lines:
    policy = told.policy
    yield ", ".join(filter(None, (told.name, f"edition of {policy.edition}", told.overdue)))
    words = told.determination.words
    yield f"Outcome: “{words}”" if words else f"Outcome: {told.headline}"
    yield f"Next step: {told.next_step}"
    yield f"Why: {told.sentence}"
    if told.lacking:
        yield "Still needed: " + ", ".join(lacking.said for lacking in told.lacking)
    if told.because:
        yield "Because: " + "; ".join(because.said for because in told.because)
    for notice in told.notices:
        yield f"{notice.word}: {notice.sentence}"
        yield from _quotes(policy, notice.notice.passages)
    yield from _section("The policy says", _quotes(policy, told.passages))
    yield from _section("How the text was read", _readings(told))
    yield from _section("Codes", _bullets(map(_code, (*told.procedures, *told.diagnoses))))
    yield from _section("References", _bullets(_references(told)))


def _section(title: str, lines: Iterable[str]) -> Lines:
    found = list(lines)
    if found:
        yield f"{title}:"
        yield from found


def _bullets(lines: Iterable[str]) -> Lines:
    return (f"- {line}" for line in lines)


def _quotes(policy: Policy, passages: Iterable[str]) -> Lines:
    for excerpt in fragments(policy).excerpts(passages):
        yield f"- {excerpt.words} [{place(policy, excerpt.passage)}]"


def _readings(told: Explanation) -> Lines:
    for read in told.readings:
        yield _reading(read)
        yield from _quotes(told.policy, (key for key in read.passages if key not in told.passages))


def _reading(told: ReadingTold) -> str:
    reading = told.reading
    if told.is_open:
        said = f"One position: {reading.one} The other: {reading.other} Neither is taken."
    else:
        said = f"Taken: {told.taken} Otherwise: {told.otherwise}"
    return f"{reading.question} {said} {reading.why}"


def _code(told: CodeTold) -> str:
    return ", ".join(filter(None, (told.code, told.description, told.validity, told.listed)))


def _references(told: Explanation) -> Lines:
    for key in told.determination.references:
        holder, entry = library().reference(key, told.policy)
        printed = holder.passages[entry.passage].quote
        listed = f" [listed in the {holder.source.short}]" if holder.id != told.policy.id else ""
        cited = "" if fragments(told.policy).cites(key) else " [not cited in the text]"
        link = f"https://doi.org/{entry.doi}" if entry.doi else ""
        doi = f" {link}" if link not in printed else ""
        yield f"{printed}{doi}{listed}{cited}"
