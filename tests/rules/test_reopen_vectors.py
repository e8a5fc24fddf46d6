"""Worked numbers of the way back to outside prices."""

from venue.core.phases import Session
from venue.core.units import E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.examples import REOPEN
from venue.rules.reopen.auction_print import AuctionPrint
from venue.rules.reopen.walk import Walk

DOLLAR = E9


def _walked(rule: Walk, dollars: float, every_ns: int = 3 * NS_PER_SECOND) -> list[int]:
    index_nanos = 190 * DOLLAR
    told: list[int] = []
    while not told or told[-1] != round(dollars * DOLLAR):
        answer = rule.index(
            REOPEN._replace(
                outside_nanos=round(dollars * DOLLAR),
                previous_index_nanos=index_nanos,
                since_update_ns=every_ns,
            )
        )
        index_nanos = answer.index_nanos
        told.append(index_nanos)
        assert answer.is_done == (index_nanos == round(dollars * DOLLAR))
    return told


def test_DEVNET_REOPEN_001_friday_190_monday_228_is_walked_by_one_percent_an_update() -> None:
    steps = _walked(Walk(), 228)

    assert len(steps) == 19  # 57 s; 1.01^18 = 1.196
    assert steps[0] == 191_900_000_000


def test_more_prints_do_not_make_the_walk_faster() -> None:
    each_second = _walked(Walk(), 228, NS_PER_SECOND)

    assert 55 <= len(each_second) <= 58


def test_the_longest_wait_for_an_auction_ends() -> None:
    monday = REOPEN._replace(outside_nanos=228 * DOLLAR, session=Session.PRE_MARKET)
    rule = AuctionPrint(waits_for="opening", wait_ns_max=2 * NS_PER_HOUR)

    def at(hours: float, session: Session = Session.PRE_MARKET) -> int:
        now_ns = monday.since_ns + round(hours * NS_PER_HOUR)
        return rule.index(monday._replace(now_ns=now_ns, session=session)).index_nanos

    assert at(1) == 250 * DOLLAR
    assert at(1, Session.REGULAR) == 228 * DOLLAR
    assert at(2) == 228 * DOLLAR
