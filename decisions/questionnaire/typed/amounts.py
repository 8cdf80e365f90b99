"""The number of an amount: digits with a point or a comma, or a fraction."""

from __future__ import annotations

import re
from decimal import Decimal, Inexact, localcontext

from decisions.core.measures import LONGEST_NUMBER
from decisions.questionnaire.typed.text import NotReadError

NUMBER = "(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
FRACTION = "(?:[0-9]+ )?[0-9]+ ?/ ?[0-9]+"
_THOUSANDS = re.compile("[0-9]{1,3},[0-9]{3}")
_FRACTION = re.compile("(?:([0-9]+) )?([0-9]+) ?/ ?([0-9]+)")
PRECISION = 2 * LONGEST_NUMBER


def number(text: str) -> Decimal:
    """The number. A comma is a decimal point. Raises NotReadError for what may mean thousands."""
    if len(text) > LONGEST_NUMBER or _THOUSANDS.fullmatch(text):
        raise NotReadError(text)
    found = _FRACTION.fullmatch(text)
    return _fraction(found[1] or "0", found[2], found[3]) if found else Decimal(text.replace(",", "."))


def _fraction(whole: str, above: str, below: str) -> Decimal:
    """A fraction that has an exact decimal. Raises NotReadError for another, such as 1/3."""
    if not int(below):
        raise NotReadError(below)
    with localcontext(prec=PRECISION) as context:
        context.traps[Inexact] = True
        try:
            return Decimal(whole) + Decimal(above) / Decimal(below)
        except Inexact:
            raise NotReadError(f"{above}/{below}") from None
