"""An operator who is refused is told the name, what was expected and what was found."""

from typing import Any

import pytest

from tests.support.desk import MARKET, Desk, of
from tests.support.vaults import vaulted
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.commands import HaltKind
from venue.core.rejects import Reason
from venue.core.sentences import CORE_SENTENCES
from venue.core.units import E6, E9, NS_PER_DAY
from venue.web.saying import said


def sentence(desk: Desk, command: cmd.Command) -> str:
    """Return what an operator is told of a command that is refused."""
    (refused,) = of(desk.do(command), ev.Rejected)
    return said(desk.state, command, refused)


def announced(action: cmd.CorporateAction, at_ns: int = 0) -> cmd.AnnounceAction:
    return cmd.AnnounceAction(MARKET, action, at_ns)


@pytest.mark.parametrize(
    ("before", "command", "expected"),
    [
        pytest.param(
            cmd.HaltMarket(MARKET, "news"), cmd.HaltMarket(MARKET, "again"),
            "market_not_trading: expected TSLA trading or in a call, found it halted (news)",
            id="halted",
        ),
        pytest.param(
            cmd.HaltMarket(MARKET, "news", HaltKind.REDUCE_ONLY),
            cmd.HaltMarket(MARKET, "again", HaltKind.REDUCE_ONLY),
            "nothing_to_change: expected TSLA free to grow positions, found it reduce-only (news) "
            "already",
            id="reduce-only",
        ),
        pytest.param(
            None, cmd.ResumeMarket(MARKET, 0),
            "market_not_trading: expected TSLA halted or reduce-only, found it trading",
            id="trading",
        ),
        pytest.param(
            None, cmd.HaltMarket("TSLX", "news"),
            "unknown_market: expected a market among TSLA, found TSLX",
            id="no market",
        ),
        pytest.param(
            announced(cmd.Rename("META")), cmd.HaltMarket(MARKET, "news"),
            "market_renamed: expected a market by its name of now, found TSLA: it is META",
            id="renamed",
        ),
        pytest.param(
            None, cmd.WithdrawAction(MARKET, 99),
            "unknown_action: expected an action of TSLA among none, found 99",
            id="no action",
        ),
        pytest.param(
            None, cmd.CountSource(MARKET, "tape", 2, 1),
            "unknown_source: expected a source that has printed TSLA since its last split, among "
            "none, found tape",
            id="no source",
        ),
        pytest.param(
            None, announced(cmd.Split(3, 3)),
            "action_unfit: expected two different numbers from 1 to 10,000 that leave TSLA a price "
            "and limits of at least one tick and lot, found 3:3",
            id="no split",
        ),
        pytest.param(
            None, announced(cmd.Dividend(300 * E9)),
            "action_unfit: expected a dividend above $0 and below the index, $250.00, found "
            "$300.00",
            id="no dividend",
        ),
        pytest.param(
            None, announced(cmd.Rename("x" * 17)),
            "action_unfit: expected a name of 1 to 16 characters, found 'xxxxxxxxxxxxxxxxx'",
            id="no name",
        ),
        pytest.param(
            None, announced(cmd.Rename(MARKET)),
            "market_exists: expected a name that no market has or had, found TSLA",
            id="a name that is taken",
        ),
        pytest.param(
            None, announced(cmd.Delisting(31 * NS_PER_DAY)),
            "action_unfit: expected at most 30 days of reducing and averaging, found more",
            id="no delisting",
        ),
        pytest.param(
            None, announced(cmd.Split(2, 1), 1),
            "time_passed: expected a time from now on, which is 2025-04-11 15:33:24 New York, "
            "found 1969-12-31 19:00:00 New York",
            id="gone",
        ),
        pytest.param(
            None, cmd.Deposit(99, E6),
            "unknown_account: expected an account that somebody trades with, found 99",
            id="no account",
        ),
        pytest.param(
            None, cmd.Deposit(VAULT, E6),
            "unknown_account: expected a market with a liquidator vault, found none",
            id="no vault",
        ),
        pytest.param(
            cmd.OpenAccount("ann"), cmd.OpenAccount("ann"),
            "name_taken: expected a name of its own, found that of account 1: ann",
            id="a taken name",
        ),
        pytest.param(
            None, cmd.FundInsurance(10**18),
            f"amount_too_large: {CORE_SENTENCES[Reason.AMOUNT_TOO_LARGE]} (amount max "
            "$100,000,000.00)",
            id="figures",
        ),
    ],
)  # fmt: skip
def test_a_refusal_says_what_was_expected_and_what_was_found(
    before: cmd.Command | None, command: cmd.Command, expected: str
) -> None:
    desk = Desk()
    if before is not None:
        desk.do(before)

    assert sentence(desk, command) == expected


def test_a_market_with_vaults_knows_only_splits() -> None:
    desk = Desk(vaulted(2), price=251)
    action: Any = cmd.Dividend(E9)

    assert sentence(desk, announced(action)) == (
        "action_unfit: expected a split: TSLA has vaults, which outlive anything else; found a "
        "dividend"
    )


def test_so_many_actions_are_enough() -> None:
    desk = Desk()
    far = desk.now_ns + NS_PER_DAY
    for _ in range(16):
        desk.do(announced(cmd.Split(2, 1), far))

    assert sentence(desk, announced(cmd.Split(2, 1), far)) == (
        "action_unfit: expected fewer than 16 announced actions of TSLA, found as many"
    )
