"""A screen reader that reads a real browser's window aloud, and what it said, as text.

Orca speaks what Chromium tells it over the accessibility bus of a desktop that nobody sees. Keys come from
the X server, as from a keyboard: those that Playwright sends, Orca never hears of.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NEEDS = ("orca", "Xvfb", "xdotool", "dbus-daemon", "speech-dispatcher", "script")
BRIDGE = Path("/usr/libexec/at-spi-bus-launcher")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""The browsers that have a window. The headless shell has none that could be read."""
SPOKEN = re.compile(r"SPEECH OUTPUT: '(.*)'(?:\s*\{.*\})?$")
KEY = re.compile(r"^(left |right )?(tab|shift|control|alt|return|space|enter)\s*$", re.IGNORECASE)
VOICE = 'AudioOutputMethod "libao"\nAddModule "dummy" "sd_dummy" ""\nDefaultModule dummy\n'
PATIENCE = 20
"""How many seconds something may take to be said, or to start."""


def why_not() -> str:
    """Why nothing is listened to, "" where it is. It wants a quiet machine, so it has to be asked for."""
    if os.environ.get("CONUS_BY_EAR") != "1":
        return "`make by-ear` listens"
    return f"nothing can be heard without {', '.join(lacking)}" if (lacking := missing()) else ""


def missing() -> list[str]:
    """What this machine lacks of what it takes to hear a page."""
    lacking = [name for name in NEEDS if not shutil.which(name)]
    lacking += [] if BRIDGE.exists() else ["at-spi2-core"]
    return lacking + ([] if browser_with_a_window() else ["chromium"])


def browser_with_a_window() -> str | None:
    """The browser that is read aloud: the first of these that is on the PATH."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


QUIET = 1.5
"""For how many seconds nothing is written down where the screen reader has said all it has to say."""


class Ear:
    """What was said, in order, and the keyboard of the desktop."""

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self.log, self.environment = log, environment
        self.begins = 0

    def said(self) -> list[str]:
        """The utterances since `forget`, without the names of keys that were pressed."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[self.begins :]
        heard = (match[1].strip() for line in lines if (match := SPOKEN.search(line)))
        return [words for words in heard if words and not KEY.match(words)]

    def forget(self) -> None:
        """Listen anew: what was said up to now counts no longer."""
        self.begins = len(self.log.read_text(encoding="utf-8", errors="replace").splitlines())

    def hear(self, words: str) -> list[str]:
        """Wait until these words were said. Returns all that was said until then. Fails if they are not."""
        return until(lambda: self._up_to(words), lambda: f"{words!r} was not said, but {self.said()}")

    def listen(self) -> list[str]:
        """Wait until nothing more is said. Returns what was. A key that is pressed before cuts it short."""
        size, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET:
            if (now := self.log.stat().st_size) != size:
                size, since = now, time.monotonic()
            time.sleep(0.05)
        return self.said()

    def _up_to(self, words: str) -> list[str] | None:
        said = self.said()
        at = next((place for place, one in enumerate(said) if words in one), None)
        return None if at is None else said[: at + 1]

    def press(self, *keys: str) -> None:
        """Press keys, by the names that X has for them: Tab, Return, space, shift+Tab."""
        for key in keys:
            subprocess.run(["xdotool", "key", "--clearmodifiers", key], env=self.environment, check=True)

    def look_at(self, window: str) -> None:
        """Give the keyboard to the window of this name. There is no window manager that would."""
        command = ["xdotool", "search", "--sync", "--onlyvisible", "--name", window, "windowfocus", "--sync"]
        subprocess.run(command, env=self.environment, check=True, timeout=PATIENCE)


def until(tried: Any, why: Any) -> Any:
    """What ``tried`` returns once it is something. Fails with what ``why`` says where it never is."""
    end = time.monotonic() + PATIENCE
    while (found := tried()) is None:
        assert time.monotonic() < end, why()
        time.sleep(0.05)
    return found


@contextmanager
def desktop(folder: Path) -> Iterator[Ear]:
    """A desktop that nobody sees, with a screen reader running. Everything of it lies in ``folder``."""
    home, log = folder / "home", folder / "orca.log"
    runtime = folder / "run"
    for each in (home, runtime):
        each.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "GNOME_ACCESSIBILITY": "1",
        "ACCESSIBILITY_ENABLED": "1",
        "NO_AT_BRIDGE": "0",
    }
    bridge = [str(BRIDGE), "--launch-immediately", "--a11y=1", "--screen-reader=1"]
    with _screen() as display, _bus() as bus:
        environment |= {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": bus}
        with _running(bridge, environment), _voice(folder, environment):
            # Written to a file, what was said last would stay in a buffer. A terminal gets it line by line.
            log.touch()
            written = ["script", "--quiet", "--flush", "--command", "orca --debug-file=/dev/tty", str(log)]
            with _running(written, environment):
                ear = Ear(log, environment)
                ear.hear("Screen reader on")
                yield ear


@contextmanager
def _voice(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """A voice that makes no sound: even its dummy asks for a sound device, and libao has one of none."""
    configuration, socket = folder / "voice", folder / "run/speech-dispatcher/speechd.sock"
    configuration.mkdir()
    (configuration / "speechd.conf").write_text(VOICE)
    (folder / "home/.libao").write_text("default_driver=null\n")
    socket.parent.mkdir()
    command = ["speech-dispatcher", "--run-single", "--config-dir", str(configuration)]
    with _running([*command, "--socket-path", str(socket)], environment):
        until(lambda: socket.exists() or None, lambda: "the voice did not start")
        yield


@contextmanager
def _screen() -> Iterator[str]:
    """An X server without a screen; its display."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        try:
            yield f":{number}"
        finally:
            server.terminate()


@contextmanager
def _bus() -> Iterator[str]:
    """A session bus; its address."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as bus:
        assert bus.stdout is not None
        try:
            yield bus.stdout.readline().strip()
        finally:
            bus.terminate()


@contextmanager
def _running(command: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    """A program that runs meanwhile. What it prints is not looked at."""
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=silent, stderr=silent) as program:
        try:
            yield
        finally:
            _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
