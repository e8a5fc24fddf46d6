"""A sentence for every name of the core's refusals: bots and operators are told the same one."""

from collections.abc import Mapping

from venue.core.rejects import Reason

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
    Reason.UNKNOWN_SOURCE: "no source of that name has printed here since the last split",
    Reason.ACTION_UNFIT: "the market cannot be split, pay, be named, merge or end like this",
    Reason.UNKNOWN_ORDER: "this account has no open order of that id",
    Reason.SIZE_NOT_POSITIVE: "the size must be above zero",
    Reason.SIZE_TOO_LARGE: "the size is above the market's limit for one order",
    Reason.SIZE_BELOW_FILLED: "the new size must be above what has been filled",
    Reason.PRICE_NOT_POSITIVE: "the price must be above zero",
    Reason.PRICE_TOO_LARGE: "the price is above the highest that the market takes",
    Reason.NOTIONAL_TOO_SMALL: "size times price is below the market's least notional",
    Reason.AMOUNT_NOT_POSITIVE: "the amount must be above zero; below it only to take isolated "
    "margin back",
    Reason.AMOUNT_TOO_LARGE: "the amount is above what may be moved at once",
    Reason.NOTHING_TO_CHANGE: "the order has this price and size already",
    Reason.POST_ONLY_NOT_GTC: "only a limit order that is good till cancelled can be post-only",
    Reason.EXPIRY_NOT_GTC: "only a limit order that is good till cancelled can expire",
    Reason.TIME_PASSED: "the time is not in the future of the venue's clock",
    Reason.TRIGGER_WOULD_FIRE: "the mark is past this trigger already",
    Reason.BRACKET_WRONG_SIDE: "a stop stands on the losing side, a take-profit on the winning "
    "side of a limit order's price, or of the mark for a market order",
    Reason.LEVERAGE_OUT_OF_RANGE: "the leverage is outside what the market allows",
    Reason.MODE_WITH_POSITION: "the margin mode changes only without position and open orders",
    Reason.NOT_ISOLATED: "the account has no isolated position in this market",
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
    Reason.REQUESTS_SPENT: "the account has sent as many requests as it has earned by trading: the "
    "next is taken at the time given, or when it has traded more",
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


def core_sentence(reason: Reason, figures: Mapping[str, str | int]) -> str:
    """Return what a refusal of the core says, with the price that it was judged by.

    >>> core_sentence(Reason.BRACKET_WRONG_SIDE, {"stop": "255.00", "mark": "250.120000000"})[-43:]
    'for a market order: here the mark at 250.12'
    """
    sentence = CORE_SENTENCES[reason]
    if reason is not Reason.BRACKET_WRONG_SIDE:
        return sentence
    what = "mark" if "mark" in figures else "price"
    whole, _, part = str(figures.get(what)).partition(".")
    return f"{sentence}: here the {what} at {whole}.{part.rstrip('0').ljust(2, '0')}"
