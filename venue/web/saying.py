"""What an operator is told of a refusal: its permanent name, what was expected, what was found.

Where more can be said than bots are told (``core/sentences.py``), it is said here.
"""

from venue.core import commands as cmd
from venue.core.account import VAULT
from venue.core.commands import HaltKind
from venue.core.events import Rejected
from venue.core.handlers.corporate import ACTIONS_MAX, LEAD_NS_MAX, RATIO_MAX
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.rejects import Reason
from venue.core.sentences import CORE_SENTENCES
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_DAY
from venue.web.moments import moment

PHASES = {
    Phase.LISTED: "waiting for its first price",
    Phase.CONTINUOUS: "trading",
    Phase.AUCTION: "in a call",
    Phase.HALTED: "halted",
    Phase.DELISTED: "delisted",
}


def said(state: State, command: cmd.Command, refused: Rejected) -> str:
    """Return a refusal as one sentence, with its name in front."""
    more = _in_words(state, command, refused)
    if more is None:
        more = CORE_SENTENCES[refused.reason]
        if refused.figures:
            more += f" ({', '.join(_figure(*each) for each in refused.figures.items())})"
    return f"{refused.reason.value}: {more}"


def _figure(name: str, value: int) -> str:
    """Return a figure in the units of a person.

    >>> _figure("amount_micros_max", 5_000_000), _figure("positions", 2)
    ('amount max $5.00', 'positions 2')
    """
    if "_micros" in name:
        return f"{name.replace('_micros', '').replace('_', ' ')} ${value / E6:,.2f}"
    return f"{name.replace('_', ' ')} {value}"


def _in_words(state: State, command: cmd.Command, refused: Rejected) -> str | None:
    reason = refused.reason
    if reason is Reason.MARKET_RENAMED:
        name = getattr(command, "market", "")
        return f"expected a market by its name of now, found {name}: it is {refused.now_called}"
    if reason is Reason.UNKNOWN_MARKET:
        names = ", ".join(state.markets) or "none that is listed"
        return f"expected a market among {names}, found {getattr(command, 'market', '')}"
    if reason is Reason.UNKNOWN_ACCOUNT:
        number = getattr(command, "account", None)
        if isinstance(command, cmd.OpenAccount):
            number = command.parent
        if number == VAULT:
            return "expected a market with a liquidator vault, found none"
        return f"expected an account that somebody trades with, found {number}"
    if reason is Reason.NAME_TAKEN and isinstance(command, cmd.OpenAccount):
        number = state.names[command.name]
        return f"expected a name of its own, found that of account {number}: {command.name}"
    market = state.markets.get(getattr(command, "market", ""))
    return None if market is None else _of_market(state, market, command, reason)


def _of_market(state: State, market: Market, command: cmd.Command, reason: Reason) -> str | None:
    name = market.spec.market
    if isinstance(command, cmd.HaltMarket):
        return _not_halted(market, command, reason)
    if isinstance(command, cmd.ResumeMarket):
        return f"expected {name} halted or reduce-only, found it {_phase(market)}"
    if isinstance(command, cmd.WithdrawAction):
        known = ", ".join(
            f"{each.action_id} ({type(each.action).__name__.lower()})" for each in market.actions
        )
        return f"expected an action of {name} among {known or 'none'}, found {command.action_id}"
    if isinstance(command, cmd.CountSource):
        if reason is Reason.ACTION_UNFIT:
            return _ratio(command.numerator, command.denominator)
        known = ", ".join(sorted(market.feeds)) or "none"
        return (
            f"expected a source that has printed {name} since its last split, among {known}, "
            f"found {command.source}"
        )
    if isinstance(command, cmd.AnnounceAction):
        return _not_announced(state, market, command, reason)
    return None


def _phase(market: Market) -> str:
    why = market.reducing_why or market.phase_why
    if market.reducing_why:
        return f"reduce-only ({why})"
    if market.phase in (Phase.HALTED, Phase.AUCTION):
        return f"{PHASES[market.phase]} ({why})"
    return PHASES[market.phase]


def _not_halted(market: Market, command: cmd.HaltMarket, reason: Reason) -> str:
    name = market.spec.market
    if reason is Reason.NOTHING_TO_CHANGE:
        return f"expected {name} free to grow positions, found it {_phase(market)} already"
    also = " or halted" if command.kind is HaltKind.SETTLE else ""
    return f"expected {name} trading or in a call{also}, found it {_phase(market)}"


def _ratio(numerator: int, denominator: int) -> str:
    return (
        f"expected a ratio of whole numbers from 1 to {RATIO_MAX:,}, of which all together come to "
        f"no more than a thousand million, found {numerator}:{denominator}"
    )


def _not_announced(
    state: State, market: Market, command: cmd.AnnounceAction, reason: Reason
) -> str | None:
    name, action = market.spec.market, command.action
    if reason is Reason.MARKET_NOT_TRADING:
        return f"expected {name} listed, found it {_phase(market)}"
    if reason is Reason.TIME_PASSED:
        now = moment(state.now_ns)
        return f"expected a time from now on, which is {now}, found {moment(command.effective_ns)}"
    if reason is Reason.MARKET_EXISTS and isinstance(action, cmd.Rename):
        return f"expected a name that no market has or had, found {action.to}"
    if reason is not Reason.ACTION_UNFIT:
        return None
    if len(market.actions) >= ACTIONS_MAX:
        return f"expected fewer than {ACTIONS_MAX} announced actions of {name}, found as many"
    kind = type(action).__name__.lower()
    if market.rules.contract.vaults is not None and not isinstance(action, cmd.Split):
        return f"expected a split: {name} has vaults, which outlive anything else; found a {kind}"
    if isinstance(action, cmd.Rename):
        return f"expected a name of 1 to 16 characters, found {action.to!r}"
    if isinstance(action, cmd.Delisting):
        days = LEAD_NS_MAX // NS_PER_DAY
        return f"expected at most {days} days of reducing and averaging, found more"
    if isinstance(action, cmd.Dividend):
        return _dividend(market, action)
    return (
        f"expected two different numbers from 1 to {RATIO_MAX:,} that leave {name} a price and "
        f"limits of at least one tick and lot, found {action.numerator}:{action.denominator}"
    )


def _dividend(market: Market, action: cmd.Dividend) -> str:
    if not market.rules.contract.is_linear:
        return "expected a contract on the price itself, found one on a power of it"
    if market.index_nanos is None:
        return "expected a market with a price, found none yet"
    return (
        f"expected a dividend above $0 and below the index, ${market.index_nanos / E9:,.2f}, "
        f"found ${action.amount_nanos / E9:,.2f}"
    )
