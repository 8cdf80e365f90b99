#!/usr/bin/env bash
# Finding: a diagnosis code that may stand on a claim today may be a mere heading a year later.
#
# simple-icd-10-cm 1.4.0 (ICD-10-CM of April 2025) beside 1.5 (April 2026), both with the data in the package.
# One would guess that a new edition adds codes and that a billable code stays one. Seen: 28 codes that were billable in
# April 2025 are not in April 2026. 16 of them, G35 (multiple sclerosis) and Q89.8 among them, are headings now, whose
# parts have to be named; 12 are gone altogether, 7th character and all, because their heading was divided anew.
# What it means for us: "is this code valid" has no answer without a day. Each code is judged by the edition in force on
# the date of service, and a page that has no such edition at hand says by which one it judged.
#
# Run by hand. Ends with 1 where this is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for version in 1.4.0 1.5; do
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$folder/$version" \
    "simple-icd-10-cm==$version" 2>/dev/null
  PYTHONPATH="$folder/$version" python3 - >"$folder/$version.txt" <<'PYTHON'
import simple_icd_10_cm as icd

for code in icd.get_all_codes(with_dots=True):
    if icd.is_category_or_subcategory(code):
        print(code, "billable" if icd.is_leaf(code) else "heading")
PYTHON
done

python3 - "$folder" <<'PYTHON'
import sys
from pathlib import Path

before, after = (
    dict(line.split() for line in (Path(sys.argv[1]) / f"{version}.txt").read_text().splitlines())
    for version in ("1.4.0", "1.5")
)
lost = [code for code, kind in before.items() if kind == "billable" and after.get(code) != "billable"]
headings = sorted(code for code in lost if code in after)
print(f"billable in April 2025 and not in April 2026: {len(lost)}")
print(f"of these headings now: {len(headings)}: {' '.join(headings)}")
print(f"of these gone: {len(lost) - len(headings)}")
sys.exit(0 if (len(lost), len(headings)) == (28, 16) and {"G35", "Q89.8"} <= set(headings) else 1)
PYTHON
