"""Make the virtual environment `.venv` and install one hash-locked set of packages into it.

Run by the system's Python, before anything is installed: `python3 config/prepare.py run`, or `test`, `dev`,
`bench`.
A set whose lock has not changed since it was installed is left alone.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        "Conus needs Python 3.11 or newer, and {} is {}.{}. "
        "If a newer one is installed, name it: make PYTHON=python3.12 run".format(
            sys.executable, *sys.version_info[:2]
        )
    )


def main(name: str) -> None:
    """Install the set `requirements/<name>.txt`, once."""
    lock = os.open(ROOT / "requirements", os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once take turns
    wanted = fingerprint(ROOT / "requirements" / f"{name}.txt")
    stamp = VENV / f"installed-{name}"
    if stamp.is_file() and stamp.read_text() == wanted and venv_works():
        return
    if not venv_works():
        make_venv()
    install(name)
    stamp.write_text(wanted)


def fingerprint(lock: Path) -> str:
    """What an installed set depends on: its lock, this Python, and where the clone stands."""
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {sys.version} {ROOT}\n"


def venv_works() -> bool:
    """Whether .venv has a Python that runs and a pip."""
    try:
        done = subprocess.run([VENV / "bin" / "python", "-c", "import pip"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def make_venv() -> None:
    """Make .venv afresh."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "Python's venv module is missing or has no pip. On Debian or Ubuntu: apt-get install python3-venv"
        )
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", VENV], check=False).returncode:
        sys.exit(f"The virtual environment {VENV} could not be made; the lines above say why.")


def install(name: str) -> None:
    """Install a set with pip, which refuses any file whose hash is not in the lock.

    The lock is complete, so nothing is resolved: with dependencies, pip before 23.3 asks an index for the
    newest version of a package that another one names with an extra, and refuses it for not being pinned.
    """
    print(f"Installing the packages in requirements/{name}.txt.", flush=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "--requirement", str(ROOT / "requirements" / f"{name}.txt")]
    if subprocess.run([*pip, "--no-input", "--no-deps", *locked], check=False).returncode:
        sys.exit(
            "The packages could not be installed; the lines above say why. It needs a package index in reach."
        )


if __name__ == "__main__":
    main(sys.argv[1])
