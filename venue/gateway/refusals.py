"""Why the door refuses, by permanent name, and a sentence for every name of it.

The names of the core stand in ``core/rejects.py``, their sentences in ``core/sentences.py``. What
the door refuses never becomes a command: nothing was journalled and nothing changed.
"""

from enum import StrEnum


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
