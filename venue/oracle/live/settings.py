"""Where a live source is, what it speaks, and how it is treated."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from venue.core.units import NS_PER_SECOND
from venue.oracle.errors import SourceError
from venue.oracle.figures import CADENCE_NS_MAX, FigureError, name_of

UNDERLYINGS_MAX = 1_000
SYMBOL_CHARS_MAX = 128


class LiveSettings(msgspec.Struct, frozen=True):
    """Where a live source is and how it is treated; times in seconds of wall time.

    ``dialect`` is what it speaks. ``symbols`` maps an underlying to the vendor's name for it
    (its own name where there is none). ``key`` and ``secret`` are the vendor's credentials:
    never logged, never journalled. ``cadence_ns`` is how often the source says it prints. A
    connection without any message for ``silence_seconds`` is made anew. After ``refusals_max``
    unreadable messages in a row the connection is given up and made anew, with its pause.
    """

    url: str
    source: str
    underlyings: Sequence[str]
    dialect: str = "plain"
    symbols: Mapping[str, str] = {}
    key: str = ""
    secret: str = ""
    cadence_ns: int = 5 * NS_PER_SECOND
    open_seconds: float = 10.0
    silence_seconds: float = 60.0
    pause_first_seconds: float = 1.0
    pause_max_seconds: float = 60.0
    refusals_max: int = 100

    def symbol(self, underlying: str) -> str:
        """Return the vendor's name of an underlying."""
        return self.symbols.get(underlying, underlying)


def check(settings: LiveSettings, schemes: tuple[str, ...]) -> None:
    """Refuse settings that make no sense with a ``SourceError``; what is secret is not shown."""
    try:
        parts = urlsplit(settings.url)
        is_address = parts.scheme in schemes and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_address = False
    if not is_address:
        # Without what may be a password.
        found = settings.url.rpartition("@")[2].partition("?")[0]
        raise SourceError(
            expected=f"a {' or '.join(f'{scheme}://' for scheme in schemes)} address", found=found
        )
    try:
        # A source's second stream is named after it: room for its ending.
        name_of(settings.source + "-mid", of="a source")
        name_of(settings.source, of="a source")
        for each in settings.underlyings:
            name_of(each, of="an underlying")
    except FigureError as error:
        raise SourceError(expected=error.expected, found=error.found) from None
    if not 1 <= len(settings.underlyings) <= UNDERLYINGS_MAX:
        raise SourceError(
            expected=f"1 to {UNDERLYINGS_MAX} underlyings", found=len(settings.underlyings)
        )
    _check_symbols(settings)
    if not 0 < settings.cadence_ns <= CADENCE_NS_MAX:
        raise SourceError(
            expected=f"a cadence of 1 to {CADENCE_NS_MAX} ns", found=settings.cadence_ns
        )
    for what in ("open_seconds", "silence_seconds", "pause_first_seconds", "pause_max_seconds"):
        if not 0.0 < getattr(settings, what) <= 3_600.0:
            raise SourceError(
                expected=f"{what} above 0, up to 3,600", found=getattr(settings, what)
            )
    if settings.refusals_max < 1:
        raise SourceError(expected="refusals_max of at least 1", found=settings.refusals_max)


def _check_symbols(settings: LiveSettings) -> None:
    symbols = [settings.symbol(each) for each in settings.underlyings]
    for symbol in symbols:
        if not 1 <= len(symbol) <= SYMBOL_CHARS_MAX or not symbol.isprintable():
            raise SourceError(
                expected=f"a symbol of 1 to {SYMBOL_CHARS_MAX} printable characters", found=symbol
            )
    if len(set(symbols)) < len(symbols):
        raise SourceError(expected="another symbol for each underlying", found=", ".join(symbols))
