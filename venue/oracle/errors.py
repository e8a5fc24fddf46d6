"""What the oracle refuses, and how it says so: where, what was expected, what was found."""

from pathlib import Path

FOUND_CHARS_MAX = 120


class OracleError(Exception):
    """The root of the oracle's refusals; its text is fit for a person."""


class SourceError(OracleError):
    """A source was asked for something that it cannot be."""

    def __init__(self, *, expected: str, found: object) -> None:
        self.expected = expected
        self.found = shown(found)
        super().__init__(f"expected {expected}, found {self.found}")


class RecordingError(OracleError):
    """A recording is refused. ``line`` is the line in the file; ``None``: the file as a whole."""

    def __init__(
        self, path: Path | str, *, expected: str, found: object, line: int | None = None
    ) -> None:
        self.path = str(path)
        self.line = line
        self.expected = expected
        self.found = shown(found)
        where = self.path if line is None else f"{self.path}, line {line}"
        super().__init__(f"{where}: expected {expected}, found {self.found}")


def shown(found: object) -> str:
    """Return a value on one line, printable and not too long.

    >>> shown("12\\x00"), shown("x" * 200)[-3:]
    ('12\\\\x00', '...')
    """
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(found)[:1_000])
    if not text:
        return "nothing"
    return text if len(text) <= FOUND_CHARS_MAX else text[: FOUND_CHARS_MAX - 3] + "..."
