"""The command line: every refusal is one sentence and exit code 2, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from venue.rules.rulebooks import RULEBOOKS
from venue.rules.table import RULES
from venue.store.lock import FileLock

ROOT = Path(__file__).parent.parent


def venue(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "venue", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONPATH": str(ROOT)},
    )


def test_the_settings_are_printed_as_toml() -> None:
    printed = venue("config")

    assert printed.returncode == 0
    assert 'journal = "sqlite:///var/venue.db"' in printed.stdout


def test_every_rule_and_rulebook_is_listed_with_one_line() -> None:
    printed = venue("rules", "list")

    assert printed.returncode == 0
    for name in [*RULEBOOKS, *(rule for rules in RULES.values() for rule in rules)]:
        assert f" {name} " in printed.stdout


@pytest.mark.parametrize("name", ["venue_default", "step", "clamp/step", "my-own"])
def test_a_rule_and_a_rulebook_show_what_they_do(name: str, tmp_path: Path) -> None:
    config = tmp_path / "venue.toml"
    config.write_text('[[rulebooks]]\nname = "my-own"\nrules.clamp = {step_e4 = 50}\n')

    shown = venue("rules", "show", name, "--config", str(config))

    assert shown.returncode == 0, shown.stderr
    assert "Does not guard against the gap itself" in shown.stdout
    assert "Here: step_e4 50." in shown.stdout or name != "my-own"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(("serve", "--speed", "0"), "clock.speed: expected 1", id="speed"),
        pytest.param(("serve", "--replay", "/nowhere.csv"), "expected a file", id="no recording"),
        pytest.param(
            ("serve", "-c", "/nowhere.toml"), "expected a readable file", id="no settings"
        ),
        pytest.param(("serve", "--journal", "mysql://x"), "sqlite:///path", id="other database"),
        pytest.param(("recording", "show", "/nowhere.csv"), "expected a file", id="show"),
        pytest.param(("account", "list", "--key", "/nowhere"), "operator's key file", id="no key"),
        pytest.param(("journal", "verify", "sqlite:////nowhere/x.db"), "/nowhere", id="no journal"),
        pytest.param(("rules", "show", "nope"), "`venue rules list` shows all", id="no rule"),
        pytest.param(("rules", "list", "--kind", "nope"), "no kind of rule", id="no kind"),
        pytest.param(("db", "upgrade", "sqlite:///x.db", "what"), "expected one of", id="tree"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    refused = venue(*arguments, cwd=tmp_path)

    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert refused.stderr.startswith("refused: ")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_broken_recording_is_refused_with_its_line_and_repaired(tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_text(
        "timestamp,open,high,low,close,volume\n"
        "2025-04-07 09:30:00,250,251,249,250,1\n"
        "2025-04-07 09:32:00,250,251,249,250,1\n"
        "2025-04-07 09:31:00,250,251,249,250,1\n"
    )

    shown = venue("recording", "show", str(path), "--market", "TSLA")
    mended = venue(
        "recording", "repair", str(path), str(tmp_path / "whole.csv"), "--market", "TSLA"
    )
    shown_whole = venue("recording", "show", str(tmp_path / "whole.csv"), "--market", "TSLA")

    assert shown.returncode == 2
    assert "line 4" in shown.stderr
    assert mended.returncode == 0
    assert "3 rows read, 3 written" in mended.stdout
    assert shown_whole.returncode == 0


def test_assertions_cannot_be_switched_off() -> None:
    stopped = subprocess.run(
        [sys.executable, "-O", "-m", "venue", "config"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert stopped.returncode == 1
    assert "does not run without its assertions" in stopped.stderr


def test_fresh_puts_an_old_run_aside_but_never_one_that_is_in_use(tmp_path: Path) -> None:
    for name in ("v.db", "v-projections.db"):
        (tmp_path / name).write_bytes(b"old")
    (tmp_path / "v.d").mkdir()
    options = ("serve", "--fresh", "--no-screen", "--journal", f"sqlite:///{tmp_path / 'v.db'}",
               "--replay", "/nowhere.csv")  # fmt: skip
    held = FileLock(tmp_path / "v.db")

    in_use = venue(*options)
    held.release()
    refused = venue(*options)

    assert "is in use by process" in in_use.stderr
    assert "expected a file" in refused.stderr
    assert (tmp_path / "v.db.1").read_bytes() == b"old"
    assert (tmp_path / "v-projections.db.1").read_bytes() == b"old"
    assert (tmp_path / "v.db.1.d").is_dir()
