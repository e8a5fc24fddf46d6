"""What anything may be called that people see: accounts, reasons.

An account's name is held to ``ACCOUNT_NAME`` at every door where one is new: settings, operators,
bots. The core itself takes any, so that old journals come to what they came to.
"""

import re

# No control characters, nothing invisible, nothing that turns the direction of writing.
PRINTABLE = r"^[^\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+$"
# The same; and no space at either end, and no number: commands take an account by either, and who
# is called by another's number would be taken for it.
ACCOUNT_NAME = r"^(?![-+]?\d+$)(?!\s)(?!.*\s$)" + PRINTABLE.removeprefix("^")
NAME_MAX = 64

# What a pattern asks for, for people.
IN_WORDS = {
    PRINTABLE: "printable characters",
    ACCOUNT_NAME: "printable characters with no space at either end, and not a number",
}


def account_name_fault(name: str) -> str | None:
    """Say why an account cannot be called so, or ``None``.

    >>> account_name_fault("desk 1")
    >>> account_name_fault("-1").partition(", and ")[2]
    "not a number, found '-1'"
    """
    if len(name) <= NAME_MAX and re.search(ACCOUNT_NAME, name):
        return None
    found = repr(name) if len(name) <= NAME_MAX else f"{len(name)} characters"
    return f"expected 1 to {NAME_MAX} {IN_WORDS[ACCOUNT_NAME]}, found {found}"
