"""What there is to say about rules, from the rules themselves.

Every word stands in the code: docstrings, parameter types, exemptions and tables.
"""

import sys
from collections.abc import Iterable
from inspect import cleandoc, getsourcefile
from types import ModuleType

import msgspec
from msgspec import inspect

from venue.core.listing import MarketSpec, RuleRef
from venue.core.units import E6
from venue.rules.bundle import MISFITS
from venue.rules.checks import expectation
from venue.rules.properties import ASKED, Property
from venue.rules.rulebooks import listings
from venue.rules.table import DEFAULTS, RULES, is_outside, rule_class

PRINTED = "Printed from the code by `scripts/print_rules`; do not edit it here."
HEAD = f"""# Rules

{PRINTED}

A rule is a small pure function behind a name: it sees a record of facts and its own memory, and
returns an answer and its next memory. A market is listed with one rule of each kind; a *rulebook*
is a named bundle of them: [rulebooks](rulebooks.md). Prices are whole nano-dollars, money whole
micro-dollars, rates 1e-12, fractions 1e-4, times nanoseconds: the last word of a name is its unit.

O is the index, P our last trade, M the mark.

To add a rule, write it in a module of your own and list a market with its path,
`my_pkg.rules:MyMark`: [rules of your own](own-rules.md) has one whole, and what each kind is asked.
In the venue itself it would be `venue/rules/<kind>/<name>.py`, named in the table beside it.

`venue-rules` and a section number name what a rule was read in: [sources](sources.md).
"""


def page() -> str:
    """Return the page that leads to the others.

    >>> page().splitlines()[0]
    '# Rules'
    """
    return "\n".join([HEAD, _kinds(), _listings(), _misfits(), _promises()])


def _kinds() -> str:
    lines = ["## Kinds, in the order in which they act", ""]
    for kind, rules in RULES.items():
        lines += [f"### [{kind}](rules/{kind}.md)", "", doc_of(_module(kind)), ""]
        lines += ["| rule | what it is |", "|---|---|"]
        for name, rule in rules.items():
            default = " (unless a rulebook says otherwise)" if DEFAULTS.get(kind) == name else ""
            lines.append(f"| {name} | {line_of(sys.modules[rule.__module__])}{default} |")
        lines.append("")
    return "\n".join(lines)


def _listings() -> str:
    lines = [
        "## Markets that ship",
        "",
        doc_of(listings),
        "",
        "| market | hours | tick | lot | leverage from notional | position | highest price |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_listing(spec) for spec in listings.LISTINGS.values()]
    lines.append("")
    return "\n".join(lines)


def _listing(spec: MarketSpec) -> str:
    units, limits = spec.units, spec.limits
    tiers = ", ".join(
        f"{tier.leverage_max}x from ${tier.from_micros // E6:,}" for tier in spec.tiers
    )
    position = decimal(limits.position_lots_max * units.lot_e9)
    highest = decimal(limits.price_max_ticks * units.tick_nanos)
    return (
        f"| {spec.market} | {spec.calendar} | ${decimal(units.tick_nanos)} "
        f"| {decimal(units.lot_e9)} | {tiers} | {position} | ${highest} |"
    )


def _misfits() -> str:
    lines = ["## What does not fit together", "", "Such a listing is refused:", ""]
    lines += [f"- `{misfit.name}`: {misfit.sentence}." for misfit in MISFITS if not misfit.is_risk]
    lines += [
        "",
        "Such a one, too, unless its rulebook accepts the risk by name, with a reason:",
        "",
    ]
    lines += [f"- `{misfit.name}`: {misfit.sentence}." for misfit in MISFITS if misfit.is_risk]
    lines.append("")
    return "\n".join(lines)


def _promises() -> str:
    lines = ["## What every rule promises", ""]
    for promise in Property:
        kinds = ", ".join(kind for kind, asked in ASKED.items() if promise in asked)
        lines.append(f"- {promise.name.lower()}: {promise.value} ({kinds}).")
    lines.append("")
    return "\n".join(lines)


def line_of(module: ModuleType) -> str:
    """Return the first line of a module's text, without the name that it begins with.

    >>> from venue.rules.clamp import step
    >>> line_of(step).startswith("a mark moves")
    True
    """
    first = doc_of(module).split("\n\n")[0].replace("\n", " ")
    return first.partition(": ")[2] or first


def set_to(reference: RuleRef) -> str:
    """Return the parameters that a reference sets otherwise than the rule does by itself.

    >>> from venue.rules.build import ref
    >>> set_to(ref("clamp", "step", step_e4=50)), set_to(ref("clamp", "step"))
    ('`step_e4` 50', '')
    """
    rule = rule_class(reference.kind, reference.name)
    known = inspect.type_info(rule)
    assert isinstance(known, inspect.StructType), f"{reference.name} is a msgspec record"
    own = {field.name: field.default for field in known.fields}
    return ", ".join(
        f"`{key}` {value}" for key, value in reference.parameters.items() if value != own.get(key)
    )


def rule_text(kind: str, name: str, rule: type[msgspec.Struct]) -> str:
    """Return what there is to know about one rule: text, parameters, and what it cannot promise.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> rule_text("mark", "index", MarkIsIndex).splitlines()[0]
    '### mark: index'
    """
    lines = [f"### {kind}: {name}", ""]
    if said := doc_of(sys.modules[rule.__module__]):
        lines += [said, ""]
    if is_outside(name):
        lines += _from_outside(rule)
    known = inspect.type_info(rule)
    assert isinstance(known, inspect.StructType), f"{name} is a msgspec record"
    if known.fields:
        lines += ["| parameter | default | may be |", "|---|---|---|"]
        lines += [
            f"| `{field.name}` | {_default(field)} | {expectation(field.type)} |"
            for field in known.fields
        ]
        lines.append("")
    exempt: dict[Property, str] = getattr(rule, "exempt", {})
    for promise, reason in exempt.items():
        lines += [f"Not {promise.name.lower()}: {reason}.", ""]
    if is_outside(name):
        kept = [each.name.lower() for each in ASKED[kind] if each not in exempt]
        lines += [f"Says that it is {', '.join(kept)}: `venue rules check` tries it.", ""]
    return "\n".join(lines)


def shared_texts(rules: Iterable[type[msgspec.Struct]]) -> list[str]:
    """Return the texts of the records that rules are built on and that are no rules themselves.

    >>> from venue.rules.backstop.fund import Fund
    >>> from venue.rules.mark.index import MarkIsIndex
    >>> shared_texts([MarkIsIndex]), shared_texts([Fund])[0].split(":")[0]
    ([], 'What every backstop says of the insurance fund beside it')
    """
    known = {rule for each in RULES.values() for rule in each.values()}
    modules = {
        base.__module__: None
        for rule in rules
        for base in rule.__mro__[1:]
        if issubclass(base, msgspec.Struct) and base is not msgspec.Struct and base not in known
    }
    return [f"{doc_of(sys.modules[name])}\n" for name in modules]


def _from_outside(rule: type[msgspec.Struct]) -> list[str]:
    """Return what a class says of itself, and where it stands: a module may hold several."""
    own = cleandoc(vars(rule).get("__doc__") or "").replace("``", "`")
    where = getsourcefile(rule) or rule.__module__
    return [*([own, ""] if own else []), f"From `{where}`.", ""]


def _default(field: inspect.Field) -> str:
    return "must be given" if field.required else str(field.default)


def _module(kind: str) -> ModuleType:
    return sys.modules[f"venue.rules.{kind}"]


def text_of(name: str) -> str:
    """Return the text of a module by its name.

    >>> text_of("venue.rules.clamp.step").split()[2]
    '`step`:'
    """
    return doc_of(sys.modules[name])


def doc_of(module: ModuleType) -> str:
    """Return a module's text as Markdown.

    >>> doc_of(sys.modules[__name__]).split()[0]
    'What'
    """
    return (module.__doc__ or "").strip().replace("``", "`")


def decimal(value_e9: int) -> str:
    """Return a number in 1e-9 as people write it.

    >>> decimal(-1_500_000_000), decimal(2_000 * 10**9)
    ('-1.5', '2,000')
    """
    if value_e9 < 0:
        return "-" + decimal(-value_e9)
    whole, rest = divmod(value_e9, 10**9)
    return f"{whole:,}" + (f".{rest:09d}".rstrip("0") if rest else "")
