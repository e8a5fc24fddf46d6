"""What last resorts have in common: at what price, and whose money first."""

from typing import Literal

Price = Literal["bankruptcy", "previous_mark", "oracle"]
Seniority = Literal["profits_only", "buffer", "any"]
