"""Sources of prints: recorded, synthetic, live. They carry prints; they judge nothing.

Read ``feed`` first: what a source is. ``recording`` reads files, ``repair`` and ``tape`` mend
and import them, ``synthetic`` makes prices up, ``conditional`` makes them follow a recording,
``live`` hears them over a WebSocket.
"""

from venue.oracle.bars import BAR_RULES, DEFAULT_BAR_RULE
from venue.oracle.conditional import ON_TSLA, Conditional, ConditionalFeed, conditional
from venue.oracle.errors import OracleError, RecordingError, SourceError
from venue.oracle.feed import Clock, Feed, Handover, KnownFeed, Merged, Submit, release
from venue.oracle.formats import FORMATS
from venue.oracle.hours import OpenInterval
from venue.oracle.live import LiveCounts, LiveSettings, LiveSource
from venue.oracle.markets import MARKETS, GapLaw, MinuteVolatility, SyntheticMarket
from venue.oracle.reading import Fault, Reading
from venue.oracle.recording import Recording, read
from venue.oracle.repair import RepairReport, repair
from venue.oracle.summary import SourceSummary, summary
from venue.oracle.synthetic import PrintStyle, SyntheticSource
from venue.oracle.tape import ImportReport, import_, write
from venue.oracle.weekend import weekend_path, weekend_prints

__all__ = [
    "BAR_RULES",
    "DEFAULT_BAR_RULE",
    "FORMATS",
    "MARKETS",
    "ON_TSLA",
    "Clock",
    "Conditional",
    "ConditionalFeed",
    "Fault",
    "Feed",
    "GapLaw",
    "Handover",
    "ImportReport",
    "KnownFeed",
    "LiveCounts",
    "LiveSettings",
    "LiveSource",
    "Merged",
    "MinuteVolatility",
    "OpenInterval",
    "OracleError",
    "PrintStyle",
    "Reading",
    "Recording",
    "RecordingError",
    "RepairReport",
    "SourceError",
    "SourceSummary",
    "Submit",
    "SyntheticMarket",
    "SyntheticSource",
    "conditional",
    "import_",
    "read",
    "release",
    "repair",
    "summary",
    "weekend_path",
    "weekend_prints",
    "write",
]
