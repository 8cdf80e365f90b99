"""Make a database as the Conus of a checkout makes it, and keep it packed: for both engines.

    cd CHECKOUT && PYTHONPATH=. python THIS_FILE FOLDER

The code that runs is the checkout's; its tests' world brings the cases into every state. The README of this
folder says when.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

SECRET_KEY = "made-up-secret-key-of-the-old-databases-a-test-key-protects-nothing"
BESIDE = ("checkpoints.jsonl", "checkpoint-key.pub")


def main(folder: Path) -> None:
    """Fill an empty database of each engine, and keep what is in it."""
    import psycopg

    from tests.conftest import database_url
    from tests.private_postgres import binaries, server

    with tempfile.TemporaryDirectory() as var:
        filled(var)
        lines = sqlite_lines(Path(var, "conus.sqlite3"))
        keep(folder / "sqlite", lines, Path(var))
    with tempfile.TemporaryDirectory() as var, server() as url:
        with psycopg.connect(database_url(url, "postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE conus")
        filled(var, DATABASE_URL=url)
        keep(folder / "postgresql", postgresql_lines(binaries() / "pg_dump", url), Path(var))


def filled(var: str, **more: str) -> None:
    """Have another process prepare a database, and one fill it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CONUS_")}
    environment = {
        **clean,
        "CONUS_VAR": var,
        "CONUS_SECRET_KEY": SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
    for command in (["-m", "config.serve", "--prepare-only"], [__file__, "--fill"]):
        subprocess.run([sys.executable, *command], env=environment, check=True)


def sqlite_lines(file: Path) -> list[str]:
    """A SQLite database as statements."""
    with closing(sqlite3.connect(file)) as opened:
        return list(opened.iterdump())


def postgresql_lines(program: Path, url: str) -> list[str]:
    """A PostgreSQL database as statements, which any client can run: none of those to psql is among them."""
    dumping = [program, "--no-owner", "--inserts", "--rows-per-insert=100", "--no-unlogged-table-data", url]
    dump = subprocess.run(dumping, check=True, capture_output=True, text=True).stdout
    return [line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def keep(folder: Path, lines: list[str], var: Path) -> None:
    """Pack the statements, and put what lies beside a database next to them, but for its private key."""
    folder.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0)
    (folder / "dump.sql.gz").write_bytes(packed)
    for name in BESIDE:
        shutil.copyfile(var / name, folder / name)


# In the process that fills the database


def fill() -> None:
    """Cases in every state, with all that a case can have; checks; and a log with checkpoints."""
    import django

    django.setup()
    from decisions.log import checkpoints
    from tests.reviews.world import make_cases

    world = make_cases()
    write_letter_texts(world)
    undecided(world)
    checkpoints.write()
    decided(world)
    checkpoints.write()
    looked_at(world)
    checked()
    checkpoints.write()
    world.draft(notes="Made up: it came after the last checkpoint.")


def write_letter_texts(world: Any) -> None:
    """What a line of business says in letters. Without it, none about an adverse decision goes out."""
    from decisions.demonstration.made_up_people import LETTERS

    for name, text in LETTERS.items():
        setattr(world.line, name, text)
    world.line.save()


STIGMATA = {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"]}
OPERATED = {"setting": "outpatient", "reasons": ["cord_retethering"], "prior_spinal_operation": True}
NOT_OPERATED = {**OPERATED, "prior_spinal_operation": False}
NOT_DOCUMENTED = {**OPERATED, "prior_spinal_operation": None}
LEFT_OPEN = {
    **STIGMATA,
    "stigmata": ["sacral_dimple", "others_unknown"],
    "dimple_diameter_mm": "3",
    "dimple_distance_cm": None,
    "dimple_base_visible": True,
}
TUFT = {**STIGMATA, "stigmata": ["hair_tuft", "others_unknown"]}
WITH_ALL = {
    **STIGMATA,
    "reasons": ["lumbosacral_stigmata", "suspected_defect", "caudal_regression"],
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": "7.5",
    "dimple_distance_cm": "2.5",
    "dimple_base_visible": False,
    "dimple_count": "multiple",
    "dimple_position": "paramedian",
    "suspected_defects": ["cord_tethering"],
    "suspicion_basis": ["sacral_dimple", "urological_sign"],
    "caudal_signs": ["anal_atresia"],
    "prior_ultrasound": "abnormal_or_equivocal",
    "contraindications": [],
}


def undecided(world: Any) -> None:
    """Cases in every state before a decision."""
    from decisions.reviews.case import verbs as working
    from tests.reviews.world import sent

    world.draft()
    world.in_review()
    for answers in (OPERATED, NOT_OPERATED, NOT_DOCUMENTED, LEFT_OPEN, WITH_ALL):
        world.in_review(answers=answers)
        world.in_review(answers=answers, plan=world.ash_plan, date_of_service=None)
    world.in_physician_review(answers=NOT_OPERATED)
    world.in_physician_review(world.physician, answers=LEFT_OPEN)
    world.waiting()
    world.waiting_for_physician()
    noted = world.in_review(world.reviewer_2, answers=TUFT)
    working.note(world.reviewer_2, noted.pk, sent(noted), "Made up: the chart has a photograph.")


def decided(world: Any) -> None:
    """Cases in every state from a decision on: with, against and beside the determination."""
    from decisions.reviews.case import verbs as working
    from tests.reviews.world import corrected, fresh, sent, signed

    for answers in (OPERATED, TUFT):
        for plan in (world.plan, world.ash_plan):
            case = world.in_physician_review(world.physician, answers=answers, plan=plan)
            signed(world.physician, case, "approved")
    for answers in (OPERATED, NOT_OPERATED, NOT_DOCUMENTED, LEFT_OPEN, WITH_ALL):
        case = world.in_physician_review(world.physician, answers=answers)
        signed(world.physician, case, "adverse")
        lettered(world.physician, case)
    today = world.in_physician_review(world.physician, answers=WITH_ALL, date_of_service=None)
    signed(world.physician, today, "approved")
    world.decided(diagnosis_codes=["Q06.8", "Q89.8", "nonsense"])
    world.decided_adverse(plan=world.ash_plan)
    working.withdraw(world.intake, (case := world.draft()).pk, sent(case), "Made up: asked for twice.")
    corrected(world.physician, (case := world.decided_adverse()), "approved")
    lettered(world.physician, fresh(case))
    world.appealed()
    world.appealed(world.appeal_physician, answers=NOT_OPERATED)
    world.appeal_decided("approved", answers=NOT_OPERATED)
    lettered(world.appeal_physician, world.appeal_decided("adverse", answers=LEFT_OPEN))
    working.reopen(world.reviewer, (case := world.closed()).pk, sent(case), "Made up: a fax came in.")
    world.closed()
    world.withdrawn()


def lettered(person: Any, case: Any) -> None:
    """The letter about the newest decision of a case."""
    from decisions.reviews.letters import verbs as letters
    from tests.reviews.world import fresh, sent

    case = fresh(case)
    kind = letters.kinds(case)[0]
    to, body = case.ordering_clinician, letters.draft(case, kind)
    letters.issue(person, case.pk, sent(case), kind, to, body)


def looked_at(world: Any) -> None:
    """Emergency access to a case of another team."""
    from decisions.reviews.worklist import emergency
    from tests.reviews.world import sent

    reference = world.of_other_team("in_review").reference
    emergency.take_access(world.physician, sent(world.draft()), reference, "Made up: the colleague is ill.")


def checked() -> None:
    """Checks of strangers: with ages that were typed, and made from a birth date."""
    from decisions.models import Check

    policies = ["ash-cpg-038", "cigna-cpg-038"]
    common = {"topic": "spinal_ultrasound", "policies": policies, "owner": "made-up-owner"}
    for answers in (OPERATED, NOT_OPERATED, NOT_DOCUMENTED, LEFT_OPEN):
        Check.objects.create(**common, answers={"age_months": 5, **answers}, revision=3)
    aged = {**STIGMATA, "age_months": 23, "date_of_service": "2026-01-20"}
    Check.objects.create(**common, answers=aged, age_from_birth_date=True, revision=4)
    del aged["date_of_service"]
    Check.objects.create(**common, answers=aged, age_from_birth_date=True, revision=4)


if __name__ == "__main__":
    if sys.argv[1:] == ["--fill"]:
        fill()
    else:
        main(Path(sys.argv[1]))
