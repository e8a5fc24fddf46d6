"""Interruption rule ``price_monitoring``: a price too far from where it was a horizon ago.

    trigger   = (horizon, up, down, extension), up to three of them
    reference = the latest price at least one horizon old, else the oldest there is
    bounds    = reference × (1 - down) .. reference × (1 + up), the tightest of all triggers
    beyond    = a call of the sum of the extensions of all triggers that the price breaks; at its
                end, as long again as those that the uncross would break and that have not yet added

Parameters, for each of the triggers 1 to 3: ``horizon_n_ns`` (0: no such trigger), ``up_n_e4`` and
``down_n_e4`` (1e-4 of the reference), ``extension_n_ns``. ``reference``: ``horizon`` as above, or
``extremes``: up from the lowest and down from the highest price of the horizon, which is a dynamic
circuit breaker over a rolling window (CME: 60 min). ``watches_mark``: a mark beyond a bound is not
published either, and stands still in calls.

Guards against moves too large to be believed without asking everybody: the order that would make
one waits with all others for one price. Does not guard against a walk that stays within the bounds
of every horizon. While it watches the mark, a true gap reaches margin only after the call, so
liquidations come late; without an uncross the next mark is let in.

Rounding: bounds down to a nano-dollar, then inwards to whole ticks. Prices are the last trade of
each mark interval that had one, else the mark where it is watched, kept in thirtieths of a horizon;
Vega weights the trades of a moment by volume. Orders that cannot rest are cancelled at a bound and
begin no call. What an order can trade within the bounds trades first; Vega trades none of it. After
a call the history begins at the uncross; if nothing crossed, at the next price (Vega: the last
trade).

Source: Vega 0032-PRIM and 0026-AUCT (venue-rules section 11); CME dynamic circuit breakers (section
14). Vega derives up and down from a probability by a risk model; the defaults here, 1 % in 10 min
for 5 min, 2 % in 30 min for 10 more and 5 % in 2 h for 45 more, are the example of its text.
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from venue.core.policies import Bounds, BoundsInputs, InterruptInputs, OnHalt
from venue.core.units import E4, NS_PER_DAY, NS_PER_MINUTE
from venue.rules.parameters import FactorE4, PositiveShareE4, Wait
from venue.rules.properties import Property

Horizon = Annotated[int, Meta(ge=0, le=NS_PER_DAY)]

STEPS = 30
NONE_YET = 0


class Step(msgspec.Struct, frozen=True, array_like=True):
    """Prices of one step of a horizon: since when, the last, the lowest and the highest."""

    since_ns: int
    last_nanos: int
    lowest_nanos: int
    highest_nanos: int


class Watch(msgspec.Struct, frozen=True, array_like=True):
    """One trigger's finished steps and the one in hand, the bounds, and whether it has added.

    ``lowest_nanos`` and ``highest_nanos`` are those of the finished steps: 0, there are none.
    """

    steps: tuple[Step, ...] = ()
    now: Step | None = None
    lowest_nanos: int = NONE_YET
    highest_nanos: int = NONE_YET
    low_nanos: int = NONE_YET
    high_nanos: int = NONE_YET
    has_added: bool = False


class MonitoringMemory(msgspec.Struct, frozen=True, array_like=True):
    """One watch a trigger, and the lots traded when last asked."""

    watches: tuple[Watch, ...] = ()
    traded_lots: int = 0


# Horizon, up, down, extension.
_Trigger = tuple[int, int, int, int]


class PriceMonitoring(msgspec.Struct, frozen=True):
    """Up to three triggers over their horizons."""

    exempt: ClassVar[dict[Property, str]] = {}
    cancels_beyond: ClassVar[bool] = False
    limit_state_ns: ClassVar[int] = 0
    on_halt: ClassVar[OnHalt] = "nothing"

    horizon_1_ns: Horizon = 10 * NS_PER_MINUTE
    up_1_e4: FactorE4 = 100
    down_1_e4: PositiveShareE4 = 100
    extension_1_ns: Wait = 5 * NS_PER_MINUTE
    horizon_2_ns: Horizon = 30 * NS_PER_MINUTE
    up_2_e4: FactorE4 = 200
    down_2_e4: PositiveShareE4 = 200
    extension_2_ns: Wait = 10 * NS_PER_MINUTE
    horizon_3_ns: Horizon = 120 * NS_PER_MINUTE
    up_3_e4: FactorE4 = 500
    down_3_e4: PositiveShareE4 = 500
    extension_3_ns: Wait = 45 * NS_PER_MINUTE
    reference: Literal["horizon", "extremes"] = "horizon"
    watches_mark: bool = True

    def _triggers(self) -> tuple[_Trigger, ...]:
        return (
            (self.horizon_1_ns, self.up_1_e4, self.down_1_e4, self.extension_1_ns),
            (self.horizon_2_ns, self.up_2_e4, self.down_2_e4, self.extension_2_ns),
            (self.horizon_3_ns, self.up_3_e4, self.down_3_e4, self.extension_3_ns),
        )

    def initial(self) -> MonitoringMemory:
        """Return the memory: no price yet."""
        return MonitoringMemory(NO_WATCHES)

    def bounds(
        self, seen: BoundsInputs, memory: MonitoringMemory
    ) -> tuple[Bounds | None, MonitoringMemory]:
        """Return the tightest bounds, ``None`` before there is a price, and the memory.

        >>> from venue.rules.examples import BOUNDS
        >>> rule = PriceMonitoring()
        >>> [nanos / 1e9 for nanos in rule.bounds(BOUNDS, rule.initial())[0]]  # 250 ± 1 %
        [247.5, 252.5]
        """
        price_nanos = None
        if seen.is_fresh or seen.traded_lots != memory.traded_lots:
            price_nanos = seen.last_nanos
        elif self.watches_mark:
            price_nanos = seen.mark_nanos
        before = memory.watches
        if seen.is_fresh:
            before = NO_WATCHES
        now_ns = seen.now_ns
        watches = (
            self._watched(
                self.horizon_1_ns, self.up_1_e4, self.down_1_e4, before[0], now_ns, price_nanos
            ),
            self._watched(
                self.horizon_2_ns, self.up_2_e4, self.down_2_e4, before[1], now_ns, price_nanos
            ),
            self._watched(
                self.horizon_3_ns, self.up_3_e4, self.down_3_e4, before[2], now_ns, price_nanos
            ),
        )
        after = MonitoringMemory(watches, seen.traded_lots)
        high_nanos = low_nanos = NONE_YET
        for watch in watches:
            high = watch.high_nanos
            if high:
                if watch.low_nanos > low_nanos:
                    low_nanos = watch.low_nanos
                if not high_nanos or high < high_nanos:
                    high_nanos = high
        return (Bounds(low_nanos, high_nanos) if high_nanos else None), after

    def _watched(
        self,
        horizon_ns: int,
        up_e4: int,
        down_e4: int,
        watch: Watch,
        now_ns: int,
        price_nanos: int | None,
    ) -> Watch:
        if not horizon_ns:
            return watch
        step_ns = horizon_ns // STEPS or 1
        by_extremes = self.reference == "extremes"
        now = watch.now
        turns = now is None or now_ns >= now.since_ns + step_ns
        if turns:
            watch = _turned(watch, now_ns - horizon_ns - step_ns, by_extremes=by_extremes)
            now = None
        if price_nanos is not None:
            if now is None:
                now = Step(now_ns // step_ns * step_ns, price_nanos, price_nanos, price_nanos)
            elif price_nanos != now.last_nanos:
                low_nanos, high_nanos = now.lowest_nanos, now.highest_nanos
                if price_nanos < low_nanos:
                    low_nanos = price_nanos
                elif price_nanos > high_nanos:
                    high_nanos = price_nanos
                now = Step(now.since_ns, price_nanos, low_nanos, high_nanos)
        lowest, highest = watch.lowest_nanos, watch.highest_nanos
        if not turns and watch.high_nanos:  # There are bounds, and the oldest step is as it was.
            if now is watch.now and not watch.has_added:
                return watch
            if watch.steps and not by_extremes:
                return Watch(watch.steps, now, lowest, highest, watch.low_nanos, watch.high_nanos)
        if by_extremes and now is not None:
            high_from, low_from = now.lowest_nanos, now.highest_nanos
            if lowest and lowest < high_from:
                high_from = lowest
            if highest > low_from:
                low_from = highest
        elif by_extremes:
            low_from, high_from = highest, lowest
        else:
            oldest = watch.steps[0] if watch.steps else now
            low_from = high_from = NONE_YET if oldest is None else oldest.last_nanos
        if not high_from:
            return watch
        low_nanos = low_from - low_from * down_e4 // E4 or 1
        high_nanos = high_from + high_from * up_e4 // E4
        return Watch(watch.steps, now, lowest, highest, low_nanos, high_nanos)

    def interrupt(
        self, seen: InterruptInputs, memory: MonitoringMemory
    ) -> tuple[int, MonitoringMemory]:
        """Return what the triggers that a price breaks add to the call, each once.

        >>> from venue.rules.examples import BOUNDS, INTERRUPT
        >>> rule = PriceMonitoring()
        >>> _, memory = rule.bounds(BOUNDS, rule.initial())
        >>> at_253 = INTERRUPT._replace(price_nanos=253 * 10**9)  # + 1.2 %
        >>> first_ns, memory = rule.interrupt(at_253, memory)
        >>> at_256 = at_253._replace(price_nanos=256 * 10**9, why="volatility")  # + 2.4 %
        >>> first_ns // 60_000_000_000, rule.interrupt(at_256, memory)[0] // 60_000_000_000
        (5, 10)
        """
        price_nanos = seen.price_nanos
        if price_nanos is None:
            return 0, memory
        added_ns = 0
        watches = []
        for trigger, watch in zip(self._triggers(), memory.watches, strict=True):
            has_added = watch.has_added and bool(seen.why)
            breaks = bool(watch.high_nanos) and not (
                watch.low_nanos <= price_nanos <= watch.high_nanos
            )
            if breaks and not has_added:
                added_ns += trigger[3]
                has_added = True
            watches.append(msgspec.structs.replace(watch, has_added=has_added))
        return added_ns, MonitoringMemory(tuple(watches), memory.traded_lots)


NO_WATCHES = (Watch(),) * 3


def _turned(watch: Watch, old_ns: int, *, by_extremes: bool) -> Watch:
    """Return a watch whose step in hand is finished, and without what has passed its horizon.

    Of steps that ended before the horizon the latest says what the price was then; of extremes it
    says nothing.
    """
    steps = watch.steps if watch.now is None else (*watch.steps, watch.now)
    passed, kept_min = 0, 0 if by_extremes else 1
    while passed + kept_min < len(steps) and steps[passed + kept_min].since_ns <= old_ns:
        passed += 1
    steps = steps[passed:]
    lowest = highest = NONE_YET
    if by_extremes and steps:
        lowest = min(step.lowest_nanos for step in steps)
        highest = max(step.highest_nanos for step in steps)
    return Watch(steps, None, lowest, highest)
