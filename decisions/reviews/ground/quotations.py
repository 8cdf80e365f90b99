"""Passages of a policy as a rationale and a letter quote them: word for word, an item of a list together with
the sentence that it completes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from msgspec.structs import replace

from decisions.core.policy import Passage, Policy
from decisions.library.passages import LEFT_OUT, is_item, leads
from decisions.questionnaire.fragments import place
from decisions.reviews.ground.frozen import FrozenPassage

CUT = f" {LEFT_OUT}"
"""Stands where the rest of a passage was left out."""
EXAMPLES = ", including but not limited to:"
"""With this a sentence goes over to examples. Where none of them applies, it is quoted without."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a policy that belong together, passage by passage, and where they stand.

    A part that is LEFT_OUT stands for items of the list that are not quoted.
    """

    parts: tuple[str, ...]
    place: str

    def __str__(self) -> str:
        return f"{' '.join(map(_in_marks, self.parts))} ({self.place})"

    def stands_in(self, text: str) -> bool:
        """Whether a text quotes all of it already."""
        return all(part.removesuffix(CUT) in text for part in self.parts if part != LEFT_OUT)


def passage(policy: Policy, key: str, *, before: bool = False, after: bool = False) -> FrozenPassage:
    """A passage word for word, where it stands, and the sentence that it completes as an item of a list."""
    found = policy.passages[key]
    above = lead(policy, found)
    alone = FrozenPassage(id=key, place=place(policy, found), quote=found.quote, before=before, after=after)
    return replace(alone, lead=above, item=item(policy, found)) if above else alone


def quoted(policy: Policy, keys: Iterable[str]) -> list[Quotation]:
    """Passages of a policy as they are quoted. A heading says nothing of its own."""
    return quotations(passage(policy, key) for key in keys if policy.passages[key].kind != "heading")


def lead(policy: Policy, passage: Passage) -> str:
    """The sentence that an item of a list completes; empty where there is none."""
    above = _sentence_above(policy, passage)
    return above.quote if above else ""


def item(policy: Policy, passage: Passage) -> tuple[int, int]:
    """The position of an item in its list, from 1, and how many items the list has."""
    items = [key for key, other in policy.passages.items() if other.block == passage.block]
    return items.index(passage.id) + 1, len(items)


def _sentence_above(policy: Policy, passage: Passage) -> Passage | None:
    if not is_item(passage):
        return None
    above = [other for other in policy.passages.values() if other.block == passage.block - 1]
    return above[-1] if above and leads(above[-1]) else None


Item = tuple[int, int, str]
"""An item of a list: the how manieth it is, of how many, its words. Of passages that were frozen before this
was kept, both numbers are 0."""


def quotations(passages: Iterable[FrozenPassage]) -> list[Quotation]:
    """Frozen passages as they are quoted, each sentence once with those of its items that are among them."""
    items: dict[tuple[str, str], list[Item]] = {}
    for passage in passages:
        of_sentence = items.setdefault((passage.lead or passage.quote, passage.place), [])
        if passage.lead:
            of_sentence.append((*passage.item, passage.quote))
    return [Quotation(_parts(sentence, found), place) for (sentence, place), found in items.items()]


def _parts(sentence: str, items: list[Item]) -> tuple[str, ...]:
    if items:
        return (sentence, *_with_gaps(sorted(items, key=itemgetter(0))))
    return (sentence.removesuffix(EXAMPLES) + CUT,) if sentence.endswith(":") else (sentence,)


def _with_gaps(items: list[Item]) -> Iterator[str]:
    """The words of items in the order of the list, with a sign where others were left out."""
    last = 0
    for number, _, words in items:
        if number != last + 1:
            yield LEFT_OUT
        yield words
        last = number
    if last != items[-1][1]:
        yield LEFT_OUT


def _in_marks(words: str) -> str:
    """Words in quotation marks. Where they end a quotation of the policy's own, its mark is enough."""
    if words == LEFT_OUT:
        return words
    ends_one = words.endswith("”") and words.count("”") > words.count("“")
    return f"“{words}" if ends_one else f"“{words}”"
