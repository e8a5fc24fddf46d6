"""What is shown of a pool, or of the liquidator vault: to everybody, and to one provider."""

from venue.core.market import Market
from venue.core.pool import PoolShare, redeemed_micros, share_price_e6
from venue.core.pool_epochs import pool_behind
from venue.core.pool_value import money_micros, sides_lots, value_micros
from venue.core.state import State
from venue.gateway.decimals import money_text
from venue.gateway.refusals import DoorReason, Refused
from venue.gateway.scales import MarketScales
from venue.gateway.showing import ms
from venue.gateway.views import PoolRequestView, PoolShareView, PoolView


def refuse_without_pool(market: str) -> Refused:
    """Return the refusal of a question about a pool that there is not."""
    return Refused(
        DoorReason.NO_POOL_HERE,
        f"market: expected one whose orders trade with a pool, or whose liquidated positions go to "
        f"the liquidator vault, found {market!r}",
    )


def pool_view(state: State, market: Market, scales: MarketScales) -> PoolView:
    """Show what a pool is worth, what a share of it is, and what its traders have gained."""
    pool = pool_behind(state, market)
    if pool is None:
        raise refuse_without_pool(market.spec.market)
    value = value_micros(state, pool)
    longs, shorts = sides_lots(state, market, pool)
    money = state.accounts[pool.account].balance_micros - pool.waiting_micros
    if market.pool is not None:
        money = money_micros(state, market, pool)
    return PoolView(
        market=market.spec.market,
        seq=state.seq,
        time_ms=ms(state.now_ns),
        value=money_text(value),
        kind="pool" if market.pool is not None else "vault",
        money=money_text(money),
        traders_profit=money_text(money - value),
        shares=money_text(pool.shares),
        share_price=money_text(share_price_e6(pool.shares, value)),
        long_size=scales.size.text(longs),
        short_size=scales.size.text(shorts),
        waiting_money=money_text(pool.waiting_micros),
        waiting_shares=money_text(sum(each.leaving for each in pool.providers.values())),
        epoch_ends_ms=ms(pool.next_epoch_ns),
    )


def pool_share_view(state: State, market: Market, account: int) -> PoolShareView:
    """Show what one account has of a pool, what that is worth, and what it has gained."""
    pool = pool_behind(state, market)
    if pool is None:
        raise refuse_without_pool(market.spec.market)
    share = pool.providers.get(account, PoolShare())
    value = value_micros(state, pool)
    worth = redeemed_micros(share.shares, pool.shares, value) if share.shares else 0
    return PoolShareView(
        market=market.spec.market,
        shares=money_text(share.shares),
        leaving=money_text(share.leaving),
        value=money_text(worth),
        paid_in=money_text(share.paid_micros),
        profit=money_text(worth - share.paid_micros),
        locked_until_ms=ms(share.locked_until_ns) if share.locked_until_ns else None,
        requests=[
            PoolRequestView(
                request_id=request_id,
                amount=money_text(request.amount_micros),
                shares=money_text(request.shares),
                since_ms=ms(request.at_ns),
            )
            for request_id, request in sorted(pool.requests.items())
            if request.account == account
        ],
    )
