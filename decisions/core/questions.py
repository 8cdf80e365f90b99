"""A question, and the options that answer it. What an answer to it may be, its kind says."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed answer. ``said`` and ``unsaid`` are its words in a sentence: "a hair tuft", "no hair
    tuft". ``asks`` is what whoever gives it is asked once, where it is given.
    """

    id: str
    label: str
    said: str
    unsaid: str = ""
    help: str = ""
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that is asked for. Its id is the fact's id.

    ``kind`` is the name of its kind, in ``decisions.core.kinds``. ``opened_by`` is the answer that makes it
    asked: (set fact, member). ``implies``: naming something here implies that member where the set fact
    is not answered. ``may_hold_more``: a set whose rest may be left open. ``rest`` is how that is said, and
    ``rest_hint`` what it means, where that is not as of findings. ``may_be_one_of``: a choice of
    which several options may be left. ``above``, ``at_least``, ``at_most`` are in ``unit``.
    """

    id: str
    kind: str
    label: str
    short: str
    group: str
    help: str = ""
    options: tuple[Option, ...] = ()
    opened_by: tuple[str, str] | None = None
    implies: bool = False
    optional: bool = False
    may_hold_more: bool = False
    may_be_one_of: bool = False
    rest: str = ""
    rest_hint: str = ""
    at_least_one: bool = False
    unit: str = ""
    above: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    doubtful_above: Decimal | None = None
    said: str = ""
    unsaid: str = ""
    hidden_when: tuple[str, tuple[str, ...]] | None = None
    birth_date: str = ""
    code_system: str = ""
    option_ids: tuple[str, ...] = field(init=False, repr=False, compare=False)
    allowed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "option_ids", tuple(option.id for option in self.options))
        object.__setattr__(self, "allowed", frozenset(self.option_ids))

    def option(self, option_id: str) -> Option:
        """The option with this id. Raises KeyError."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise KeyError(option_id)
