"""The table of all rules: kind, name, class; and what a class must answer to be of a kind."""

import msgspec

from venue.core.listing import ListingUnfit
from venue.rules import (
    actions,
    backstop,
    band,
    calls,
    clamp,
    closeout,
    contract,
    corporate,
    counterparty,
    fees,
    funding,
    funding_closed,
    index_closed,
    index_open,
    interruption,
    last_resort,
    makers,
    margin,
    mark,
    open_orders,
    orders,
    reopen,
    requests,
    terms,
)
from venue.rules.own_module import NotImportable, own_module

# In the order in which they act: prices, margin, payments, limits, liquidation.
RULES: dict[str, dict[str, type]] = {
    "index_open": dict(index_open.RULES),
    "index_closed": dict(index_closed.RULES),
    "reopen": dict(reopen.RULES),
    "contract": dict(contract.RULES),
    "actions": dict(actions.RULES),
    "mark": dict(mark.RULES),
    "clamp": dict(clamp.RULES),
    "band": dict(band.RULES),
    "funding": dict(funding.RULES),
    "funding_closed": dict(funding_closed.RULES),
    "margin": dict(margin.RULES),
    "fees": dict(fees.RULES),
    "terms": dict(terms.RULES),
    "orders": dict(orders.RULES),
    "open_orders": dict(open_orders.RULES),
    "requests": dict(requests.RULES),
    "makers": dict(makers.RULES),
    "counterparty": dict(counterparty.RULES),
    "interruption": dict(interruption.RULES),
    "calls": dict(calls.RULES),
    "closeout": dict(closeout.RULES),
    "backstop": dict(backstop.RULES),
    "last_resort": dict(last_resort.RULES),
    "corporate": dict(corporate.RULES),
}

# Kinds that came later than some journals: a listing without one has the rule that changes nothing.
DEFAULTS: dict[str, str] = {
    "margin": "tiers",
    "fees": "flat",
    "counterparty": "book",
    "orders": "none",
    "open_orders": "listed",
    "requests": "unlimited",
    "makers": "none",
    "interruption": "none",
    "calls": "reopen",
    "reopen": "jump",
    "contract": "linear",
    "actions": "all_allowed",
    "band": "none",
    "funding_closed": "on",
    "corporate": "none",
}

# Kinds by the names that older journals know them by.
RENAMED: dict[str, str] = {"adl": "last_resort"}

# What the core asks of each kind (``venue/core/policies``).
ANSWERS: dict[str, tuple[str, ...]] = {
    "index_open": ("initial", "index"),
    "index_closed": ("impact_micros", "initial", "index"),
    "reopen": ("index",),
    "contract": ("is_linear", "base_nanos", "power", "vaults", "contract"),
    "actions": ("blocked",),
    "mark": ("initial", "mark"),
    "clamp": ("initial", "clamp"),
    "band": ("initial", "band"),
    "funding": ("impact_micros", "initial", "sample", "settle"),
    "funding_closed": ("samples", "pause"),
    "margin": ("transfer_e4", "release_e4", "owed_e4", "ladders", "crowded_e4"),
    "fees": ("volume_days", "credit_e4", "rates"),
    "terms": ("terms",),
    "orders": (
        "changes_nothing",
        "taker_delay_ns",
        "market_orders_wait",
        "slippage_e4",
        "trigger_slippage_e4",
        "brackets_wait",
        "legal",
    ),
    "open_orders": ("counts_volume", "exits_to_listed", "open_orders_max"),
    "requests": ("counts_requests", "wait_ns", "requests_max"),
    "makers": (
        "epoch_ns",
        "bond_micros_min",
        "range_e4",
        "centre",
        "quotes",
        "penalty_e12",
    ),
    "counterparty": (
        "is_pool",
        "epoch_ns",
        "notice_ns",
        "waits_for_open",
        "fee_share_e4",
        "reserve_e4",
        "gain_max_e4",
        "traders_e4",
        "adl_above_e4",
        "adl_to_e4",
        "counts_collateral",
        "quote",
    ),
    "interruption": (
        "limit_state_ns",
        "cancels_beyond",
        "watches_mark",
        "on_halt",
        "initial",
        "bounds",
        "interrupt",
    ),
    "calls": (
        "uncross_at",
        "mark_from_uncross",
        "collar_e4",
        "collar_nanos",
        "call_ns",
        "scheduled",
    ),
    "closeout": ("cancel_orders_first", "initial", "closeout"),
    "backstop": (
        "holder",
        "shares",
        "floor_micros",
        "unwind_interval_ns",
        "protection_e4",
        "provider_fee_e6",
        "claim_micros_max",
        "draw_micros_max",
        "draw_interval_ns",
        "gates_withdrawals",
        "owner_first",
        "takeover_price",
        "margin_returned",
        "target_e4",
        "fees_e4",
        "due",
        "takes_over",
        "resorts",
        "unwind",
    ),
    "last_resort": ("form", "price", "seniority", "weigh"),
    "corporate": ("dividend",),
}


class RuleFault(ListingUnfit):
    """A listing's rules do not exist, or do not fit; the message says which and why."""


def kind_name(kind: str) -> str:
    """Return the name that a kind has today.

    >>> kind_name("adl"), kind_name("mark")
    ('last_resort', 'mark')
    """
    return RENAMED.get(kind, kind)


def rule_class(kind: str, name: str) -> type[msgspec.Struct]:
    """Return the class of a rule by its name here, or by a dotted path outside.

    Raises ``RuleFault`` with a sentence where there is none.

    >>> rule_class("mark", "index").__name__
    'MarkIsIndex'
    >>> rule_class("mark", "twap")
    Traceback (most recent call last):
    venue.rules.table.RuleFault: no mark rule is named 'twap': expected one of composite, \
funding_basis, index, last, median3_funding, median3_impact, median3_oracle, median_local, \
or a path like my_pkg.rules:MyMark
    """
    kind = kind_name(kind)
    if kind not in RULES:
        raise RuleFault(f"no kind of rule is named {kind!r}: expected one of {', '.join(RULES)}")
    if is_outside(name):
        return _outside(kind, name)
    if name not in RULES[kind]:
        raise RuleFault(
            f"no {kind} rule is named {name!r}: expected one of "
            f"{', '.join(sorted(RULES[kind]))}, or a path like my_pkg.rules:MyMark"
        )
    found: type[msgspec.Struct] = RULES[kind][name]
    return found


def rule_name(kind: str, found: type) -> str:
    """Return the name of a class in the table, or else its dotted path.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> rule_name("mark", MarkIsIndex), rule_name("mark", dict)
    ('index', 'builtins:dict')
    """
    for name, known in RULES[kind].items():
        if known is found:
            return name
    return f"{found.__module__}:{found.__qualname__}"


def is_outside(name: str) -> bool:
    """Say whether a rule is somebody's own: its name is a path.

    >>> is_outside("step"), is_outside("my_pkg.rules:MyMark")
    (False, True)
    """
    return ":" in name


def _outside(kind: str, path: str) -> type[msgspec.Struct]:
    module_name, _, class_name = path.partition(":")
    try:
        module = own_module(module_name)
    except NotImportable as error:
        raise RuleFault(f"{kind} rule {path!r}: {error}") from error
    found = getattr(module, class_name, None)
    if found is None:
        raise RuleFault(f"{kind} rule {path!r}: module {module_name!r} has no {class_name!r}")
    if not (isinstance(found, type) and issubclass(found, msgspec.Struct)):
        raise RuleFault(f"{kind} rule {path!r}: expected a frozen msgspec.Struct, found {found!r}")
    if not found.__struct_config__.frozen:
        raise RuleFault(f"{kind} rule {path!r}: the record must be frozen, a rule has no state")
    missing = [
        name
        for name in ANSWERS[kind]
        if not hasattr(found, name) and name not in found.__struct_fields__
    ]
    if missing:
        raise RuleFault(f"{kind} rule {path!r}: it does not answer {', '.join(missing)}")
    return found
