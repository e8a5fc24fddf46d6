"""Nobody leaves a pool on Friday 15:59 with the gap for the others.

TSLA closes at 250.00 with traders 100 shares long; two providers have half of the pool each. Ann
asks her shares back at 15:59. On Monday the price opens 20 % higher, which costs the pool $5,000.
"""

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import Stage, tape
from venue.core import events as ev
from venue.core.commands import DepositToPool, Side, WithdrawFromPool
from venue.core.listing import MarketSpec
from venue.core.pool import Pool
from venue.core.pool_value import value_micros
from venue.core.units import E6, NS_PER_HOUR, NS_PER_MINUTE
from venue.rules.build import ref
from venue.rules.rulebooks import spec

FRIDAY, MONDAY = "2025-04-11", "2025-04-14"
EACH = 50_000
GAP = 5_000


def listing(**parameters: int | bool) -> MarketSpec:
    """Return TSLA with a pool whose epochs end at midnight UTC, without fees and funding."""
    rules = {rule.kind: rule for rule in spec("TSLA", "naive_print").rules}
    counterparty = ref("counterparty", "ostium_pool", spread_e6=0, **parameters)
    beside = (ref("closeout", "oracle_close"), ref("backstop", "pool"), ref("funding", "none"))
    rules.update({rule.kind: rule for rule in (counterparty, *beside)})
    base = spec("TSLA", "naive_print")
    fees = replace(base.fees, maker_e6=0, taker_e6=0)
    return replace(
        base,
        rules=tuple(rules.values()),
        reopen_call_ns=0,
        fees=fees,
        # Nothing here is made by marks in between: three days of one a minute are soon played.
        mark_interval_ns=NS_PER_MINUTE,
        sample_interval_ns=NS_PER_MINUTE,
    )


def weekend(**parameters: int | bool) -> tuple[Stage, int, int]:
    """Play it until Monday, five minutes past four; return the stage, and the two providers."""
    tapes = [
        tape("2025-04-10 15:00", "2025-04-10 20:05", 250),
        tape(f"{FRIDAY} 04:00", f"{FRIDAY} 19:59", 250),
        tape(f"{MONDAY} 04:00", f"{MONDAY} 04:10", 300),
    ]
    stage = Stage("2025-04-10 15:00", f"{MONDAY} 05:00", tapes, listing=listing(**parameters))
    stage.to("2025-04-10 15:01")
    ann, bob = (stage.open(name, dollars=EACH) for name in ("ann", "bob"))
    for account in (ann, bob):
        stage.do(DepositToPool(account, "TSLA", EACH * E6))
    stage.to(f"{FRIDAY} 15:58")
    stage.place(stage.maker, Side.BUY, 100, None)
    assert stage.position(stage.maker) == 100_000
    stage.to(f"{FRIDAY} 15:59")
    stage.do(WithdrawFromPool(ann, "TSLA", EACH * E6))
    stage.to(f"{MONDAY} 04:05")
    return stage, ann, bob


def worth(stage: Stage, account: int) -> float:
    """Return an account's money and shares, in dollars."""
    pool = stage.market.pool
    assert isinstance(pool, Pool)
    money = stage.engine.state.accounts[account].balance_micros
    share = pool.providers.get(account)
    if share is not None:
        money += share.shares * value_micros(stage.engine.state, pool) // pool.shares
    return money / E6


def test_POOL_EPOCH_001_an_epoch_that_ends_on_friday_evening_waits_for_monday() -> None:
    stage, ann, bob = weekend(notice_ns=0, waits_for_open=True)

    (left,) = [
        event
        for _, event in stage.heard(ev.PoolRequestEnded, since=f"{FRIDAY} 15:59")
        if event.account == ann
    ]
    assert left.amount_micros == (EACH - GAP / 2) * E6
    assert (worth(stage, ann), worth(stage, bob)) == (EACH - GAP / 2, EACH - GAP / 2)


def test_POOL_EPOCH_002_without_the_rule_who_leaves_has_no_part_in_the_gap() -> None:
    stage, ann, bob = weekend(notice_ns=0, waits_for_open=False)

    assert (worth(stage, ann), worth(stage, bob)) == (EACH, EACH - GAP)


@pytest.mark.parametrize("hours", [4, 5])
def test_POOL_EPOCH_003_a_notice_keeps_her_in_where_the_epoch_ends_before_the_close(
    hours: int,
) -> None:
    """An epoch of an hour ends at 16:00, while outside prices go on until 20:00; and one then."""
    notice_ns = hours * NS_PER_HOUR
    stage, ann, bob = weekend(epoch_ns=NS_PER_HOUR, notice_ns=notice_ns, waits_for_open=True)

    assert (worth(stage, ann), worth(stage, bob)) == (EACH - GAP / 2, EACH - GAP / 2)


def test_POOL_EPOCH_004_without_a_notice_she_is_out_before_the_close() -> None:
    stage, ann, bob = weekend(epoch_ns=NS_PER_HOUR, notice_ns=0, waits_for_open=True)

    assert (worth(stage, ann), worth(stage, bob)) == (EACH, EACH - GAP)
