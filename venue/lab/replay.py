"""A journal once more: executed from its beginning, and what it came to."""

from collections import Counter

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.digest import digest
from venue.core.units import E6
from venue.rules.build import build
from venue.store.open import open_journal
from venue.store.replay import Replay, begin


async def replay_journal(address: str) -> dict[str, object]:
    """Execute every command of a journal again and return its figures.

    Every group is held against the chain on record: a journal that would now do anything else is
    refused with the place of the first difference.
    """
    journal = await open_journal(address)
    try:
        replay: Replay = begin(journal.name, None, build)
        counts: Counter[type] = Counter()
        paid = bad_debt = 0
        async for group in journal.groups():
            for executed in replay.execute(group):
                for event in executed.events:
                    counts[type(event)] += 1
                    if isinstance(event, ev.ShortfallPaid):
                        paid += event.insurance_micros
                        bad_debt += event.bad_debt_micros
    finally:
        await journal.close()
    state = replay.engine.state
    return {
        "commands": f"{state.seq:,}",
        "orders accepted": f"{counts[ev.OrderAccepted]:,}",
        "refused": f"{counts[ev.Rejected]:,}",
        "trades": f"{counts[ev.Traded]:,}",
        "marks": f"{counts[ev.MarkUpdated]:,}",
        "fundings": f"{counts[ev.FundingSettled]:,}",
        "calls uncrossed": f"{counts[ev.AuctionUncrossed]:,}",
        "liquidations": f"{counts[ev.LiquidationStarted]:,}",
        "taken over by the fund": f"{counts[ev.TakenOver]:,}",
        "deleveraged": f"{counts[ev.Deleveraged]:,}",
        "paid by the fund": f"${paid / E6:,.2f}",
        "bad debt": f"${bad_debt / E6:,.2f}",
        "insurance fund": f"${state.accounts[INSURANCE].balance_micros / E6:,.2f}",
        "chain": replay.chain.hex(),
        "digest": digest(state).hex(),
    }
