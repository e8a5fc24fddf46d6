"""What vault events mean to the ledger: collateral, mints and burns, liquidations; units sold.

Units have no lines of their own: they are worth what they fetch when they are sold outside.
"""

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.store.rows import At, Rows, ToRows
from venue.store.rows_money import Line, book


def collateral_moved(rows: Rows, at: At, event: ev.CollateralMoved) -> None:
    lines: list[Line] = [
        (event.account, "collateral", str(event.vault), -event.cash_micros),
        (event.vault, "collateral", str(event.account), event.cash_micros),
    ]
    _some(rows, at, event.market, lines)


def minted(rows: Rows, at: At, event: ev.Minted) -> None:
    _some(rows, at, event.market, [(event.account, "minted", "clearing", event.realised_micros)])


def vault_liquidated(rows: Rows, at: At, event: ev.VaultLiquidated) -> None:
    lines: list[Line] = [
        (event.vault, "units_sold", "external", event.proceeds_micros),
        (event.vault, "vault_liquidated", "clearing", event.realised_micros),
        (INSURANCE, "vault_liquidated", "clearing", event.fund_realised_micros),
    ]
    _some(rows, at, event.market, lines)


def vault_covered(rows: Rows, at: At, event: ev.VaultCovered) -> None:
    lines: list[Line] = [
        (event.vault, "units_sold", "external", event.proceeds_micros),
        (event.vault, "shortfall", str(INSURANCE), event.fund_micros),
        (INSURANCE, "shortfall", str(event.vault), -event.fund_micros),
    ]
    _some(rows, at, event.market, lines)


def _some(rows: Rows, at: At, market: str, lines: list[Line]) -> None:
    book(rows, at, market, [line for line in lines if line[3]])


VAULT_ROWS: dict[type[ev.Event], ToRows] = {
    ev.CollateralMoved: collateral_moved,
    ev.Minted: minted,
    ev.VaultLiquidated: vault_liquidated,
    ev.VaultCovered: vault_covered,
}
