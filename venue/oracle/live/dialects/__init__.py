"""The table of dialects: what a live source may speak."""

from collections.abc import Callable

from venue.oracle.live.dialects.alpaca import Alpaca
from venue.oracle.live.dialects.dialect import Dialect
from venue.oracle.live.dialects.hermes import Hermes
from venue.oracle.live.dialects.hyperliquid import Hyperliquid
from venue.oracle.live.dialects.plain import Plain
from venue.oracle.live.settings import LiveSettings

DIALECTS: dict[str, Callable[[LiveSettings], Dialect]] = {
    "plain": Plain,
    "alpaca": Alpaca,
    "hermes": Hermes,
    "hyperliquid": Hyperliquid,
}
