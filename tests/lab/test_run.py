"""Offline runs: they repeat, everybody sees the same, and nonsense is refused."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypedDict, Unpack

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import MARKET, new_york_ns, tape
from venue.core.commands import ChangeSession, Command, PlaceOrder, Side
from venue.core.digest import digest
from venue.core.engine import Engine
from venue.core.phases import Pricing, Session
from venue.core.state import State
from venue.core.units import E6, E12, NS_PER_MINUTE, NS_PER_SECOND
from venue.lab.agents import Maker, NoiseTaker
from venue.lab.audit import faults
from venue.lab.run import Agent, Heard, Recorder, RunFault, RunResult, run, sessions
from venue.lab.view import View
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sessions import Calendar

STARTS, ENDS = "2025-04-16 10:00", "2025-04-16 10:10"


class Onlooker:
    """An agent that keeps what it sees, and asks for one thing."""

    deposit_micros = E12

    def __init__(self, name: str, asks: list[Command] | None = None) -> None:
        self.name = name
        self.seen: list[View] = []
        self._asks = asks or []

    def act(self, seen: View) -> Iterator[Command]:
        self.seen.append(seen)
        if self._asks and seen.markets[MARKET].mark_nanos is not None:
            yield self._asks.pop(0)


def bid(account: int, cents: int) -> PlaceOrder:
    return PlaceOrder(account, MARKET, Side.BUY, 1_000, cents)


class Options(TypedDict, total=False):
    """What a test may set of a run itself."""

    insurance_micros: int
    heard: Sequence[Heard]
    after_step: Callable[[State], None]


def ten_minutes(*agents: Agent, **options: Unpack[Options]) -> RunResult:
    starts_ns, ends_ns = new_york_ns(STARTS), new_york_ns(ENDS)
    return run(
        [spec(MARKET)],
        [
            sessions(MARKET, Calendar.US_EQUITY, starts_ns, ends_ns),
            tape(STARTS, ENDS, 250),
        ],
        agents,
        starts_ns,
        ends_ns,
        NS_PER_MINUTE,
        **options,
    )


def test_a_run_repeats_to_the_last_bit() -> None:
    def once() -> RunResult:
        return ten_minutes(Maker("maker", MARKET), NoiseTaker("noise", MARKET, seed=1))

    one, other = once(), once()

    assert one.digest == other.digest
    assert one.series == other.series
    assert one.events["Traded"] > 0


def test_another_seed_is_another_run() -> None:
    digests = {
        ten_minutes(
            Maker("maker", MARKET), NoiseTaker("noise", MARKET, seed=seed, chance_e4=5_000)
        ).digest
        for seed in (1, 2)
    }

    assert len(digests) == 2


def test_all_agents_see_the_same_state_whoever_acts_first() -> None:
    first, second = Onlooker("first", [bid(1, 24_000)]), Onlooker("second")

    ten_minutes(first, second)

    assert [view.markets for view in first.seen] == [view.markets for view in second.seen]
    assert [view.now_ns for view in first.seen] == [
        new_york_ns(STARTS) + step * NS_PER_MINUTE for step in range(11)
    ]


def test_an_agent_sees_its_own_orders_and_nobody_elses() -> None:
    owner, other = Onlooker("owner", [bid(1, 24_000)]), Onlooker("other")

    ten_minutes(owner, other)

    assert [(order.price_ticks, order.is_buy) for order in owner.seen[-1].orders] == [
        (24_000, True)
    ]
    assert other.seen[-1].orders == ()
    assert other.seen[-1].markets[MARKET].bid_ticks == 24_000
    assert other.seen[-1].equity_micros == E12


def test_who_goes_first_rotates() -> None:
    recorder = Recorder()
    agents = [Onlooker("a", [bid(1, 24_000)] * 4), Onlooker("b", [bid(2, 24_000)] * 4)]

    ten_minutes(*agents, heard=[recorder])

    placed = [
        each.command.account for each in recorder.commands if isinstance(each.command, PlaceOrder)
    ]
    assert placed == [2, 1, 1, 2, 2, 1, 1, 2]


def test_what_was_recorded_executes_again_to_the_same_digest() -> None:
    recorder = Recorder()
    result = ten_minutes(
        Maker("maker", MARKET), NoiseTaker("noise", MARKET, seed=1), heard=[recorder]
    )

    again = Engine(build)
    for each in recorder.commands:
        again.execute(each.command, at_ns=each.at_ns)

    assert len(recorder.commands) == result.commands
    assert digest(again.state) == result.digest


def test_the_series_holds_a_point_a_step() -> None:
    points = ten_minutes(Maker("maker", MARKET)).series[MARKET]

    assert len(points) == 11
    assert points[0].mark_nanos is None
    assert (points[-1].index_nanos, points[-1].mark_nanos) == (250 * 10**9, 250 * 10**9)
    assert points[-1].last_nanos is None


def test_the_session_at_the_start_is_told_with_the_start() -> None:
    course = list(
        sessions(MARKET, Calendar.US_EQUITY, new_york_ns(STARTS), new_york_ns("2025-04-16 21:00"))
    )

    changes = [each for _, each in course if isinstance(each, ChangeSession)]
    assert [at_ns for at_ns, _ in course] == [
        new_york_ns(text) for text in (STARTS, "2025-04-16 16:00", "2025-04-16 20:00")
    ]
    assert [change.session for change in changes] == [
        Session.REGULAR,
        Session.AFTER_MARKET,
        Session.NO_TRADING,
    ]


def test_after_each_step_the_state_can_be_audited() -> None:
    found: list[str] = []
    states: list[Pricing] = []

    def audit(state: State) -> None:
        found.extend(faults(state))
        states.append(state.markets[MARKET].pricing)

    ten_minutes(
        Maker("maker", MARKET),
        NoiseTaker("noise", MARKET, seed=1),
        insurance_micros=1_000 * E6,
        after_step=audit,
    )

    assert found == []
    assert states == [Pricing.EXTERNAL] * 11


def test_the_audit_finds_a_micro_dollar_that_is_missing() -> None:
    state = ten_minutes(Maker("maker", MARKET), NoiseTaker("noise", MARKET, seed=1)).state
    state.accounts[1].balance_micros -= 1
    state.accounts[2].holdings[MARKET].size_lots += 1

    sentences = faults(state)

    assert any(sentence.startswith("TSLA: positions sum to 1 lots") for sentence in sentences)
    assert any(sentence.startswith("balances sum to ") for sentence in sentences)


@pytest.mark.parametrize(
    ("names", "step_ns", "sentence"),
    [
        pytest.param(("a", "a"), NS_PER_SECOND, "agents of different names", id="two of a name"),
        pytest.param(("a",), 0, "a positive step", id="no step"),
    ],
)
def test_nonsense_is_refused(names: tuple[str, ...], step_ns: int, sentence: str) -> None:
    agents = [Onlooker(name) for name in names]

    with pytest.raises(RunFault, match=sentence):
        run([spec(MARKET)], [], agents, 0, NS_PER_MINUTE, step_ns)


def test_a_listing_that_does_not_fit_is_refused() -> None:
    with pytest.raises(RunFault, match="found TSLA refused"):
        run([replace(spec(MARKET), rules=())], [], [], 0, 1, 1)
