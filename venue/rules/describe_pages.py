"""The pages about rules, below ``docs``: ``scripts/print_rules`` writes them, a test compares them.

``rules.md`` is the way in, ``rules/`` has a page for each kind, ``rulebooks.md`` the bundles,
``venues.md`` compares them, ``own-rules.md`` is for who writes one.
"""

from venue.rules.describe import PRINTED, page, rule_text, shared_texts, text_of
from venue.rules.describe_own import own_page
from venue.rules.describe_rulebooks import rulebooks_page
from venue.rules.describe_venues import venues_page
from venue.rules.table import RULES


def pages() -> dict[str, str]:
    """Return all pages by their path below the folder.

    >>> list(pages())[:3]
    ['rules.md', 'rulebooks.md', 'venues.md']
    """
    found = {
        "rules.md": page(),
        "rulebooks.md": rulebooks_page(),
        "venues.md": venues_page(),
        "own-rules.md": own_page(),
    }
    for kind, rules in RULES.items():
        what = text_of(f"venue.rules.{kind}")
        head = f"# {kind}\n\n{PRINTED} All kinds: [rules](../rules.md).\n\n{what}\n"
        texts = [rule_text(kind, name, rule) for name, rule in rules.items()]
        found[f"rules/{kind}.md"] = "\n".join([head, *shared_texts(rules.values()), *texts])
    return found
