"""What O is while outside prints count."""

from venue.core.policies import IndexOpenRule
from venue.rules.index_open.last_print import LastPrint
from venue.rules.index_open.median_of_sources import MedianOfSources

RULES: dict[str, type[IndexOpenRule]] = {
    "median_of_sources": MedianOfSources,
    "last_print": LastPrint,
}
