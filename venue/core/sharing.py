"""Shares of a whole, in proportion, within what each can bear; and losses paid in money by them."""

from collections.abc import Sequence
from typing import NamedTuple

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, Account
from venue.core.apply import emit
from venue.core.breaches import is_on_record
from venue.core.deferrals import Liquidation
from venue.core.margin import unit_holdings, unit_margin, unit_of
from venue.core.market import Market
from venue.core.policies import ResortInputs
from venue.core.state import State
from venue.core.units import E4, div_floor

# Who pays first; where its capacity falls short, the next.
LAYERS = ("profits_only", "buffer", "any")
FINE_BITS = 64


class Party(NamedTuple):
    """Somebody with a position who may have to pay, and what the rule sees of it.

    ``slack_micros`` is what its margin unit has above maintenance.
    """

    account: Account
    seen: ResortInputs
    slack_micros: int


def proportional(total: int, weights: Sequence[int], capacities: Sequence[int]) -> list[int]:
    """Return shares of ``total`` in proportion to weights, none above its capacity.

    What one cannot bear the others do, in proportion again. The shares add up to ``total``, or to
    what all who have a weight can bear if that is less. Shares are cut by cumulative sums, so none
    is off by more than one.

    >>> proportional(100, [1, 1, 2], [100, 100, 100])
    [25, 25, 50]
    >>> proportional(100, [1, 1, 2], [10, 100, 100]), proportional(9, [1, 1], [3, 4])
    ([10, 30, 60], [3, 4])
    """
    shares = [0] * len(weights)
    # Who is full first, comes first: the least capacity for the weight.
    fullest = sorted(
        (n for n, weight in enumerate(weights) if weight > 0),
        key=lambda n: ((max(0, capacities[n]) << FINE_BITS) // weights[n], n),
    )
    left, weight_left = total, sum(weights[n] for n in fullest)
    for place, n in enumerate(fullest):
        if left * weights[n] < max(0, capacities[n]) * weight_left:
            rest = sorted(fullest[place:])
            given = done = 0
            for m in rest:
                done += weights[m]
                until = div_floor(left * done, weight_left)
                shares[m] = until - given
                given = until
            return shares
        shares[n] = min(left, max(0, capacities[n]))
        left -= shares[n]
        weight_left -= weights[n]
    return shares


def parties(state: State, market: Market, *, is_long: bool | None, draw: int) -> list[Party]:
    """Return who may have to pay, by account id; ``is_long`` ``None``: both sides.

    The insurance fund is asked for ADL only. Whoever is insolvent, below maintenance or on record
    for it is left out.
    """
    name = market.spec.market
    found = []
    for account_id in sorted(market.holders):
        account = state.accounts[account_id]
        holding = account.holdings[name]
        if is_long is None:
            if account_id < FIRST_ACCOUNT:
                continue
        elif (holding.size_lots > 0) != is_long:
            continue
        unit = unit_of(account, name)
        if is_on_record(state, unit):
            continue
        margin = unit_margin(state, account, unit[1])
        if margin.equity_micros <= 0 or margin.is_below:
            continue
        found.append((account, holding, unit[1], margin))
    return [
        Party(
            account,
            ResortInputs(
                account=account.account,
                size_lots=holding.size_lots,
                entry_micros=holding.entry_micros,
                mark_micros=market.mark_micros,
                equity_micros=margin.equity_micros,
                notional_micros=sum(
                    abs(each.size_lots) * state.markets[each.market].mark_micros
                    for each in unit_holdings(account, unit_market)
                ),
                maintenance_micros=div_floor(
                    market.tiers.maintenance_e4(holding.size_lots * market.mark_micros), E4
                ),
                nth=nth,
                among=len(found),
                draw=draw,
            ),
            div_floor(margin.equity_micros * E4 - margin.maintenance_e4, E4),
        )
        for nth, (account, holding, unit_market, margin) in enumerate(found)
    ]


def capacity_micros(party: Party, layer: str) -> int:
    """Return what a party can pay in money on a layer of seniority."""
    seen = party.seen
    if layer == "any":
        return seen.equity_micros
    if layer == "buffer":
        return party.slack_micros
    profit_micros = seen.size_lots * seen.mark_micros - seen.entry_micros
    return min(party.slack_micros, max(0, profit_micros))


def draw_of(state: State, liquidation: Liquidation) -> int:
    """Return one pseudo-random number for a liquidation's step: the same in every replay.

    Source: the finaliser of splitmix64, on the sequence number and the liquidation's id.
    """
    mask = (1 << 64) - 1
    mixed = (state.seq * 0x9E3779B97F4A7C15 + liquidation.liquidation_id) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
    return mixed ^ (mixed >> 31)


def share_loss(
    state: State, market: Market, liquidation: Liquidation, loss_micros: int
) -> tuple[int, list[int]]:
    """Let a market's accounts pay a loss as its rule says; return what they paid, and who did.

    The first layer, from the rule's seniority on, whose capacity covers the loss pays it all; if
    none does, the last pays what it can.
    """
    rule = market.rules.last_resort
    payers = parties(state, market, is_long=None, draw=draw_of(state, liquidation))
    weights = [rule.weigh(party.seen) for party in payers]
    shares: list[int] = []
    for layer in LAYERS[LAYERS.index(rule.seniority) :]:
        capacities = [capacity_micros(party, layer) for party in payers]
        shares = proportional(loss_micros, weights, capacities)
        if sum(shares) == loss_micros:
            break
    payments = tuple(
        (party.account.account, paid) for party, paid in zip(payers, shares, strict=True) if paid
    )
    total = sum(paid for _, paid in payments)
    if payments:
        emit(
            state,
            ev.LossShared(
                liquidation.liquidation_id,
                liquidation.account,
                liquidation.market,
                market.spec.market,
                total,
                payments,
            ),
        )
    return total, [account for account, _ in payments]
