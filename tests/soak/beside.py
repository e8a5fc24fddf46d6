"""What the flow of two markets does not ask for: a third market, vaults, and a few mistakes.

All is drawn from streams of its own, so that it changes nothing in what the flow draws.
"""

from random import Random

from msgspec.structs import replace

from tests.simulation.chance import MARKETS
from tests.soak.setting import Setting
from tests.soak.third import Third
from tests.soak.vaulting import Vaulting
from venue.core import commands as cmd
from venue.core.commands import Command
from venue.core.phases import Phase
from venue.core.state import State
from venue.core.units import E6, E9

OF_THE_THIRD = 0.2  # So much of what is asked is about the third market, while it lives ...
ONCE_DELISTED = 0.01  # ... and so much when it does not.
OF_VAULTS = 0.08
MISTAKES = 0.01


class Beside:
    """Draws what is asked beside the flow."""

    def __init__(self, setting: Setting) -> None:
        self._random = Random(f"beside {setting.seed}")
        self._mistakes = Random(f"mistakes {setting.seed}")
        self._third = Third(setting)
        self._vaulting = Vaulting(setting)
        self._accounts = setting.accounts

    def next(self, state: State, now_ns: int) -> Command | None:
        """Return what is asked now; mostly nothing."""
        if self._mistakes.random() < MISTAKES:
            return self._mistake(state)
        vaulted = [
            each for each in state.markets.values() if each.rules.contract.vaults is not None
        ]
        if vaulted and self._random.random() < OF_VAULTS:
            return self._vaulting.next(state, self._random.choice(vaulted))
        third = next((m for name, m in state.markets.items() if name not in MARKETS), None)
        if third is None:
            return None
        share = ONCE_DELISTED if third.phase is Phase.DELISTED else OF_THE_THIRD
        return self._third.next(state, third, now_ns) if self._random.random() < share else None

    def _mistake(self, state: State) -> Command:
        """Something asked of a market that has it not, or by a name or number it has not."""
        random = self._mistakes
        market = random.choice(list(state.markets.values()))
        name, account = market.spec.market, random.randint(1, self._accounts)
        unfit = replace(market.spec, market="UNFIT", funding_interval_ns=1)
        return random.choice(
            [
                cmd.WithdrawAction(name, 7),
                cmd.ListMarket(unfit),
                cmd.HaltMarket(random.choice([*state.renamed, "NONE"]), "test"),
                cmd.DepositToPool(account, name, 5 * E6),
                cmd.Burn(account, name, 1),
                cmd.MoveCollateral(account, name, units_e9=E9),
                cmd.SetProvider(account, name, E6),
                cmd.CommitMaker(account, name, E6),
                cmd.ResetAccount(account, 10_000 * E6),
            ]
        )
