"""The course of a journal: executed again, what one market went through, and who paid.

``python -m venue.lab.timeline JOURNAL MARKET [UNTIL]``: closes and opens, pricing, calls,
liquidations with their New York times, then the sums. Every group is held against the chain on
record and every digest on record is compared, so what is printed is what happened. A journal
that ends before ``UNTIL`` (a New York time) is not sound.
"""

import asyncio
import sys
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.commands import TraderCommand
from venue.core.digest import digest
from venue.core.events import Event
from venue.core.phases import Pricing
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.lab.audit import faults
from venue.lab.measures import Measures
from venue.rules.build import build
from venue.store.addresses import file_of
from venue.store.errors import StoreError
from venue.store.open import open_journal
from venue.store.replay import begin

NEW_YORK = ZoneInfo("America/New_York")


class Course(msgspec.Struct):
    """What was found. ``lines`` are moments of the market, in order; ``figures`` the sums."""

    lines: list[str]
    figures: dict[str, str]
    faults: list[str]
    end_ns: int


class _Market:
    """A listener that writes down the moments of one market; digits are for people."""

    def __init__(self, market: str) -> None:
        self.lines: list[str] = []
        self.counts: Counter[str] = Counter()
        self.fundings_unsampled = 0
        self._market = market

    def __call__(self, at_ns: int, events: list[Event]) -> None:
        now_ns = at_ns
        for event in events:
            if isinstance(event, ev.TimePassed):
                now_ns = event.at_ns
                continue
            self.counts[type(event).__name__] += 1
            text = self._told(event)
            if text is not None:
                self.lines.append(f"{new_york_text(now_ns)}  {text}")

    def _told(self, event: Event) -> str | None:
        if isinstance(event, ev.SessionChanged) and event.underlying == self._market:
            return f"session {event.session.value} ({event.closure.value})"
        if getattr(event, "market", None) != self._market:
            if isinstance(event, ev.LiquidationStarted):
                marks = dict(event.marks)
                if self._market in marks:
                    return f"liquidation {event.liquidation_id} of account {event.account} begins"
            return None
        if isinstance(event, ev.PricingChanged):
            price = f"{event.anchor_nanos / E9:.4f}"
            what = "anchor" if event.pricing is Pricing.INTERNAL else "index"
            return f"pricing {event.pricing.value} ({event.why}), {what} {price}"
        if isinstance(event, ev.PhaseChanged):
            return f"phase {event.phase.value} ({event.why})"
        if isinstance(event, ev.AuctionUncrossed):
            price = "nothing" if event.price_ticks is None else f"{event.price_ticks} ticks"
            stale = f"${event.stale_micros / E6:,.2f}"
            return f"uncross at {price}, {event.size_lots:,} lots; stale quotes spared {stale}"
        if isinstance(event, ev.FundingSettled) and event.sampled_e4 < 10_000:
            self.fundings_unsampled += 1
        return None


def new_york_text(at_ns: int) -> str:
    """Return an instant as clocks in New York show it.

    >>> new_york_text(1_744_617_660_000_000_000)
    'Mon 2025-04-14 04:01:00'
    """
    moment = datetime.fromtimestamp(at_ns // NS_PER_SECOND, NEW_YORK)
    return f"{moment:%a %Y-%m-%d %H:%M:%S}"


async def course_of(address: str, market: str) -> Course:
    """Execute a journal again, from its beginning, and return its course for one market."""
    path = file_of(address)
    if path is not None and not path.is_file():
        raise StoreError(f"expected a journal at {path}, found no file")
    journal = await open_journal(address)
    measures, told = Measures(), _Market(market)
    traders: Counter[int] = Counter()
    compared = groups = 0
    try:
        replay = begin(journal.name, None, build)
        digests = await journal.digests()
        async for group in journal.groups():
            happened = replay.execute(group)
            for executed, (at_ns, command) in zip(happened, group.decoded(), strict=True):
                measures(at_ns, command, executed.events)
                told(at_ns, executed.events)
                if isinstance(command, TraderCommand):
                    traders[command.account] += 1
            if group.last_seq in digests:
                replay.compare(group, digests[group.last_seq])
                compared += 1
            groups += 1
    finally:
        await journal.close()
    state = replay.engine.state
    if market not in state.markets:
        raise StoreError(f"expected a market among {', '.join(state.markets)}, found {market}")
    figures = _figures(state, measures, told, traders)
    figures["groups held against the chain"] = f"{groups:,}"
    figures["digests compared"] = f"{compared}"
    figures["digest"] = digest(state).hex()[:32]
    return Course(told.lines, figures, faults(state), state.now_ns)


def _figures(
    state: State, measures: Measures, told: _Market, traders: Counter[int]
) -> dict[str, str]:
    names = ", ".join(
        f"{state.accounts[account].name} {count:,}"
        for account, count in sorted(traders.items())
        if account in state.accounts
    )
    counts = told.counts
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(measures.outcomes.items()))
    return {
        "commands": f"{state.seq:,}",
        "commands by account": names or "none",
        "orders accepted": f"{counts['OrderAccepted']:,}",
        "refused": ", ".join(f"{why} {n:,}" for why, n in sorted(measures.rejected.items())) or "0",
        "trades": f"{measures.trades:,} worth ${measures.traded_micros / E6:,.2f}",
        "fundings": f"{measures.fundings:,} moved ${measures.funding_moved_micros / E6:,.2f}, "
        f"{told.fundings_unsampled} for a part of the hour",
        "calls": f"{len(measures.calls)}",
        "liquidations": f"{sum(measures.liquidated.values())} of {len(measures.liquidated)} "
        f"accounts ({outcomes or 'none'})",
        "taken over by the fund": f"{measures.taken_over}",
        "deleveraged": f"{measures.deleveraged}, gave up ${measures.adl_micros / E6:,.2f}",
        "paid by the fund": f"${measures.insurance_micros / E6:,.2f}",
        "insurance fund": f"${state.accounts[INSURANCE].balance_micros / E6:,.2f}",
        "bad debt": f"${measures.bad_debt_micros / E6:,.2f}",
        "mark from index, at most": f"{measures.mark_index_max_e4 / 100:.2f} %",
        "mark in one step, at most": f"{measures.step_max_e4 / 100:.2f} %",
    }


def main(arguments: list[str]) -> int:
    """Print the course of a journal; 0 when it is sound and long enough, else 1 or 2."""
    if not 2 <= len(arguments) <= 3:
        sys.stderr.write("expected JOURNAL MARKET [UNTIL], such as sqlite:///var/venue.db TSLA\n")
        return 2
    address, market, *rest = arguments
    until_ns = 0
    try:
        if rest:
            moment = datetime.fromisoformat(rest[0]).replace(tzinfo=NEW_YORK)
            until_ns = int(moment.timestamp()) * NS_PER_SECOND
        course = asyncio.run(course_of(address, market))
    except (StoreError, ValueError) as error:
        sys.stderr.write(f"refused: {error}\n")
        return 2
    for line in course.lines:
        sys.stdout.write(f"{line}\n")
    for name, figure in course.figures.items():
        sys.stdout.write(f"{name:>32}  {figure}\n")
    for fault in course.faults:
        sys.stdout.write(f"not conserved: {fault}\n")
    if course.end_ns < until_ns:
        sys.stdout.write(f"ends at {new_york_text(course.end_ns)}, before {rest[0]}\n")
    is_sound = not course.faults and course.end_ns >= until_ns
    sys.stdout.write("sound\n" if is_sound else "not sound\n")
    return 0 if is_sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
