"""From settings to streams of commands: prints of each underlying, closes and opens.

Everything that is known beforehand (recordings, computed prices, the calendar) becomes one
agenda. With one recorded market the others are conditional on it; what is not known for a
market is synthetic after the recording's end, from the prices at which it ended.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from venue.agenda import Scheduled
from venue.config import ConfigError, FeedSettings, SourceSettings, ratio_of
from venue.core.commands import ChangeSession, SubmitPrint
from venue.core.listing import MarketSpec
from venue.core.phases import Session
from venue.core.state import State
from venue.core.units import NS_PER_DAY, NS_PER_SECOND, div_half_even
from venue.oracle import (
    MARKETS,
    ON_TSLA,
    ConditionalFeed,
    Handover,
    KnownFeed,
    LiveSettings,
    LiveSource,
    OpenInterval,
    Recording,
    RecordingError,
    SourceError,
    SyntheticSource,
    read,
    weekend_path,
)
from venue.oracle.reading import Reading
from venue.sessions import (
    Calendar,
    Override,
    calendar_named,
    changes,
    command_of,
    due_at_start,
    session_at,
)

# Hours are handed to the synthetic source from this long before the anchor.
HOURS_BEFORE_NS = 10 * NS_PER_DAY
FOREVER_NS = 1 << 62
# A venue may open a long weekend before its recording's first print, and end one after its last.
BESIDE_NS_MAX = 4 * NS_PER_DAY


class Span(NamedTuple):
    """The venue's time at the start, and when the recording, if any, ends."""

    start_ns: int
    recorded_until_ns: int | None


class Plan(NamedTuple):
    """Feeds and the span that they begin with."""

    feeds: tuple[KnownFeed, ...]
    span: Span


def live_sources(settings: SourceSettings, specs: Sequence[MarketSpec]) -> list[LiveSource]:
    """Return the live sources that the settings name; refused with a sentence if they cannot be.

    A feed with ``symbols`` carries the underlyings named there, one without carries all.
    """
    underlyings = list(dict.fromkeys(spec.underlying for spec in specs))
    feeds = list(settings.feeds)
    if settings.live is not None:
        feeds.append(FeedSettings(url=settings.live))
    return [_live_source(feed, underlyings) for feed in feeds]


def _live_source(feed: FeedSettings, underlyings: list[str]) -> LiveSource:
    where = f"source.feeds: {feed.name}"
    unknown = sorted(set(feed.symbols) - set(underlyings))
    if unknown:
        raise ConfigError(f"{where}: symbols of {', '.join(unknown)}, which no market follows")
    try:
        return LiveSource(
            LiveSettings(
                url=feed.url,
                source=feed.name,
                underlyings=[each for each in underlyings if each in feed.symbols] or underlyings,
                dialect=feed.dialect,
                symbols=feed.symbols,
                key=_from_environment(feed.key_env, where),
                secret=_from_environment(feed.secret_env, where),
                cadence_ns=round(feed.cadence_s * NS_PER_SECOND),
                silence_seconds=feed.silence_s,
            )
        )
    except SourceError as error:
        raise ConfigError(f"{where}: {error}") from error


def _from_environment(name: str | None, where: str) -> str:
    if name is None:
        return ""
    value = os.environ.get(name, "")
    if not value:
        raise ConfigError(
            f"{where}: expected a credential in the environment as {name}, found none"
        )
    return value


def plan(
    settings: SourceSettings,
    specs: Sequence[MarketSpec],
    *,
    seed: bytes,
    now_ns: int,
    is_fresh: bool = True,
) -> Plan:
    """Return the feeds that the settings ask for.

    ``seed`` (at least 128 bits) is the synthetic source's; ``now_ns`` is where venue time begins
    when nothing is replayed. ``is_fresh``: nothing has begun, so a span far off the recording is
    refused.
    """
    underlyings = list(dict.fromkeys(spec.underlying for spec in specs))
    if settings.is_live:
        return Plan((), Span(now_ns, None))
    if settings.replay is None:
        return Plan(
            (_synthetic(specs, underlyings, {}, anchor_ns=now_ns, seed=seed),), Span(now_ns, None)
        )
    path = weekend_path() if settings.replay == "weekend" else Path(settings.replay)
    how = Reading()
    if settings.replay_market is not None:
        how = msgspec.structs.replace(how, underlying=settings.replay_market)
    recording = in_first_units(read(path, how), settings)
    start_ns = _instant(settings.replay_from, settings.replay_zone) or recording.first_ns
    end_ns = _instant(settings.replay_to, settings.replay_zone) or recording.last_ns + 1
    if is_fresh:
        _check_span(recording, settings, start_ns, end_ns)
    if not any(recording.prints(start_ns, end_ns)):
        raise RecordingError(
            path,
            expected=f"prints in the span asked for (it runs {_span_of(recording, settings)})",
            found="none",
        )
    known: list[KnownFeed] = [recording]
    recorded = {each.underlying for each in recording.prints(start_ns, end_ns)}
    known.extend(_conditionals(recording.prints(start_ns, end_ns), recorded, underlyings, seed))
    prices: dict[str, int] = {}
    for feed in known:
        for each in feed.prints(start_ns, end_ns):
            prices[each.underlying] = each.price_nanos
    missing = [name for name in underlyings if name not in prices]
    if missing:
        raise ConfigError(
            f"{path} has no prints of {', '.join(missing)}, only of {', '.join(sorted(prices))}: "
            "list those alone, or replay another recording (--replay FILE), or let all prices be "
            "synthetic (--replay none)"
        )
    after = _synthetic(specs, underlyings, prices, anchor_ns=end_ns, seed=seed)
    feeds: list[KnownFeed] = [Handover(first=feed, then=_Silence(), at_ns=end_ns) for feed in known]
    return Plan((*feeds, after), Span(start_ns, end_ns))


def _check_span(recording: Recording, settings: SourceSettings, start_ns: int, end_ns: int) -> None:
    """Refuse a span that begins long before a recording, or ends long after it: by mistake."""
    for option, text, days_ns in (
        ("--from (replay_from)", settings.replay_from, recording.first_ns - start_ns),
        ("--to (replay_to)", settings.replay_to, end_ns - recording.last_ns),
    ):
        if text is not None and days_ns > BESIDE_NS_MAX:
            raise RecordingError(
                recording.path,
                expected=f"{option} in what it records, {_span_of(recording, settings)}, or at "
                f"most {BESIDE_NS_MAX // NS_PER_DAY} days beside it",
                found=text,
            )


def _span_of(recording: Recording, settings: SourceSettings) -> str:
    zone = ZoneInfo(settings.replay_zone)
    first, last = (
        f"{datetime.fromtimestamp(at_ns / NS_PER_SECOND, zone):%Y-%m-%d %H:%M}"
        for at_ns in (recording.first_ns, recording.last_ns)
    )
    return f"{first} to {last} {settings.replay_zone.partition('/')[2].replace('_', ' ') or zone}"


def in_first_units(recording: Recording, settings: SourceSettings) -> Recording:
    """Return a recording without the splits that are in its prices, all in the units it begins in.

    A print received at or after a split is × numerator / denominator, half to even in nano-dollars.
    Prices that are adjusted for dividends know of none.
    """
    prints = recording.all_prints
    for split in settings.replay_splits:
        new, old = ratio_of(split.ratio)
        at_ns = _instant(split.at, settings.replay_zone)
        assert at_ns is not None, "a split of a recording has a time"
        prints = tuple(
            msgspec.structs.replace(each, price_nanos=div_half_even(each.price_nanos * new, old))
            if each.received_ns >= at_ns and split.market in (None, each.underlying)
            else each
            for each in prints
        )
    if settings.replay_adjusted:
        prints = tuple(msgspec.structs.replace(each, without_dividends=True) for each in prints)
    return msgspec.structs.replace(recording, all_prints=prints)


class _Silence:
    """A feed without prints."""

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        return iter(())

    async def run(self, clock: object, submit: object) -> None:
        return None


def _conditionals(
    prints: Iterable[SubmitPrint], recorded: set[str], underlyings: Sequence[str], seed: bytes
) -> list[KnownFeed]:
    if recorded != {"TSLA"}:
        return []
    followed = tuple(prints)
    return [
        ConditionalFeed(followed, market, seed=seed)
        for market in ON_TSLA
        if market.underlying in underlyings
    ]


def _synthetic(
    specs: Sequence[MarketSpec],
    underlyings: Sequence[str],
    prices: Mapping[str, int],
    *,
    anchor_ns: int,
    seed: bytes,
) -> KnownFeed:
    markets = []
    for name in underlyings:
        shipped = MARKETS.get(name) or msgspec.structs.replace(MARKETS["TSLA"], underlying=name)
        markets.append(
            msgspec.structs.replace(shipped, price_nanos=prices.get(name, shipped.price_nanos))
        )
    calendars = calendars_of(specs)
    return SyntheticSource(
        seed=seed,
        anchor_ns=anchor_ns,
        hours={name: _Hours(calendars[name], anchor_ns - HOURS_BEFORE_NS) for name in underlyings},
        markets=markets,
    )


class _Hours:
    """The open intervals of a calendar from a time on, as often as they are asked for."""

    def __init__(self, calendar: Calendar, from_ns: int) -> None:
        self._calendar = calendar
        self._from_ns = from_ns

    def __iter__(self) -> Iterator[OpenInterval]:
        now = session_at(self._calendar, self._from_ns)
        if now.session is not Session.NO_TRADING:
            yield OpenInterval(now.since_ns, now.next_change_ns, now.session)
        for each in changes(self._calendar, now.next_change_ns - 1, _last_ns(self._from_ns)):
            if each.session is not Session.NO_TRADING:
                yield OpenInterval(each.since_ns, each.next_change_ns, each.session)


def _last_ns(from_ns: int) -> int:
    """The end of the covered years is far; two years of hours are computed lazily."""
    return from_ns + 730 * NS_PER_DAY


def calendars_of(specs: Sequence[MarketSpec]) -> dict[str, Calendar]:
    """Return the calendar of each underlying; two that disagree are refused."""
    found: dict[str, Calendar] = {}
    for spec in specs:
        calendar = calendar_named(spec.calendar)
        if found.setdefault(spec.underlying, calendar) is not calendar:
            raise ConfigError(f"{spec.underlying} is listed under two calendars")
    return found


def print_stream(feeds: Sequence[KnownFeed], from_ns: int) -> list[Iterator[Scheduled]]:
    """Return each feed as scheduled commands, from a time on.

    What the venue drives itself knows of no split: the core applies those that were announced. Nor
    do synthetic prices, and those that follow a recording, know of a dividend.
    """
    return [_scheduled(feed, from_ns) for feed in feeds]


def _scheduled(feed: KnownFeed, from_ns: int) -> Iterator[Scheduled]:
    for each in feed.prints(from_ns, FOREVER_NS):
        yield each.received_ns, msgspec.structs.replace(each, in_first_units=True)


def as_listed(specs: Sequence[MarketSpec], state: State) -> list[MarketSpec]:
    """Return listings whose underlyings have the names that known feeds print them under.

    That is what an underlying was called when its first market was listed: a recording, or a
    synthetic path, goes on whatever the venue calls it now.
    """
    first = {
        market.spec.underlying: market.heard_as
        for market in state.markets.values()
        if market.heard_as
    }
    found = []
    for spec in specs:
        market = state.markets.get(state.renamed.get(spec.market, spec.market))
        underlying = spec.underlying if market is None else market.spec.underlying
        underlying = first.get(underlying, underlying)
        found.append(msgspec.structs.replace(spec, underlying=underlying))
    return found


def session_stream(
    calendars: Mapping[str, Calendar],
    state: State,
    *,
    from_ns: int,
    now_ns: int,
    overrides: Sequence[Override],
) -> list[Iterator[Scheduled]]:
    """Return what the core missed, and every change to come, as scheduled commands.

    ``from_ns`` is the stamp of the last command, ``now_ns`` the venue's time.
    """
    known = {
        name: ChangeSession(
            name,
            source.session,
            source.closure,
            source.since_ns,
            source.next_change_ns,
            source.next_session,
        )
        for name, source in state.sources.items()
    }
    missed = due_at_start(
        calendars,
        known,
        now_ns=now_ns,
        resumed_from_ns=from_ns if known else None,
        overrides=overrides,
    )
    streams: list[Iterator[Scheduled]] = [iter([(due.at_ns, due.command) for due in missed])]
    for name, calendar in sorted(calendars.items()):
        streams.append(_changes(name, calendar, now_ns, overrides))
    return streams


def _changes(
    underlying: str, calendar: Calendar, from_ns: int, overrides: Sequence[Override]
) -> Iterator[Scheduled]:
    for each in changes(calendar, from_ns, _last_ns(from_ns), overrides):
        yield each.since_ns, command_of(underlying, each)


def _instant(text: str | None, zone: str) -> int | None:
    """Return a local date and time such as ``2025-04-11 15:30`` in ns, or ``None``."""
    if text is None:
        return None
    try:
        local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError) as error:
        raise ConfigError(f"expected a time such as 2025-04-11 15:30, found {text}") from error
    return int(local.timestamp()) * NS_PER_SECOND
