"""Modules of somebody else's, which may fail in any way: at their import, and whenever asked."""

import importlib
from types import ModuleType

# ``SystemExit``, too: it would end the venue without a word.
ANY_FAULT = (Exception, SystemExit)


class NotImportable(Exception):
    """A module cannot be imported; the text is a clause that says why."""


def own_module(name: str) -> ModuleType:
    """Import a module of somebody's own, or raise ``NotImportable``.

    >>> own_module("nobodys.module")
    Traceback (most recent call last):
    venue.rules.own_module.NotImportable: 'nobodys.module' cannot be imported \
(ModuleNotFoundError: No module named 'nobodys')
    """
    try:
        return importlib.import_module(name)
    except ANY_FAULT as error:
        why = f"{type(error).__name__}: {error}"
        raise NotImportable(f"{name!r} cannot be imported ({why})") from error
