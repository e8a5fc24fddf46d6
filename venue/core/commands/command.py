"""The root of all commands."""

import msgspec


class Command(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """The root of all commands."""


class TraderCommand(Command, frozen=True, array_like=True, gc=False, tag=True):
    """A command that a bot sends for one account."""

    account: int
