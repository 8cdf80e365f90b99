"""Charts as two people entered them, each alone, who had read the README and the pages and no policy.

The first ten are told after published reports, in words of our own; the others are made up. One person used
the worksheet, the other the guided check.
"""

import datetime as dt
import json
from pathlib import Path

import pytest

from decisions import services

CHARTS = json.loads((Path(__file__).parent / "charts.json").read_text(encoding="utf-8"))
ENTERED_ON = dt.date(2026, 11, 30)
PUBLISHED = [chart for chart in CHARTS if chart["source"] != "made up"]
by_id = pytest.mark.parametrize("chart", CHARTS, ids=[chart["id"] for chart in CHARTS])


def results(answers):
    """Outcome and next step under each policy."""
    found = services.decide_all(services.library().policy_ids, answers, ENTERED_ON)
    return {each.policy.id: (each.outcome, each.next_step) for each in found}


@by_id
def test_two_people_who_entered_one_chart_got_one_result(chart):
    one, other = map(results, chart["entered"])
    assert one == other


@by_id
def test_a_chart_has_the_outcome_that_each_policy_gives_it(chart):
    outcomes = {policy: outcome for policy, (outcome, _) in results(chart["entered"][0]).items()}
    assert outcomes == chart["expected"]


@pytest.mark.parametrize("chart", PUBLISHED, ids=[chart["id"] for chart in PUBLISHED])
def test_a_published_chart_was_entered_the_same_by_both(chart):
    one, other = chart["entered"]
    assert one == other


def test_ten_of_the_charts_were_published():
    assert len(PUBLISHED) == 10
