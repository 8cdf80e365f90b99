"""Parts of a page that are the same for every request: a policy's passages and references as HTML.

They are made when first asked for and kept for the life of the process. Nothing of an answer is in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from decisions.core.policy import Citation, Passage, Policy
from decisions.library.passages import LEFT_OUT, MARKDOWN, Excerpt, cells, excerpts, places
from decisions.questionnaire.filling import filled
from decisions.services import address, library

NAMING = 6
"""How many of its words name a passage."""


def fill(template: str, **values: str) -> SafeString:
    """A row of a determination, filled."""
    return filled(f"questionnaire/determination/{template}.html", **values)


def joined(parts: Iterable[str]) -> SafeString:
    """HTML that was made of rows."""
    return SafeString("".join(parts))


class Fragments:
    """The passages and references of one edition, ready for a page."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.text_address = address(policy)
        self._places = places(policy.passages)
        self._quotes: dict[tuple[str, bool, bool], SafeString] = {}
        self._references: dict[str, SafeString] = {}
        self._lost: dict[str, dict[str, None]] = defaultdict(dict)
        for citation in policy.citations:
            if not citation.reference:
                self._lost[citation.passage][_as_lost(policy, citation)] = None

    def quotes(self, passage_ids: tuple[str, ...]) -> SafeString:
        """Passages quoted one by one, each with its place in the text and a link to it there."""
        return joined(map(self._quote, self.excerpts(passage_ids)))

    def excerpts(self, passage_ids: Iterable[str]) -> Iterator[Excerpt]:
        """Passages as they are quoted one after the other."""
        return excerpts(self.policy.passages, self._places, passage_ids)

    def _quote(self, excerpt: Excerpt) -> SafeString:
        passage = excerpt.passage
        key = (passage.id, excerpt.before, excerpt.after)
        if key not in self._quotes:
            context = {
                "words": _words(passage),
                "before": LEFT_OUT * excerpt.before,
                "after": LEFT_OUT * excerpt.after,
                "lost": tuple(self._lost.get(passage.id, ())),
                "kind": passage.kind,
                "place": place(self.policy, passage),
                "begins": begins(passage),
                "address": self.address(passage.id),
            }
            self._quotes[key] = SafeString(
                render_to_string("questionnaire/determination/quote.html", context)
            )
        return self._quotes[key]

    def link(self, passage_id: str) -> SafeString:
        """A passage's words as a link to where it stands."""
        words = self.policy.passages[passage_id].quote
        return fill("link", address=self.address(passage_id), words=words)

    def address(self, passage_id: str) -> str:
        return f"{self.text_address}#{passage_id}"

    def lost(self, passage_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The citations in these passages that resolve to no entry, as printed."""
        return tuple(dict.fromkeys(p for key in passage_ids for p in self._lost.get(key, ())))

    def cites(self, reference_id: str) -> bool:
        """Whether the text cites an entry. One that it does not is tied to a result by its title alone."""
        return any(citation.reference == reference_id for citation in self.policy.citations)

    def reference(self, reference_id: str) -> SafeString:
        """An entry of a list of references, as printed, with the list it is from where that is another's."""
        if reference_id not in self._references:
            holder, entry = library().reference(reference_id, self.policy)
            context = {
                "words": _linked(holder.passages[entry.passage].markup),
                "entry": entry,
                "linked": entry.doi
                and f"https://doi.org/{entry.doi}" in holder.passages[entry.passage].markup,
                "address": address(holder, anchor=entry.passage),
                "listed_in": holder.source.short if holder.id != self.policy.id else "",
                "not_cited": not self.cites(reference_id),
            }
            rendered = render_to_string("questionnaire/determination/reference.html", context)
            self._references[reference_id] = SafeString(rendered)
        return self._references[reference_id]


def _as_lost(policy: Policy, citation: Citation) -> str:
    """A citation that resolves to no entry, as printed; with its year where others printed with it do
    resolve.
    """
    others = (each for each in policy.citations if each.passage == citation.passage and each.reference)
    is_shared = any(each.as_printed == citation.as_printed for each in others)
    return f"{citation.year} in “{citation.as_printed}”" if is_shared else citation.as_printed


def _words(passage: Passage) -> SafeString:
    """The words of a passage with their emphasis."""
    parts = cells(passage.markup) if passage.kind == "row" else (passage.markup,)
    return mark_safe(" · ".join(_linked(part) for part in parts if part))  # noqa: S308 (the renderer escapes all HTML)


def _linked(markup: str) -> SafeString:
    """Markup as HTML, its links without a referrer."""
    html: str = MARKDOWN.renderInline(markup)
    return mark_safe(html.replace("<a href", '<a rel="noreferrer" href'))  # noqa: S308 (the renderer escapes all HTML in the text)


def place(policy: Policy, passage: Passage) -> str:
    """Where a passage stands: the headings above it, without the text's own title where others follow."""
    headings = [policy.passages[heading] for heading in passage.section]
    below_title = [heading for heading in headings if heading.level > 1] or headings
    return " › ".join(heading.quote for heading in below_title) or policy.source.title


def begins(passage: Passage) -> str:
    """How a passage begins: what tells its link from others to the same place, for whoever hears it."""
    return Truncator(passage.quote).words(NAMING, truncate="")


_MADE: dict[tuple[str, str, str], Fragments] = {}


def fragments(policy: Policy) -> Fragments:
    """The fragments of an edition, made once a process."""
    key = (policy.id, policy.edition, policy.fingerprint)
    if key not in _MADE:
        _MADE[key] = Fragments(policy)
    return _MADE[key]
