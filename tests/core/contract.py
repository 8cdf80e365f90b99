"""The contract once more, in plain Python, written from its words and not from the policy files.

Nothing here is imported from the program. A policy is named "ash" or "cigna"; answers are as in JSON, and
those that reach this module are allowed ones. ``flipped`` has the adopted readings that are taken the other
way.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

NO, UNSETTLED, MET = 0, 1, 2
ASH, CIGNA = "ash", "cigna"
IDS = {"ash-cpg-038": ASH, "cigna-cpg-038": CIGNA}
FIRST_DAY = {ASH: "2006-02-09", CIGNA: "2024-09-15"}
NEXT_REVIEW = "2025-09-15"
DIMPLE = (
    "dimple_diameter_mm",
    "dimple_distance_cm",
    "dimple_base_visible",
    "dimple_count",
    "dimple_position",
)

# criterion: the reason that opens it, and the facts that are its own
CRITERIA = {
    "injury-sequelae": ("injury_sequelae", ("injury_findings",)),
    "lumbar-puncture-guidance": ("lumbar_puncture_guidance", ()),
    "suspected-defect": ("suspected_defect", ("suspected_defects",)),
    "lumbosacral-stigmata": ("lumbosacral_stigmata", ("stigmata", *DIMPLE)),
    "tumor-malformation-trauma": ("tumor_malformation_trauma", ("suspected_lesions",)),
    "cord-retethering": ("cord_retethering", ("prior_spinal_operation",)),
    "caudal-regression": ("caudal_regression", ("caudal_signs",)),
    "intraspinal-blood": ("intraspinal_blood", ("intracranial_hemorrhage",)),
    "intraoperative": ("", ()),
    "injection-guidance": ("injection_guidance", ()),
}
IMPLYING = {fact: reason for reason, facts in CRITERIA.values() for fact in facts[:1]}
REASONS = (*(reason for reason, _ in CRITERIA.values() if reason), "extremity_musculoskeletal", "spinal_pain")

# One value of every class that the tables tell apart.
AGES = (0, 12, 24)
SETTINGS = ("outpatient", "inpatient", "intraoperative_spinal", "intraoperative_other")
CLASSES = {
    "injury_findings": ("hematoma_after_injury", "postoperative_csf_leak", "other"),
    "suspected_defects": ("cord_tethering", "other"),
    "suspected_lesions": ("spinal_cord_tumor", "vertebral_bone_lesion", "other"),
    "stigmata": ("sacral_dimple", "hair_tuft", "skin_discoloration", "other"),
    "caudal_signs": ("anal_atresia", "vacterl", "other"),
    "dimple_diameter_mm": (3, 5, 7),
    "dimple_distance_cm": (1, Decimal("2.5"), 3),
    "dimple_base_visible": (True, False),
    "dimple_count": ("single", "multiple"),
    "dimple_position": ("midline", "paramedian"),
    "intracranial_hemorrhage": (True, False),
    "prior_spinal_operation": (True, False),
}
SETS = ("injury_findings", "suspected_defects", "suspected_lesions", "stigmata", "caudal_signs")

# Values of a number that are tried to see what a partial answer leaves: they lie closer than any two limits.
NUMBERS = {
    "age_months": (*range(40), 400, 1500),
    "dimple_diameter_mm": (*(Decimal(n) / 8 for n in range(1, 120)), Decimal(100)),
    "dimple_distance_cm": (*(Decimal(n) / 8 for n in range(80)), Decimal(30)),
}
OPTIONS = {
    "setting": SETTINGS,
    "dimple_count": CLASSES["dimple_count"],
    "dimple_position": CLASSES["dimple_position"],
}
BOUNDS = {
    "above": lambda given, bound: given > bound,
    "at_least": lambda given, bound: given >= bound,
    "below": lambda given, bound: given < bound,
    "at_most": lambda given, bound: given <= bound,
}


def left(fact, given):
    """The values that an answer to a number or a choice leaves, of those that are tried."""
    if given is None:
        return list(NUMBERS.get(fact) or OPTIONS[fact])
    if not isinstance(given, dict):
        return [given]
    if fact in OPTIONS:
        return [option for option in OPTIONS[fact] if option in given["one_of"]]
    bounds = [(BOUNDS[key], Decimal(str(bound))) for key, bound in given.items() if bound is not None]
    return [value for value in NUMBERS[fact] if all(within(value, bound) for within, bound in bounds)]


def class_of(fact, value):
    """The value of CLASSES or AGES that stands for a number."""
    if fact == "age_months":
        return 0 if value < 12 else 12 if value < 24 else 24
    limit = {"dimple_diameter_mm": 5, "dimple_distance_cm": Decimal("2.5")}[fact]
    return CLASSES[fact][0 if value < limit else 1 if value == limit else 2]


def described(given):
    """Of a set that is answered: what is there, and what is not; None for all that is not there."""
    if isinstance(given, dict):
        return set(given.get("with", ())), set(given.get("without", ()))
    there = set(given) - {"others_unknown"}
    return there, set() if "others_unknown" in given else None


def infant(policy, age):
    if policy == CIGNA:
        return MET if age < 24 else NO
    return MET if age < 12 else UNSETTLED if age <= 23 else NO


def _members(infants, found, met, unsettled):
    """Infant AND any of the met ones; infant AND any of the unsettled ones."""
    if found & met:
        return infants
    return min(infants, UNSETTLED) if found & unsettled else NO


def dimple(own, flipped=frozenset()):
    """Atypical is met, in-between is unsettled, simple is no."""
    wide = Decimal(str(own["dimple_diameter_mm"])) > 5
    distance = Decimal(str(own["dimple_distance_cm"]))
    far = distance >= Decimal("2.5") if "dimple-2.5cm" in flipped else distance > Decimal("2.5")
    if "dimple-features" in flipped:
        return MET if wide and far else NO
    if wide or far or own["dimple_base_visible"] is False:
        return MET
    between = (
        Decimal(str(own["dimple_diameter_mm"])) == 5
        or own["dimple_count"] == "multiple"
        or own["dimple_position"] == "paramedian"
    )
    return UNSETTLED if between else NO


LISTED_STIGMATA = {
    "midline_mass",
    "paramedian_mass",
    "skin_tag",
    "tail",
    "hair_tuft",
    "hemangioma",
    "lipoma",
    "cutis_aplasia",
    "dermal_sinus",
}
OPEN_STIGMATA = {"skin_discoloration", "deviated_gluteal_cleft", "other"}
FINDINGS = {
    "injury-sequelae": (
        "injury_findings",
        {
            "hematoma_after_injury",
            "hemorrhage_after_injury",
            "infection_after_injury",
            "csf_leak_after_injury",
            "other_sequela_of_injury",
        },
        {"infection_without_injury", "postoperative_csf_leak", "other"},
    ),
    "suspected-defect": (
        "suspected_defects",
        {"cord_tethering", "diastematomyelia", "hydromyelia", "syringomyelia", "spinal_dysraphism"},
        {"other", "not_named"},
    ),
    "tumor-malformation-trauma": (
        "suspected_lesions",
        {"spinal_cord_tumor", "sacrococcygeal_teratoma", "vascular_malformation", "birth_related_trauma"},
        {"vertebral_bone_lesion", "paraspinal_or_epidural_tumor", "other"},
    ),
    "caudal-regression": (
        "caudal_signs",
        {
            "syndrome_named",
            "anal_atresia",
            "anal_stenosis",
            "other_anorectal_malformation",
            "sacral_agenesis",
            "currarino_triad",
            "cloaca",
            "oeis_complex",
        },
        {"vacterl", "urogenital_malformation", "other"},
    ),
    "lumbosacral-stigmata": ("stigmata", LISTED_STIGMATA, OPEN_STIGMATA),
}
"""For each criterion with findings: the fact, the findings that meet it, and those that leave it unsettled.
"""
MEMBERS_OF = {
    fact: (*sorted(met), *sorted(unsettled), *["sacral_dimple"] * (fact == "stigmata"))
    for fact, met, unsettled in FINDINGS.values()
}


def class_of_member(fact, member):
    """Which members of a set no condition tells apart."""
    _, met, unsettled = next(row for row in FINDINGS.values() if row[0] == fact)
    return "met" if member in met else "unsettled" if member in unsettled else member


def _stigmata(infants, own, flipped):
    found = own["stigmata"]
    value = _members(infants, found, LISTED_STIGMATA, OPEN_STIGMATA)
    if "sacral_dimple" in found:
        value = max(value, min(infants, dimple(own, flipped)))
    return value


def criterion(key, policy, age, setting, opened, own, flipped=frozenset()):
    """The value of one criterion of complete answers; ``opened``: its reason is given."""
    infants = infant(policy, age)
    if key == "intraoperative":
        other = policy == ASH and "intraoperative-any-surgery" not in flipped
        return MET if setting in ("intraoperative_spinal", *["intraoperative_other"] * other) else NO
    if not opened:
        return NO
    if key == "lumbar-puncture-guidance":
        return MET if infants == MET else UNSETTLED
    if key == "injection-guidance":
        return UNSETTLED
    if key == "cord-retethering":
        return infants if own["prior_spinal_operation"] else NO
    if key == "intraspinal-blood":
        return infants if own["intracranial_hemorrhage"] else NO
    if key == "lumbosacral-stigmata":
        return _stigmata(infants, own, flipped)
    fact, met, unsettled = FINDINGS[key]
    return _members(infants, own[fact], met, unsettled)


READINGS = {
    ("injury_findings", "infection_without_injury"): "injury-unlinked",
    ("injury_findings", "postoperative_csf_leak"): "injury-unlinked",
    ("stigmata", "skin_discoloration"): "skin-discoloration",
    ("stigmata", "deviated_gluteal_cleft"): "gluteal-cleft",
    ("suspected_defects", "not_named"): "defect-not-named",
    ("suspected_lesions", "vertebral_bone_lesion"): "bone-lesion",
    ("suspected_lesions", "paraspinal_or_epidural_tumor"): "paraspinal-tumor",
    ("caudal_signs", "vacterl"): "vacterl-alone",
    ("caudal_signs", "urogenital_malformation"): "urogenital-alone",
    **{(fact, "other"): "unnamed-finding" for fact in SETS},
}


def open_readings(key, policy, age, own):
    """The open readings that make a criterion, unsettled by complete answers, unsettled."""
    if key == "injection-guidance":
        return {"injection-guidance"}
    infants = infant(policy, age)
    if key == "lumbar-puncture-guidance":
        return {"infant-age"} if infants == UNSETTLED else {"lumbar-puncture-age"}
    found = {"infant-age"} if infants == UNSETTLED else set()
    if criterion(key, CIGNA, 0, "outpatient", True, own) == MET:
        return found
    fact = CRITERIA[key][1][0]
    found |= {READINGS[fact, member] for member in own[fact] if (fact, member) in READINGS}
    return found | _dimple_readings(own) if fact == "stigmata" and "sacral_dimple" in own[fact] else found


def _dimple_readings(own):
    found = set()
    if Decimal(str(own["dimple_diameter_mm"])) == 5:
        found.add("dimple-5mm")
    if own["dimple_count"] == "multiple" or own["dimple_position"] == "paramedian":
        found.add("dimple-not-single-midline")
    return found


def known_set(raw, fact):
    """The members named, or None where the set is wholly unknown."""
    given = raw.get(fact)
    return None if given is None else described(given)[0]


def implied(raw):
    """The reasons that findings imply where the reasons are not answered."""
    if raw.get("reasons") is not None:
        return set()
    return {
        reason
        for fact, reason in IMPLYING.items()
        if (known_set(raw, fact) if fact in SETS else raw.get(fact) is True)
    }


def day(raw, as_of):
    return raw.get("date_of_service") or as_of


def holds(policy, raw, met, listed, valid, flipped=frozenset()):
    """The holds of a request that meets the criteria ``met``."""
    found = set()
    intraoperative = set(left("setting", raw.get("setting"))) <= set(SETTINGS[2:])
    if raw.get("contraindications") and not intraoperative and "contraindications-hold" not in flipped:
        found.add("contraindication")
    again = raw.get("prior_ultrasound") in ("normal", "abnormal_or_equivocal", "technically_limited")
    if again and not met & {"intraoperative", "lumbar-puncture-guidance", "cord-retethering"}:
        found.add("repeat-study")
    if met == {"suspected-defect"} and _only_a_dimple(raw):
        found.add("dimple-basis")
    procedures, diagnoses = raw.get("procedure_codes") or [], raw.get("diagnosis_codes") or []
    if policy == CIGNA:
        fitting = {"76800"} | ({"62270", "76942"} if "lumbar-puncture-guidance" in met else set())
        if procedures and not fitting & set(procedures):
            found.add("procedure-not-listed")
        good = set(diagnoses) & valid
        if list_applies(raw, met) and good and not good & listed and "code-list-hold" not in flipped:
            found.add("diagnosis-not-listed")
    return found


def _only_a_dimple(raw):
    basis = raw.get("suspicion_basis")
    if basis:
        return set(basis) == {"sacral_dimple"}
    reasons = raw.get("reasons")
    given = reasons is None or "lumbosacral_stigmata" in reasons
    if not given or raw.get("stigmata") is None:
        return False
    there, absent = described(raw["stigmata"])
    return there == {"sacral_dimple"} and (absent is None or len(absent) == len(MEMBERS_OF["stigmata"]) - 1)


def list_applies(raw, met):
    procedures = raw.get("procedure_codes") or []
    return "76800" in procedures if procedures else bool(met - {"lumbar-puncture-guidance"})


def requests(policy, raw, met, valid, flipped=frozenset()):
    """The requests of a request for coverage that meets the criteria and is not held."""
    if policy == ASH or not list_applies(raw, met) or "code-list-hold" in flipped:
        return set()
    diagnoses = raw.get("diagnosis_codes") or []
    if not diagnoses:
        return {"diagnosis-missing"}
    return set() if set(diagnoses) & valid else {"diagnosis-invalid"}


def cautions(policy, raw, met, valid, as_of):
    found = set()
    if met - {"intraoperative"} and min(left("age_months", raw.get("age_months"))) >= 6:
        found.add("over-six-months")
    if policy == CIGNA and day(raw, as_of) > NEXT_REVIEW:
        found.add("review-overdue")
    if set(raw.get("diagnosis_codes") or []) - valid:
        found.add("diagnosis-invalid-code")
    if policy == ASH and set(raw.get("procedure_codes") or []) - {"76800"}:
        found.add("procedure-not-in-table")
    if denied(raw):
        found.add("reason-not-borne-out")
    return found


def denied(raw):
    """Whether a reason is given whose detail is answered with nothing."""
    details = {reason: fact for fact, reason in IMPLYING.items()}
    return any(nothing(details[reason], raw) for reason in raw.get("reasons") or () if reason in details)


def nothing(fact, raw):
    """Whether an answer says of each member of a set that it is not there, or no to a yes or no."""
    given = raw.get(fact)
    if given is None or isinstance(given, bool):
        return given is False
    there, absent = described(given)
    return not there and (absent is None or len(absent) == len(MEMBERS_OF[fact]))


def next_step(outcome, holds_, requests_):
    if outcome == "out_of_scope":
        return "redirect"
    if outcome == "more_information":
        return "request_information"
    if outcome != "criteria_met" or holds_:
        return "physician_review"
    return "request_information" if requests_ else "can_approve"


def completed_months(birth: date, on: date) -> int:
    """Counted month by month: each is completed on its day, or on the first of the next without one."""
    months = 0
    while True:
        year, month = divmod(birth.year * 12 + birth.month - 1 + months + 1, 12)
        try:
            due = date(year, month + 1, birth.day)
        except ValueError:
            due = date(year, month + 1, 28)
            while due.month == month + 1:
                due += timedelta(days=1)
        if due > on:
            return months
        months += 1
