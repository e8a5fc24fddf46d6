"""The book of a market with a pool: orders wait in it for the oracle, never for one another."""

from venue.core.book import Book
from venue.core.policies import Rules


class WaitingBook(Book):
    """Resting orders by price and time, which the keepers look at with every mark.

    Every order trades with the pool if it can, so each is asked on arrival; and orders of both
    sides may stand past each other, for none of them ever meets another.
    """

    __slots__ = ()

    def would_trade(self, *, is_buy: bool, limit_ticks: int) -> bool:
        """Say yes: the pool is always asked."""
        return True

    def is_crossed(self) -> bool:
        """Say no: there is nothing to uncross."""
        return False


def book_for(rules: Rules) -> Book:
    """Return a fresh market's book."""
    return WaitingBook() if rules.counterparty.is_pool else Book()
