"""Books from snapshots and deltas, against a naive one."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from venue_sdk import Book, Level
from venue_sdk.messages import BookData

Levels = list[tuple[Decimal, Decimal, int]]


def data(kind: str, seq: int, prev: int, bids: Levels, asks: Levels) -> BookData:
    assert kind in ("snapshot", "delta")
    return BookData(
        kind="snapshot" if kind == "snapshot" else "delta",
        market="TSLA",
        seq=seq,
        prev=prev,
        time_ms=seq,
        bids=bids,
        asks=asks,
    )


def level(price: str, size: str, orders: int = 1) -> tuple[Decimal, Decimal, int]:
    return Decimal(price), Decimal(size), orders


def snapshot() -> Book:
    book = Book("TSLA")
    book.take(
        data(
            "snapshot",
            5,
            5,
            [level("250.00", "2", 2), level("249.90", "1")],
            [level("250.10", "3")],
        )
    )
    return book


def test_book_before_its_snapshot_is_not_ready() -> None:
    book = Book("TSLA")

    assert not book.take(data("delta", 6, 5, [level("250.00", "1")], []))

    assert not book.ready
    assert book.bid is None


def test_snapshot_shows_levels_best_first() -> None:
    book = snapshot()

    assert book.bids() == [
        Level(Decimal("250.00"), Decimal(2), 2),
        Level(Decimal("249.90"), Decimal(1), 1),
    ]
    assert book.ask == Level(Decimal("250.10"), Decimal(3), 1)
    assert book.mid == Decimal("250.05")


def test_delta_changes_adds_and_removes_levels() -> None:
    book = snapshot()

    followed = book.take(
        data("delta", 9, 5, [level("250.00", "0", 0), level("249.80", "4")], [level("250.05", "1")])
    )

    assert followed
    assert [bid.price for bid in book.bids()] == [Decimal("249.90"), Decimal("249.80")]
    assert [ask.price for ask in book.asks(1)] == [Decimal("250.05")]
    assert book.seq == 9


def test_delta_that_does_not_follow_changes_nothing_and_says_so() -> None:
    book = snapshot()

    followed = book.take(data("delta", 12, 9, [level("251.00", "1")], []))

    assert not followed
    assert not book.ready
    assert [bid.price for bid in book.bids()] == [Decimal("250.00"), Decimal("249.90")]


def test_snapshot_after_a_gap_begins_anew() -> None:
    book = snapshot()
    book.take(data("delta", 12, 9, [], []))

    book.take(data("snapshot", 20, 20, [level("240.00", "1")], []))

    assert book.ready
    assert [bid.price for bid in book.bids()] == [Decimal("240.00")]
    assert book.mid is None


changes = st.lists(
    st.tuples(st.booleans(), st.integers(1, 12), st.integers(0, 3)), min_size=1, max_size=60
)


@given(changes)
def test_book_is_what_a_naive_one_is(moves: list[tuple[bool, int, int]]) -> None:
    book = Book("TSLA")
    book.take(data("snapshot", 0, 0, [], []))
    naive: dict[bool, dict[int, int]] = {True: {}, False: {}}

    for seq, (is_bid, price, size) in enumerate(moves, start=1):
        moved = [(Decimal(price), Decimal(size), 1)]
        book.take(data("delta", seq, seq - 1, moved if is_bid else [], [] if is_bid else moved))
        naive[is_bid][price] = size

    bids = sorted((price for price, size in naive[True].items() if size), reverse=True)
    asks = sorted(price for price, size in naive[False].items() if size)
    assert [each.price for each in book.bids()] == bids
    assert [each.price for each in book.asks()] == asks
    assert (book.bid.price if book.bid else None) == (bids[0] if bids else None)
    assert (book.ask.price if book.ask else None) == (asks[0] if asks else None)
