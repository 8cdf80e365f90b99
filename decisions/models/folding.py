"""References as they are sought: without the case of their letters and without marks on them.

Two databases fold letters in two ways, and neither folds them all. So a folded copy is stored beside each
reference, made here for both, and what is sought is folded in the same way.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


def fold(text: str) -> str:
    """A text as it is sought. Folding it again changes nothing."""
    if text.isascii():
        return text.lower()
    while (folded := _folded(text)) != text:
        text = folded
    return text


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


class FoldedField(Text):
    """The folded copy of another column, made whenever a row is saved; `update` has to be told."""

    def __init__(self, of: str = "", **options: Any) -> None:
        self.of = of
        super().__init__(**{"editable": False, "default": "", **options})

    def deconstruct(self) -> Any:
        """What a migration writes of it."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """What is stored, and from then on held by the row."""
        folded = fold(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, folded)
        return folded
