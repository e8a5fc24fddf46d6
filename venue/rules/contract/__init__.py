"""What a contract is on: the underlying's price, or a power of it."""

from venue.rules.contract.linear import Linear
from venue.rules.contract.power import Power

RULES: dict[str, type] = {
    "linear": Linear,
    "power": Power,
}
