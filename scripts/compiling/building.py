"""Compile the modules into a folder, then put all of them beside their sources at once."""

import importlib.util
import os
import shutil
import sysconfig
import tempfile
from pathlib import Path

import msgspec

from scripts.compiling.modules import MODULES, ROOT, fault
from venue.compiled import GROUP, RECORD, SUFFIX, extensions, source_hash

VENUE = ROOT / "venue"


class CannotCompile(Exception):
    """Something that compiling needs is not here, or a source does not compile."""


def check_tools() -> None:
    """Refuse to begin without a compiler, Python's headers, mypyc and setuptools."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        raise CannotCompile(
            f"expected a C compiler named {compiler}, found none: install one (Debian: gcc)"
        )
    header = Path(sysconfig.get_paths()["include"]) / "Python.h"
    if not header.exists():
        raise CannotCompile(
            f"expected Python's headers, found no {header}: install them (Debian: python3-dev)"
        )
    for package, way in (("mypyc", "scripts/setup dev"), ("setuptools", "pip install setuptools")):
        if importlib.util.find_spec(package) is None:
            raise CannotCompile(f"expected {package}, found none: `{way}`")


def check_sources() -> None:
    """Refuse sources that would mean something else when compiled."""
    for module in MODULES:
        why = fault((ROOT / module).read_text())
        if why is not None:
            raise CannotCompile(f"{module}, {why}")


def build() -> int:
    """Compile; return how many modules. Nothing is replaced before all is compiled."""
    check_tools()
    check_sources()
    made_of = {_name(ROOT / module): source_hash(ROOT / module) for module in MODULES}
    with tempfile.TemporaryDirectory(prefix="venue-compile-") as folder:
        compiled = _compile(Path(folder))
        clean()
        for path in sorted(compiled.rglob(f"*{SUFFIX}")):
            shutil.copy2(path, ROOT / path.relative_to(compiled))
    (VENUE / RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(made_of)))
    return len(made_of)


def clean() -> int:
    """Remove what was compiled; return how many modules that were."""
    found = extensions(VENUE)
    for path in (*found, *VENUE.glob(f"{GROUP}*"), VENUE / RECORD):
        path.unlink(missing_ok=True)
    return len(found)


def _compile(folder: Path) -> Path:
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    os.chdir(ROOT)
    os.environ.setdefault("CFLAGS", "")
    try:
        made = mypycify(
            ["--config-file", "pyproject.toml", *MODULES],
            debug_level="0",
            group_name=f"venue.{GROUP.removesuffix('__mypyc')}",
            target_dir=str(folder / "c"),
        )
        command = build_ext(Distribution({"name": "venue-compiled", "ext_modules": made}))
        command.build_lib, command.build_temp = str(folder / "lib"), str(folder / "tmp")
        command.ensure_finalized()
        command.run()
    except SystemExit as error:  # So mypyc ends where a source does not pass its checks.
        raise CannotCompile("expected sources that pass mypy, found the above") from error
    except Exception as error:
        raise CannotCompile(f"the C compiler: {error}") from error
    return folder / "lib"


def _name(path: Path) -> str:
    return path.relative_to(VENUE).as_posix()
