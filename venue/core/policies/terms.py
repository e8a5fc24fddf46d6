"""Terms: the limits, bands and throttles of a session."""

from typing import NamedTuple, Protocol

from venue.core.phases import Closure, Pricing, Session


class TermsInputs(NamedTuple):
    """What the session's terms depend on.

    ``leverage_max`` is the highest of the market's tiers. ``is_closing``: the session is within the
    ``closing_lead_ns`` that its own terms asked for before its end.
    """

    session: Session
    closure: Closure
    pricing: Pricing
    leverage_max: int = 1
    is_closing: bool = False


class Terms(NamedTuple):
    """What holds in a market while a session lasts.

    ``band_e4`` is how far from a price an order's price may be; ``None``: anywhere. ``band_from``
    names the price: the ``mark``, the last external price (``anchor``), the ``index``, the last
    external price of a REGULAR session (``close``), or the first one of the latest (``open``).
    Buys above the band and sells below it are refused, and ``band_both_ways`` also buys below and
    sells above. ``band_caps_market``: a market order trades as far as the band, and the rest is
    cancelled; else it is refused when its protection lies outside. Beside the band,
    ``band_below_e4`` and ``band_above_e4`` give a lowest and a highest price for every order, off
    the price that ``band_range_from`` names; ``None``: none. ``position_e4`` and
    ``open_interest_e4`` scale the listing's limits. ``closeout_micros_per_second`` throttles
    liquidations; ``None``: no throttle. ``funding_e4`` scales the funding rate.

    ``leverage_max`` caps the leverage of what increases a position: the whole of it must then be
    covered at the cap. ``open_interest_micros_max`` caps open interest at the mark; once it is
    reached, an order that could open may lie at most ``at_cap_e4`` beyond the mark.
    ``order_micros_max`` and ``market_order_micros_max`` cap an order's size at the mark. Without
    ``market_orders`` only limit orders are taken. ``is_closed``: no order at all, no close-out.
    Positions at more than ``forced_leverage_max`` (notional over equity) are closed by force.
    ``closing_lead_ns`` before the session's end its terms are asked for again, as closing.
    ``margin_mode``: ``any``; ``isolated``, only isolated positions are opened; ``strict``, and
    margin once set aside stays until the position shrinks. ``venue_interest_micros_max`` caps the
    open interest of all the venue's markets together, for what would open here.
    """

    band_e4: int | None
    band_from: str
    position_e4: int
    open_interest_e4: int
    reduce_only: bool
    closeout_micros_per_second: int | None
    funding_e4: int
    leverage_max: int | None = None
    open_interest_micros_max: int | None = None
    at_cap_e4: int | None = None
    order_micros_max: int | None = None
    market_order_micros_max: int | None = None
    market_orders: bool = True
    is_closed: bool = False
    forced_leverage_max: int | None = None
    closing_lead_ns: int | None = None
    band_both_ways: bool = False
    band_caps_market: bool = False
    band_below_e4: int | None = None
    band_above_e4: int | None = None
    band_range_from: str = "mark"
    margin_mode: str = "any"
    venue_interest_micros_max: int | None = None


class TermsRule(Protocol):
    """Which limits, bands and throttles hold in which session."""

    def terms(self, seen: TermsInputs) -> Terms: ...
