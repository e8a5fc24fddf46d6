"""From a listing to its rules, and back: build, refer, refuse.

``build`` is what the application passes to the engine. The listing says everything by itself: each
rule by name with all its parameters, and the hash of its source, so that a journal shows under
which rules it ran and ``changed`` shows which of them read differently today. A rule from outside
is tried before a market is listed with it, and answers from behind a guard.
"""

import hashlib
import inspect
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import msgspec

from venue.core.listing import MarketSpec, RuleRef
from venue.core.policies import Rules
from venue.rules.bundle import misfit_of
from venue.rules.checks import made
from venue.rules.guard import Guarded
from venue.rules.own_module import ANY_FAULT
from venue.rules.table import (
    DEFAULTS,
    RULES,
    RuleFault,
    is_outside,
    kind_name,
    rule_class,
    rule_name,
)
from venue.rules.trials.trial import broken

Parameters = Mapping[str, int | str | bool | None]


def build(spec: MarketSpec) -> Rules:
    """Return the rules that a listing names, or raise ``RuleFault`` with a sentence.

    >>> from venue.rules.rulebooks import spec
    >>> build(spec("TSLA")).clamp
    Step(step_e4=100)
    """
    found = _bundled(spec)
    outside = _outside(spec, found)
    rules = Rules(**cast(dict[str, Any], found))
    try:
        wrong = misfit_of(spec, rules)
    except ANY_FAULT as error:
        if not outside:
            raise
        # Bundles are checked by asking their rules, too: somebody else's may fail in any way.
        wrong = f"its rules cannot be checked together: {type(error).__name__}: {error}"
    if wrong is not None:
        raise RuleFault(f"market {spec.market}: {wrong}")
    return Rules(**cast(dict[str, Any], found | outside)) if outside else rules


def fault(spec: MarketSpec) -> str | None:
    """Say why a listing's rules cannot be built, or ``None``.

    >>> from msgspec.structs import replace
    >>> from venue.rules.rulebooks import spec
    >>> fault(spec("TSLA")) is None
    True
    >>> fault(replace(spec("TSLA"), rules=()))
    'market TSLA: no index_open rule is listed: every market has one rule of each kind'
    """
    try:
        build(spec)
    except RuleFault as refusal:
        return str(refusal)
    return None


def ref(kind: str, name: str, **parameters: int | str | bool | None) -> RuleRef:
    """Return the reference that a listing carries: all parameters, and the hash of the source.

    Raises ``RuleFault`` where the rule or a parameter is not known, or out of range.

    >>> ref("clamp", "step").parameters
    {'step_e4': 100}
    """
    kind = kind_name(kind)
    return ref_of(kind, made(RuleRef(kind, name, dict(parameters))))


def ref_of(kind: str, rule: msgspec.Struct) -> RuleRef:
    """Return the reference to a rule that is already made.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> ref_of("mark", MarkIsIndex()).name
    'index'
    """
    parameters = {name: getattr(rule, name) for name in rule.__struct_fields__}
    return RuleRef(kind, rule_name(kind, type(rule)), parameters, source_hash(type(rule)))


def completed(rules: tuple[RuleRef, ...]) -> tuple[RuleRef, ...]:
    """Return a bundle with one rule of each kind, in the order in which they act.

    Kinds that a rulebook leaves out, where it may, get the rule that changes nothing, so that a
    listing says it whole.

    >>> [rule.kind for rule in completed((ref("clamp", "step"), ref("mark", "index")))][:3]
    ['reopen', 'contract', 'actions']
    """
    named = {kind_name(reference.kind): reference for reference in rules}
    for kind, name in DEFAULTS.items():
        named.setdefault(kind, ref(kind, name))
    order = list(RULES)
    return tuple(
        sorted(named.values(), key=lambda reference: order.index(kind_name(reference.kind)))
    )


def changed(spec: MarketSpec) -> tuple[str, ...]:
    """Return which of a listing's rules have another source today, as ``kind/name``.

    >>> from venue.rules.rulebooks import spec
    >>> changed(spec("TSLA"))
    ()
    """
    return tuple(
        f"{reference.kind}/{reference.name}"
        for reference in spec.rules
        if reference.source_hash
        and reference.source_hash != source_hash(rule_class(reference.kind, reference.name))
    )


@lru_cache(maxsize=256)
def source_hash(rule: type) -> str:
    """Return the SHA-256 of the files of a rule and of those it builds on, line ends as ``\\n``.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> len(source_hash(MarkIsIndex))
    64
    """
    written = (kind for kind in rule.__mro__ if issubclass(kind, msgspec.Struct))
    files = dict.fromkeys(inspect.getfile(kind) for kind in written if kind is not msgspec.Struct)
    text = "".join(Path(file).read_text(encoding="utf-8") for file in files)
    return hashlib.sha256(text.encode()).hexdigest()


def _outside(spec: MarketSpec, rules: dict[str, msgspec.Struct]) -> dict[str, Guarded]:
    """Return the rules that are not of the table, tried and each behind a guard, by kind."""
    guarded: dict[str, Guarded] = {}
    for kind, rule in rules.items():
        name = rule_name(kind, type(rule))
        if is_outside(name):
            wrong = _broken(kind, f"{kind} rule {name}", rule)
            if wrong is not None:
                raise RuleFault(f"market {spec.market}: {wrong}")
            guarded[kind] = Guarded(kind, f"market {spec.market}: {kind} rule {name}", rule)
    return guarded


# A listing is built at least twice, and replays build it again.
_broken = lru_cache(maxsize=256)(broken)


def _bundled(spec: MarketSpec) -> dict[str, msgspec.Struct]:
    found: dict[str, msgspec.Struct] = {}
    for reference in spec.rules:
        kind = kind_name(reference.kind)
        if kind in found:
            raise RuleFault(
                f"market {spec.market}: two {kind} rules are listed: "
                "every market has one rule of each kind"
            )
        try:
            found[kind] = made(reference)
        except RuleFault as refusal:
            raise RuleFault(f"market {spec.market}: {refusal}") from refusal
    for kind in RULES:
        if kind in DEFAULTS and kind not in found:
            found[kind] = made(RuleRef(kind, DEFAULTS[kind], {}))
        if kind not in found:
            raise RuleFault(
                f"market {spec.market}: no {kind} rule is listed: "
                "every market has one rule of each kind"
            )
    return found
