"""Prometheus figures of the venue, counted from durable events and read from the state.

Counting is a dictionary's work, because it happens for every command; the library is asked only
when somebody scrapes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.auction import indication_of
from venue.core.commands import Command
from venue.core.events import Event
from venue.core.phases import Pricing
from venue.core.state import State
from venue.core.units import E6, E9, E12

# Where command and events stand in what is heard of each; and the events that tell more than that
# they happened.
COMMAND_OF, EVENTS_OF = itemgetter(2), itemgetter(3)
LOOKED_INTO = frozenset({ev.Traded, ev.Rejected})

Labelled = Iterable[tuple[tuple[str, ...], float]]


class Metrics(Collector):
    """One registry; ``listen`` counts, ``read`` takes the state's present figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._commands: Counter[type] = Counter()
        self._events: Counter[type] = Counter()
        self._rejected: Counter[str] = Counter()
        self._traded: Counter[str] = Counter()
        self._gauges: list[Metric] = []
        self._watched: list[tuple[str, str, str, Mapping[str, int]]] = []
        self._shown: list[tuple[str, str, Callable[[], float]]] = []
        self.registry.register(self)

    def listen(self, executed: Sequence[tuple[int, int, Command, Sequence[Event], object]]) -> None:
        """Count the commands of a durable group, and what they led to."""
        self._commands.update(map(type, map(COMMAND_OF, executed)))
        events = list(chain.from_iterable(map(EVENTS_OF, executed)))
        self._events.update(map(type, events))
        for event in [event for event in events if type(event) in LOOKED_INTO]:
            if isinstance(event, ev.Traded):
                self._traded[event.market] += event.size_lots
            elif isinstance(event, ev.Rejected):
                self._rejected[event.reason.value] += 1

    def watch(self, name: str, about: str, label: str, counts: Mapping[str, int]) -> None:
        """Show somebody else's counts, as they are at each scrape."""
        self._watched.append((name, about, label, counts))

    def show(self, name: str, about: str, figure: Callable[[], float]) -> None:
        """Show somebody else's figure, as it is at each scrape."""
        self._shown.append((name, about, figure))

    def read(self, state: State) -> None:
        """Take the gauges from the state; to be called at a flush point."""
        prices: list[tuple[tuple[str, ...], float]] = []
        for name, market in state.markets.items():
            tick_nanos = market.spec.units.tick_nanos
            last = None if market.last_ticks is None else market.last_ticks * tick_nanos
            found = indication_of(market)
            for price, nanos in (
                ("last", last),
                ("index", market.index_nanos),
                ("mark", market.mark_nanos),
                ("indicative", None if found is None else found.price_ticks * tick_nanos),
                ("outside", market.outside_nanos),
            ):
                if nanos is not None:
                    prices.append(((name, price), nanos / E9))
        markets = state.markets.items()
        insurance = state.accounts[INSURANCE].balance_micros / E6
        self._gauges = [
            _gauge(
                "price_dollars",
                "Last, index and mark; what a call would give; where the index is walking to",
                ("market", "price"),
                prices,
            ),
            _gauge(
                "validity",
                "Of the outside price, 6: valid; while there is one",
                ("market",),
                [
                    ((name,), market.validity)
                    for name, market in markets
                    if market.pricing is Pricing.EXTERNAL
                ],
            ),
            _gauge(
                "sources_held_back",
                "Sources whose prints have not followed a split",
                ("market",),
                [
                    ((name,), sum(feed.held_nanos is not None for feed in market.feeds.values()))
                    for name, market in markets
                ],
            ),
            _gauge(
                "open_interest_lots",
                "Open interest",
                ("market",),
                [((name,), market.open_interest_lots) for name, market in markets],
            ),
            _gauge(
                "funding_rate",
                "The last settled funding rate",
                ("market",),
                [((name,), market.last_rate_e12 / E12) for name, market in markets],
            ),
            _gauge("insurance_dollars", "Insurance fund balance", (), [((), insurance)]),
            _gauge(
                "bad_debt_dollars",
                "What nobody could pay",
                (),
                [((), -state.ledger.bad_debt_micros / E6)],
            ),
            _gauge(
                "liquidations_open",
                "Open liquidations",
                (),
                [((), len(state.liquidations) + len(state.breaches))],
            ),
            _gauge("time_seconds", "The venue's time", (), [((), state.now_ns / E9)]),
            _gauge("seq", "The last durable command", (), [((), state.seq)]),
        ]

    def collect(self) -> Iterator[Metric]:
        """Yield every figure; the library calls this at a scrape."""
        yield _counter("commands", "Durable commands", "command", _names(self._commands))
        yield _counter("events", "Durable events", "event", _names(self._events))
        yield _counter("rejected", "Refusals", "reason", self._rejected.items())
        yield _counter("traded_lots", "Lots traded", "market", self._traded.items())
        for name, about, label, counts in self._watched:
            yield _counter(name, about, label, counts.items())
        for name, about, figure in self._shown:
            yield _gauge(name, about, (), [((), figure())])
        yield from self._gauges


def _names(counts: "Counter[type]") -> Iterable[tuple[str, int]]:
    return [(kind.__name__, count) for kind, count in counts.items()]


def _counter(name: str, about: str, label: str, counts: Iterable[tuple[str, int]]) -> Metric:
    family = CounterMetricFamily(f"venue_{name}", about, labels=[label])
    for value, count in sorted(counts):
        family.add_metric([value], count)
    return family


def _gauge(name: str, about: str, labels: tuple[str, ...], figures: Labelled) -> Metric:
    family = GaugeMetricFamily(f"venue_{name}", about, labels=list(labels))
    for values, figure in figures:
        family.add_metric(list(values), figure)
    return family
