"""Live sources: prints that come over the network, as they come.

``source`` keeps a connection and submits; ``channels`` are its two kinds, a WebSocket and an
HTTP stream of events; ``dialects`` know what each vendor says.
"""

from venue.oracle.live.settings import LiveSettings
from venue.oracle.live.source import LiveCounts, LiveSource

__all__ = ["LiveCounts", "LiveSettings", "LiveSource"]
