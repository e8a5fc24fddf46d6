"""What a pool's market goes with, and what nobody would use in it."""

from venue.core.listing import MarketSpec
from venue.core.policies import Rules
from venue.rules.backstop.pool import PoolTakes
from venue.rules.band.none import NoBand
from venue.rules.bundle.misfit import Misfit
from venue.rules.calls.reopen import Reopen
from venue.rules.clamp.none import NoClamp
from venue.rules.closeout.oracle_close import OracleClose
from venue.rules.interruption.none import NoInterruption
from venue.rules.mark.index import MarkIsIndex


def _pool_mark_not_oracle(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and not (
        isinstance(rules.mark, MarkIsIndex)
        and isinstance(rules.clamp, NoClamp)
        and isinstance(rules.band, NoBand)
    )


def _pool_not_closed_at_oracle(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and not (
        isinstance(rules.closeout, OracleClose) and isinstance(rules.backstop, PoolTakes)
    )


def _backstop_without_pool(spec: MarketSpec, rules: Rules) -> bool:
    return rules.backstop.holder == "pool" and not rules.counterparty.is_pool


def _pool_with_calls(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and not (
        isinstance(rules.calls, Reopen)
        and spec.reopen_call_ns == 0
        and isinstance(rules.interruption, NoInterruption)
    )


def _pool_with_makers(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and bool(rules.makers.epoch_ns or rules.orders.taker_delay_ns)


def _adl_upwards(spec: MarketSpec, rules: Rules) -> bool:
    rule = rules.counterparty
    return rule.adl_above_e4 is not None and rule.adl_to_e4 >= rule.adl_above_e4


POOLS: tuple[Misfit, ...] = (
    Misfit(
        "pool_mark_not_oracle",
        "a pool trades at the oracle, so positions must count at it, too: list it with mark index, "
        "clamp none and band none",
        _pool_mark_not_oracle,
    ),
    Misfit(
        "pool_not_closed_at_oracle",
        "what is liquidated in a pool's market goes back to the pool at the oracle: list it with "
        "closeout oracle_close and backstop pool",
        _pool_not_closed_at_oracle,
    ),
    Misfit(
        "backstop_without_pool",
        "backstop pool needs a pool: list it with counterparty ostium_pool or gmx_pool",
        _backstop_without_pool,
    ),
    Misfit(
        "pool_with_calls",
        "nobody would meet in a call where everybody trades with the pool: list it with calls "
        "reopen, reopen_call_ns 0 and interruption none",
        _pool_with_calls,
    ),
    Misfit(
        "pool_with_makers",
        "no order of a pool's market is met by another: makers' duties and a wait before taking "
        "have nothing to go by; list it with makers none and without taker_delay_ns",
        _pool_with_makers,
    ),
    Misfit(
        "pool_adl_upwards",
        "adl must end below where it begins: adl_to_e4 under adl_above_e4",
        _adl_upwards,
    ),
)
