"""``venue rules``: what every rule and rulebook is, from the code itself."""

import shutil
import sys
from typing import Annotated

import typer
from rich.markdown import Markdown
from rich.table import Table

from venue.cli.rule_check import rules_check
from venue.cli.rule_compare import rules_compare
from venue.cli.shown import ConfigOption, out, refuse, refusing, settings_of, show

# Prose in a file or a pipe is no wider than this.
PROSE = 100
app = typer.Typer(
    no_args_is_help=True, help="What rules and rulebooks there are, and what they do."
)

app.command("check")(rules_check)
app.command("compare")(rules_compare)


@app.command("list")
@refusing
def rules_list(
    kind: Annotated[str | None, typer.Option(help="Only the rules of this kind.")] = None,
    config: ConfigOption = None,
) -> None:
    """Show every rulebook and rule with one line each."""
    from venue.listings import own_rulebooks, rules_of
    from venue.rules.describe import line_of
    from venue.rules.rulebooks import RULEBOOKS
    from venue.rules.table import RULES, is_outside, rule_class

    if kind is not None and kind not in RULES:
        refuse(f"no kind of rule is named {kind!r}: expected one of {', '.join(RULES)}")
    settings = settings_of(config)
    if kind is None:
        books = Table("rulebook", "as of", "what it is", box=None)
        for name, book in RULEBOOKS.items():
            books.add_row(name, book.dated, book.line)
        for name, base in own_rulebooks(settings):
            books.add_row(name, "yours", f"{base}, changed in venue.toml")
        show(books)
        out.print()
    own: dict[str, set[str]] = {}
    for _, each_rule in rules_of(settings):
        if is_outside(each_rule.name):
            own.setdefault(each_rule.kind, set()).add(each_rule.name)
    table = Table("kind", "rule", "what it is", box=None)
    for each, rules in RULES.items():
        if kind is None or each == kind:
            for name, rule in sorted(rules.items()):
                table.add_row(each, name, line_of(sys.modules[rule.__module__]))
            for name in sorted(own.get(each, ())):
                module = sys.modules[rule_class(each, name).__module__]
                table.add_row(each, name, f"yours: {line_of(module)}")
    show(table)


@app.command("show")
@refusing
def rules_show(
    name: Annotated[
        str,
        typer.Argument(help="A rulebook, a rule, kind/rule, or a path: my_pkg.rules:MyMark."),
    ],
    config: ConfigOption = None,
) -> None:
    """Show formulas, parameters, sources, and what is guarded against and what is not.

    Of a rulebook: its rules with their parameters, then each rule's own text.
    """
    from venue.listings import own_rulebook, own_rulebooks
    from venue.rules.describe import rule_text, shared_texts
    from venue.rules.describe_rulebooks import own_rulebook_text, rulebook, rulebook_rules
    from venue.rules.outside import named
    from venue.rules.rulebooks import RULEBOOKS
    from venue.rules.table import RULES

    if name in RULEBOOKS:
        book = RULEBOOKS[name]
        shown = [rulebook(name), *rulebook_rules((*book.rules(), *book.index_rules()))]
    elif (mine := own_rulebook(settings := settings_of(config), name)) is not None:
        base = dict(own_rulebooks(settings))[name]
        shown = [own_rulebook_text(name, base, mine), *rulebook_rules(mine)]
    elif ":" in name:
        of_kind, found_rule = named(name)
        path = name.partition("/")[2] if "/" in name.partition(":")[0] else name
        shown = [rule_text(of_kind, path, found_rule)]
    else:
        kind, _, rule = name.rpartition("/")
        found = [(k, rule) for k, rules in RULES.items() if rule in rules and kind in ("", k)]
        if not found:
            books = ", ".join(sorted(RULEBOOKS))
            refuse(
                f"no rule or rulebook is named {name!r}: `venue rules list` shows all; "
                f"rulebooks are {books}"
            )
        shown = [rule_text(k, r, RULES[k][r]) for k, r in found]
        shown += shared_texts(RULES[k][r] for k, r in found)
    width = min(out.width, shutil.get_terminal_size((PROSE, 0)).columns)
    out.print(Markdown("\n\n".join(shown)), width=width)
