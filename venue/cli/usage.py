"""A command that is mistyped is refused like everything else: one sentence, exit code 2."""

import re
import sys
from typing import Any, NoReturn

import typer
from rich.markup import escape

from venue.cli.shown import err

# The parser's own complaints. Its classes are typer's or click's, as the version has it: what
# all complaints share is known by the one that typer shows.
COMPLAINT: type[Exception] = next(
    kind for kind in reversed(typer.BadParameter.__mro__) if hasattr(kind, "format_message")
)
INTERRUPTED = 130
NUMBERS = {"integer": "a whole number", "float": "a number", "number": "a number"}


def run(app: typer.Typer) -> NoReturn:
    """Run the command that was typed, and end with its exit code."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except COMPLAINT as error:
        _refuse(error)
    sys.exit(code if isinstance(code, int) else 0)


def _refuse(error: Any) -> NoReturn:
    """Say what is wrong with the words that were typed; without any, show the help."""
    command = error.ctx.command_path if getattr(error, "ctx", None) is not None else ""
    said = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        if said:  # Where it was not printed while it was made.
            print(said)
        sys.exit(2)
    sentence = plainly(said, found=_found(error))
    if command:
        sentence = f"{command}: {sentence}; `{command} --help` says more"
    err.print(f"[red]refused:[/red] {escape(sentence)}", highlight=False, soft_wrap=True)
    sys.exit(2)


def _found(error: Exception) -> str | None:
    """Return what was typed, where the complaint leaves it out but knows it."""
    errors = getattr(error.__cause__, "errors", None)
    return repr(errors()[0]["input"]) if callable(errors) else None


def plainly(complaint: str, *, found: str | None = None) -> str:
    """Return a parser's complaint in the house's words; ``found`` is what it leaves out.

    >>> plainly("Invalid value for 'DOLLARS': '2500.50' is not a valid integer.")
    "DOLLARS: expected a whole number, found '2500.50'"
    >>> plainly("Invalid value for '--kind': 'foo' is not one of 'freeze', 'settle'.")
    "--kind: expected one of 'freeze', 'settle', found 'foo'"
    >>> plainly("Invalid value for 'DOLLARS': Input should be a valid integer", found="'x'")
    "DOLLARS: expected a whole number, found 'x'"
    >>> plainly("Missing argument 'MARKET'.")
    "missing argument 'MARKET'"
    >>> plainly("No such option: -5")
    'expected no number below zero, found one that begins with -5'
    """
    text = " ".join(complaint.split()).removesuffix(".")
    if below_zero := re.fullmatch(r"No such option: (-\d)", text):
        return f"expected no number below zero, found one that begins with {below_zero[1]}"
    parts = re.fullmatch(r"Invalid value for (.+?): (?:Value error, )?(.*)", text)
    if parts is None:
        return text[:1].lower() + text[1:]
    # A name with its short form comes as '--market' / '-m'.
    name, why = parts[1].replace("'", ""), parts[2]
    if number := re.search(r"(?:(.+) is not|be) a valid (integer|float|number)", why):
        why = f"expected {NUMBERS[number[2]]}, found {number[1] or found}"
    elif choice := re.fullmatch(r"(.+) is not one of (.+)", why):
        why = f"expected one of {choice[2]}, found {choice[1]}"
    return f"{name}: {why}"
