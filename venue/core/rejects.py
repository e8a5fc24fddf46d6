"""Reasons to refuse, in the order in which they are checked.

Names are permanent: bots match on them. A refusal changes nothing.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a command was refused; the first that holds, in this order."""

    # Who and where.
    UNKNOWN_ACCOUNT = "unknown_account"
    NAME_TAKEN = "name_taken"
    UNKNOWN_MARKET = "unknown_market"
    MARKET_EXISTS = "market_exists"
    LISTING_UNFIT = "listing_unfit"
    CLIENT_ORDER_ID_REUSED = "client_order_id_reused"
    UNKNOWN_ORDER = "unknown_order"
    LIQUIDATION_OPEN = "liquidation_open"
    NO_MARK_YET = "no_mark_yet"
    MARKET_NOT_TRADING = "market_not_trading"
    # What is asked, by itself.
    SIZE_NOT_POSITIVE = "size_not_positive"
    SIZE_TOO_LARGE = "size_too_large"
    SIZE_BELOW_FILLED = "size_below_filled"
    PRICE_NOT_POSITIVE = "price_not_positive"
    PRICE_TOO_LARGE = "price_too_large"
    NOTIONAL_TOO_SMALL = "notional_too_small"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    AMOUNT_TOO_LARGE = "amount_too_large"
    NOTHING_TO_CHANGE = "nothing_to_change"
    POST_ONLY_NOT_GTC = "post_only_not_gtc"
    EXPIRY_NOT_GTC = "expiry_not_gtc"
    TIME_PASSED = "time_passed"
    TRIGGER_WOULD_FIRE = "trigger_would_fire"
    BRACKET_WRONG_SIDE = "bracket_wrong_side"
    LEVERAGE_OUT_OF_RANGE = "leverage_out_of_range"
    MODE_WITH_POSITION = "mode_with_position"
    NOT_ISOLATED = "not_isolated"
    POSITION_OPEN = "position_open"
    # What the market allows now.
    NOT_IN_AUCTION = "not_in_auction"
    OUTSIDE_BAND = "outside_band"
    REDUCE_ONLY_WOULD_INCREASE = "reduce_only_would_increase"
    ONLY_REDUCING_NOW = "only_reducing_now"
    POSITION_LIMIT = "position_limit"
    OPEN_INTEREST_LIMIT = "open_interest_limit"
    OPEN_ORDERS_LIMIT = "open_orders_limit"
    POST_ONLY_WOULD_TRADE = "post_only_would_trade"
    # What the account can bear.
    INSUFFICIENT_MARGIN = "insufficient_margin"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    # What the book can give.
    FOK_NOT_FILLABLE = "fok_not_fillable"


class Cause(StrEnum):
    """Why an order left the book, or never rested, without its trader asking for it there."""

    ASKED = "asked"
    IOC_REMAINDER = "ioc_remainder"
    NO_LIQUIDITY = "no_liquidity"
    SELF_TRADE = "self_trade"
    REDUCE_ONLY = "reduce_only"
    EXPIRED = "expired"
    DISCONNECTED = "disconnected"
    CANCEL_ALL_AFTER = "cancel_all_after"
    UNDERLYING_CLOSED = "underlying_closed"
    OUTSIDE_BAND = "outside_band"
    LIQUIDATION = "liquidation"
    SIBLING_FIRED = "sibling_fired"
    POSITION_CLOSED = "position_closed"
    PARENT_GONE = "parent_gone"
    INSUFFICIENT_MARGIN = "insufficient_margin"
    REFUSED_AT_TRIGGER = "refused_at_trigger"
    ACCOUNT_RESET = "account_reset"
    HALTED = "halted"
