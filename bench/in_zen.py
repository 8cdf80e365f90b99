"""The Cigna policy's outcome as a decision graph of GoRules' zen-engine, written in Rust.

One expression node gives the bare outcome. Its conditions stop at the first that decides. A fact on a closed
branch comes as an empty list or false.
"""

from __future__ import annotations

import json
from typing import Any

import zen


def some(fact: str, *members: str) -> str:
    """The expression that is true where a list holds one of these members."""
    return f"some({fact}, # in {json.dumps(members)})"


ATYPICAL = "dimple_diameter_mm > 5 or dimple_distance_cm > 2.5 or not dimple_base_visible"
IN_BETWEEN = "dimple_diameter_mm == 5 or dimple_count == 'multiple' or dimple_position == 'paramedian'"
DIMPLE = "'sacral_dimple' in stigmata"
MET_IN_AN_INFANT = (
    some(
        "injury_findings",
        "hematoma_after_injury",
        "hemorrhage_after_injury",
        "infection_after_injury",
        "csf_leak_after_injury",
        "other_sequela_of_injury",
    ),
    "'lumbar_puncture_guidance' in reasons",
    some(
        "suspected_defects",
        "cord_tethering",
        "diastematomyelia",
        "hydromyelia",
        "syringomyelia",
        "spinal_dysraphism",
    ),
    some(
        "stigmata",
        "midline_mass",
        "paramedian_mass",
        "skin_tag",
        "tail",
        "hair_tuft",
        "hemangioma",
        "lipoma",
        "cutis_aplasia",
        "dermal_sinus",
    ),
    f"({DIMPLE} and ({ATYPICAL}))",
    some(
        "suspected_lesions",
        "spinal_cord_tumor",
        "sacrococcygeal_teratoma",
        "vascular_malformation",
        "birth_related_trauma",
    ),
    "('cord_retethering' in reasons and prior_spinal_operation)",
    some(
        "caudal_signs",
        "syndrome_named",
        "anal_atresia",
        "anal_stenosis",
        "other_anorectal_malformation",
        "sacral_agenesis",
        "currarino_triad",
        "cloaca",
        "oeis_complex",
    ),
    "('intraspinal_blood' in reasons and intracranial_hemorrhage)",
)
# Of the lists that hold no member above, one that is not empty holds only what the text leaves open.
UNSETTLED_IN_AN_INFANT = (
    "len(injury_findings) > 0",
    "len(suspected_defects) > 0",
    "len(suspected_lesions) > 0",
    "len(caudal_signs) > 0",
    some("stigmata", "skin_discoloration", "deviated_gluteal_cleft", "other"),
    f"({DIMPLE} and ({IN_BETWEEN}))",
)
OUTSIDE = (
    "setting != 'intraoperative_spinal' and len(reasons) == 1 and reasons[0] == 'extremity_musculoskeletal'"
)
MET = f"setting == 'intraoperative_spinal' or (age_months < 24 and ({' or '.join(MET_IN_AN_INFANT)}))"
UNSETTLED = (
    "'lumbar_puncture_guidance' in reasons or 'injection_guidance' in reasons"
    f" or (age_months < 24 and ({' or '.join(UNSETTLED_IN_AN_INFANT)}))"
)
OUTCOME = (
    f"({OUTSIDE}) ? 'out_of_scope' : ({MET}) ? 'criteria_met'"
    f" : ({UNSETTLED}) ? 'unsettled' : 'criteria_not_met'"
)

NODE = {
    "id": "outcome",
    "name": "outcome",
    "type": "expressionNode",
    "content": {
        "expressions": [{"id": "1", "key": "outcome", "value": OUTCOME}],
        "passThrough": False,
        "inputField": None,
        "outputPath": None,
        "executionMode": "single",
    },
}
GRAPH = {
    "nodes": [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        NODE,
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ],
    "edges": [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "outcome"},
        {"id": "2", "type": "edge", "sourceId": "outcome", "targetId": "out"},
    ],
}


class Decision:
    """The graph, parsed once and asked in the two ways that the engine documents."""

    def __init__(self) -> None:
        self._decision = zen.ZenEngine().create_decision(json.dumps(GRAPH))
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {"policy": GRAPH}}})

    def quick_start(self, facts: dict[str, Any]) -> str:
        """The outcome from a decision object, as the engine's quick start shows."""
        outcome: str = self._decision.evaluate(facts)["result"]["outcome"]
        return outcome

    def preloaded(self, facts: dict[str, Any]) -> str:
        """The outcome from an engine that compiled the graph when it was made."""
        outcome: str = self._engine.evaluate("policy", facts)["result"]["outcome"]
        return outcome

    def traced(self, facts: dict[str, Any]) -> str:
        """The same with the engine's trace of what it looked at."""
        outcome: str = self._engine.evaluate("policy", facts, {"trace": True})["result"]["outcome"]
        return outcome
