"""Vaults and fair marks at the door: answers, and what an account is told."""

from collections.abc import Sequence

from venue.core import commands as core
from venue.core import events as ev
from venue.core.events import Event
from venue.core.fair_mark import funded_mark_nanos
from venue.core.state import State
from venue.core.units import E4, E12
from venue.core.vaults import figures, liquidation_nanos
from venue.core.volatility import sigma_e4
from venue.gateway import vault_wire as wire
from venue.gateway.decimals import UNITS, Scale, money_text, nanos_text, rate_text
from venue.gateway.notes import VaultNote
from venue.gateway.notices import Notice
from venue.gateway.refusals import DoorReason, Refused
from venue.gateway.scales import MarketTable
from venue.gateway.showing import Where, ms

# Shares of one in 1e-4, as the fair mark takes them.
SHARE = Scale(100_000, DoorReason.BAD_VALUE)
SIGMA_E4_MAX = 100 * E4
RATE_E4_MAX = E4


def vaults(
    state: State, params: wire.VaultsParams, account: int, table: MarketTable
) -> wire.VaultsResult:
    """Answer ``private/get_vaults``."""
    shown = []
    for (owner, name), vault in sorted(state.vaults.items()):
        terms = state.markets[name].rules.contract.vaults
        if owner != account or terms is None:
            continue
        now = figures(state, vault)
        ratio = now.ratio_e4
        price = liquidation_nanos(state, vault)
        shown.append(
            wire.VaultView(
                market=name,
                collateral=terms.collateral,
                cash=money_text(state.accounts[vault.vault].balance_micros),
                units=UNITS.text(vault.units_e9),
                value=money_text(now.collateral_micros),
                minted=table.get(name).size.text(now.lots),
                debt=money_text(now.debt_micros),
                ratio_min=rate_text(terms.ratio_e4 * (E12 // E4)),
                ratio=None if ratio is None else rate_text(ratio * (E12 // E4)),
                liquidation_price=None if price is None else nanos_text(price),
            )
        )
    return wire.VaultsResult(seq=state.seq, time_ms=ms(state.now_ns), vaults=shown)


def fair_mark(
    state: State, params: wire.FairMarkParams, account: int, table: MarketTable
) -> wire.FairMarkResult:
    """Answer ``public/get_fair_mark``."""
    table.get(params.market)
    market = state.markets[params.market]
    measured = sigma_e4(market)
    sigma = measured
    if params.sigma is not None:
        sigma = _share(params.sigma, "sigma", least=0, most=SIGMA_E4_MAX)
    rate = _share(params.rate, "rate", least=-RATE_E4_MAX, most=RATE_E4_MAX)
    power_n, power_d = market.rules.contract.power
    fair = None
    if market.index_nanos is not None and sigma is not None:
        fair = funded_mark_nanos(
            market.rules,
            market.index_nanos,
            sigma_e4=sigma,
            interval_ns=market.spec.funding_interval_ns,
            rate_e4=rate,
        )

    def shown(nanos: int | None) -> str | None:
        return None if nanos is None else nanos_text(nanos)

    return wire.FairMarkResult(
        market=params.market,
        seq=state.seq,
        time_ms=ms(state.now_ns),
        power=f"{power_n}/{power_d}",
        index=shown(market.index_nanos),
        mark=shown(market.mark_nanos),
        sigma=None if sigma is None else rate_text(sigma * (E12 // E4)),
        sigma_measured=None if measured is None else rate_text(measured * (E12 // E4)),
        fair_mark=shown(fair),
    )


def _share(text: str, field: str, *, least: int, most: int) -> int:
    value = SHARE.parse(text, field)
    if not least <= value <= most:
        raise Refused(
            DoorReason.BAD_VALUE,
            f"{field}: expected {SHARE.text(least)} to {SHARE.text(most)}, found {text}",
            field=field,
        )
    return value


def collateral_answer(
    command: core.MoveCollateral,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
    markets: MarketTable,
) -> wire.CollateralResult:
    """Return the answer to collateral that was moved."""
    for event in events:
        if isinstance(event, ev.CollateralMoved):
            return wire.CollateralResult(
                seq=seq,
                time_ms=ms(at_ns),
                market=event.market,
                cash=money_text(event.cash_micros),
                units=UNITS.text(event.units_e9),
            )
    raise AssertionError("collateral is moved or refused")


def mint_answer(
    command: core.Mint | core.Burn,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
    markets: MarketTable,
) -> wire.MintResult:
    """Return the answer to units that were minted or burned."""
    for event in events:
        if isinstance(event, ev.Minted):
            return wire.MintResult(
                seq=seq,
                time_ms=ms(at_ns),
                market=event.market,
                size=markets.known(event.market).size.text(event.lots),
                realised=money_text(event.realised_micros),
            )
    raise AssertionError("units are minted, burned or refused")


def opened(notice: Notice, event: ev.VaultOpened, where: Where, markets: MarketTable) -> VaultNote:
    """Show that a vault was opened."""
    return VaultNote(**where, what="opened", market=event.market)


def collateral(
    notice: Notice, event: ev.CollateralMoved, where: Where, markets: MarketTable
) -> VaultNote:
    """Show collateral that came or went."""
    return VaultNote(
        **where,
        what="collateral",
        market=event.market,
        cash=money_text(event.cash_micros),
        units=UNITS.text(event.units_e9),
    )


def minted(notice: Notice, event: ev.Minted, where: Where, markets: MarketTable) -> VaultNote:
    """Show what was minted or burned."""
    return VaultNote(
        **where,
        what="minted",
        market=event.market,
        size=markets.known(event.market).size.text(event.lots),
        realised=money_text(event.realised_micros),
    )


def liquidated(
    notice: Notice, event: ev.VaultLiquidated, where: Where, markets: MarketTable
) -> VaultNote:
    """Show what the insurance fund took over, at which price, and what it cost."""
    scales = markets.known(event.market)
    paid = event.lots * event.price_micros - event.proceeds_micros
    return VaultNote(
        **where,
        what="liquidated",
        market=event.market,
        size=scales.size.text(event.lots),
        price=nanos_text(scales.spec.units.nanos(event.price_micros)),
        cash=money_text(-paid),
        units=UNITS.text(-event.units_e9),
        ratio=rate_text(event.ratio_e4 * (E12 // E4)),
    )


def covered(
    notice: Notice, event: ev.VaultCovered, where: Where, markets: MarketTable
) -> VaultNote:
    """Show units sold, or paid by the insurance fund, for a vault that owed cash."""
    return VaultNote(
        **where,
        what="covered",
        market=event.market,
        cash=money_text(event.proceeds_micros + event.fund_micros),
        units=UNITS.text(-event.units_e9),
    )


def units_split(
    notice: Notice, event: ev.VaultUnitsSplit, where: Where, markets: MarketTable
) -> VaultNote:
    """Show what a vault holds after a split of the underlying."""
    return VaultNote(**where, what="split", market=event.market, units=UNITS.text(event.units_e9))
