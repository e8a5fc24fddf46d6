"""Corporate actions in a trader's words: a split over a night, dividends four ways, a last day."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import MARKET, Stage, new_york_ns, tape
from venue.agenda import Scheduled
from venue.core import events as ev
from venue.core.commands import (
    AnnounceAction,
    CancelAll,
    Delisting,
    Dividend,
    Rename,
    Side,
    Split,
    SubmitPrint,
)
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.listing import MarketSpec
from venue.core.margin import equity_micros
from venue.core.phases import Phase
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE
from venue.rules.build import build, ref
from venue.rules.rulebooks import spec

WEDNESDAY, THURSDAY = "2025-04-16", "2025-04-17"
EX_NS = new_york_ns(f"{THURSDAY} 00:00")


def listed(corporate: str, **changes: object) -> MarketSpec:
    """TSLA under the default rulebook, with another treatment of dividends."""
    base = spec(MARKET)
    rules = tuple(rule for rule in base.rules if rule.kind != "corporate")
    return replace(base, **{"rules": (*rules, ref("corporate", corporate)), **changes})


class Evening(Stage):
    """A stage with two who hold."""

    ann: int
    bob: int


def evening(listing: MarketSpec, *later: Iterator[Scheduled]) -> Evening:
    """TSLA at 250 on Wednesday afternoon; ann is long 10 at 250.10, bob short 10."""
    prints = tape(f"{WEDNESDAY} 15:00", f"{WEDNESDAY} 19:59", 250)
    stage = Evening(
        f"{WEDNESDAY} 14:59",
        f"{THURSDAY} 16:00",
        [prints, *later],
        listing=listing,
    )
    stage.to(f"{WEDNESDAY} 15:05")
    stage.quote(250)
    stage.ann = stage.hold("ann", Side.BUY, 10, dollars=1_000, cents=25_010)
    stage.bob = stage.hold("bob", Side.SELL, 10, dollars=1_000, cents=24_990)
    return stage


def worth(stage: Stage) -> dict[int, int]:
    """Return everybody's equity."""
    accounts = stage.engine.state.accounts
    return {number: equity_micros(stage.engine.state, each) for number, each in accounts.items()}


def test_CORP_1_a_split_over_night() -> None:
    """Wednesday 20:00 the last hours end and trading halts; at midnight it is four for one.

    On Thursday at 04:00 the first print says 62.50, and nobody has lost anything.
    """
    morning = tape(f"{THURSDAY} 04:00", f"{THURSDAY} 05:00", 62, cents=50)
    stage = evening(listed("none"), morning)
    stage.do(AnnounceAction(MARKET, Split(4, 1, 4 * NS_PER_HOUR), EX_NS))
    stage.to(f"{WEDNESDAY} 20:30")
    assert [(e.phase, e.why) for _, e in stage.heard(ev.PhaseChanged)][-1] == (
        Phase.HALTED,
        "split",
    )
    stage.to_ns(EX_NS - 1)
    before = worth(stage)

    stage.to_ns(EX_NS)

    (rescaled,) = [e for _, e in stage.heard(ev.MarketSplit)]
    assert (rescaled.numerator, rescaled.denominator) == (4, 1)
    ann = stage.ann
    assert stage.position(ann) == 40_000
    assert worth(stage) == before
    assert not stage.heard(ev.LiquidationStarted)

    stage.to(f"{THURSDAY} 04:30")
    assert stage.market.phase is Phase.CONTINUOUS
    assert stage.market.mark_nanos is not None
    assert abs(stage.market.mark_nanos - 62_500_000_000) < E9
    accepted = {e.verdict.value for _, e in stage.heard(ev.PrintJudged, since=f"{THURSDAY} 04:00")}
    assert accepted == {"accepted"}
    assert not stage.heard(ev.LiquidationStarted)


def test_CORP_2_no_adjustment_the_market_prices_it_in() -> None:
    """QFEX: the stock opens a dollar lower, longs lose it, shorts gain it, nobody is paid."""
    morning = tape(f"{THURSDAY} 04:00", f"{THURSDAY} 05:00", 249)
    stage = evening(listed("none"), morning)
    stage.do(AnnounceAction(MARKET, Dividend(E9), EX_NS))

    stage.to(f"{THURSDAY} 05:00")

    assert not stage.heard(ev.DividendPaid)
    assert not stage.heard(ev.IndexAdjusted)
    assert stage.market.index_nanos == 249 * E9
    index_micros = stage.market.spec.units.micros_per_lot(stage.market.index_nanos)
    holdings = {
        account: stage.engine.state.accounts[account].holdings[MARKET]
        for account in (stage.ann, stage.bob)
    }
    at_index = {a: h.size_lots * index_micros - h.entry_micros for a, h in holdings.items()}
    # Bought at 250.10 and sold at 249.90: the dollar on ten shares and the half spread.
    assert list(at_index.values()) == [-11 * E6, 9 * E6]


def test_CORP_3_index_adjusted_who_gains() -> None:
    """devnet.one: at midnight the index is a dollar lower, and no money moves.

    bob's ten shares gain ten dollars on the index, ann's lose ten; the morning's first print at
    249 is no jump.
    """
    morning = tape(f"{THURSDAY} 04:00", f"{THURSDAY} 05:00", 249)
    stage = evening(listed("index_adjust"), morning)
    stage.do(AnnounceAction(MARKET, Dividend(E9), EX_NS))
    stage.to_ns(EX_NS - 1)
    before = stage.market.index_nanos
    balances = {n: a.balance_micros for n, a in stage.engine.state.accounts.items()}

    stage.to_ns(EX_NS)

    (adjusted,) = [e for _, e in stage.heard(ev.IndexAdjusted)]
    assert adjusted.amount_nanos == E9
    assert before is not None
    lowered = [e.index_nanos for at, e in stage.heard(ev.IndexUpdated) if at == EX_NS]
    assert before - E9 in lowered
    paid = {
        a
        for _, e in stage.heard(ev.FundingSettled, since=f"{THURSDAY} 00:00")
        for a, _ in e.payments
    }
    after = {n: a.balance_micros for n, a in stage.engine.state.accounts.items()}
    assert {n for n in after if after[n] != balances[n]} <= paid
    stage.to(f"{THURSDAY} 05:00")
    verdicts = {e.verdict.value for _, e in stage.heard(ev.PrintJudged, since=f"{THURSDAY} 04:00")}
    assert verdicts == {"accepted"}
    assert stage.market.index_nanos == 249 * E9


def test_CORP_4_captured_by_funding() -> None:
    """trade.xyz: nothing is paid at ex. Before it the book stands below the index, and shorts pay.

    From 15:05 the maker quotes 60 cents under the index: the hour's funding is negative, and goes
    from bob to ann.
    """
    stage = evening(listed("captured_by_funding"))
    stage.do(AnnounceAction(MARKET, Dividend(E9), EX_NS))
    stage.do(CancelAll(stage.maker, MARKET))
    stage.place(stage.maker, Side.BUY, 2_000, 24_930)
    stage.place(stage.maker, Side.SELL, 2_000, 24_950)

    stage.to(f"{WEDNESDAY} 17:01")

    settled = [e for _, e in stage.heard(ev.FundingSettled, since=f"{WEDNESDAY} 16:30")]
    assert settled[0].rate_e12 < 0
    paid = dict(settled[0].payments)
    assert paid[stage.ann] < 0 < paid[stage.bob]
    stage.to(f"{THURSDAY} 00:05")
    assert not stage.heard(ev.DividendPaid)
    assert not stage.heard(ev.IndexAdjusted)


def test_CORP_5_special_funding_by_the_timetable() -> None:
    """Aster: 18:00 only reducing, 20:00 ten dollars from bob to ann, then trading as ever."""
    stage = evening(listed("special_funding"))
    stage.do(AnnounceAction(MARKET, Dividend(E9), EX_NS))

    carl = stage.open("carl", dollars=1_000)
    stage.to(f"{WEDNESDAY} 18:01")
    refused = stage.place(carl, Side.BUY, 1, 24_900)
    assert stage.market.reducing_why == "dividend"
    assert [e.reason.value for e in refused if isinstance(e, ev.Rejected)] == ["only_reducing_now"]
    stage.to(f"{WEDNESDAY} 19:59")
    assert not stage.heard(ev.DividendPaid)
    stage.to(f"{WEDNESDAY} 20:00")

    ((at_ns, paid),) = stage.heard(ev.DividendPaid)
    assert at_ns == new_york_ns(f"{WEDNESDAY} 20:00")
    payments = dict(paid.payments)
    assert payments[stage.ann] == -10 * E6
    assert payments[stage.bob] == 10 * E6
    assert sum(payments.values()) == paid.rounding_micros == 0
    assert stage.market.reducing_why == ""


def test_CORP_6_a_last_day() -> None:
    """Delisted on Wednesday at 16:00: reducing only for an hour, closed at the last hour's mean.

    The index is 250 until 15:30 and 252 after: 251.
    """
    before = tape(f"{WEDNESDAY} 14:30", f"{WEDNESDAY} 15:29", 250)
    after = tape(f"{WEDNESDAY} 15:30", f"{WEDNESDAY} 16:00", 252)
    stage = Stage(
        f"{WEDNESDAY} 14:29", f"{WEDNESDAY} 17:00", [before, after], listing=listed("none")
    )
    stage.to(f"{WEDNESDAY} 14:35")
    stage.quote(250)
    ann = stage.hold("ann", Side.BUY, 10, dollars=1_000, cents=25_010)
    stage.do(
        AnnounceAction(
            MARKET, Delisting(NS_PER_HOUR, NS_PER_HOUR), new_york_ns(f"{WEDNESDAY} 16:00")
        )
    )

    stage.to(f"{WEDNESDAY} 16:05")

    settled = {e.account: e for _, e in stage.heard(ev.PositionSettled)}
    assert settled[ann].mark_micros == 251_000
    assert settled[ann].realised_micros == 9 * E6  # From 250.10 to 251.00.
    assert sum(e.size_lots for e in settled.values()) == 0
    assert sum(e.realised_micros for e in settled.values()) == 0
    assert stage.market.phase is Phase.DELISTED


def test_CORP_7_a_new_name() -> None:
    """TSLA becomes TSLB at midnight; ann's ten shares are there, and the old name says where."""
    stage = evening(listed("none"))
    stage.do(AnnounceAction(MARKET, Rename("TSLB"), EX_NS))

    stage.to_ns(EX_NS)

    account = stage.engine.state.accounts[stage.ann]
    assert account.holdings["TSLB"].size_lots == 10_000
    (refusal,) = [
        e for e in stage.place(stage.maker, Side.BUY, 1, 24_990) if isinstance(e, ev.Rejected)
    ]
    assert refusal.now_called == "TSLB"


@pytest.mark.parametrize("corporate", ["none", "index_adjust", "special_funding"])
def test_CORP_8_a_crash_between_any_two_steps_changes_nothing(corporate: str) -> None:
    """A venue restored from a checkpoint before each step goes on as the one that never stopped."""
    stage = evening(listed(corporate))
    stage.do(AnnounceAction(MARKET, Dividend(E9), EX_NS))
    stage.do(AnnounceAction(MARKET, Split(3, 2, 2 * NS_PER_HOUR), EX_NS + NS_PER_HOUR))
    began = len(stage.commands)
    restored = [Engine(build, load(dump(stage.engine.state), build))]
    while stage.market.actions:
        due_ns = stage.market.actions[0].steps[0].at_ns
        stage.to_ns(due_ns - 1)
        copy = Engine(build, load(dump(stage.engine.state), build))
        for at_ns, command in stage.commands[began:]:
            for engine in restored:
                engine.execute(command, at_ns=at_ns)
        began = len(stage.commands)
        restored.append(copy)
        stage.to_ns(due_ns)
    stage.to_ns(stage.now_ns + 10 * NS_PER_MINUTE)
    for at_ns, command in stage.commands[began:]:
        for engine in restored:
            engine.execute(command, at_ns=at_ns)

    assert {digest(engine.state) for engine in restored} == {digest(stage.engine.state)}
    assert SubmitPrint in {type(command) for _, command in stage.commands}
