"""The command line: every refusal is one sentence and exit code 2, never a traceback."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.ports import free_port
from venue import __version__
from venue.cli import main
from venue.core.commands import OpenAccount
from venue.rules.rulebooks import RULEBOOKS
from venue.rules.table import RULES
from venue.store.journal import GENESIS_CHAIN, Group, chain_after, pack_commands
from venue.store.lock import FileLock
from venue.store.open import open_journal
from venue.store.schema import JOURNAL_TREE

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


def test_it_says_which_venue_it_is() -> None:
    assert venue("--version").stdout.strip() in [
        f"venue {__version__}, core {form}" for form in ("plain", "compiled")
    ]


def test_a_mistyped_journal_is_complained_of_before_its_ports() -> None:
    found = venue("serve", "--journal", "foo", "--port", "1")

    assert found.returncode == 2
    assert "expected a journal as sqlite:///path or postgresql://user@host/name" in found.stderr


def test_who_reads_the_beginning_only_is_not_complained_to() -> None:
    """As `venue config | head -1`."""
    with subprocess.Popen(
        [sys.executable, "-m", "venue", "config"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(60) == 1


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
        pytest.param(("serve", "--replay", "/nowhere.csv"), "expected a file", id="no recording"),
        pytest.param(("serve", "--journal", "mysql://x"), "sqlite:///path", id="other database"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    refused = venue(*arguments, "--port", str(free_port()), cwd=tmp_path)

    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert refused.stderr.startswith("refused: ")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param("serve --speed 0", "clock.speed: expected 1", id="speed"),
        pytest.param("serve -c /nowhere.toml", "expected a readable file", id="no settings"),
        pytest.param("recording show /nowhere.csv", "expected a file", id="show"),
        pytest.param("account list --key /nowhere", "operator's key file", id="no key"),
        pytest.param("journal verify sqlite:////nowhere/x.db", "/nowhere", id="no journal"),
        pytest.param("rules show nope", "`venue rules list` shows all", id="no rule"),
        pytest.param("rules list --kind nope", "no kind of rule", id="no kind"),
        pytest.param("db upgrade sqlite:///x.db what", "expected one of", id="tree"),
        pytest.param(
            "account deposit 3 2500.50",
            "expected a whole number, found '2500.50'; `",
            id="whole dollars",
        ),
        pytest.param(
            "market halt X y --kind foo",
            "--kind: expected one of 'freeze', 'reduce_only', 'settle', found 'foo'; `",
            id="choice",
        ),
        pytest.param("serve --sped 1", "serve: no such option: --sped", id="option"),
        *(
            pytest.param(
                f"market {words}", "expected --at with a time of New York, such as", id=words
            )
            for words in (
                "delist TSLA",
                "split TSLA 4:1",
                "rename TSLA TSLX",
                "merge TSLA --cash 310.50",
            )
        ),
        pytest.param(
            "market delist TSLA --at someday", "expected a time such as '2026-08-09 20:00'", id="at"
        ),
        pytest.param(
            "journal cut sqlite:///new.db --after -1", "expected the seq of a command", id="cut"
        ),
        pytest.param("nosuch", "no such command 'nosuch'; `", id="command"),
        pytest.param("serve --live --lockstep 1", "expected no --lockstep, found 1", id="live"),
        pytest.param("serve --journal sqlite:///gone.db", "gone.db is missing", id="gone journal"),
        pytest.param("serve --fast", "--fast needs uvloop, found none: `scripts/", id="fast"),
        pytest.param(
            "journal verify sqlite:///empty.db", "expected a database, found an empty", id="empty"
        ),
        pytest.param(
            "journal verify sqlite:///new.db", "expected a journal with commands", id="new"
        ),
        pytest.param(
            "db upgrade sqlite:///new.db projections", "expected the projections", id="other tree"
        ),
    ],
)
def test_what_is_mistyped_or_missing_is_refused_with_a_sentence(
    arguments: str,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "empty.db").touch()
    (tmp_path / "gone.d").mkdir()
    (tmp_path / "gone.d" / "run.json").touch()
    if "new.db" in arguments:
        asyncio.run(made_journal(f"sqlite:///{tmp_path}/new.db"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["venue", *arguments.split()])
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setitem(sys.modules, "uvloop", None)
    monkeypatch.delitem(sys.modules, "venue.gateway.fast_server", raising=False)

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("refused: ")
    assert sentence in said
    assert said.count("\n") == 1


def test_an_import_is_told_in_sentences_and_shown_in_new_york_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "timestamp,open,high,low,close\n2025-04-07 09:30:00,250,251,249,250\n"
    (tmp_path / "bars.csv").write_text(rows + "2025-04-07 09:31:00,250,251,249,250\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    for words in ("import bars.csv new.csv --market TSLA", "show new.csv"):
        monkeypatch.setattr(sys, "argv", ["venue", "recording", *words.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0

    said = capsys.readouterr().out
    assert said.startswith(
        "bars.csv: read as bars, bars of 1 minute\n8 prints written to new.csv\n"
    )
    assert "2025-04-07 09:30:00 │ 2025-04-07 09:31:59" in said


async def made_journal(address: str) -> None:
    await (await open_journal(address)).close()


def test_a_cut_is_asked_for_twice(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/venue.db"

    async def seqs() -> list[int]:
        journal = await open_journal(address)
        found = [group.last_seq async for group in journal.groups()]
        await journal.close()
        return found

    async def made() -> None:
        journal = await open_journal(address)
        chain = GENESIS_CHAIN
        for seqs in ([1], [2], [3, 4]):
            commands = pack_commands([(seq, OpenAccount(f"bot-{seq}")) for seq in seqs])
            chain = chain_after(chain, commands=commands, events=b"")
            await journal.append(Group(seqs[0], seqs[-1], seqs[-1], commands, chain))
        await journal.close()

    asyncio.run(made())

    asked = venue("journal", "cut", address, "--after", "1")
    before = asyncio.run(seqs())
    beyond = venue("journal", "cut", address, "--after", "4")
    amid = venue("journal", "cut", address, "--after", "3")
    done = venue("journal", "cut", address, "--after", "1", "--yes")

    assert [each.returncode for each in (asked, beyond, amid, done)] == [2, 2, 2, 0]
    assert asked.stderr == (
        "refused: expected --yes to give up 3 commands, seq 2 to 4, found none: what is cut is "
        "gone, so keep a copy\n"
    )
    assert beyond.stderr == "refused: nothing stands after seq 4: the last command is 4\n"
    assert amid.stderr.endswith("found seq 3 within that of 3 to 4\n")
    assert before == [1, 2, 4]
    assert done.stdout == "3 commands given up after seq 1\n"
    assert asyncio.run(seqs()) == [1]


@pytest.mark.parametrize("name", ["tsla.csv", "tsla.txt"])
def test_a_recording_that_does_not_say_what_it_is_of_asks_for_it(name: str, tmp_path: Path) -> None:
    """As First Rate Data and Kibot ship theirs."""
    path = tmp_path / name
    path.write_text("2025-04-07 09:30:00,250,251,249,250,100\n")

    refused = venue("recording", "show", str(path))

    assert refused.returncode == 2
    assert "since no column says it: with --market, or" in refused.stderr
    assert venue("recording", "show", str(path), "--market", "TSLA").returncode == 0


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
    (tmp_path / "v.db.10").write_bytes(b"an older one")
    options = ("serve", "--fresh", "--no-screen", "--journal", f"sqlite:///{tmp_path / 'v.db'}",
               "--replay", "/nowhere.csv", "--port", str(free_port()))  # fmt: skip
    held = FileLock(tmp_path / "v.db", JOURNAL_TREE.file)

    in_use = venue(*options)
    held.release()
    refused = venue(*options)

    assert "is in use by process" in in_use.stderr
    assert "expected a file" in refused.stderr
    assert (tmp_path / "v.db.1").read_bytes() == b"old"
    assert (tmp_path / "v-projections.db.1").read_bytes() == b"old"
    assert (tmp_path / "v.db.1.d").is_dir()
    assert (tmp_path / "v.db.10").read_bytes() == b"an older one"
