"""Whether the core runs as Python or compiled, and that what was compiled is what is written.

``scripts/compile`` leaves an extension module beside each source that it compiled, and a record
of those sources; Python prefers the extension. One that is older than its source would run what
nobody reads any more, under the version of what is written: that is refused, by name.
"""

from hashlib import blake2b
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import msgspec

from venue.config import ConfigError

ROOT = Path(__file__).parent
RECORD = "compiled.json"
GROUP = "compiled__mypyc"  # The library that all compiled modules share.
SUFFIX = EXTENSION_SUFFIXES[0]  # Names this Python: another one finds only the sources.


class CompiledOutdated(ConfigError):
    """What was compiled is not what the sources say now."""


def core_form() -> str:
    """Return what the core that this process has imported is: ``compiled`` or ``plain``."""
    from venue.core import engine

    return "compiled" if str(engine.__file__).endswith(SUFFIX) else "plain"


def source_hash(path: Path) -> str:
    """Return the hash of a source, as the record keeps it."""
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()


def extensions(root: Path = ROOT) -> list[Path]:
    """Return the compiled modules that this Python would prefer, in order of path."""
    return sorted(path for path in root.rglob(f"*{SUFFIX}") if not path.name.startswith(GROUP))


def source_of(extension: Path) -> Path:
    """Return the source beside a compiled module."""
    return extension.with_name(extension.name.removesuffix(SUFFIX) + ".py")


def check_compiled(root: Path = ROOT) -> None:
    """Refuse to run compiled modules that are not what their sources say; none is well."""
    found = extensions(root)
    if not found:
        return
    record = root / RECORD
    made_of = (
        msgspec.json.decode(record.read_bytes(), type=dict[str, str]) if record.exists() else {}
    )
    for extension in found:
        source = source_of(extension)
        name = source.relative_to(root).as_posix()
        if not source.exists() or made_of.get(name) != source_hash(source):
            raise CompiledOutdated(
                f"the compiled core is not what its sources say: expected {extension.name} to be "
                f"made of {name} as it is now, found it made of another; "
                "run `scripts/compile`, or `scripts/compile --clean` to go on without"
            )
