"""A rule of one's own that never returns: it is named while it runs, and the venue stops."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.ports import free_port
from tests.support.own_rule import ANSWER, RULE
from tests.test_process import ROOT
from venue.held_rules import EXIT_CODE

# It answers a hundred times; then it is ``how``.
THEN = "        if memory.marks > 99:\n            {how}\n"
WAYS = """

def search():
    at = 0
    while True:
        at += 1


def stubborn():
    while True:
        try:
            search()
        except BaseException:
            pass
"""
HELD = RULE.replace(ANSWER, THEN + ANSWER) + WAYS
CONFIG = """
house = false
rule_seconds_max = {seconds}
[[markets]]
market = "TSLA"
rules.mark = "mine:Mine"
"""


@contextmanager
def venue(
    folder: Path, how: str, *, seconds: int = 1
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a venue with such a rule until the block ends; yield its pages' address too."""
    (folder / "mine.py").write_text(HELD.format(how=how))
    (folder / "venue.toml").write_text(CONFIG.format(seconds=seconds))
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "venue", "serve", "--no-screen", "--speed", "3600",
         "--port", str(port), "--admin-port", str(port + 1)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port + 1}", process
    finally:
        process.kill()
        process.wait()


def verified(folder: Path) -> str:
    """Return what is said of the journal; its rows alone are looked at."""
    done = subprocess.run(
        [sys.executable, "-m", "venue", "journal", "verify", "--rows-only",
         "sqlite:///var/venue.db"],
        cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def trouble(pages: str, process: subprocess.Popen[str]) -> str:
    """Wait until ``/healthz`` says that a rule holds the venue up, and return how."""
    while process.poll() is None:
        try:
            # Who was let in just before it began waits with everybody else: ask anew.
            urllib.request.urlopen(f"{pages}/healthz", timeout=0.5).close()
        except urllib.error.HTTPError as error:
            with error:
                why = str(json.load(error)["why"])
            if error.code == 503 and "has been running for" in why:
                return why
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"it ended before it said anything: {process.communicate()}")


def test_HELD_001_a_rule_that_runs_for_ever_is_named_and_stopped_before_it_is_journalled(
    tmp_path: Path,
) -> None:
    with venue(tmp_path, "search()", seconds=3) as (pages, process):
        why = trouble(pages, process)
        _, errors = process.communicate(timeout=60)

    said = " ".join(errors.split())
    held = "market TSLA: mark rule mine:Mine, asked for mark, has been running for"
    assert why.startswith(held)
    assert f"a rule holds the venue up: {held}" in said
    assert process.returncode == 1
    assert (
        "the venue stopped, a rule broke: market TSLA: mark rule mine:Mine did not return" in said
    )
    assert f"at {tmp_path / 'mine.py'}:" in said
    assert "in search, asked for mark: it was running for 3 s, 3.0 at most" in said
    assert "Traceback" not in errors
    assert list((tmp_path / "var" / "venue.d").glob("side-*.msgpack"))
    assert not (tmp_path / "var" / "venue.d" / "held.txt").exists()
    assert verified(tmp_path).startswith("whole: ")


def test_HELD_002_one_that_catches_everything_ends_with_the_process(tmp_path: Path) -> None:
    with venue(tmp_path, "stubborn()") as (_, process):
        _, errors = process.communicate(timeout=60)

    assert process.returncode == EXIT_CODE
    assert "the venue ends: market TSLA: mark rule mine:Mine" in errors
    assert "cannot be interrupted" in errors
    assert verified(tmp_path).startswith("whole: ")


def test_HELD_003_one_endless_operation_ends_with_the_process_and_its_line_in_a_file(
    tmp_path: Path,
) -> None:
    """It lets no other thread run: not even the one that looks."""
    with venue(tmp_path, "sum(range(1 << 60))") as (_, process):
        process.communicate(timeout=60)

    assert process.returncode == 1
    kept = (tmp_path / "var" / "venue.d" / "held.txt").read_text()
    assert f'File "{tmp_path / "mine.py"}", line 16 in mark' in kept
    assert verified(tmp_path).startswith("whole: ")


@pytest.mark.parametrize("seconds", ["0", "601"])
def test_HELD_004_a_limit_that_is_none_is_refused(seconds: str, tmp_path: Path) -> None:
    (tmp_path / "venue.toml").write_text(f"rule_seconds_max = {seconds}\n")

    done = subprocess.run(
        [sys.executable, "-m", "venue", "serve"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert f"rule_seconds_max: expected 1 to 600, found {seconds}\n" in done.stderr


PAUSED = """
import signal, sys, time
from pathlib import Path
from venue.held_rules import HeldRules
from venue.rules.guard import ASKED_NOW

held = HeldRules(print, seconds_max=0.3)
held.keep_in(Path(sys.argv[1]))
held.begin()
ASKED_NOW.times = 1  # A rule of somebody's own has been asked, and has answered.
time.sleep(0.4)
print("watched", flush=True)
time.sleep(0.6)
held.end()
print("ended", flush=True)
"""


def test_HELD_005_a_venue_that_was_put_aside_in_a_terminal_goes_on(tmp_path: Path) -> None:
    words = [sys.executable, "-c", PAUSED, str(tmp_path / "held.txt")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "watched\n"
        process.send_signal(signal.SIGTSTP)
        time.sleep(1.2)
        process.send_signal(signal.SIGCONT)

        assert process.communicate(timeout=20)[0] == "ended\n"
    assert process.returncode == 0
