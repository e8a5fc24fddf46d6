"""Whole weeks of each calendar, with instants in UTC worked out by hand."""

import pytest

from tests.sessions.moments import line, table, utc
from venue.sessions import Calendar, changes

US, US_24_5, CME = Calendar.US_EQUITY, Calendar.US_EQUITY_24_5, Calendar.CME_INDEX_FUTURE

WEEKS = [
    pytest.param(
        US,
        "2025-04-11 13:00",
        "2025-04-15 00:00",
        """
        2025-04-11 13:30 REGULAR none            # Friday 09:30, New York is UTC-4
        2025-04-11 20:00 AFTER_MARKET none
        2025-04-12 00:00 NO_TRADING weekend
        2025-04-14 08:00 PRE_MARKET none
        2025-04-14 13:30 REGULAR none
        2025-04-14 20:00 AFTER_MARKET none
        2025-04-15 00:00 NO_TRADING overnight
        """,
        id="a normal weekend",
    ),
    pytest.param(
        Calendar.US_EQUITY_REGULAR,
        "2024-11-27 13:00",
        "2024-12-02 15:00",
        """
        2024-11-27 14:30 REGULAR none            # Wednesday 09:30, New York is UTC-5
        2024-11-27 21:00 NO_TRADING holiday      # Thanksgiving
        2024-11-29 14:30 REGULAR none
        2024-11-29 18:00 NO_TRADING weekend      # Friday 13:00
        2024-12-02 14:30 REGULAR none
        """,
        id="regular hours alone, with an early close",
    ),
    pytest.param(
        US,
        "2025-04-17 19:00",
        "2025-04-21 14:00",
        """
        2025-04-17 20:00 AFTER_MARKET none
        2025-04-18 00:00 NO_TRADING holiday      # Good Friday: one gap to Monday
        2025-04-21 08:00 PRE_MARKET none
        2025-04-21 13:30 REGULAR none
        """,
        id="Good Friday 2025, stocks",
    ),
    pytest.param(
        CME,
        "2025-04-17 20:00",
        "2025-04-21 22:00",
        """
        2025-04-17 21:00 NO_TRADING holiday      # no jobs report: shut, the evening before too
        2025-04-20 22:00 REGULAR none
        2025-04-21 21:00 NO_TRADING overnight
        2025-04-21 22:00 REGULAR none
        """,
        id="Good Friday 2025, index futures",
    ),
    pytest.param(
        CME,
        "2026-04-02 20:00",
        "2026-04-05 23:00",
        """
        2026-04-02 21:00 NO_TRADING overnight
        2026-04-02 22:00 REGULAR none
        2026-04-03 13:15 NO_TRADING holiday      # jobs report: 09:15
        2026-04-05 22:00 REGULAR none
        """,
        id="Good Friday 2026, index futures",
    ),
    pytest.param(
        US,
        "2012-10-26 19:00",
        "2012-10-31 14:00",
        """
        2012-10-26 20:00 AFTER_MARKET none
        2012-10-27 00:00 NO_TRADING unscheduled  # Monday and Tuesday shut by the hurricane
        2012-10-31 08:00 PRE_MARKET none
        2012-10-31 13:30 REGULAR none
        """,
        id="hurricane, stocks",
    ),
    pytest.param(
        CME,
        "2012-10-26 20:00",
        "2012-10-30 23:00",
        """
        2012-10-26 21:00 NO_TRADING weekend
        2012-10-28 22:00 REGULAR none
        2012-10-29 13:15 NO_TRADING unscheduled
        2012-10-29 22:00 REGULAR none
        2012-10-30 13:15 NO_TRADING unscheduled
        2012-10-30 22:00 REGULAR none
        """,
        id="hurricane, index futures",
    ),
    pytest.param(
        US,
        "2018-12-04 20:00",
        "2018-12-06 15:00",
        """
        2018-12-04 21:00 AFTER_MARKET none       # New York is UTC-5
        2018-12-05 01:00 NO_TRADING unscheduled
        2018-12-06 09:00 PRE_MARKET none
        2018-12-06 14:30 REGULAR none
        """,
        id="mourning 2018, stocks",
    ),
    pytest.param(
        CME,
        "2018-12-04 22:30",
        "2018-12-06 22:30",
        """
        2018-12-04 23:00 REGULAR none
        2018-12-05 14:30 NO_TRADING unscheduled
        2018-12-05 23:00 REGULAR none
        2018-12-06 22:00 NO_TRADING overnight
        """,
        id="mourning 2018, index futures",
    ),
    pytest.param(
        US_24_5,
        "2025-01-08 20:00",
        "2025-01-10 10:00",
        """
        2025-01-08 21:00 AFTER_MARKET none
        2025-01-09 01:00 NO_TRADING unscheduled  # the night before is shut
        2025-01-10 01:00 OVERNIGHT overnight     # the evening of the day is open
        2025-01-10 09:00 PRE_MARKET none
        """,
        id="mourning 2025, stocks 24/5",
    ),
    pytest.param(
        CME,
        "2025-01-08 22:30",
        "2025-01-09 23:30",
        """
        2025-01-08 23:00 REGULAR none
        2025-01-09 14:30 NO_TRADING unscheduled
        2025-01-09 23:00 REGULAR none
        """,
        id="mourning 2025, index futures",
    ),
    pytest.param(
        US_24_5,
        "2026-11-25 20:00",
        "2026-11-30 10:00",
        """
        2026-11-25 21:00 AFTER_MARKET none
        2026-11-26 01:00 NO_TRADING holiday      # the night before Thanksgiving is shut
        2026-11-27 01:00 OVERNIGHT overnight
        2026-11-27 09:00 PRE_MARKET none
        2026-11-27 14:30 REGULAR none
        2026-11-27 18:00 AFTER_MARKET early_close
        2026-11-27 22:00 NO_TRADING weekend
        2026-11-30 01:00 OVERNIGHT overnight
        2026-11-30 09:00 PRE_MARKET none
        """,
        id="Thanksgiving 2026, stocks 24/5",
    ),
    pytest.param(
        CME,
        "2026-11-25 21:00",
        "2026-11-29 23:30",
        """
        2026-11-25 22:00 NO_TRADING overnight
        2026-11-25 23:00 REGULAR none
        2026-11-26 18:00 NO_TRADING holiday
        2026-11-26 23:00 REGULAR none
        2026-11-27 18:15 NO_TRADING weekend      # early close, but the gap is the weekend's
        2026-11-29 23:00 REGULAR none
        """,
        id="Thanksgiving 2026, index futures",
    ),
    pytest.param(
        US,
        "2026-12-24 13:00",
        "2026-12-28 10:00",
        """
        2026-12-24 14:30 REGULAR none
        2026-12-24 18:00 AFTER_MARKET early_close
        2026-12-24 22:00 NO_TRADING holiday      # Christmas is the Friday
        2026-12-28 09:00 PRE_MARKET none
        """,
        id="Christmas 2026, stocks",
    ),
    pytest.param(
        US,
        "2027-11-26 14:00",
        "2027-11-29 10:00",
        """
        2027-11-26 14:30 REGULAR none
        2027-11-26 18:00 AFTER_MARKET early_close
        2027-11-26 22:00 NO_TRADING weekend
        2027-11-29 09:00 PRE_MARKET none
        """,
        id="day after Thanksgiving 2027, stocks",
    ),
    pytest.param(
        CME,
        "2025-07-03 16:00",
        "2025-07-06 23:00",
        """
        2025-07-03 17:15 NO_TRADING early_close  # reopens the same evening
        2025-07-03 22:00 REGULAR none
        2025-07-04 17:00 NO_TRADING holiday
        2025-07-06 22:00 REGULAR none
        """,
        id="Independence Day 2025, index futures",
    ),
    pytest.param(
        US_24_5,
        "2025-01-17 20:00",
        "2025-01-21 10:00",
        """
        2025-01-17 21:00 AFTER_MARKET none
        2025-01-18 01:00 NO_TRADING holiday      # Sunday night before King day is shut
        2025-01-21 01:00 OVERNIGHT overnight
        2025-01-21 09:00 PRE_MARKET none
        """,
        id="a Monday holiday, stocks 24/5",
    ),
    pytest.param(
        US_24_5,
        "2025-03-07 20:00",
        "2025-03-10 14:00",
        """
        2025-03-07 21:00 AFTER_MARKET none       # UTC-5
        2025-03-08 01:00 NO_TRADING weekend
        2025-03-10 00:00 OVERNIGHT overnight     # UTC-4 since Sunday 02:00
        2025-03-10 08:00 PRE_MARKET none
        2025-03-10 13:30 REGULAR none
        """,
        id="clocks go forward, stocks 24/5",
    ),
    pytest.param(
        US,
        "2025-10-31 19:00",
        "2025-11-03 15:00",
        """
        2025-10-31 20:00 AFTER_MARKET none       # UTC-4
        2025-11-01 00:00 NO_TRADING weekend
        2025-11-03 09:00 PRE_MARKET none         # UTC-5 since Sunday 02:00
        2025-11-03 14:30 REGULAR none
        """,
        id="clocks go back, stocks",
    ),
    pytest.param(
        CME,
        "2025-03-07 21:00",
        "2025-03-10 22:00",
        """
        2025-03-07 22:00 NO_TRADING weekend
        2025-03-09 22:00 REGULAR none
        2025-03-10 21:00 NO_TRADING overnight
        2025-03-10 22:00 REGULAR none
        """,
        id="clocks go forward, index futures",
    ),
    pytest.param(
        CME,
        "2025-10-31 20:00",
        "2025-11-03 23:00",
        """
        2025-10-31 21:00 NO_TRADING weekend
        2025-11-02 23:00 REGULAR none
        2025-11-03 22:00 NO_TRADING overnight
        2025-11-03 23:00 REGULAR none
        """,
        id="clocks go back, index futures",
    ),
    pytest.param(
        US_24_5,
        "2023-05-11 23:00",
        "2023-05-15 09:00",
        """
        2023-05-12 00:00 NO_TRADING overnight    # no overnight session yet
        2023-05-12 08:00 PRE_MARKET none
        2023-05-12 13:30 REGULAR none
        2023-05-12 20:00 AFTER_MARKET none
        2023-05-13 00:00 NO_TRADING weekend
        2023-05-15 00:00 OVERNIGHT overnight     # the first one: Sunday 20:00
        2023-05-15 08:00 PRE_MARKET none
        """,
        id="the overnight session begins",
    ),
]


@pytest.mark.parametrize(("calendar", "after", "until", "expected"), WEEKS)
def test_week_has_the_changes_worked_out_by_hand(
    calendar: Calendar, after: str, until: str, expected: str
) -> None:
    found = [line(each) for each in changes(calendar, utc(after), utc(until))]

    assert found == table(expected)
