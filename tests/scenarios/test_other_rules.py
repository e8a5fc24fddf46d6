"""Every cell below "The same hours under other rules" in docs/close-and-open.md, against the venue.

A column's title names what is read (``READS``); before a colon stands the stage it is read from.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import MARKET, Stage, new_york_ns, tape
from venue.agenda import Scheduled
from venue.core import events as ev
from venue.core.auction import indication_of
from venue.core.commands import CancelAll, DepositToPool, PlaceOrder, Side, SubmitPrint, TimeInForce
from venue.core.digest import dump, load
from venue.core.engine import Engine
from venue.core.listing import MarketSpec, RuleRef
from venue.core.phases import Closure, Pricing, Session
from venue.core.units import E4, E6, E9, NS_PER_HOUR, NS_PER_MINUTE
from venue.lab.audit import faults
from venue.rules.build import build, ref
from venue.rules.rulebooks import spec
from venue.sessions import Calendar, Override

PAGE = (Path(__file__).parents[2] / "docs" / "close-and-open.md").read_text()
PART = "## The same hours under other rules"
Stages = dict[str, Stage]


# The stages, by the heading that they are read below.


def under(name: str, *others: RuleRef, **changes: object) -> MarketSpec:
    """Return the market under a rulebook with a few other rules."""
    listing = spec(MARKET, name)
    kinds = {rule.kind for rule in others}
    kept = (rule for rule in listing.rules if rule.kind not in kinds)
    return replace(listing, rules=(*kept, *others), **changes)


def weekend(listing: MarketSpec, *, calendar: Calendar = Calendar.US_EQUITY) -> Stage:
    """Friday at 250, Monday at 240; a maker quotes 250 throughout where there is a book."""
    stage = Stage(
        "2025-04-11 15:00",
        "2025-04-14 21:00",
        [
            tape("2025-04-11 15:00", "2025-04-11 19:59:45", 250),
            tape("2025-04-14 04:00", "2025-04-14 19:59:45", 240),
        ],
        listing=listing,
        calendar=calendar,
    )
    stage.to("2025-04-11 15:00:10")
    if stage.market.pool is None:
        stage.quote(250)
    stage.open("prober", dollars=1_000_000)
    return stage


def printed(at: str, dollars: int, *, unsure: float = 0) -> Scheduled:
    """Return one print of one source, with the half width that it states."""
    at_ns, width_nanos = new_york_ns(at), int(unsure * E9)
    return at_ns, SubmitPrint(
        MARKET, "tape", dollars * E9, at_ns, at_ns, NS_PER_MINUTE, width_nanos
    )


def ladder() -> Stages:
    def prints() -> Iterator[Scheduled]:
        yield printed("2025-04-11 19:58:00", 250)
        yield printed("2025-04-11 19:58:15", 250, unsure=7.5)
        yield printed("2025-04-11 19:58:30", 250)
        yield printed("2025-04-11 19:59:57", 250)
        yield printed("2025-04-14 04:00:00", 240)
        yield printed("2025-04-14 04:01:15", 0)
        yield printed("2025-04-14 04:01:30", 240)

    stage = Stage("2025-04-11 19:57", "2025-04-14 05:00", [prints()], listing=under("drift"))
    stage.to("2025-04-11 19:58:03").quote(250)
    stage.open("prober", dollars=1_000_000)
    return {"": stage}


def ways_back() -> Stages:
    """The maker goes home; in Monday's call ann and bob meet at 241."""
    stages = {
        name: weekend(under("venue_default", ref("reopen", name)))
        for name in ("jump", "walk", "auction_print")
    }
    for stage in stages.values():
        stage.do(CancelAll(stage.maker))
        for name in ("ann", "bob"):
            stage.open(name, dollars=100_000)
    return stages


def pool() -> Stages:
    """Longs of 100 shares at 20x and at 5x against a pool of a million."""
    listing = under("ostium", ref("counterparty", "ostium_pool", epoch_ns=60 * E9, notice_ns=0))
    stage = weekend(listing, calendar=Calendar.US_EQUITY_REGULAR)
    stage.do(DepositToPool(stage.maker, MARKET, 1_000_000 * E6))
    stage.to("2025-04-11 15:05")
    stage.hold("20x", Side.BUY, 100, dollars=1_300, cents=25_010, leverage=20)
    stage.hold("5x", Side.BUY, 100, dollars=5_300, cents=25_010, leverage=5)
    return {"": stage}


def halt() -> Stages:
    from_ns, to_ns = new_york_ns("2025-04-16 12:00"), new_york_ns("2025-04-16 12:03")
    stopped = Override(
        calendar=Calendar.US_EQUITY,
        from_ns=from_ns,
        to_ns=to_ns,
        session=Session.NO_TRADING,
        closure=Closure.HALT,
        why="news pending",
    )
    stages = {}
    for name in ("none", "freeze", "reduce_only", "call"):
        rule = ref("interruption", "none")
        if name != "none":
            rule = ref("interruption", "mirrored", on_halt=name)
        stages[name] = Stage(
            "2025-04-16 11:30",
            "2025-04-16 12:30",
            [
                tape("2025-04-16 11:30", "2025-04-16 11:59:45", 250),
                tape("2025-04-16 12:03:15", "2025-04-16 12:29:45", 248),
            ],
            listing=under("venue_default", rule),
            overrides=[stopped],
        ).to("2025-04-16 11:30:10")
        stages[name].quote(250)
        stages[name].open("prober", dollars=1_000_000)
    return stages


def crosses() -> Stages:
    """In the closing call ann bids for 30 shares at 250.20, and bob offers 20 at 249.80."""
    stage = weekend(under("venue_default", ref("calls", "crosses")))
    stage.do(CancelAll(stage.maker))
    for name in ("ann", "bob"):
        stage.open(name, dollars=100_000)
    return {"": stage}


def limits() -> Stages:
    names = ("venue_default", "qfex", "devnet_equities", "lighter_2025")
    return {name: weekend(under(name)) for name in names}


STAGES: dict[str, Callable[[], Stages]] = {
    "How good the price is": ladder,
    "Three ways back": ways_back,
    "A pool that closes": pool,
    "A halt of the stock": halt,
    "Auctions at the bell": crosses,
    "Limits by session": limits,
}


# Tables of which no cell is made by the hours between two rows: the venue is down then.
MAY_SLEEP = {"Three ways back", "Auctions at the bell", "Limits by session"}


# What is done on the way, just after a time.


def bid_and_offer(stage: Stage) -> None:
    names = stage.engine.state.names
    stage.place(names["ann"], Side.BUY, 30, 25_020)
    stage.place(names["bob"], Side.SELL, 20, 24_980)


def meet_at_241(stage: Stage) -> None:
    names = stage.engine.state.names
    stage.place(names["ann"], Side.BUY, 10, 24_100)
    stage.place(names["bob"], Side.SELL, 10, 24_100)


DONE: dict[tuple[str, str], Callable[[Stage], object]] = {
    ("Auctions at the bell", "2025-04-11 15:55:00"): bid_and_offer,
    ("Three ways back", "2025-04-14 04:01:20"): meet_at_241,
}


# What a column reads.


def _dollars(nanos: int | None) -> str:
    return "none" if nanos is None else f"{nanos / E9:.2f}"


def _percent(share_e4: int | None) -> str:
    return "none" if share_e4 is None else f"{share_e4 / 100:g} %"


def _answer(stage: Stage, cents: int | None) -> str:
    """Say how an order for one share is answered, on a copy of the venue."""
    ahead = Engine(build, load(dump(stage.engine.state), build))
    force = TimeInForce.IOC if cents is None else TimeInForce.GTC
    prober = stage.engine.state.names["prober"]
    order = PlaceOrder(prober, MARKET, Side.BUY, 1_000, cents, force)
    events = ahead.execute(order, at_ns=stage.now_ns)
    refused = [event.reason.value for event in events if isinstance(event, ev.Rejected)]
    return f"`{refused[0]}`" if refused else "taken"


def _bid(stage: Stage) -> str:
    """A bid a dollar below the mark: it would open, and trade with nobody."""
    assert stage.market.mark_nanos is not None, "the market trades"
    return _answer(stage, stage.market.mark_nanos * 100 // E9 - 100)


def _leverage(stage: Stage) -> str:
    most, terms = stage.market.tiers.leverage_max, stage.market.terms
    return f"{most if terms.leverage_max is None else min(most, terms.leverage_max)}x"


def _uncross(stage: Stage) -> str:
    found = indication_of(stage.market)
    if found is None:
        return "none"
    price = found.price_ticks * stage.market.spec.units.tick_nanos
    left = abs(found.imbalance_lots) // 1_000
    side = "bid" if found.imbalance_lots > 0 else "offered"
    return f"{found.paired_lots // 1_000} @ {_dollars(price)}, {left} {side}"


def _shares(name: str) -> Callable[[Stage], str]:
    return lambda stage: str(stage.position(stage.engine.state.names[name]) // 1_000)


def _validity(stage: Stage) -> str:
    market = stage.market
    return "none" if market.pricing is Pricing.INTERNAL else market.validity.name.lower()


READS: dict[str, Callable[[Stage], str]] = {
    "session": lambda stage: stage.engine.state.sources[MARKET].session.value,
    "index": lambda stage: stage.market.pricing.value,
    "index at": lambda stage: _dollars(stage.market.index_nanos),
    "mark": lambda stage: _dollars(stage.market.mark_nanos),
    "validity": _validity,
    "blocked": lambda stage: ", ".join(stage.market.blocked) or "nothing",
    "phase": lambda stage: stage.market.phase.value,
    "why": lambda stage: stage.market.phase_why,
    "leverage": _leverage,
    "closes above": lambda stage: (
        "none"
        if stage.market.terms.forced_leverage_max is None
        else f"{stage.market.terms.forced_leverage_max}x"
    ),
    "position": lambda stage: _percent(
        stage.market.position_max_lots * E4 // stage.market.spec.limits.position_lots_max
    ),
    "band": lambda stage: _percent(stage.market.terms.band_e4),
    "reduce-only": lambda stage: "yes" if stage.market.terms.reduce_only else "no",
    "a bid": _bid,
    "a market order": lambda stage: _answer(stage, None),
    "the uncross": _uncross,
    "20x": _shares("20x"),
    "5x": _shares("5x"),
}


# The page, and the tests.


class Table(NamedTuple):
    """Titles and body rows of the table below a heading."""

    titles: list[str]
    rows: list[list[str]]


def table(heading: str) -> Table:
    below = PAGE.split(f"\n{PART}\n", 1)[1].split(f"\n### {heading}\n", 1)[1]
    found = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert found is not None, f"no table below {heading}"
    head, _, *body = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in found.group().splitlines()
    )
    return Table(head, body)


def at(cell: str) -> str:
    """Return a time without the name of its day."""
    return cell.split(" ", 1)[1]


def played(heading: str, stages: Stages) -> Iterator[tuple[list[str], list[str]]]:
    """Drive the stages from row to row, and yield each row with what is found."""
    titles, rows = table(heading)
    for row in rows:
        found = row[:2]
        for stage in stages.values():
            if heading in MAY_SLEEP and new_york_ns(at(row[0])) - stage.now_ns > 2 * NS_PER_HOUR:
                stage.sleep_ns(new_york_ns(at(row[0])) - NS_PER_HOUR)
            stage.to(at(row[0]))
            if (act := DONE.get((heading, at(row[0])))) is not None:
                act(stage)
        for title in titles[2:]:
            name, _, what = title.rpartition(": ")
            found.append(READS[what](stages[name] if name else next(iter(stages.values()))))
        yield row, found


@pytest.mark.parametrize("heading", STAGES)
def test_every_cell_of_a_table_of_other_rules_holds(heading: str) -> None:
    stages = STAGES[heading]()

    for row, found in played(heading, stages):
        assert found == row

    for stage in stages.values():
        assert faults(stage.engine.state) == []


def test_every_table_of_the_part_is_played() -> None:
    part = PAGE.split(f"\n{PART}\n", 1)[1].split("\n## ", 1)[0]

    assert re.findall(r"^### (.*)$", part, re.MULTILINE) == list(STAGES)
