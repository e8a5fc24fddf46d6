"""What ``code_version`` of an epoch says: the venue's version, and each rule of somebody's own.

``0.1.0+ab12cd34ef56 mine:HalfWay=1f2e...`` is core and rules of that hash, and a rule of the
operator's own, whose files have that SHA-256. Epochs of before name the version alone.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Code(NamedTuple):
    """A version, and the hashes of rules of somebody's own by their paths."""

    version: str
    own: Mapping[str, str]

    def written(self) -> str:
        """Return it as an epoch holds it.

        >>> Code("0.1.0", {"mine:HalfWay": "1f2e"}).written()
        '0.1.0 mine:HalfWay=1f2e'
        """
        return " ".join([self.version, *(f"{path}={of}" for path, of in sorted(self.own.items()))])


def read_code(written: str) -> Code:
    """Return what an epoch's ``code_version`` says.

    >>> read_code("0.1.0 mine:HalfWay=1f2e")
    Code(version='0.1.0', own={'mine:HalfWay': '1f2e'})
    >>> read_code("0.1.0").own
    {}
    """
    version, *own = written.split(" ")
    pairs = (each.rpartition("=") for each in own)
    return Code(version, {path: of for path, _, of in pairs})


class Ran(NamedTuple):
    """One epoch as verification found it: which commands, by which code, executed again or not.

    ``others`` names each rule of somebody's own that is another here: its path, the hash that the
    epoch ran with, and what lies here (nothing: ``""``).
    """

    epoch: int
    first_seq: int
    last_seq: int
    code: Code
    is_executed: bool
    others: tuple[tuple[str, str, str], ...] = ()
