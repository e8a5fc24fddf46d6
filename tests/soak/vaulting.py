"""What owners of vaults ask, drawn from a seed."""

from random import Random

from tests.soak.setting import Setting
from venue.core import commands as cmd
from venue.core.commands import Command, Side, TimeInForce
from venue.core.market import Market
from venue.core.state import State
from venue.core.units import E4, E6, E12
from venue.core.vaults import debt_micros, figures


class Vaulting:
    """Draws commands about vaults: anybody's, in whichever market has them."""

    def __init__(self, setting: Setting) -> None:
        self._random = Random(f"vaults {setting.seed}")
        self._accounts = setting.accounts

    def next(self, state: State, market: Market) -> Command:
        """Return what locks collateral, mints what it bears or a little more, sells or burns it."""
        random, name = self._random, market.spec.market
        account = random.randint(1, self._accounts)
        terms, price = market.rules.contract.vaults, market.underlying_nanos
        if terms is None or not price:
            return cmd.Mint(account, name, 1)
        vault = state.vaults.get((account, name))
        draw = random.random()
        if vault is None or draw < 0.15:
            micros = random.choice([100, 2_000, 20_000]) * E6
            if (terms.collateral == "cash") != (random.random() < 0.05):
                return cmd.MoveCollateral(account, name, cash_micros=micros)
            return cmd.MoveCollateral(account, name, units_e9=micros * E12 // price)
        found = figures(state, vault)
        holding = state.accounts[account].holdings.get(name)
        held = 0 if holding is None else max(0, holding.size_lots)
        if draw < 0.45:
            bears = found.collateral_micros * E4 // terms.ratio_e4
            most = bears // max(1, debt_micros(market, 1)) - found.lots
            return cmd.Mint(account, name, int(most * random.choice([0.5, 0.98, 1, 1.02])))
        if draw < 0.65 and held:
            ticks = max(1, market.mark_micros * 99 // 100 // market.spec.units.tick_lot_micros)
            return cmd.PlaceOrder(account, name, Side.SELL, held, ticks, TimeInForce.IOC)
        if draw < 0.85:
            return cmd.Burn(account, name, random.choice([held, held // 2, 1, held + 1]))
        cash = max(0, state.accounts[vault.vault].balance_micros)
        part = random.choice([1, 2, 10])
        if terms.collateral == "cash":
            return cmd.MoveCollateral(account, name, cash_micros=-(cash // part))
        return cmd.MoveCollateral(account, name, units_e9=-(vault.units_e9 // part))
