"""The tables of ``docs/wire.md``, made from the tables of the code.

``scripts/make_asyncapi`` fills them in between their marks; a test compares.
"""

import re

from venue.core.rejects import Reason
from venue.gateway.channel_table import CHANNELS
from venue.gateway.methods import METHODS
from venue.gateway.refusals import CORE_SENTENCES, DOOR_SENTENCES, FAULT_CODES, REFUSED, DoorReason


def tables() -> dict[str, list[str]]:
    """Return the rows of every table, by the name in its mark."""
    return {
        "methods": [
            _row(
                f"`{method.name}`",
                method.needs.name.lower(),
                method.cost,
                _first_paragraph(method.params.__doc__),
            )
            for method in METHODS
        ],
        "channels": [
            _row(f"`{channel.pattern}`".replace("|", "\\|"), channel.about) for channel in CHANNELS
        ],
        "door": [
            _row(f"`{reason.value}`", FAULT_CODES.get(reason, REFUSED), DOOR_SENTENCES[reason])
            for reason in DoorReason
        ],
        "core": [_row(f"`{reason.value}`", CORE_SENTENCES[reason]) for reason in Reason],
    }


def filled(page: str) -> str:
    """Return the page with its tables as the code has them now.

    >>> filled("<!-- none -->\\nold\\n<!-- end -->")
    '<!-- none -->\\nold\\n<!-- end -->'
    """
    for name, rows in tables().items():
        head = re.search(rf"<!-- {name}[^>]*-->\n\|[^\n]*\n\|[^\n]*\n", page)
        if head is None:
            continue
        end = page.index("\n<!-- end -->", head.end() - 1)
        page = page[: head.end()] + "\n".join(rows) + page[end:]
    return page


def _row(*cells: str | int) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().partition("\n\n")[0].split()).replace("``", "`")
