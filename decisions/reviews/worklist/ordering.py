"""The orders of a work list, and the places in them where a page begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import BooleanField, DateTimeField, F, Func, QuerySet, TextField, Value

from decisions.models import Case


@dataclass(frozen=True, slots=True)
class Order:
    """An order of lists: a column, and what is equal in it by what came first.

    Where ``owed_first``, cases that no answer is owed for come last, whichever way round the order is.
    """

    column: str
    label: str
    descending: bool = False
    owed_first: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that tell any two cases apart. References differ, so they need no time."""
        return (self.column, "id") if self.column == "reference_folded" else (self.column, "created_at", "id")

    def sorted(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The cases in this order, by the database."""
        by = [f"-{column}" if self.descending else column for column in self.columns]
        return cases.order_by(*by)

    def sorted_whole(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The same, of cases that an answer is owed for and others too."""
        ordered = self.sorted(cases)
        return ordered.order_by("answered", *ordered.query.order_by) if self.owed_first else ordered


DUE, RECEIPT, DECISION, REFERENCE = "sort_due", "received_at", "sort_decided", "reference_folded"
ORDERS = {
    "due": Order(DUE, "Due soonest first", owed_first=True),
    "latest": Order(DUE, "Due latest first", descending=True, owed_first=True),
    "received": Order(RECEIPT, "Received earliest first"),
    "-received": Order(RECEIPT, "Received latest first", descending=True),
    "-decided": Order(DECISION, "Decided latest first", descending=True),
    "decided": Order(DECISION, "Decided earliest first"),
    "reference": Order(REFERENCE, "Reference, A to Z"),
    "-reference": Order(REFERENCE, "Reference, Z to A", descending=True),
}
"""The orders by their names in an address."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in an order: after it the next page begins.

    It is written into an address, so it names the case by its id, and never by its reference.
    """

    order: str
    answered: bool
    key: str
    at: dt.datetime | None = None
    came: dt.datetime | None = None

    @classmethod
    def of(cls, case: Case, order: str) -> Place:
        """The place of a case as it was read."""
        column = ORDERS[order].column
        if column == REFERENCE:
            return cls(order, case.answered, case.pk)
        return cls(order, case.answered, case.pk, getattr(case, column), case.created_at)

    def beyond(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """What comes after this place, of cases that all are owed an answer, or none."""
        order = ORDERS[self.order]
        return cases.filter(_comes_after(order, self._values(order)))

    def _values(self, order: Order) -> tuple[object, ...]:
        if order.column != REFERENCE:
            return (self.at, self.came, self.key)
        folded = Case.objects.filter(pk=self.key).values_list("reference_folded", flat=True).first()
        return (folded or "", self.key)


def _comes_after(order: Order, values: tuple[object, ...]) -> Func:
    """Whether a row comes after some values in an order, as one comparison of rows.

    Said with "or", it would make a database read everything that has the same value in the first column.
    """
    given = (Value(value, TextField() if isinstance(value, str) else DateTimeField()) for value in values)
    sign = " < " if order.descending else " > "
    return Func(
        _row(*map(F, order.columns)),
        _row(*given),
        template="%(expressions)s",
        arg_joiner=sign,
        output_field=BooleanField(),
    )


def _row(*parts: F | Value) -> Func:
    return Func(*parts, template="(%(expressions)s)", output_field=TextField())
