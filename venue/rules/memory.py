"""The memory of a rule that remembers nothing.

Every rule has a memory record, so that state, digest and checkpoints treat all rules alike.
"""

import msgspec


class Nothing(msgspec.Struct, frozen=True, array_like=True):
    """No memory at all."""


NOTHING = Nothing()
