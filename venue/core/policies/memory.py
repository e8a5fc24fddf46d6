"""What a rule remembers."""

from typing import Any

Memory = Any  # A frozen msgspec record of whole numbers; each rule knows its own.
