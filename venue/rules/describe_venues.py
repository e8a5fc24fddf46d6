"""Venues side by side: what each rulebook does with a closed market, and who pays for the gap."""

from venue.rules import rulebooks
from venue.rules.describe import PRINTED

HEAD = f"""# Venues side by side: who pays for the gap

{PRINTED} Names of rules lead to their texts; what is verified, remembered and
assumed of each venue stands with its [rulebook](rulebooks.md).

Stocks close on Friday and open on Monday somewhere else; the perpetual trades on. Whoever is on the
wrong side of the gap with more leverage than the gap allows has lost more than was brought. Three
things decide what follows, and venues differ in all three:

1. **What the index does meanwhile.** A frozen index (`frozen`) leaves all of the gap to one moment.
   An index that follows the book (`impact_ema`, `impact_mid_ema`, `adaptive_step`, `decay_blend`,
   `log_drift`) lets the gap happen at the weekend, as far as the book believes in it, and lets
   whoever moves the book move everybody's margin.
2. **How fast and how far the mark may go.** A clamp gives liquidators time and lets the insolvent
   look solvent for as long. A band holds the weekend within what a position can lose, and leaves
   the rest to Monday. Most leverage bounds what there is to pay.
3. **Who pays what is missing.** First whoever stands behind the close-out: a fund, a vault of
   depositors, providers who opted in, the pool that was the other side. Then winners, in the order
   of a rank (`adl_*`, `profit_leverage`), or all in proportion (`social_*`). Nobody else is left.

What it came to on twelve years of weekends of TSLA and NVDA is in [Monday opens](mondays.md).
"""
COLUMNS = {
    "index while closed": "index_closed",
    "mark": "mark",
    "clamp": "clamp",
    "band": "band",
    "terms": "terms",
    "close-out": "closeout",
    "backstop": "backstop",
    "last resort": "last_resort",
}


def venues_page() -> str:
    """Return the page that compares the venues.

    >>> venues_page().splitlines()[0]
    '# Venues side by side: who pays for the gap'
    """
    titles = ["rulebook", "TSLA at most", "hours", *COLUMNS, "funding while closed", "who pays"]
    lines = [HEAD, f"| {' | '.join(titles)} |", "|" + "---|" * len(titles)]
    lines += [_row(name) for name in rulebooks.RULEBOOKS]
    lines += ["", "`naive_print`, `naive_last` and `venue_default` are this venue's own.", ""]
    return "\n".join(lines)


def _row(name: str) -> str:
    listing = rulebooks.spec("TSLA", name)
    named = {rule.kind: rule.name for rule in listing.rules}
    cells = [
        f"[{name}](rulebooks.md#{name})",
        f"{listing.tiers[0].leverage_max}x",
        f"`{listing.calendar}`",
        *(f"[{named[kind]}](rules/{kind}.md)" for kind in COLUMNS.values()),
        f"[{named['funding']}](rules/funding.md), {named['funding_closed']}",
        rulebooks.RULEBOOKS[name].gap,
    ]
    return f"| {' | '.join(cells)} |"
