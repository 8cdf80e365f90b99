"""Installing from a lock, with the pip that this Python brings, from an index in a folder."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from config import prepare

OLD_PIP = (23, 3)
"""Before it, pip asked an index for the newest version of a package that another one names with an extra."""


def wheel(folder: Path, name: str, version: str, more: str = "") -> str:
    """Put a made-up package into a folder. Gives the line that locks it."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


def page(folder: Path) -> None:
    """The page of an index that lists what is in a folder."""
    links = "".join(f'<a href="{file.name}">{file.name}</a>\n' for file in sorted(folder.glob("*.whl")))
    (folder / "index.html").write_text(f"<!DOCTYPE html>\n{links}")


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A clone with a lock that is older than the index, which has a newer version of what a package needs."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / "requirements").mkdir()
    asks, asked = folder / "index" / "asks", folder / "index" / "asked"
    asks.mkdir(parents=True)
    asked.mkdir()
    extra = "Provides-Extra: more\n"
    lock = [
        wheel(asks, "asks", "1.0", "Requires-Dist: asked[more]>=1.0\n"),
        wheel(asked, "asked", "1.0", extra),
    ]
    wheel(asked, "asked", "1.1", extra)
    page(asks)
    page(asked)
    (folder / "requirements" / "run.txt").write_text("\n".join(lock))
    return folder


@pytest.fixture(scope="module")
def installed(clone) -> Path:
    """The Python of the clone, after `make install` there. The folder is the only index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare, "ROOT", clone)
        patch.setattr(prepare, "VENV", clone / ".venv")
        use_index(patch, clone)
        prepare.main("run")
    return clone / ".venv" / "bin" / "python"


def use_index(patch: pytest.MonkeyPatch, clone: Path) -> None:
    patch.setenv("PIP_CONFIG_FILE", "/dev/null")
    patch.setenv("PIP_INDEX_URL", (clone / "index").as_uri())
    patch.setenv("PIP_NO_CACHE_DIR", "1")
    for other in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CONSTRAINT"):
        patch.delenv(other, raising=False)


def versions(python: Path) -> str:
    script = "import asks, asked; print(asks.version, asked.version)"
    return subprocess.run([python, "-c", script], capture_output=True, check=True, text=True).stdout.strip()


def test_what_is_locked_is_installed_though_the_index_has_something_newer(installed):
    assert versions(installed) == "1.0 1.0"


def test_an_old_pip_that_resolves_refuses_the_same_lock(installed, clone, monkeypatch):
    use_index(monkeypatch, clone)
    lock = str(clone / "requirements" / "run.txt")
    pip = [installed, "-m", "pip", "--disable-pip-version-check"]
    told = subprocess.run([*pip, "--version"], capture_output=True, check=True, text=True).stdout
    old = tuple(map(int, told.split()[1].split(".")[:2])) < OLD_PIP

    resolving = [*pip, "install", "--force-reinstall", "--require-hashes", "--requirement", lock]
    done = subprocess.run(resolving, capture_output=True, check=False, text=True)

    assert ("all requirements must have their versions pinned" in done.stderr) == old
    assert (done.returncode != 0) == old
    assert versions(installed) == "1.0 1.0"


def test_a_file_that_is_not_the_locked_one_is_refused(installed, clone, monkeypatch, capfd):
    monkeypatch.setattr(prepare, "ROOT", clone)
    monkeypatch.setattr(prepare, "VENV", clone / ".venv")
    use_index(monkeypatch, clone)
    (clone / "requirements" / "test.txt").write_text(f"asked==1.1 --hash=sha256:{'0' * 64}")

    with pytest.raises(SystemExit, match=r"^The packages could not be installed; the lines above say why"):
        prepare.install("test")

    assert "DO NOT MATCH THE HASHES" in capfd.readouterr().err
    assert versions(installed) == "1.0 1.0"
