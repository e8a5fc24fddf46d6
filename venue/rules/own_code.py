"""Which files a rule of somebody's own is made of, and their hash: an epoch says what it ran.

The files are that of the rule, those of the classes that it builds on, and the modules of
somebody's own that any of these imports. Python's, installed packages' and the venue's are not
among them.
"""

import ast
import hashlib
import inspect
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from venue.core.listing import MarketSpec
from venue.rules.own_module import NotImportable, own_module
from venue.rules.table import is_outside, rule_class

VENUE = Path(__file__).parents[1]
INSTALLED = frozenset({"site-packages", "dist-packages"})


def own_rules(listings: Iterable[MarketSpec]) -> dict[str, str]:
    """Return path and hash of each rule of somebody's own that listings name, by path.

    >>> from venue.rules.rulebooks import spec
    >>> own_rules([spec("TSLA")])
    {}
    """
    named = {
        rule.name: rule.kind for spec in listings for rule in spec.rules if is_outside(rule.name)
    }
    return {path: own_hash(rule_class(named[path], path)) for path in sorted(named)}


def own_hash_at(path: str) -> str:
    """Return the hash of the rule that lies at a path today, or nothing where none lies there.

    >>> own_hash_at("nobodys.module:Rule")
    ''
    """
    module_name, _, class_name = path.partition(":")
    try:
        module = own_module(module_name)
    except NotImportable:
        return ""
    found = getattr(module, class_name, None)
    is_rule = inspect.isclass(found) and issubclass(found, msgspec.Struct)
    return own_hash(found) if is_rule else ""


@lru_cache(maxsize=256)
def own_hash(rule: type) -> str:
    """Return the SHA-256 over a rule's files, line ends as ``\\n``: of one file, its own.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> len(own_hash(MarkIsIndex))
    64
    """
    text = "".join(_read(file) for file in own_files(rule))
    return hashlib.sha256(text.encode()).hexdigest()


def own_files(rule: type) -> tuple[Path, ...]:
    """Return a rule's own file first, then what it is made of besides, in the order of names.

    >>> from venue.rules.own_example import HalfWay
    >>> [file.name for file in own_files(HalfWay)]
    ['own_example.py']
    """
    written = (kind for kind in rule.__mro__ if issubclass(kind, msgspec.Struct))
    files = [Path(inspect.getfile(kind)) for kind in written if kind is not msgspec.Struct]
    found = dict.fromkeys(files)
    left = [rule.__module__]
    seen = set(left)
    while left:
        for name in _imported(left.pop()):
            file = _own_file(name)
            if file is not None and name not in seen:
                seen.add(name)
                left.append(name)
                found[file] = None
    first, *others = found
    return (first, *sorted(others, key=lambda file: (file.name, str(file))))


def _imported(name: str) -> list[str]:
    """Return the modules that a module's text imports, by their full names."""
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if file is None or not file.endswith(".py"):
        return []
    package = name if Path(file).name == "__init__.py" else name.rpartition(".")[0]
    found: list[str] = []
    for node in ast.walk(ast.parse(_read(Path(file)))):
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - max(node.level - 1, 0)]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            found.extend([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return found


def _own_file(name: str) -> Path | None:
    """Return a loaded module's file, if it is somebody's own."""
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None or not file.endswith(".py"):
        return None
    path = Path(file)
    is_python_s = name.partition(".")[0] in sys.stdlib_module_names
    is_known = is_python_s or path.is_relative_to(VENUE) or INSTALLED & set(path.parts)
    return None if is_known else path


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
