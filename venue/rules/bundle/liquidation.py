"""Who takes over and who pays in the end: what each close-out, backstop and last resort needs."""

from venue.core.listing import MarketSpec
from venue.core.policies import Rules
from venue.rules.backstop.network import Network
from venue.rules.backstop.none import NoBackstop
from venue.rules.backstop.providers import Providers
from venue.rules.bundle.misfit import Misfit
from venue.rules.clamp.daily_factor import DailyFactor
from venue.rules.clamp.none import NoClamp
from venue.rules.closeout.network_disposal import NetworkDisposal
from venue.rules.closeout.oracle_close import OracleClose

HANDING_OVER = (NetworkDisposal, OracleClose)


def _adl_without_clamp(spec: MarketSpec, rules: Rules) -> bool:
    return rules.last_resort.price == "previous_mark" and isinstance(
        rules.clamp, (NoClamp, DailyFactor)
    )


def _handed_to_nobody(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.closeout, HANDING_OVER) and isinstance(
        rules.backstop, (NoBackstop, Providers)
    )


def _disposal_without_network(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.closeout, NetworkDisposal) and not isinstance(rules.backstop, Network)


def _freeze_without_fund(spec: MarketSpec, rules: Rules) -> bool:
    return rules.last_resort.form == "frozen" and isinstance(rules.backstop, (NoBackstop, Network))


def _shared_before_a_loss(spec: MarketSpec, rules: Rules) -> bool:
    return rules.last_resort.form == "shared" and isinstance(rules.backstop, NoBackstop)


def _cap_without_an_end(spec: MarketSpec, rules: Rules) -> bool:
    return bool(rules.backstop.draw_interval_ns) and rules.backstop.draw_micros_max is None


LIQUIDATION: tuple[Misfit, ...] = (
    Misfit(
        "adl_at_mark_without_clamp",
        "adl at previous_mark needs a clamp of the mark: without one, what it leaves unpaid has no "
        "bound; list it with clamp step, or with adl price bankruptcy",
        _adl_without_clamp,
        is_risk=True,
    ),
    Misfit(
        "handed_to_nobody",
        "closeout network_disposal and oracle_close hand positions over at once: backstop none "
        "takes nothing and providers take at the close-out margin only; list them with fund, "
        "vault or network",
        _handed_to_nobody,
    ),
    Misfit(
        "disposal_without_network",
        "closeout network_disposal needs backstop network, which takes everything: another would "
        "leave positions that no order ever closes",
        _disposal_without_network,
    ),
    Misfit(
        "freeze_without_fund",
        "last_resort freeze needs a backstop by which a fund can pay once the operator has "
        "decided: with none the freeze has no exit, and network takes everything before it",
        _freeze_without_fund,
    ),
    Misfit(
        "shared_before_a_loss",
        "backstop none calls the last resort before there is a loss, and a shared loss closes no "
        "position: list it with a last resort that does",
        _shared_before_a_loss,
    ),
    Misfit(
        "draw_interval_without_cap",
        "draw_interval_ns says within which time draw_micros_max holds, and there is none: set it, "
        "or leave draw_interval_ns at 0",
        _cap_without_an_end,
    ),
)
