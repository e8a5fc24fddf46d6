"""Libraries that not everybody needs, and how a person comes by them."""


def how_to_install(extra: str) -> str:
    """Return where an extra comes from, as a clause of a refusal.

    >>> how_to_install("export")
    '`scripts/setup export` installs it (of an installed package: venue[export])'
    """
    return f"`scripts/setup {extra}` installs it (of an installed package: venue[{extra}])"
