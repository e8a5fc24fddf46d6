"""Every attack for a moment against a real venue: it goes on serving, and counts what it sheds.

What a bot feels of it is measured by ``scripts/flood``.
"""

from collections import Counter

from scripts.hostile.attacks import ATTACKS
from scripts.hostile.flood import flood, table

SECONDS = 1.5
MIB_MAX = 512


def test_a_flooded_venue_goes_on_serving_and_counts_what_it_sheds() -> None:
    rows = flood([], seconds=SECONDS, is_short=True)

    shown = "\n".join(table(rows))
    names = [row.name for row in rows]
    assert names == ["quiet", *(name for name, *_ in ATTACKS), "quiet again"]
    # An order and its cancel, each within the bot's 30 s, however busy this machine is.
    assert all(row.felt.answers >= 2 for row in rows), shown
    assert all(row.sent for row in rows[1:-1]), shown
    assert rows[-1].after_mib < MIB_MAX, shown
    shed: Counter[str] = Counter()
    for row in rows:
        shed.update(row.shed)
    for what in (
        "refused rate_limited",
        "refused bad_token",
        "refused unreadable_json",
        "refused unknown_channel",
        "ended faults",
    ):
        assert shed[what], f"{what} is not counted:\n{shown}"
