"""Who takes over what the book did not, how they unwind it, and what the fund may spend."""

from venue.core.policies import BackstopRule
from venue.rules.backstop.fund import Fund
from venue.rules.backstop.network import Network
from venue.rules.backstop.none import NoBackstop
from venue.rules.backstop.pool import PoolTakes
from venue.rules.backstop.providers import Providers
from venue.rules.backstop.vault import Vault

RULES: dict[str, type[BackstopRule]] = {
    "fund": Fund,
    "vault": Vault,
    "providers": Providers,
    "network": Network,
    "pool": PoolTakes,
    "none": NoBackstop,
}
