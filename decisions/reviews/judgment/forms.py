"""The form of a judgment: for each criterion a verdict and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from decisions.core.policy import Criterion
from decisions.models import Judgment
from decisions.reviews.ground.forms import SentForm, text
from decisions.reviews.judgment.verbs import Judged


class JudgmentForm(SentForm):
    """What somebody judges of some criteria. The fields of each are named by its id."""

    def __init__(
        self,
        criteria: Sequence[Criterion],
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"{criterion.id}.verdict"] = forms.ChoiceField(
                label="Your judgment",
                choices=Judgment.Verdict.choices,
                widget=forms.RadioSelect,
                error_messages={"required": f"Judge “{criterion.title}”: met, not met, or cannot be told."},
            )
            words = self.fields[f"{criterion.id}.words"] = text("Why, by the record", rows=3)
            words.error_messages["required"] = f"Say why, for “{criterion.title}”."

    def fields_of(self, criterion: Criterion) -> tuple[BoundField, BoundField]:
        """The verdict on a criterion, and why."""
        return self[f"{criterion.id}.verdict"], self[f"{criterion.id}.words"]

    @property
    def given(self) -> dict[str, Judged]:
        """What was judged of each criterion, once the form is valid."""
        said = self.cleaned_data
        return {
            each.id: Judged(said[f"{each.id}.verdict"], said[f"{each.id}.words"]) for each in self.criteria
        }
