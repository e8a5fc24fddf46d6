"""The same recording under several rulebooks: who was liquidated, who paid, and how prices went.

Each rulebook is played from the beginning, with the same prints, the same closes and opens, and the
same agents: a maker who quotes about the index, wider while it is closed; noise; one who follows
the mark; and a long and a short at 5x, 10x and 20x, who open a quarter of an hour after the start,
with $10,000 each, and hold. What differs is the rules. It repeats: the same arguments give the
same figures. Digits are for people.

Where a pool stands in the place of the book, nobody quotes: a provider has paid ten millions into
it in good time (its epoch is a minute, without notice), and the others trade with it, on isolated
margin. Where contracts can be minted, one who locks $10,000 of collateral mints at a third more
than the least ratio, and sells. A power of the price is traded as it is: at the same leverage the
same move of the stock is worth about p times as much, and the page of figures says p.
"""

from collections.abc import Sequence
from typing import NamedTuple

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.commands import Command, SubmitPrint
from venue.core.events import Event
from venue.core.listing import MarketSpec
from venue.core.margin import equity_micros
from venue.core.phases import Pricing
from venue.core.policies import BuildRules, LadderInputs, Rules
from venue.core.pool_value import value_micros
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_MINUTE
from venue.lab.agents import Holder, Maker, Momentum, NoiseTaker
from venue.lab.agents_beside import OnIsolated, PoolHolder, Provider, VaultKeeper
from venue.lab.measures import Measures
from venue.lab.pools import soon
from venue.lab.run import Agent, RunResult, prints, run, sessions
from venue.lab.timeline import new_york_text
from venue.rules.build import build
from venue.sessions import calendar_named

LEVERAGES = (5, 10, 20)
OPENS_NS = 15 * NS_PER_MINUTE
STEP_NS = NS_PER_MINUTE
DEPOSIT_MICROS = 10_000 * E6
INSURANCE_MICROS = 100_000 * E6
POOL_MICROS = 10_000_000 * E6
SEED = 1
# A thousand shares a level: every holder finds all that it wants at the first one.
MAKER_LOTS = 1_000_000

# A column of figures by name.
Figures = dict[str, str]


class Played(NamedTuple):
    """One rulebook's figures, in the order in which they are shown."""

    rulebook: str
    figures: Figures


def compare(
    specs: Sequence[MarketSpec],
    recorded: Sequence[SubmitPrint],
    start_ns: int,
    end_ns: int,
    *,
    build_rules: BuildRules = build,
) -> list[Played]:
    """Play one market under each listing, and return what each came to.

    ``recorded`` are the prints of its underlying, in order of time.
    """
    return [_played(spec, recorded, start_ns, end_ns, build_rules) for spec in specs]


def _played(
    spec: MarketSpec,
    recorded: Sequence[SubmitPrint],
    start_ns: int,
    end_ns: int,
    build_rules: BuildRules,
) -> Played:
    rules = build_rules(spec)
    if rules.counterparty.is_pool:
        spec = soon(spec)
    most = min(
        spec.tiers[0].leverage_max, rules.margin.ladders(LadderInputs(spec.tiers)).leverage_max
    )
    measures, course = Measures(), _Course()
    result = run(
        [spec],
        [
            list(sessions(spec.underlying, calendar_named(spec.calendar), start_ns, end_ns)),
            list(prints(recorded)),
        ],
        _crowd(spec.market, rules, most, start_ns),
        start_ns,
        end_ns,
        STEP_NS,
        insurance_micros=INSURANCE_MICROS,
        heard=(measures, course),
        build_rules=build_rules,
    )
    return Played(spec.rulebook, _figures(result, spec.market, measures, course))


def _crowd(market: str, rules: Rules, most: int, start_ns: int) -> list[Agent]:
    """Return who trades: with one another on a book, or with a pool."""
    opens_ns = start_ns + OPENS_NS
    noise, momentum = NoiseTaker("noise", market, seed=SEED), Momentum("momentum", market)
    holders: list[Agent] = []
    for leverage in (each for each in LEVERAGES if each <= most):
        for is_long in (True, False):
            kind = PoolHolder if rules.counterparty.is_pool else Holder
            holder = kind(
                _name(leverage, is_long=is_long),
                market,
                at_ns=opens_ns,
                is_long=is_long,
                leverage=leverage,
                deposit_micros=DEPOSIT_MICROS,
            )
            holders.append(holder)
    if rules.counterparty.is_pool:
        at_once = min(most, LEVERAGES[0])
        return [
            Provider("provider", market, deposit_micros=POOL_MICROS),
            OnIsolated(noise, market, leverage=at_once),
            OnIsolated(momentum, market, leverage=at_once),
            *holders,
        ]
    crowd: list[Agent] = [Maker("maker", market, size_lots=MAKER_LOTS), noise, momentum, *holders]
    vaults = rules.contract.vaults
    if vaults is not None:
        keeper = VaultKeeper(
            "vault keeper",
            market,
            at_ns=opens_ns,
            ratio_e4=vaults.ratio_e4 * 4 // 3,
            in_units=vaults.collateral == "index",
            deposit_micros=DEPOSIT_MICROS,
        )
        crowd.append(keeper)
    return crowd


def _name(leverage: int, *, is_long: bool) -> str:
    return f"{'long' if is_long else 'short'} {leverage}x"


class _Course:
    """A listener that notes when whom a liquidation began for, and the index while closed.

    And what the insurance fund paid for others and took in, trades of its own left out.
    """

    def __init__(self) -> None:
        self.liquidated: dict[int, int] = {}
        self.indexes: list[int] = []
        self.fund_paid_micros = 0
        self.fund_got_micros = 0
        self._is_internal = False

    def __call__(self, at_ns: int, command: Command, events: list[Event]) -> None:
        now_ns = at_ns
        for event in events:
            if isinstance(event, ev.TimePassed):
                now_ns = event.at_ns
            elif isinstance(event, ev.LiquidationStarted):
                self.liquidated.setdefault(event.account, now_ns)
            elif isinstance(event, ev.PricingChanged):
                self._is_internal = event.pricing is Pricing.INTERNAL
            elif isinstance(event, ev.IndexUpdated) and self._is_internal:
                self.indexes.append(event.index_nanos)
            elif isinstance(event, ev.ShortfallPaid) and event.payer == INSURANCE:
                self.fund_paid_micros += max(0, event.insurance_micros)
                self.fund_got_micros += max(0, -event.insurance_micros)
            elif isinstance(event, ev.LiquidationFeePaid):
                self.fund_got_micros += event.amount_micros - event.beyond_micros
            elif isinstance(event, ev.FundFilled):
                self.fund_got_micros += event.amount_micros


def _figures(result: RunResult, market: str, measures: Measures, course: _Course) -> Figures:
    state = result.state
    last = result.series[market][-1]
    power_n, power_d = state.markets[market].rules.contract.power
    power = f"{power_n}/{power_d}" if power_d != 1 else str(power_n)
    figures = {
        "a contract is on": "the price" if power == "1" else f"the price to the power of {power}",
        "index while closed": _range(course.indexes),
        "index, mark at the end": f"{_price(last.index_nanos)}, {_price(last.mark_nanos)}",
        "mark from index at most": f"{measures.mark_index_max_e4:,.0f} bp",
        "a mark's largest step": f"{measures.step_max_e4:,.0f} bp",
    }
    for leverage in LEVERAGES:
        for is_long in (True, False):
            name = _name(leverage, is_long=is_long)
            number = result.accounts.get(name)
            figures[name] = "not offered" if number is None else _fate(state, number, course)
    for name in ("maker", "noise", "momentum", "vault keeper"):
        number = result.accounts.get(name)
        figures[name] = "none" if number is None else _fate(state, number, course)
    figures |= {
        "the pool's provider": _provided(state, market, result.accounts.get("provider")),
        "liquidations": f"{sum(measures.liquidated.values()):,}",
        "missing beyond margins": _money(measures.shortfall_micros),
        "paid by fund, vault or pool": _money(measures.insurance_micros + measures.vault_micros),
        "paid by winners": _money(measures.adl_micros + measures.shared_micros),
        "bad debt": _money(measures.bad_debt_micros),
        "funding moved": _money(measures.funding_moved_micros),
        "calls": f"{len(measures.calls):,}",
        "trades": f"{measures.trades:,}",
        "refused": f"{sum(measures.rejected.values()):,}",
        "insurance fund at the end": _money(equity_micros(state, state.accounts[INSURANCE])),
        "margins and fees it got": _money(course.fund_got_micros),
        "won by positions it held": _money(_of_positions(state, course)),
        "digest": result.digest.hex()[:16],
    }
    return figures


def _provided(state: State, market: str, number: int | None) -> str:
    """Say what the shares of a pool's provider and its money are worth."""
    pool = state.markets[market].pool
    if pool is None or number is None:
        return "none"
    held = pool.providers.get(number)
    shares = 0 if held is None else held.shares
    worth_micros = value_micros(state, pool) * shares // max(1, pool.shares)
    return _money(worth_micros + equity_micros(state, state.accounts[number]))


def _fate(state: State, number: int, course: _Course) -> str:
    left = _money(equity_micros(state, state.accounts[number]))
    began_ns = course.liquidated.get(number)
    return left if began_ns is None else f"{left}, liquidated {new_york_text(began_ns)}"


def _of_positions(state: State, course: _Course) -> int:
    """Return what the fund won or lost by the positions that it took over, in micro-dollars."""
    gained = equity_micros(state, state.accounts[INSURANCE]) - INSURANCE_MICROS
    return gained + course.fund_paid_micros - course.fund_got_micros


def _range(nanos: Sequence[int]) -> str:
    return f"{_price(min(nanos))} to {_price(max(nanos))}" if nanos else "always from outside"


def _price(nanos: int | None) -> str:
    return "none" if nanos is None else f"{nanos / E9:,.2f}"


def _money(micros: int) -> str:
    return f"{'-' if micros < 0 else ''}${abs(micros) / E6:,.0f}"
