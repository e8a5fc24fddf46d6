"""One handler a command: the table, in the order of the commands."""

from collections.abc import Callable
from typing import Any

from venue.core import commands as cmd
from venue.core.handlers import (
    accounts,
    corporate,
    halts,
    makers,
    markets,
    orders,
    pools,
    prices,
    providers,
    scale,
    sessions,
    triggers,
    twap,
    vaults,
)
from venue.core.state import State

HANDLERS: dict[type[cmd.Command], Callable[[State, Any], None]] = {
    cmd.PlaceOrder: orders.place_order,
    cmd.PlaceTrigger: triggers.place_trigger,
    cmd.AmendOrder: orders.amend_order,
    cmd.CancelOrder: orders.cancel_order,
    cmd.CancelAll: orders.cancel_all,
    cmd.SetCancelAllAfter: accounts.set_cancel_all_after,
    cmd.SetCancelOnDisconnect: accounts.set_cancel_on_disconnect,
    cmd.SetLeverage: accounts.set_leverage,
    cmd.MoveIsolatedMargin: accounts.move_isolated_margin,
    cmd.SetProvider: providers.set_provider,
    cmd.PlaceTwap: twap.place_twap,
    cmd.PlaceScale: scale.place_scale,
    cmd.CommitMaker: makers.commit_maker,
    cmd.DepositToPool: pools.deposit_to_pool,
    cmd.WithdrawFromPool: pools.withdraw_from_pool,
    cmd.MoveCollateral: vaults.move_collateral,
    cmd.Mint: vaults.mint,
    cmd.Burn: vaults.burn,
    cmd.OpenAccount: accounts.open_account,
    cmd.Deposit: accounts.deposit,
    cmd.Withdraw: accounts.withdraw,
    cmd.ResetAccount: accounts.reset_account,
    cmd.FundInsurance: accounts.fund_insurance,
    cmd.SubmitPrint: prices.submit_print,
    cmd.ChangeSession: sessions.change_session,
    cmd.ListMarket: markets.list_market,
    cmd.HaltMarket: halts.halt_market,
    cmd.ResumeMarket: halts.resume_market,
    cmd.AnnounceAction: corporate.announce_action,
    cmd.CountSource: corporate.count_source,
    cmd.WithdrawAction: corporate.withdraw_action,
    cmd.LoseConnection: accounts.lose_connection,
    cmd.RecordDowntime: markets.record_downtime,
    cmd.PassTime: markets.pass_time,
}
