"""One way in which rules that are each in order do not fit together."""

from collections.abc import Callable
from typing import NamedTuple

from venue.core.listing import MarketSpec
from venue.core.policies import Rules


class Misfit(NamedTuple):
    """A name, the sentence that a listing is refused with, and the condition for it.

    ``is_risk``: a rulebook may accept it.
    """

    name: str
    sentence: str
    holds: Callable[[MarketSpec, Rules], bool]
    is_risk: bool = False
