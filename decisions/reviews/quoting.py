"""Passages of a policy as a rationale and a letter quote them: word for word, an item of a list together with
the sentence that it completes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decisions.core.policy import Passage, Policy

CUT = " […]"
"""Stands where the rest of a passage was left out."""
EXAMPLES = ", including but not limited to:"
"""With this a sentence goes over to examples. Where none of them applies, it is quoted without."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a policy that belong together, and where they stand."""

    parts: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"{' … '.join(map(_in_marks, self.parts))} ({self.place})"

    def stands_in(self, text: str) -> bool:
        """Whether a text quotes all of it already."""
        return all(part.removesuffix(CUT) in text for part in self.parts)


def lead(policy: Policy, passage: Passage) -> str:
    """The sentence that an item of a list completes; empty where there is none."""
    if passage.kind not in ("bullet", "number"):
        return ""
    above = [other for other in policy.passages.values() if other.block == passage.block - 1]
    quote = above[-1].quote if above and above[-1].kind == "paragraph" else ""
    return quote if quote.endswith(":") and " " in quote else ""


def quotations(passages: Iterable[Mapping[str, str]]) -> list[Quotation]:
    """Frozen passages as they are quoted, each sentence once with those of its items that are among them."""
    items: dict[tuple[str, str], list[str]] = {}
    for passage in passages:
        above = passage.get("lead", "")
        of_sentence = items.setdefault((above or passage["quote"], passage["place"]), [])
        if above:
            of_sentence.append(passage["quote"])
    return [Quotation(_parts(sentence, found), place) for (sentence, place), found in items.items()]


def _parts(sentence: str, items: list[str]) -> tuple[str, ...]:
    if items or not sentence.endswith(":"):
        return (sentence, *items)
    return (sentence.removesuffix(EXAMPLES) + CUT,)


def _in_marks(words: str) -> str:
    """Words in quotation marks. Where they end a quotation of the policy's own, its mark is enough."""
    ends_one = words.endswith("”") and words.count("”") > words.count("“")
    return f"“{words}" if ends_one else f"“{words}”"
