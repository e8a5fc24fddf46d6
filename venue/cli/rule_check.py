"""``venue rules check``: one's own rules, held to what they promise before a venue is."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from venue.cli.shown import ConfigOption, err, look_in, out, refuse, refusing, settings_of

if TYPE_CHECKING:
    from venue.core.listing import RuleRef
    from venue.lab.rule_check import Checked
    from venue.rules.trials.promises import Finding


MIRRORED = (
    "Mirrored is in dollars: so many above 250 become as many below it, and long becomes short. A "
    "bound in per cent of a price is wider above than below, so it cannot keep this and is no "
    'fault; say so: exempt = {Property.SYMMETRIC: "the bound is a share of the price: higher is '
    'wider in dollars"}'
)


@refusing
def rules_check(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A path like my_pkg.rules:MyMark, a .py file, a rule's name or kind/name, or a "
            "settings file; without it, venue.toml."
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Try rules: answers whole and deterministic, promises as declared, cost a call.

    Ends with 2 where a listing would be refused, a promise is broken, or a call costs too much.
    """
    from venue.held_rules import HeldRules
    from venue.lab.rule_check import check
    from venue.rules.checks import made

    held = HeldRules(lambda line: err.print(line, soft_wrap=True))
    held.begin()
    try:
        checked = [check(rule.kind, rule.name, made(rule)) for rule in _wanted(name, config)]
    finally:
        held.end()
    out.print(_table(checked))
    for each in checked:
        _tell(each)
    wrong = [f"{each.kind}/{each.name}" for each in checked if each.is_wrong]
    count = f"{len(checked)} rule{'s' if len(checked) != 1 else ''} checked"
    if wrong:
        refuse(f"{count}, not as promised: {', '.join(wrong)}")
    out.print(f"{count}, all as promised")


def _wanted(name: str | None, config: Path | None) -> "list[RuleRef]":
    from venue.listings import rules_of
    from venue.rules.build import ref
    from venue.rules.outside import named
    from venue.rules.table import RULES

    if name is None or name.endswith(".toml"):
        file = Path(name) if name is not None else config
        return [rule for _, rule in rules_of(settings_of(file))]
    if name.endswith(".py"):
        return [ref(kind, path) for kind, path in _rules_of_file(Path(name))]
    if ":" in name:
        kind, _ = named(name)
        return [ref(kind, name.partition("/")[2] if "/" in name.partition(":")[0] else name)]
    kind, _, rule = name.rpartition("/")
    found = [(each, rule) for each, rules in RULES.items() if rule in rules and kind in ("", each)]
    if not found:
        refuse(
            f"no rule is named {name!r}: expected a path like my_pkg.rules:MyMark, a .py or .toml "
            "file, or a rule (not a rulebook) that `venue rules list` shows"
        )
    return [ref(each, rule) for each, rule in found]


def _rules_of_file(path: Path) -> list[tuple[str, str]]:
    """Return kind and path of every rule in a file, which is imported from its own folder."""
    from venue.rules.outside import rules_in
    from venue.rules.own_module import NotImportable, own_module

    if not path.is_file():
        refuse(f"{path}: expected a file, found none")
    look_in(path.absolute().parent)
    try:
        module = own_module(path.stem)
    except NotImportable as error:
        refuse(f"{path}: {error}")
    found = Path(module.__file__ or "").resolve()
    if found != path.resolve():
        refuse(f"{path}: another module is named {path.stem}, {found}: expected another name")
    rules = rules_in(sys.modules[path.stem])
    if not rules:
        refuse(
            f"{path}: expected a class that answers what a kind of rule is asked (docs/own-rules.md"
            " lists it), found none"
        )
    return rules


def _table(checked: "list[Checked]") -> Table:
    promises = ("constant", "symmetric", "continuous")
    table = Table(box=None)
    for column in ("kind", "rule", "answers", *promises, "us a call"):
        table.add_column(column, overflow="fold")
    for each in checked:
        found = {finding.promise.name.lower(): _word(finding) for finding in each.findings}
        cost = max(each.costs, key=lambda cost: cost.us, default=None)
        table.add_row(
            each.kind,
            each.name,
            "right" if each.answers is None else "WRONG",
            *(found.get(column, "-") for column in promises),
            "-" if cost is None else f"{cost.us:.1f} of {cost.us_max:g}",
        )
    return table


def _word(finding: "Finding") -> str:
    if finding.exempt is None:
        return "kept" if finding.example is None else "BROKEN"
    return "exempt" if finding.example is not None else "exempt, kept"


def _tell(checked: "Checked") -> None:
    """Say what is wrong, with an example; and which exemptions no trial needed."""
    title = f"{checked.kind}/{checked.name}"
    if checked.answers is not None:
        out.print(f"\n{checked.answers}", soft_wrap=True)
    for finding in checked.findings:
        promise = finding.promise.name.lower()
        if finding.is_wrong:
            out.print(
                f"\n{title} is not {promise} ({finding.promise.value}), and does not say so: "
                f"{finding.example}. Mend it, or declare it with the reason: "
                f'exempt = {{Property.{finding.promise.name}: "..."}}',
                soft_wrap=True,
            )
            if promise == "symmetric":
                out.print(MIRRORED, soft_wrap=True)
        elif finding.exempt is not None and finding.example is None:
            out.print(
                f"\n{title} is exempt from {promise}, and kept it in every trial: the reason given "
                f'is "{finding.exempt}"',
                soft_wrap=True,
            )
    if checked.imports:
        out.print(
            f"\n{title} imports {', '.join(checked.imports)}: expected nothing that brings a "
            "clock, chance, the world or floats into a rule; what trials do not meet, replays will",
            soft_wrap=True,
        )
    for cost in checked.costs:
        if cost.is_high:
            out.print(
                f"\n{title} costs {cost.us:.1f} us a call of {cost.method}: expected at most "
                f"{cost.us_max:g}",
                soft_wrap=True,
            )
