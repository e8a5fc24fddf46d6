"""Listings from settings: a market under a rulebook that ships, or under one's own."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from venue.config import ConfigError, MarketSettings, RulebookSettings, RuleSettings, Settings
from venue.core.listing import MarketSpec, RuleRef, fault
from venue.rules.build import fault as rules_fault
from venue.rules.build import ref
from venue.rules.checks import said_in_words
from venue.rules.rulebooks import RULEBOOKS, under
from venue.rules.rulebooks.listings import LISTINGS, share
from venue.rules.table import RuleFault


def listing(settings: MarketSettings, own: Sequence[RulebookSettings] = ()) -> MarketSpec:
    """Return one market's listing, or refuse it with a sentence.

    ``own`` are the rulebooks of ``venue.toml``: a market may be listed under one of them.
    """
    mine = {book.name: book for book in own}.get(settings.rulebook)
    try:
        base = LISTINGS.get(settings.market) or share(settings.market)
        found = under(base, settings.rulebook if mine is None else mine.base)
        if mine is not None:
            rules = _replaced(found.rules, mine.rules)
            found = msgspec.structs.replace(found, rulebook=mine.name, rules=rules)
        if settings.rules:
            found = msgspec.structs.replace(found, rules=_replaced(found.rules, settings.rules))
    except RuleFault as error:
        raise ConfigError(f"market {settings.market}: {error}") from error
    wrong = fault(found) or rules_fault(found)
    if wrong is not None:
        raise ConfigError(f"market {settings.market}: {wrong}")
    return found


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
