"""The same recording under several rulebooks: who was liquidated, who paid, and how prices went.

Each rulebook is played from the beginning, with the same prints, the same closes and opens, and the
same agents: a maker who quotes about the index, wider while it is closed; noise; one who follows
the mark; and a long and a short at 5x, 10x and 20x, who open a quarter of an hour after the start,
with $10,000 each, and hold. What differs is the rules. It repeats: the same arguments give the
same figures. Digits are for people.
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
from venue.core.policies import BuildRules, LadderInputs
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_MINUTE
from venue.lab.agents import Holder, Maker, Momentum, NoiseTaker
from venue.lab.measures import Measures
from venue.lab.run import RunFault, RunResult, prints, run, sessions
from venue.lab.timeline import new_york_text
from venue.rules.build import build
from venue.sessions import calendar_named

LEVERAGES = (5, 10, 20)
OPENS_NS = 15 * NS_PER_MINUTE
STEP_NS = NS_PER_MINUTE
DEPOSIT_MICROS = 10_000 * E6
INSURANCE_MICROS = 100_000 * E6
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
    if rules.counterparty.is_pool or not rules.contract.is_linear:
        what = "a pool" if rules.counterparty.is_pool else "a power of the price"
        raise RunFault(
            f"rulebook {spec.rulebook}: expected a book and the price itself, found {what}: the "
            "agents that are compared trade with one another"
        )
    most = rules.margin.ladders(LadderInputs(spec.tiers)).leverage_max
    holders = _holders(spec.market, min(spec.tiers[0].leverage_max, most), start_ns)
    measures, course = Measures(), _Course()
    result = run(
        [spec],
        [
            list(sessions(spec.underlying, calendar_named(spec.calendar), start_ns, end_ns)),
            list(prints(recorded)),
        ],
        [
            Maker("maker", spec.market, size_lots=MAKER_LOTS),
            NoiseTaker("noise", spec.market, seed=SEED),
            Momentum("momentum", spec.market),
            *holders,
        ],
        start_ns,
        end_ns,
        STEP_NS,
        insurance_micros=INSURANCE_MICROS,
        heard=(measures, course),
        build_rules=build_rules,
    )
    return Played(spec.rulebook, _figures(result, spec.market, measures, course))


def _holders(market: str, most: int, start_ns: int) -> list[Holder]:
    return [
        Holder(
            _name(leverage, is_long=is_long),
            market,
            at_ns=start_ns + OPENS_NS,
            is_long=is_long,
            leverage=leverage,
            deposit_micros=DEPOSIT_MICROS,
        )
        for leverage in LEVERAGES
        if leverage <= most
        for is_long in (True, False)
    ]


def _name(leverage: int, *, is_long: bool) -> str:
    return f"{'long' if is_long else 'short'} {leverage}x"


class _Course:
    """A listener that notes when whom a liquidation began for, and the index while closed."""

    def __init__(self) -> None:
        self.liquidated: dict[int, int] = {}
        self.indexes: list[int] = []
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


def _figures(result: RunResult, market: str, measures: Measures, course: _Course) -> Figures:
    state = result.state
    last = result.series[market][-1]
    figures = {
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
    figures |= {
        "liquidations": f"{sum(measures.liquidated.values()):,}",
        "missing beyond margins": _money(measures.shortfall_micros),
        "paid by fund and vault": _money(measures.insurance_micros + measures.vault_micros),
        "paid by winners": _money(measures.adl_micros + measures.shared_micros),
        "bad debt": _money(measures.bad_debt_micros),
        "funding moved": _money(measures.funding_moved_micros),
        "calls": f"{len(measures.calls):,}",
        "trades": f"{measures.trades:,}",
        "refused": f"{sum(measures.rejected.values()):,}",
        "insurance fund at the end": _money(equity_micros(state, state.accounts[INSURANCE])),
        "digest": result.digest.hex()[:16],
    }
    return figures


def _fate(state: State, number: int, course: _Course) -> str:
    left = _money(equity_micros(state, state.accounts[number]))
    began_ns = course.liquidated.get(number)
    return left if began_ns is None else f"{left}, liquidated {new_york_text(began_ns)}"


def _range(nanos: Sequence[int]) -> str:
    return f"{_price(min(nanos))} to {_price(max(nanos))}" if nanos else "always from outside"


def _price(nanos: int | None) -> str:
    return "none" if nanos is None else f"{nanos / E9:,.2f}"


def _money(micros: int) -> str:
    return f"${micros / E6:,.0f}"
