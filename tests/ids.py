"""Which tests of an older tree are gone: `python -m tests.ids OLDER_TREE`. Ends with 1 where one is.

A test that stands in another file now is not gone. One whose name or parameters changed is: whoever changed
them says where its assertions are.
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.processes import ROOT, clean_environment


def ids(tree: Path) -> list[str]:
    """The ids of all tests of a tree, the long proofs too."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-m", "", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=tree, env=clean_environment(), stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"The tests of {tree} cannot be collected:\n{done.stdout[-2000:]}")
    return [line for line in done.stdout.splitlines() if "::" in line]


def name(test: str) -> str:
    """An id without its file."""
    return test.partition("::")[2]


def gone(before: list[str], after: list[str]) -> list[str]:
    """Those before that are nowhere after, each as often as it is missing."""
    known, now = set(before), set(after)
    new = Counter(name(test) for test in after if test not in known)
    missing = []
    for test in before:
        if test not in now and new[name(test)] == 0:
            missing.append(test)
        elif test not in now:
            new[name(test)] -= 1
    return missing


if __name__ == "__main__":
    before, after = ids(Path(sys.argv[1])), ids(ROOT)
    missing = gone(before, after)
    sys.stdout.writelines(f"{test}\n" for test in missing)
    sys.stdout.write(f"{len(before)} before, {len(after)} now, {len(missing)} of those before are gone.\n")
    sys.exit(bool(missing))
