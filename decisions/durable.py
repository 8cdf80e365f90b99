"""Files that neither a race nor a power cut leaves half written."""

import os
import secrets
from pathlib import Path


def make_once(file: Path, content: bytes) -> None:
    """Make a file that its owner alone can read, unless it is there.

    It is written in full under another name, then linked: of two that race, the first one's content stays.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write(draft, content, os.O_EXCL, 0o600)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def append(file: Path, content: bytes, mode: int) -> None:
    """Add to the end of a file, which is made with the mode where it is not there."""
    _write(file, content, os.O_APPEND, mode)


def _write(file: Path, content: bytes, how: int, mode: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | how, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def settle(place: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
