"""The essay's weekend under every way to pay that fits: Friday 250, Monday 220, a fund of 500.

The venue itself is down from Friday 20:01 to Monday 03:59, so next to no funding moves and every
figure can be checked with a pencil. On Monday nobody bids. A long of a hundred shares has lost
3,000 by 220: at 20x it had 1,250 behind it, at 10x 2,500, at 5x 5,000. So in the end the first
lacks 1,750 and the second 500, less where a rule acts before the mark has walked all the way.
"""

from functools import cache
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import MARKET, Stage, tape
from tests.support.auditor import Auditor
from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, VAULT
from venue.core.commands import Command, Deposit, SetLeverage, SetProvider, Side
from venue.core.events import Event
from venue.core.listing import MarketSpec, RuleRef
from venue.core.margin import equity_micros
from venue.core.units import E6
from venue.lab.measures import Measures
from venue.rules.build import ref
from venue.rules.rulebooks import spec

TRADERS = [(side, leverage) for leverage in (5, 10, 20) for side in (Side.SELL, Side.BUY)]
INSURANCE_DOLLARS = 500
FEE = 11_250_000
END = "2025-04-14 04:10"


class Paid(NamedTuple):
    """Who paid what of the shortfalls, and what else moved; all in micro-dollars."""

    insurance: int
    vault: int
    adl: int
    shared: int
    bad_debt: int
    left: int


class Audited(Stage):
    """The stage, with a second opinion after every command, and what it measures."""

    def __init__(self, listing: MarketSpec) -> None:
        self.auditor = Auditor()
        self.measures = Measures()
        tapes = [
            tape("2025-04-11 19:50", "2025-04-11 19:59", 250),
            tape("2025-04-14 04:00", END, 220),
        ]
        super().__init__(
            "2025-04-11 19:50",
            END,
            tapes,
            listing=listing,
            insurance_dollars=INSURANCE_DOLLARS,
        )

    def _execute(self, command: Command, at_ns: int) -> list[Event]:
        events = self.auditor.execute(self.engine, command, at_ns)
        self.measures(at_ns, command, events)
        self.commands.append((at_ns, command))
        self.events.extend((at_ns, event) for event in events)
        return events


class Weekend(NamedTuple):
    """The stage after Monday's open, and the six traders by side and leverage."""

    stage: Audited
    traders: dict[tuple[Side, int], int]

    def equity(self, side: Side, leverage: int) -> int:
        """Return what a trader is worth at the end."""
        state = self.stage.engine.state
        return equity_micros(state, state.accounts[self.traders[side, leverage]])

    @property
    def paid(self) -> Paid:
        """Return who paid what."""
        told = self.stage.measures
        return Paid(
            told.insurance_micros,
            told.vault_micros,
            told.adl_micros,
            told.shared_micros,
            told.bad_debt_micros,
            told.left_micros,
        )


def under(*rules: RuleRef) -> MarketSpec:
    """Return the default listing with some rules replaced."""
    base = spec(MARKET)
    named = {rule.kind: rule for rule in base.rules} | {rule.kind: rule for rule in rules}
    return replace(base, rules=tuple(named.values()))


@cache
def weekend(*rules: tuple[str, str]) -> Weekend:
    """Play it under the default rulebook with some rules, (kind, name), replaced."""
    stage = Audited(under(*(ref(kind, name) for kind, name in rules)))
    stage.to("2025-04-11 19:55")
    if VAULT in stage.engine.state.accounts:
        stage.do(Deposit(VAULT, 2_000 * E6))
    traders = {}
    for side, leverage in TRADERS:
        word = "long" if side is Side.BUY else "short"
        account = stage.open(f"{word} {leverage}x", dollars=25_000 // leverage)
        stage.do(Deposit(account, FEE))
        stage.do(SetLeverage(account, MARKET, leverage))
        traders[side, leverage] = account
        other = Side.SELL if side is Side.BUY else Side.BUY
        stage.place(stage.maker, other, 100, 25_000)
        stage.place(account, side, 100, 25_000)
    if stage.market.rules.backstop.holder == "providers":
        provider = stage.open("provider", dollars=30_000)
        stage.do(SetProvider(provider, MARKET, 100_000 * E6))
    stage.to("2025-04-11 20:01").sleep("2025-04-14 03:59").to(END)
    return Weekend(stage, traders)


CLOSEOUTS = (
    "slices", "market_full", "ioc_fillable", "ioc_zero_price", "ioc_mark_spread", "ramp",
)  # fmt: skip
RESORTS = (
    "profit_leverage", "adl_bitmex", "adl_qfex", "adl_random", "adl_prorata_contracts",
    "social_gain_prorata", "social_all_contracts", "equity_prorata", "freeze",
)  # fmt: skip
HANDED = [("oracle_close", "fund"), ("oracle_close", "vault"), ("network_disposal", "network")]
SHARED = ("social_gain_prorata", "social_all_contracts", "equity_prorata")
COMBINATIONS = [
    *((closeout, "fund", "profit_leverage") for closeout in CLOSEOUTS),
    *((closeout, "fund", "social_gain_prorata") for closeout in CLOSEOUTS),
    *(("slices", backstop, resort) for resort in RESORTS for backstop in ("vault", "providers")),
    *(("slices", "fund", resort) for resort in RESORTS[1:]),
    *(("slices", "none", resort) for resort in RESORTS if resort.startswith(("adl", "profit"))),
    *((*handed, resort) for handed in HANDED for resort in ("profit_leverage", *SHARED)),
]


# In dollars: insurance, vault, ADL, shared, bad debt, what was left of margins.
# The mark is 226.096 at the uncross, and 223.835 three seconds later. At the uncross the 20x long
# lacks 2,390.40 - 1,250 = 1,140.40, for its two thirds of maintenance were gone during the call;
# then the 10x long lacks 2,616.50 - 2,500 = 116.50.
EXPECTED: dict[tuple[str, str, str], tuple[float, ...]] = {
    # The fund's 500, then the winners: 640.40 + 116.50.
    ("slices", "fund", "profit_leverage"): (500, 0, 756.90, 0, 0, 0),
    ("slices", "fund", "adl_prorata_contracts"): (500, 0, 756.90, 0, 0, 0),
    # Nobody is closed: the fund holds both positions down to 220, and all of 1,750 + 500 is lost.
    ("slices", "fund", "social_gain_prorata"): (500, 0, 0, 1_750, 0, 0),
    ("slices", "fund", "equity_prorata"): (500, 0, 0, 1_750, 0, 0),
    # The vault takes the first with what it lacks, and cannot carry the second.
    ("slices", "vault", "profit_leverage"): (116.50, 1_140.40, 0, 0, 0, 0),
    # The fund cannot cover the first; the second goes to a provider with 2,500 - 2,390.40 left.
    ("slices", "providers", "adl_qfex"): (500, 0, 640.40, 0, 0, 109.60),
    # The second is deleveraged before it is bankrupt, so it takes nothing from anybody.
    ("slices", "none", "adl_bitmex"): (500, 0, 640.40, 0, 0, 0),
    # The network party takes both at once: 109.60 of margin, and a loss of 1,750 + 500 in the end.
    ("network_disposal", "network", "social_gain_prorata"): (500, 0, 0, 1_750, 0, 109.60),
    # At the oracle the vault pays all that the first lacks at 220.
    ("oracle_close", "vault", "profit_leverage"): (116.50, 1_750, 0, 0, 0, 0),
    # Nobody pays until the operator decides.
    ("slices", "fund", "freeze"): (0, 0, 0, 0, 0, 0),
}
# Some minutes of funding moved three cents from each long.
CENTS = 100_000


@pytest.mark.parametrize(("combination", "dollars"), list(EXPECTED.items()))
def test_who_paid_what(combination: tuple[str, str, str], dollars: tuple[float, ...]) -> None:
    paid = named(*combination).paid

    for found, expected in zip(paid, dollars, strict=True):
        assert abs(found - round(expected * E6)) <= CENTS, paid


@pytest.mark.parametrize(("closeout", "backstop", "resort"), COMBINATIONS)
def test_losers_lose_their_margin_and_the_rest_is_paid_to_the_last_micro_dollar(
    closeout: str, backstop: str, resort: str
) -> None:
    """The auditor has seen every command; here stands what must come out in any case."""
    played = named(closeout, backstop, resort)

    state = played.stage.engine.state
    ledger = state.ledger
    everybody = sum(equity_micros(state, account) for account in state.accounts.values())
    owned = everybody + ledger.fees_micros + ledger.rounding_micros + ledger.bad_debt_micros
    assert owned == ledger.external_micros
    frozen = [event for _, event in played.stage.events if is_freeze(event)]
    for number, account in state.accounts.items():
        assert equity_micros(state, account) >= 0 or number < FIRST_ACCOUNT or frozen
    assert frozen or not state.liquidations
    assert ledger.bad_debt_micros == 0


def named(closeout: str, backstop: str, resort: str) -> Weekend:
    return weekend(("closeout", closeout), ("backstop", backstop), ("last_resort", resort))


def is_freeze(event: Event) -> bool:
    return isinstance(event, ev.PhaseChanged) and event.why == "frozen"
