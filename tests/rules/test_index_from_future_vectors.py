"""Worked numbers of the index drawn from a future: carry, change since the close, the roll."""

from typing import Any

import pytest

from venue.core.phases import Session
from venue.core.policies import Print
from venue.core.units import E4, E9, NS_PER_DAY, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.examples import NOW_NS, OPEN, PRINT
from venue.rules.index_open.carry import NS_PER_YEAR, Carry
from venue.rules.index_open.close_plus_change import ClosePlusChange
from venue.rules.index_open.close_ratio import CloseRatio
from venue.rules.index_open.contracts import civil, day_of, quarterly, rolled, third_friday

DOLLAR = E9


def test_XYZ_CARRY_001_the_documented_future_is_carried_back_to_24_725_25() -> None:
    expires_ns = day_of(2025, 12, 19) * NS_PER_DAY + 27 * NS_PER_HOUR // 2
    now_ns = expires_ns - NS_PER_YEAR * 180_285_473 // 10**9
    quote = Print("future:Z5", 24_904_200_000_000, now_ns, now_ns, NS_PER_SECOND)
    seen = OPEN._replace(now_ns=now_ns, arrived=quote, session=Session.OVERNIGHT)
    rule = Carry()

    answer, _ = rule.index(seen, rule.initial())

    assert answer.index_nanos is not None
    assert abs(answer.index_nanos - 24_725_250_000_000) <= 5_000_000  # half a cent
    assert rule.active(now_ns).code == "Z5"


@pytest.mark.parametrize(
    ("day", "hour", "code"),
    [
        pytest.param(14, 21, "Z5", id="an hour before the roll"),
        pytest.param(14, 22, "H6", id="Sunday 22:00 UTC"),
        pytest.param(20, 0, "H6", id="after expiry"),
    ],
)
def test_XYZ_CARRY_002_z5_is_active_until_sunday_14_december_22_00_utc(
    day: int, hour: int, code: str
) -> None:
    at_ns = day_of(2025, 12, day) * NS_PER_DAY + hour * NS_PER_HOUR

    assert Carry().active(at_ns).code == code


def test_XYZ_CARRY_003_the_spot_index_counts_in_the_cash_session() -> None:
    rule = Carry()
    future = PRINT._replace(source="future:M5", price_nanos=255 * DOLLAR)
    _, memory = rule.index(OPEN._replace(arrived=future), rule.initial())

    regular, memory = rule.index(OPEN._replace(session=Session.REGULAR), memory)
    after, _ = rule.index(OPEN._replace(session=Session.AFTER_MARKET, arrived=None), memory)

    assert regular.index_nanos == 250 * DOLLAR
    assert after.index_nanos is not None
    assert after.index_nanos > 253 * DOLLAR


def test_the_calendar_of_contracts_agrees_with_python_s_own() -> None:
    from datetime import date, timedelta

    for n in range(0, 40_000, 7):
        day = date(1970, 1, 1) + timedelta(n)
        assert civil(n) == (day.year, day.month, day.day)
        assert day_of(day.year, day.month, day.day) == n
    for year in range(2020, 2040):
        for month in (3, 6, 9, 12):
            friday = date(1970, 1, 1) + timedelta(third_friday(year, month))
            assert friday.weekday() == 4
            assert 15 <= friday.day <= 21
    assert [c.code for c in quarterly(day_of(2026, 1, 2))] == ["H6", "M6", "U6"]


def _future_day(rule: ClosePlusChange | CloseRatio, closes: dict[str, float]) -> Any:
    """Close the index at 1,000 with futures at these prices; return the memory."""
    memory = rule.initial()
    for code, dollars in closes.items():
        quote = PRINT._replace(source=f"future:{code}", price_nanos=round(dollars * DOLLAR))
        _, memory = rule.index(OPEN._replace(arrived=quote, session=Session.REGULAR), memory)
    close = PRINT._replace(price_nanos=1_000 * DOLLAR)
    _, memory = rule.index(OPEN._replace(arrived=close, session=Session.REGULAR), memory)
    return memory


def _night(rule: ClosePlusChange | CloseRatio, memory: Any, prices: dict[str, float]) -> int:
    later_ns = NOW_NS + 2 * NS_PER_HOUR
    for code, dollars in prices.items():
        quote = Print(f"future:{code}", round(dollars * DOLLAR), later_ns, later_ns, NS_PER_SECOND)
        answer, memory = rule.index(
            OPEN._replace(now_ns=later_ns, arrived=quote, session=Session.OVERNIGHT), memory
        )
    assert answer.index_nanos is not None
    return int(answer.index_nanos)


def test_QFEX_INDEX_001_close_plus_the_change_of_the_future_in_dollars() -> None:
    rule = ClosePlusChange()
    memory = _future_day(rule, {"M5": 1_010})

    assert _night(rule, memory, {"M5": 1_030.2}) == 1_020_200_000_000


def test_QFEX_INDEX_002_close_times_the_ratio_of_the_future() -> None:
    rule = CloseRatio()
    memory = _future_day(rule, {"M5": 1_010})

    assert _night(rule, memory, {"M5": 1_030.2}) == 1_020_000_000_000  # + 2 %


@pytest.mark.parametrize(
    ("business_day", "date", "share_e4"),
    [(4, 4, 0), (5, 5, 0), (6, 8, 2_000), (7, 9, 4_000), (8, 10, 6_000), (9, 11, 8_000)],
)
def test_QFEX_INDEX_003_the_roll_goes_by_20_percent_a_business_day(
    business_day: int, date: int, share_e4: int
) -> None:
    shares = dict(rolled(day_of(2025, 12, date), 5, 10))

    assert shares.get("H6", 0) == share_e4
    assert shares["Z5"] == E4 - share_e4


def test_QFEX_INDEX_004_a_roll_of_unequal_contracts_moves_nothing_by_itself() -> None:
    rule = ClosePlusChange()
    memory = _future_day(rule, {"M5": 1_010, "U5": 1_030})
    june = day_of(2025, 6, 10) * NS_PER_DAY + 12 * NS_PER_HOUR  # business day 7: 60 and 40 %
    shift_ns = june - NOW_NS
    futures = tuple(
        type(f)(f.code, f.price_nanos, june, f.cadence_ns, f.close_nanos) for f in memory.futures
    )
    memory = type(memory)(1_000 * DOLLAR, memory.cash_ns, 0, 1_000 * DOLLAR, futures)

    answer, _ = rule.index(
        OPEN._replace(now_ns=NOW_NS + shift_ns, arrived=None, session=Session.OVERNIGHT), memory
    )

    assert answer.index_nanos == 1_000 * DOLLAR
