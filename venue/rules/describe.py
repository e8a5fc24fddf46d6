"""Print the page about rules from the rules themselves: ``scripts/print_rules > docs/rules.md``.

Every word of the page stands in the code: docstrings, parameter types, exemptions and tables. A
test compares the page with what this prints.
"""

import sys
from types import ModuleType

import msgspec
from msgspec import inspect

from venue.core.listing import MarketSpec, RuleRef
from venue.core.units import E6
from venue.rules import rulebooks
from venue.rules.build import completed
from venue.rules.bundle import MISFITS
from venue.rules.checks import expectation
from venue.rules.properties import ASKED, Property
from venue.rules.rulebooks import listings
from venue.rules.table import RULES, rule_class

HEAD = """# Rules

Printed from the code by `scripts/print_rules`; do not edit it here.

A rule is a small pure function behind a name: it sees a record of facts and its own memory, and
returns an answer and its next memory. A market is listed with one rule of each kind; a *rulebook*
is a named bundle of them. Prices are whole nano-dollars, money whole micro-dollars, rates 1e-12,
fractions 1e-4, times nanoseconds: the last word of a name is its unit.

O is the index, P our last trade, M the mark.

To add a rule, write `venue/rules/<kind>/<name>.py` and name it in the table beside it; or leave it
in a package of your own and list a market with its path, `my_pkg.rules:MyMark`.
"""


def page() -> str:
    """Return the whole page.

    >>> page().splitlines()[0]
    '# Rules'
    """
    parts = [HEAD, _rulebooks(), _listings(), _misfits(), _promises()]
    for kind, rules in RULES.items():
        module = sys.modules[f"venue.rules.{kind}"]
        parts.append(f"## {kind}\n\n{_doc(module)}\n")
        parts.extend(rule_text(kind, name, rule) for name, rule in rules.items())
    return "\n".join(parts)


def _rulebooks() -> str:
    lines = ["## Rulebooks", ""]
    for name in rulebooks.RULEBOOKS:
        lines.append(rulebook(name))
    return "\n".join(lines)


def rulebook(name: str) -> str:
    """Return what there is to know about one rulebook: text, rules, and where it is from.

    >>> rulebook("naive_last").splitlines()[0]
    '### naive_last'
    """
    found = rulebooks.RULEBOOKS[name]
    lines = [f"### {name}", "", _doc(sys.modules[found.rules.__module__]), ""]
    lines += ["| kind | rule | parameters |", "|---|---|---|"]
    for reference in completed(found.rules()):
        set_to = ", ".join(f"`{key}` {value}" for key, value in reference.parameters.items())
        lines.append(f"| {reference.kind} | {reference.name} | {set_to} |")
    lines.append("")
    for title, claims in (
        ("Verified", found.verified),
        ("From memory, not found again", found.remembered),
        ("Assumed, because the venue does not say", found.assumed),
    ):
        if claims:
            lines += [f"{title}:", "", *(f"- {claim}" for claim in claims), ""]
    return "\n".join(lines)


def _listings() -> str:
    lines = [
        "## Markets that ship",
        "",
        _doc(listings),
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
    position = _decimal(limits.position_lots_max * units.lot_e9)
    highest = _decimal(limits.price_max_ticks * units.tick_nanos)
    return (
        f"| {spec.market} | {spec.calendar} | ${_decimal(units.tick_nanos)} "
        f"| {_decimal(units.lot_e9)} | {tiers} | {position} | ${highest} |"
    )


def _misfits() -> str:
    lines = ["## What does not fit together", "", "Such a listing is refused:", ""]
    lines += [f"- `{misfit.name}`: {misfit.sentence}." for misfit in MISFITS]
    lines.append("")
    return "\n".join(lines)


def _promises() -> str:
    lines = ["## What every rule promises", ""]
    for promise in Property:
        kinds = ", ".join(kind for kind, asked in ASKED.items() if promise in asked)
        lines.append(f"- {promise.name.lower()}: {promise.value} ({kinds}).")
    lines.append("")
    return "\n".join(lines)


def rulebook_rules(rules: tuple[RuleRef, ...]) -> list[str]:
    """Return the text of each rule that a bundle names, with the parameters that it sets.

    >>> from venue.rules.rulebooks import naive_last
    >>> rulebook_rules(naive_last.rules())[0].splitlines()[0]
    '### index_open: last_print'
    """
    texts = []
    for reference in completed(rules):
        text = rule_text(reference.kind, reference.name, rule_class(reference.kind, reference.name))
        if reference.parameters:
            set_to = ", ".join(f"`{key}` {value}" for key, value in reference.parameters.items())
            text += f"\nHere: {set_to}.\n"
        texts.append(text)
    return texts


def line_of(module: ModuleType) -> str:
    """Return the first line of a module's text, without the name that it begins with.

    >>> from venue.rules.clamp import step
    >>> line_of(step).startswith("a mark moves")
    True
    """
    first = _doc(module).split("\n\n")[0].replace("\n", " ")
    return first.partition(": ")[2] or first


def rule_text(kind: str, name: str, rule: type[msgspec.Struct]) -> str:
    """Return what there is to know about one rule: text, parameters, and what it cannot promise.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> rule_text("mark", "index", MarkIsIndex).splitlines()[0]
    '### mark: index'
    """
    lines = [f"### {kind}: {name}", "", _doc(sys.modules[rule.__module__]), ""]
    known = inspect.type_info(rule)
    assert isinstance(known, inspect.StructType), f"{name} is a msgspec record"
    if known.fields:
        lines += ["| parameter | default | may be |", "|---|---|---|"]
        lines += [
            f"| `{field.name}` | {field.default} | {expectation(field.type)} |"
            for field in known.fields
        ]
        lines.append("")
    exempt: dict[Property, str] = getattr(rule, "exempt", {})
    for promise, reason in exempt.items():
        lines += [f"Not {promise.name.lower()}: {reason}.", ""]
    return "\n".join(lines)


def _doc(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().replace("``", "`")


def _decimal(value_e9: int) -> str:
    whole, rest = divmod(value_e9, 10**9)
    return f"{whole:,}" + (f".{rest:09d}".rstrip("0") if rest else "")


if __name__ == "__main__":
    sys.stdout.write(page())
