"""The Cigna policy's criteria in the Common Expression Language, decided by its C++ engine.

Each expression gives 2 where its criterion is met, 1 where the text does not settle it, else 0. A fact on a
closed branch comes as an empty list or false.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cel_expr_python import cel


def some(fact: str, *members: str) -> str:
    """The expression that is true where a list holds one of these members."""
    return f"{fact}.exists(member, member in {json.dumps(members)})"


DIMPLE = "'sacral_dimple' in stigmata"
ATYPICAL = "(dimple_diameter_mm > 5.0 || dimple_distance_cm > 2.5 || !dimple_base_visible)"
IN_BETWEEN = "(dimple_diameter_mm == 5.0 || dimple_count == 'multiple' || dimple_position == 'paramedian')"
OPEN_MARK = some("stigmata", "skin_discoloration", "deviated_gluteal_cleft", "other")
RETETHERING = "'cord_retethering' in reasons"
BLOOD = "'intraspinal_blood' in reasons"
INJURY = some(
    "injury_findings",
    "hematoma_after_injury",
    "hemorrhage_after_injury",
    "infection_after_injury",
    "csf_leak_after_injury",
    "other_sequela_of_injury",
)
STIGMA = some(
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
)
LESION = some(
    "suspected_lesions",
    "spinal_cord_tumor",
    "sacrococcygeal_teratoma",
    "vascular_malformation",
    "birth_related_trauma",
)
SIGN = some(
    "caudal_signs",
    "syndrome_named",
    "anal_atresia",
    "anal_stenosis",
    "other_anorectal_malformation",
    "sacral_agenesis",
    "currarino_triad",
    "cloaca",
    "oeis_complex",
)
DEFECT = some(
    "suspected_defects",
    "cord_tethering",
    "diastematomyelia",
    "hydromyelia",
    "syringomyelia",
    "spinal_dysraphism",
)
# A list that holds none of the members above but is not empty holds only what the text leaves open.
CRITERIA = {
    "intraoperative": "setting == 'intraoperative_spinal' ? 2 : 0",
    "injury-sequelae": f"age_months >= 24 ? 0 : {INJURY} ? 2 : size(injury_findings) > 0 ? 1 : 0",
    "lumbar-puncture-guidance": "!('lumbar_puncture_guidance' in reasons) ? 0 : age_months < 24 ? 2 : 1",
    "suspected-defect": f"age_months >= 24 ? 0 : {DEFECT} ? 2 : size(suspected_defects) > 0 ? 1 : 0",
    "lumbosacral-stigmata": (
        f"age_months >= 24 ? 0 : {STIGMA} || {DIMPLE} && {ATYPICAL} ? 2"
        f" : {OPEN_MARK} || {DIMPLE} && {IN_BETWEEN} ? 1 : 0"
    ),
    "tumor-malformation-trauma": (
        f"age_months >= 24 ? 0 : {LESION} ? 2 : size(suspected_lesions) > 0 ? 1 : 0"
    ),
    "cord-retethering": f"age_months < 24 && {RETETHERING} && prior_spinal_operation ? 2 : 0",
    "caudal-regression": f"age_months >= 24 ? 0 : {SIGN} ? 2 : size(caudal_signs) > 0 ? 1 : 0",
    "intraspinal-blood": f"age_months < 24 && {BLOOD} && intracranial_hemorrhage ? 2 : 0",
    "injection-guidance": "'injection_guidance' in reasons ? 1 : 0",
}

_TYPES = {
    str: cel.Type.STRING,
    bool: cel.Type.BOOL,
    int: cel.Type.INT,
    float: cel.Type.DOUBLE,
    list: cel.Type.List(cel.Type.STRING),
}


class Conditions:
    """The criteria, compiled once. ``facts`` has a value of every fact, for its type."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._env = cel.NewEnv(variables={fact: _TYPES[type(value)] for fact, value in facts.items()})
        self._each = [self._env.compile(expression) for expression in CRITERIA.values()]
        self._all = self._env.compile(f"[{', '.join(CRITERIA.values())}]")

    def one_by_one(self, facts: Mapping[str, Any]) -> list[int]:
        """The value of every criterion, each its own expression over facts that are handed over once."""
        activation = self._env.Activation(facts)
        return [expression.eval(activation).value() for expression in self._each]

    def as_one_list(self, facts: Mapping[str, Any]) -> list[int]:
        """The same from one expression that makes a list: fewer steps between Python and C++."""
        values: list[int] = self._all.eval(data=facts).plain_value()
        return values
