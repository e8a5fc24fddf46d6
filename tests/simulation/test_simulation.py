"""The whole core under seeded chance, audited after every command.

``live`` (``tests/support/run.py``) fails where the auditor, a state rebuilt from events alone,
or a venue restored from a checkpoint disagrees, and where a refusal changed anything. Here
stands for how many seeds it runs, and that they met everything they are meant to meet.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.support.hash_seeds import printed
from tests.support.run import SEEDS, live
from venue.core import events as ev
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.core.rejects import Cause

ROOT = Path(__file__).parents[2]

# What a few accounts do not meet at random: ``test_cascade.py`` does; funding by the hour is not
# changed to be by the hour, and a life ends before its markets do or have another name:
# ``tests/core/test_dividends.py`` and ``test_delisting.py`` do. No seed lists a power: vaults have
# chance and the auditor to themselves in ``tests/core/test_vaults.py``, and splits of what they are
# on in ``tests/core/test_power_splits.py``.
NOT_BY_CHANCE = {
    "UnderlyingPriced",
    "VaultOpened",
    "CollateralMoved",
    "Minted",
    "VaultLiquidated",
    "VaultCovered",
    "VaultUnitsSplit",
    "UnderlyingSplit",
    "BreachHealed",
    "FundingIntervalChanged",
    "AverageBegan",
    "MarketRenamed",
}
# Words that are kept for what the core does not do yet.
NOT_SAID = {
    LiquidationWhy.BUDGET,  # A breach waits for the budget; a liquidation never does.
    LiquidationWhy.NO_TAKER,  # Every close-out rule that ships names a wait of its own.
    Cause.INSUFFICIENT_MARGIN,
    Cause.DELISTED,  # No market ends before its life: ``tests/core/test_delisting.py``.
}
# Words that some sets of seeds meet and some do not; ``tests/core/test_liquidation.py`` does.
SELDOM = {LiquidationWhy.THROTTLE, LiquidationWhy.FROZEN}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_second_opinion_agrees_after_every_command(seed: int) -> None:
    life = live(seed)

    assert life.events["Traded"] > 20


def test_the_seeds_together_meet_every_event() -> None:
    met: Counter[str] = sum((live(seed).events for seed in range(SEEDS)), Counter())

    names = {kind.__name__ for kind in ev.AnyEvent.__args__}
    assert names - set(met) == NOT_BY_CHANCE


def test_the_seeds_together_meet_every_end_of_a_liquidation_and_every_cause() -> None:
    met: Counter[str] = sum((live(seed).details for seed in range(SEEDS)), Counter())

    expected = {repr(word) for kind in (LiquidationWhy, LiquidationOutcome, Cause) for word in kind}
    assert expected - set(met) - {repr(word) for word in SELDOM} == {
        repr(word) for word in NOT_SAID
    }


def test_the_digest_is_the_same_under_any_hash_seed() -> None:
    program = "from tests.support.run import live; print(live(3, 400).digest.hex())"

    digests = printed(program)

    assert len(digests) == 1
    assert len(digests.pop().strip()) == 64
