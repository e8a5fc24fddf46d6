"""A watch over rules of somebody's own: one that does not return is named, and stopped.

Rules are asked in the main thread, so a rule that never returns holds everything up. A thread
looks four times a second which rule is being asked. From one second on it says so: on standard
error, and instead of the pages to whoever asks for one (``/healthz`` answers 503). At the limit
the main thread is interrupted there: the rule breaks, with file and line, and the venue stops
before the command in hand is journalled. A rule that cannot even be interrupted (it catches
everything, or waits inside of one endless operation) ends the process, as a kill would.
"""

import faulthandler
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

from venue.rules.guard import ASKED_NOW, Guarded, RuleHeld

LOOK_SECONDS = 0.25
# From when on it is said that a rule holds the venue up, and when it is stopped.
SAY_SECONDS = 1.0
HELD_SECONDS_MAX = 10.0
# What cannot be interrupted in half as long again ends with the process.
GRACE_SHARE = 0.5
EXIT_CODE = 70
ANSWERS_A_LOOK = 8
REQUEST_BYTES_MAX = 4_096
INTERRUPT = signal.SIGALRM
# What a terminal sends on Ctrl-Z.
PAUSE = signal.SIGTSTP
GUARD_S = Guarded._heard.__code__

Say = Callable[[str], None]


class HeldRules:
    """The watch; ``begin`` it in the main thread, before any rule is asked."""

    def __init__(self, say: Say, *, seconds_max: float = HELD_SECONDS_MAX) -> None:
        self._say = say
        self._seconds_max = seconds_max
        self._ended = threading.Event()
        self._main = threading.main_thread()
        self._held_s = 0.0
        self._times = -1
        self._said_s = 0.0
        self._pages: socket.socket | None = None
        self._file: Path | None = None
        self._kept: TextIO | None = None
        self._thread = threading.Thread(target=self._watch, name="held rules", daemon=True)

    def begin(self) -> None:
        """Look from now on."""
        signal.signal(INTERRUPT, self._interrupt)
        signal.signal(PAUSE, self._pause)
        self._thread.start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()
        if self._kept is not None and self._file is not None:
            self._kept.close()
            self._file.unlink(missing_ok=True)
        if self._pages is not None:
            self._pages.close()
        signal.signal(INTERRUPT, signal.SIG_DFL)
        signal.signal(PAUSE, signal.SIG_DFL)

    def keep_in(self, file: Path) -> None:
        """Say where a process that cannot even run this thread writes what held it."""
        self._file = file

    def answer_for(self, pages: socket.socket | None) -> None:
        """Answer whoever asks at this listening socket while nobody else does."""
        self._pages = pages.dup() if pages is not None else None

    def sentence(self) -> str:
        """Say which rule has been running for how long."""
        title, method = ASKED_NOW.what or ("no rule", "nothing")
        return f"{title}, asked for {method}, has been running for {self._held_s:.0f} s"

    def _watch(self) -> None:
        looked_at = time.monotonic()
        while not self._ended.wait(LOOK_SECONDS):
            now = time.monotonic()
            # A process that was stopped for an hour has not run for one.
            passed_s, looked_at = min(now - looked_at, 4 * LOOK_SECONDS), now
            self._arm()
            self._look(passed_s)

    def _arm(self) -> None:
        """Where one operation keeps this thread from running, too, the process ends by itself."""
        if not ASKED_NOW.times or self._file is None or not self._file.parent.is_dir():
            return
        if self._kept is None:
            self._kept = self._file.open("w")
        after_s = self._seconds_max * (1 + GRACE_SHARE) + LOOK_SECONDS
        faulthandler.dump_traceback_later(after_s, exit=True, file=self._kept)

    def _answer(self) -> None:
        """Tell whoever asks for a page what holds the venue up."""
        if self._pages is None:
            return
        body = json.dumps({"ok": False, "why": self.sentence()})
        page = (
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        )
        with suppress(OSError):  # Until nobody waits any more.
            for _ in range(ANSWERS_A_LOOK):
                asker, _ = self._pages.accept()
                with asker, suppress(OSError):
                    asker.settimeout(LOOK_SECONDS)
                    asker.recv(REQUEST_BYTES_MAX)
                    asker.sendall(page.encode())

    def _look(self, passed_s: float) -> None:
        asked = ASKED_NOW
        if asked.what is None or asked.times != self._times:
            if self._said_s:
                ended = "was interrupted" if self._held_s >= self._seconds_max else "has returned"
                self._say(f"the rule {ended} after {self._held_s:.0f} s")
            self._times, self._held_s, self._said_s = asked.times, 0.0, 0.0
            return
        self._held_s += passed_s
        if self._held_s < SAY_SECONDS:
            return
        if self._held_s >= 2 * self._said_s:
            self._said_s = self._held_s
            self._say(f"a rule holds the venue up: {self.sentence()} (most: {self._seconds_max} s)")
        self._answer()
        if self._held_s >= self._seconds_max * (1 + GRACE_SHARE):
            self._say(f"the venue ends: {self.sentence()}, and cannot be interrupted")
            os._exit(EXIT_CODE)
        if self._held_s >= self._seconds_max and self._main.ident is not None:
            signal.pthread_kill(self._main.ident, INTERRUPT)

    def _pause(self, number: int, frame: FrameType | None) -> None:
        """Stand still as long as the terminal wants: the timer that ends the process must, too."""
        faulthandler.cancel_dump_traceback_later()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """In the main thread: break the rule, if it is one that is running here."""
        while frame is not None and frame.f_code is not GUARD_S:
            frame = frame.f_back
        if frame is not None and ASKED_NOW.what is not None and ASKED_NOW.times == self._times:
            raise RuleHeld(f"it was running for {self._held_s:.0f} s, {self._seconds_max} at most")
