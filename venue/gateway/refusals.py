"""Why the door refuses, by permanent name; and a sentence for every name of door and core.

The names of the core stand in ``core/rejects.py``. What the door refuses never becomes a
command: nothing was journalled and nothing changed.
"""

from enum import StrEnum

from venue.core.rejects import Reason


class DoorReason(StrEnum):
    """Why a request was refused before it became a command."""

    # The message itself; twenty of these in a minute close the connection.
    UNREADABLE_JSON = "unreadable_json"
    UNKNOWN_METHOD = "unknown_method"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    # Who asks.
    BAD_TOKEN = "bad_token"
    TOKEN_EXPIRED = "token_expired"
    NOT_LOGGED_IN = "not_logged_in"
    ALREADY_LOGGED_IN = "already_logged_in"
    READ_ONLY_TOKEN = "read_only_token"
    NO_FUNDING_SCOPE = "no_funding_scope"
    FOREIGN_ACCOUNT = "foreign_account"
    # How much is asked.
    RATE_LIMITED = "rate_limited"
    TOO_MANY_UNANSWERED = "too_many_unanswered"
    VENUE_BUSY = "venue_busy"
    JOURNAL_UNAVAILABLE = "journal_unavailable"
    PROVER_BUSY = "prover_busy"
    TOO_MANY_CHANNELS = "too_many_channels"
    TOO_MANY_ACCOUNTS = "too_many_accounts"
    # What is asked, as far as the door can see.
    UNKNOWN_MARKET = "unknown_market"
    MARKET_RENAMED = "market_renamed"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNKNOWN_UNDERLYING = "unknown_underlying"
    NO_POOL_HERE = "no_pool_here"
    UNKNOWN_LIQUIDATION = "unknown_liquidation"
    NO_ROOTS_YET = "no_roots_yet"
    NOT_IN_ROOTS = "not_in_roots"
    UNKNOWN_SEQ = "unknown_seq"
    FOREIGN_SEQ = "foreign_seq"
    NOT_SUBSCRIBED = "not_subscribed"
    NOT_IN_LOCKSTEP = "not_in_lockstep"
    FROM_THE_FUTURE = "from_the_future"
    NUMBER_UNREADABLE = "number_unreadable"
    NUMBER_TOO_LARGE = "number_too_large"
    PRICE_OFF_TICK = "price_off_tick"
    SIZE_OFF_LOT = "size_off_lot"
    AMOUNT_OFF_MICRO = "amount_off_micro"
    ONE_ORDER_ID = "one_order_id"
    BAD_CLIENT_ORDER_ID = "bad_client_order_id"
    WRONG_MARKET = "wrong_market"


# Faults of the message: JSON-RPC's own codes. Everything else is refused with one code, and the
# name in ``data.reason`` is what a bot matches on.
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
UNKNOWN_METHOD_CODE = -32601
INVALID_PARAMS = -32602
REFUSED = -32000

FAULT_CODES: dict[DoorReason, int] = {
    DoorReason.UNREADABLE_JSON: PARSE_ERROR,
    DoorReason.UNKNOWN_METHOD: UNKNOWN_METHOD_CODE,
    DoorReason.MISSING_FIELD: INVALID_PARAMS,
    DoorReason.UNKNOWN_FIELD: INVALID_PARAMS,
    DoorReason.WRONG_TYPE: INVALID_PARAMS,
    DoorReason.BAD_VALUE: INVALID_PARAMS,
}


class Refused(Exception):
    """A request is refused: its name, a sentence, the figures. Never leaves the gateway."""

    def __init__(self, reason: DoorReason, sentence: str, **figures: str | int) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence
        self.figures = figures


DOOR_SENTENCES: dict[DoorReason, str] = {
    DoorReason.UNREADABLE_JSON: "the message is not JSON",
    DoorReason.UNKNOWN_METHOD: "there is no such method",
    DoorReason.MISSING_FIELD: "a field that this method needs is missing",
    DoorReason.UNKNOWN_FIELD: "this method has no such field",
    DoorReason.WRONG_TYPE: "a field is of another type than this method expects",
    DoorReason.BAD_VALUE: "a field is of the right type but not one of the values allowed",
    DoorReason.BAD_TOKEN: "no account has this token",
    DoorReason.TOKEN_EXPIRED: "the token has expired: log in with another",
    DoorReason.NOT_LOGGED_IN: "log in first, with public/login",
    DoorReason.ALREADY_LOGGED_IN: "this connection is logged in; open another for another token",
    DoorReason.READ_ONLY_TOKEN: "this token may read and not change anything",
    DoorReason.NO_FUNDING_SCOPE: "this token may not move money in or out",
    DoorReason.FOREIGN_ACCOUNT: "the account is not the token's, nor a sub-account of its owner",
    DoorReason.RATE_LIMITED: "too many requests: wait and try again",
    DoorReason.TOO_MANY_UNANSWERED: "too many requests of this connection wait for their answer",
    DoorReason.VENUE_BUSY: "the venue has as many requests in hand as it takes: try again",
    DoorReason.JOURNAL_UNAVAILABLE: (
        "the venue cannot make anything durable now, so it acknowledges nothing: try again"
    ),
    DoorReason.PROVER_BUSY: "the venue proves as much as it may just now: wait and try again",
    DoorReason.TOO_MANY_CHANNELS: "a connection may subscribe to no more channels",
    DoorReason.TOO_MANY_ACCOUNTS: "an owner may have no more accounts",
    DoorReason.UNKNOWN_MARKET: "there is no such market",
    DoorReason.MARKET_RENAMED: "the market has another name now: it stands in `now_called`",
    DoorReason.UNKNOWN_CHANNEL: "there is no such channel",
    DoorReason.UNKNOWN_UNDERLYING: "no market follows this underlying",
    DoorReason.NO_POOL_HERE: "this market has neither a pool nor a vault that takes deposits",
    DoorReason.UNKNOWN_LIQUIDATION: "this account has no liquidation of that number on record",
    DoorReason.NO_ROOTS_YET: "the venue has published no roots since it started: ask again soon",
    DoorReason.NOT_IN_ROOTS: "the account was opened after the roots that were published last",
    DoorReason.UNKNOWN_SEQ: "no command of that seq is in the journal",
    DoorReason.FOREIGN_SEQ: "the command of that seq is not one of this owner's accounts'",
    DoorReason.NOT_SUBSCRIBED: "the connection is not subscribed to this",
    DoorReason.NOT_IN_LOCKSTEP: "this venue's time passes by itself; nobody waits for bots",
    DoorReason.FROM_THE_FUTURE: "the account has not reached that number yet",
    DoorReason.NUMBER_UNREADABLE: "a decimal is digits with at most one point, such as 250.10",
    DoorReason.NUMBER_TOO_LARGE: "the number has more digits than any market takes",
    DoorReason.PRICE_OFF_TICK: "the price is not a whole number of ticks",
    DoorReason.SIZE_OFF_LOT: "the size is not a whole number of lots",
    DoorReason.AMOUNT_OFF_MICRO: "the amount is finer than a millionth of a dollar",
    DoorReason.ONE_ORDER_ID: "name the order by order_id or by client_order_id, by one of them",
    DoorReason.BAD_CLIENT_ORDER_ID: "a client order id is 1 to 36 printable ASCII characters",
    DoorReason.WRONG_MARKET: "the order is in another market: its price is in other ticks",
}

CORE_SENTENCES: dict[Reason, str] = {
    Reason.UNKNOWN_ACCOUNT: "there is no such account",
    Reason.NAME_TAKEN: "another account has this name",
    Reason.UNKNOWN_MARKET: "there is no such market",
    Reason.MARKET_EXISTS: "a market of this name is listed",
    Reason.LISTING_UNFIT: "the listing does not fit together",
    Reason.LIQUIDATION_OPEN: "the account is being liquidated; it may place nothing yet",
    Reason.MARKET_NOT_TRADING: "the market takes no orders in its present phase",
    Reason.MARKET_CLOSED: "the market is closed with its underlying: it takes cancels only",
    Reason.NO_MARK_YET: "the market has no mark yet: wait for the first price",
    Reason.CLIENT_ORDER_ID_REUSED: "this client order id stands for another order already",
    Reason.MARKET_RENAMED: "the market has another name now: it stands in `now_called`",
    Reason.UNKNOWN_ACTION: "no corporate action of that id is announced here",
    Reason.ACTION_UNFIT: "the market cannot be split, pay, be named or be delisted like this",
    Reason.UNKNOWN_ORDER: "this account has no open order of that id",
    Reason.SIZE_NOT_POSITIVE: "the size must be above zero",
    Reason.SIZE_TOO_LARGE: "the size is above the market's limit for one order",
    Reason.SIZE_BELOW_FILLED: "the new size must be above what has been filled",
    Reason.PRICE_NOT_POSITIVE: "the price must be above zero",
    Reason.PRICE_TOO_LARGE: "the price is above the highest that the market takes",
    Reason.NOTIONAL_TOO_SMALL: "size times price is below the market's least notional",
    Reason.AMOUNT_NOT_POSITIVE: "the amount must be above zero",
    Reason.AMOUNT_TOO_LARGE: "the amount is above what may be moved at once",
    Reason.NOTHING_TO_CHANGE: "the order has this price and size already",
    Reason.POST_ONLY_NOT_GTC: "only a limit order that is good till cancelled can be post-only",
    Reason.EXPIRY_NOT_GTC: "only a limit order that is good till cancelled can expire",
    Reason.TIME_PASSED: "the time is not in the future of the venue's clock",
    Reason.TRIGGER_WOULD_FIRE: "the mark is past this trigger already",
    Reason.BRACKET_WRONG_SIDE: "a stop stands on the losing side of the price, a take-profit on "
    "the winning side",
    Reason.LEVERAGE_OUT_OF_RANGE: "the leverage is outside what the market allows",
    Reason.MODE_WITH_POSITION: "the margin mode changes only without position and open orders",
    Reason.NOT_ISOLATED: "the account holds this market in cross margin",
    Reason.POSITION_OPEN: "the account has an open position",
    Reason.NOT_IN_AUCTION: "during a call only plain limit orders are taken",
    Reason.ONLY_IN_AUCTION: "an order good for auctions is taken during a call only",
    Reason.NO_SUCH_CALL: "this market makes no call of the kind that the order would wait for",
    Reason.MARKET_ORDERS_NOT_NOW: "only limit orders are taken in this session",
    Reason.OUTSIDE_BAND: "the price is outside the band that holds now",
    Reason.REDUCE_ONLY_WOULD_INCREASE: "a reduce-only order finds no position to reduce",
    Reason.WITHDRAWALS_GATED: "withdrawals wait while somebody owes more than it has",
    Reason.NO_MAKERS_HERE: "this market's rules have no committed makers",
    Reason.PRICE_NOT_LEGAL: "the price has too many figures: these are the nearest legal ones",
    Reason.DURATION_OUT_OF_RANGE: "a TWAP lasts from five minutes to a day",
    Reason.SCALE_OUT_OF_RANGE: "a scale has two to eight orders between two prices, the last at "
    "most a hundred times the first, or the reverse",
    Reason.BOND_HELD: "the account has a bond as a maker: ask for it back first",
    Reason.BOND_TOO_SMALL: "the bond is below the least that the market asks of a maker",
    Reason.AMEND_WOULD_TAKE: "the order would trade at this price without waiting: cancel it and "
    "place another",
    Reason.NO_PROVIDERS_HERE: "this market's backstop is not its providers",
    Reason.REQUESTS_LIMIT: "as many requests of the account wait in this pool as may",
    Reason.NO_VAULTS_HERE: "units of this market's contract cannot be minted",
    Reason.OTHER_COLLATERAL: "this market's vaults take cash, or units, and not the other",
    Reason.VAULT_NEEDS_CROSS: "units are minted to, and burned from, a cross position",
    Reason.NOT_SO_MUCH_MINTED: "the vault has minted less than this, or the account is long less",
    Reason.COLLATERAL_TOO_LOW: "the collateral would be below the least ratio to what is minted",
    Reason.NO_POOL_HERE: "this market has neither a pool nor a vault that takes deposits",
    Reason.INDEX_NOT_VALID: "the outside price is too old or too uncertain for this just now",
    Reason.ONLY_REDUCING_NOW: "the market takes only what reduces a position now",
    Reason.OPEN_ORDERS_LIMIT: "the account has as many open orders as it may",
    Reason.ISOLATED_ONLY: "positions are isolated here: choose isolated margin first",
    Reason.MARGIN_STAYS: "margin set aside stays in this market until the position shrinks",
    Reason.POSITION_LIMIT: "the position would pass the market's limit",
    Reason.TOO_AGGRESSIVE_AT_OPEN_INTEREST_CAP: (
        "open interest is at its cap, and the price is too far beyond the mark"
    ),
    Reason.POSITION_FLIP_AT_OPEN_INTEREST_CAP: (
        "open interest is at its cap: the position may be closed, not turned round"
    ),
    Reason.OPEN_INTEREST_LIMIT: "the market's open interest would pass its limit",
    Reason.POST_ONLY_WOULD_TRADE: "a post-only order would trade at once at this price",
    Reason.INSUFFICIENT_MARGIN: "the account cannot bear the initial margin of this order",
    Reason.INSUFFICIENT_BALANCE: "the account has less than this to give",
    Reason.INSUFFICIENT_SHARES: "the account has fewer shares of the pool that it may give back",
    Reason.SHARES_LOCKED: "too soon after the latest payment: its shares may not be given back yet",
    Reason.FOK_NOT_FILLABLE: "the book cannot fill the whole order at once",
}
