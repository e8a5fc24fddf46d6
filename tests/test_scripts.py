"""The scripts: each says what it is for, and what is checked is what the project ships."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted(
    path.name
    for path in (ROOT / "scripts").iterdir()
    if path.is_file() and os.access(path, os.X_OK) and not path.suffix
)
# What these hand their options to is in the environment that ``scripts/setup`` makes.
IN_VENV = {"bench", "compile", "crashtest", "soak", "serve"}


def run(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHON": sys.executable,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "GIT_CEILING_DIRECTORIES": str(cwd.parent),
    }
    return subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_says_what_it_is_for(script: str) -> None:
    if script in IN_VENV and not (ROOT / ".venv" / "bin" / "venue").exists():
        pytest.skip("scripts/setup has made no .venv here")
    said = run(ROOT / "scripts" / script, "--help")

    assert said.returncode == 0, said.stderr
    assert "usage" in said.stdout.lower()
    assert f"scripts/{script}" in said.stdout or script in IN_VENV
    assert len(said.stdout.split()) > 8


def test_setup_knows_its_extras() -> None:
    refused = run(ROOT / "scripts" / "setup", "fast,nosuch")

    assert refused.returncode == 1
    assert refused.stderr == (
        "scripts/setup: expected nothing or extras among dev, export, fast, postgres, report, "
        "found nosuch\n"
    )


def checkout(folder: Path) -> Path:
    """Lay out a small checkout with a user's own bots among what is shipped."""
    for name in ("shipped", "usage", "check_account"):
        (folder / "scripts").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "scripts" / name, folder / "scripts" / name)
    for name in (
        "venue/a.py",
        "clients/bots/maker.py",
        "tests/test_a.py",
        "migrations/m.py",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("ours = 1\n")
    return folder


OURS = [
    "clients/bots/maker.py",
    "migrations/m.py",
    "scripts/check_account",
    "tests/test_a.py",
    "venue/a.py",
]


def test_a_bot_of_yours_is_not_checked(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "checkout")
    for words in (("git", "init", "-q"), ("git", "add", ".")):
        assert run(*words, cwd=folder).returncode == 0
    for name in ("mybot.py", "clients/mybot.py", "clients/bots/mine.py"):
        (folder / name).write_text("x=1 ;y  =2\n")

    said = run("scripts/shipped", cwd=folder)

    assert sorted(said.stdout.split()) == OURS
    assert run("scripts/shipped", "clients", cwd=folder).stdout.split() == OURS[:1]


def test_without_git_all_of_the_project_s_folders_is_checked(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "unpacked")
    (folder / "mybot.py").write_text("x=1 ;y  =2\n")

    assert sorted(run("scripts/shipped", cwd=folder).stdout.split()) == OURS


def test_a_file_that_is_taken_away_is_not_asked_for(tmp_path: Path) -> None:
    folder = checkout(tmp_path / "checkout")
    for words in (("git", "init", "-q"), ("git", "add", ".")):
        run(*words, cwd=folder)
    (folder / "venue" / "a.py").unlink()

    assert sorted(run("scripts/shipped", cwd=folder).stdout.split()) == OURS[:-1]


def test_what_is_checked_is_all_that_git_knows() -> None:
    known = run("git", "ls-files", "*.py")
    if known.returncode != 0 or not known.stdout:
        pytest.skip("this is not a checkout")

    checked = set(run("scripts/shipped").stdout.split("\n"))

    assert {name for name in known.stdout.split() if (ROOT / name).exists()} <= checked
    assert {"scripts/check_account", "scripts/check_receipt", "scripts/make_recording"} <= checked
