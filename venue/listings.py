"""Listings from settings: a market under a rulebook that ships, or under one's own."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from venue.config import ConfigError, MarketSettings, RulebookSettings, RuleSettings, Settings
from venue.core.listing import MarketSpec, RuleRef, fault
from venue.rules.build import completed, ref
from venue.rules.build import fault as rules_fault
from venue.rules.checks import said_in_words
from venue.rules.rulebooks import RULEBOOKS, under
from venue.rules.rulebooks.listings import LISTINGS, powered, share
from venue.rules.table import RuleFault


def rules_of(settings: Settings) -> list[tuple[str, RuleRef]]:
    """Return every rule of the settings' markets and rulebooks once, and where it is first named.

    Nothing is said of whether they fit together, or keep what they promise.
    """
    found: dict[tuple[str, str, str], tuple[str, RuleRef]] = {}
    named: list[tuple[str, Sequence[RuleRef]]] = [
        (f"market {each.market}", _unchecked(each, settings.rulebooks).rules)
        for each in settings.markets
    ]
    for book in settings.rulebooks:
        named.append((f"rulebook {book.name}", own_rulebook(settings, book.name) or ()))
    for where, rules in named:
        for rule in rules:
            key = (rule.kind, rule.name, repr(sorted(rule.parameters.items())))
            found.setdefault(key, (where, rule))
    return list(found.values())


def listing(settings: MarketSettings, own: Sequence[RulebookSettings] = ()) -> MarketSpec:
    """Return one market's listing, or refuse it with a sentence.

    ``own`` are the rulebooks of ``venue.toml``: a market may be listed under one of them.
    """
    found = _unchecked(settings, own)
    wrong = fault(found)
    if wrong is not None:
        raise ConfigError(f"market {settings.market}: {wrong}")
    wrong = rules_fault(found)  # Which names the market itself.
    if wrong is not None:
        raise ConfigError(wrong)
    return found


def _unchecked(settings: MarketSettings, own: Sequence[RulebookSettings]) -> MarketSpec:
    """Return a listing whose rules are there and have the parameters that they take."""
    mine = {book.name: book for book in own}.get(settings.rulebook)
    try:
        if mine is None and own and settings.rulebook not in RULEBOOKS:
            known = ", ".join([*(book.name for book in own), *RULEBOOKS])
            raise RuleFault(f"no rulebook is named {settings.rulebook!r}: expected one of {known}")
        found = under(_base(settings), settings.rulebook if mine is None else mine.base)
        if mine is not None:
            rules = _replaced(found.rules, mine.rules)
            found = msgspec.structs.replace(found, rulebook=mine.name, rules=rules)
        if settings.power is not None:
            rules = _on_power(found.rules, settings.power)
            found = msgspec.structs.replace(found, rules=rules)
        if settings.rules:
            found = msgspec.structs.replace(found, rules=_replaced(found.rules, settings.rules))
    except RuleFault as error:
        raise ConfigError(f"market {settings.market}: {error}") from error
    return found


def _base(settings: MarketSettings) -> MarketSpec:
    """Return units, limits, fees and tiers of what is listed."""
    underlying = settings.underlying or settings.market
    if settings.power is not None:
        return powered(settings.market, underlying)
    base = LISTINGS.get(settings.market) or LISTINGS.get(underlying) or share(settings.market)
    return msgspec.structs.replace(base, market=settings.market, underlying=underlying)


def _on_power(rules: Sequence[RuleRef], power: str) -> tuple[RuleRef, ...]:
    """Return rules whose contract and margin are of a power; contract power keeps its parameters.

    >>> rules = _on_power((ref("margin", "tiers"),), "0.5")
    >>> [rule.name for rule in rules if rule.parameters.get("power_d") == 2]
    ['power', 'shock']
    """
    power_n, power_d = _fraction(power)
    contract = next((rule.parameters for rule in rules if rule.name == "power"), {})
    margin = next((rule.parameters for rule in rules if rule.name == "shock"), {})
    ours = {"power_n": power_n, "power_d": power_d}
    kept = [rule for rule in rules if rule.kind not in ("contract", "margin")]
    return completed(
        (
            *kept,
            ref("contract", "power", **contract | ours),
            ref("margin", "shock", **margin | ours),
        )
    )


def _fraction(power: str) -> tuple[int, int]:
    """Return a power as the fraction that it is.

    >>> _fraction("0.5"), _fraction("1/3"), _fraction("2")
    ((1, 2), (1, 3), (2, 1))
    """
    try:
        found = Fraction(power)
    except (ValueError, ZeroDivisionError) as error:
        raise RuleFault(
            f"power: expected a number such as 2, 0.5 or 1/3, found {power!r}"
        ) from error
    return found.numerator, found.denominator


def own_rulebooks(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield name and base of each rulebook that ``venue.toml`` writes down."""
    for book in settings.rulebooks:
        if book.name in RULEBOOKS:
            raise ConfigError(
                f"rulebooks: {book.name} is a rulebook that ships: expected another name"
            )
        yield book.name, book.base


def own_rulebook(settings: Settings, name: str) -> tuple[RuleRef, ...] | None:
    """Return the rules of one's own rulebook by name, or ``None`` where there is none."""
    for book in settings.rulebooks:
        if book.name == name:
            try:
                return _replaced(under(share("TSLA"), book.base).rules, book.rules)
            except RuleFault as error:
                raise ConfigError(f"rulebook {name}: {error}") from error
    return None


def _replaced(rules: Sequence[RuleRef], by: Mapping[str, RuleSettings]) -> tuple[RuleRef, ...]:
    standing = {rule.kind: rule for rule in rules}
    for kind, wanted in by.items():
        if kind not in standing:
            raise RuleFault(f"expected a kind of rule among {', '.join(standing)}, found {kind}")
        standing[kind] = _wanted(standing[kind], wanted)
    return tuple(standing.values())


def _wanted(standing: RuleRef, wanted: RuleSettings) -> RuleRef:
    """Return the rule asked for; parameters alone change those of the rule that stands there."""
    if isinstance(wanted, str):
        return ref(standing.kind, wanted)
    parameters: dict[str, int | str | bool | None] = dict(wanted)
    name = parameters.pop("rule", standing.name)
    if not isinstance(name, str):
        raise RuleFault(f"{standing.kind}.rule: expected a name or a path, found {name!r}")
    if name == standing.name:
        parameters = standing.parameters | parameters
    said = said_in_words(RuleRef(standing.kind, name, parameters))
    return ref(standing.kind, name, **said)
