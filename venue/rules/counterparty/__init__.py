"""Whom orders trade with: the book, or a pool at the oracle."""

from venue.core.policies import CounterpartyRule
from venue.rules.counterparty.book import Book
from venue.rules.counterparty.gmx_pool import GmxPool
from venue.rules.counterparty.ostium_pool import OstiumPool

RULES: dict[str, type[CounterpartyRule]] = {
    "book": Book,
    "ostium_pool": OstiumPool,
    "gmx_pool": GmxPool,
}
