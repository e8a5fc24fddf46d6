"""What there is to say about rulebooks: their rules, what they change of a listing, and sources."""

from venue.core.listing import MarketSpec, RuleRef
from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules import rulebooks
from venue.rules.build import completed
from venue.rules.describe import PRINTED, decimal, rule_text, set_to, text_of
from venue.rules.rulebooks.rulebook import Rulebook
from venue.rules.table import DEFAULTS, rule_class

SOURCES = (
    "Sections named here and in the texts of rules are of the notes that the rules were written "
    "from; what each stands for, and where it was read: [sources](sources.md)."
)


def rulebooks_page() -> str:
    """Return the page of all rulebooks.

    >>> rulebooks_page().splitlines()[0]
    '# Rulebooks'
    """
    lines = [f"# Rulebooks\n\n{PRINTED}\n", text_of(Rulebook.__module__), "", SOURCES, ""]
    lines += ["| rulebook | as of | what it is |", "|---|---|---|"]
    for name, book in rulebooks.RULEBOOKS.items():
        lines.append(f"| [{name}](#{name}) | {book.dated} | {book.line} |")
    lines += ["", *(rulebook(name) for name in rulebooks.RULEBOOKS)]
    return "\n".join(lines)


def rulebook(name: str) -> str:
    """Return what there is to know about one rulebook: text, rules, and where it is from.

    >>> rulebook("naive_last").splitlines()[0]
    '## naive_last'
    """
    found = rulebooks.RULEBOOKS[name]
    lines = [f"## {name}", "", text_of(found.rules.__module__), ""]
    lines += ["| kind | rule | parameters other than its own |", "|---|---|---|"]
    lines += [_row(reference) for reference in found.rules()]
    if others := found.index_rules():
        lines += ["", "An index has instead:", "", "| kind | rule | parameters |", "|---|---|---|"]
        lines += [_row(reference) for reference in others]
    named = {reference.kind for reference in found.rules()}
    rest = [f"{kind} {rule}" for kind, rule in DEFAULTS.items() if kind not in named]
    lines += ["", f"Else: {', '.join(rest)}." if rest else "", "", *_listed(name), ""]
    if found.accepts:
        lines += ["Accepts, because the venue documents it:", ""]
        lines += [*(f"- `{each.misfit}`: {each.why}" for each in found.accepts), ""]
    for title, claims in (
        ("Verified", found.verified),
        ("Read in part: an excerpt was seen, not the rest", found.in_part),
        ("From memory, not found again", found.remembered),
        ("Assumed, because the venue does not say", found.assumed),
    ):
        if claims:
            lines += [f"{title}:", "", *(f"- {claim}" for claim in claims), ""]
    return "\n".join(lines)


def own_rulebook_text(name: str, base: str, rules: tuple[RuleRef, ...]) -> str:
    """Return what there is to say of a rulebook of one's own: its rules, and which are not its
    base's.

    >>> from venue.rules.rulebooks import naive_last
    >>> own_rulebook_text("mine", "naive_last", naive_last.rules()).splitlines()[0]
    '## mine'
    """
    standing = {rule.kind: rule for rule in completed(rulebooks.RULEBOOKS[base].rules())}
    lines = [f"## {name}", "", f"Yours: `{base}`, changed in `venue.toml`.", ""]
    lines += ["| kind | rule | parameters other than its own | in the base |", "|---|---|---|---|"]
    for rule in rules:
        is_same = standing.get(rule.kind) == rule
        was = "the same" if is_same else f"{standing[rule.kind].name} {set_to(standing[rule.kind])}"
        lines.append(f"{_row(rule)} {was} |")
    return "\n".join([*lines, ""])


def _row(reference: RuleRef) -> str:
    return f"| {reference.kind} | {reference.name} | {set_to(reference)} |"


def _listed(name: str) -> list[str]:
    stock, index = rulebooks.spec("TSLA", name), rulebooks.spec("US100", name)
    fees = stock.fees
    every = [
        f"a mark every {_span(stock.mark_interval_ns)}",
        f"a premium every {_span(stock.sample_interval_ns)}",
        f"funding every {_span(stock.funding_interval_ns)}",
        f"a call of {_span(stock.reopen_call_ns)} at the reopen"
        if stock.reopen_call_ns
        else "no call at the reopen",
    ]
    return [
        f"TSLA: hours `{stock.calendar}`, tiers {_tiers(stock)}; US100: tiers {_tiers(index)}. "
        f"Fees of a new account, before its fees rule: maker {decimal(fees.maker_e6 * 100_000)} %, "
        f"taker {decimal(fees.taker_e6 * 100_000)} %. {', '.join(every).capitalize()}."
    ]


def _tiers(spec: MarketSpec) -> str:
    return "/".join(f"{tier.leverage_max}x" for tier in spec.tiers)


def _span(span_ns: int) -> str:
    for unit_ns, unit in ((NS_PER_HOUR, "h"), (NS_PER_MINUTE, "min"), (NS_PER_SECOND, "s")):
        if span_ns and span_ns % unit_ns == 0:
            return f"{span_ns // unit_ns} {unit}"
    return f"{decimal(span_ns)} s"


def rulebook_rules(rules: tuple[RuleRef, ...]) -> list[str]:
    """Return the text of each rule that a bundle names, with the parameters that it sets.

    >>> from venue.rules.rulebooks import naive_last
    >>> rulebook_rules(naive_last.rules())[0].splitlines()[0]
    '### index_open: last_print'
    """
    texts = []
    for reference in completed(rules):
        text = rule_text(reference.kind, reference.name, rule_class(reference.kind, reference.name))
        if told := set_to(reference):
            text += f"\nHere: {told}.\n"
        texts.append(text)
    return texts
