from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.digests import schedule

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati",
         "Pacific/Pago_Pago", "Australia/Lord_Howe", "America/Sao_Paulo")  # fmt: skip


@pytest.mark.parametrize(
    ("period", "zone", "expected"),
    [
        ("2026-W13", "Europe/Berlin", "2026-03-23T07:00"),  # the week before summer time
        ("2026-W14", "Europe/Berlin", "2026-03-30T06:00"),  # the day after it began
        ("2026-W43", "Europe/Berlin", "2026-10-19T06:00"),
        ("2026-W44", "Europe/Berlin", "2026-10-26T07:00"),  # the day after it ended
        ("2026-W10", "America/New_York", "2026-03-02T13:00"),
        ("2026-W11", "America/New_York", "2026-03-09T12:00"),
        ("2026-W45", "America/New_York", "2026-11-02T13:00"),
        ("2026-W31", "Asia/Kolkata", "2026-07-27T02:30"),
        ("2026-W31", "Pacific/Kiritimati", "2026-07-26T18:00"),  # Sunday evening in UTC
        ("2026-W53", "UTC", "2026-12-28T08:00"),
        ("2027-W01", "UTC", "2027-01-04T08:00"),
    ],
)
def test_monday_eight_o_clock_where_the_person_is(period: str, zone: str, expected: str) -> None:
    due = schedule.due_at(period, ZoneInfo(zone), weekday=0, hour=8)
    assert due == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_an_hour_that_the_clock_skips_and_one_that_comes_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert schedule.due_at("2026-W13", berlin, 6, 2) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert schedule.due_at("2026-W43", berlin, 6, 2) == datetime(2026, 10, 25, 0, tzinfo=UTC)


@given(
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(tzinfo=UTC)
    ),
    zone=st.sampled_from(ZONES).map(ZoneInfo), weekday=st.integers(0, 6), hour=st.integers(0, 23),
)  # fmt: skip
def test_it_falls_into_its_own_week_at_that_hour(
    moment: datetime, zone: ZoneInfo, weekday: int, hour: int
) -> None:
    period = schedule.period_of(moment, zone)
    due = schedule.due_at(period, zone, weekday, hour)
    local = due.astimezone(zone)
    assert schedule.period_of(due, zone) == period
    assert local.weekday() == weekday
    assert (local.hour - hour) % 24 <= 1  # One hour later where the clock skipped it.
    later = schedule.due_at(schedule.following(period), zone, weekday, hour)
    assert timedelta(days=6, hours=22) <= later - due <= timedelta(days=7, hours=2)
    assert schedule.current_and_last(moment + timedelta(days=7), zone)[1] == period


@pytest.mark.parametrize("text", ["", "2026-31", "2026-W54", "2025-W53", "26-W01", "2026-W00"])
def test_what_is_no_week(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  The library's own words differ.
        schedule.monday(text)


def test_an_unknown_zone_is_the_company_s() -> None:
    assert schedule.zone_of("Mars/Olympus", "Europe/Berlin").key == "Europe/Berlin"
    assert schedule.zone_of("", "Europe/Berlin").key == "Europe/Berlin"
    assert schedule.zone_of("../etc/passwd", "UTC").key == "UTC"


def test_it_is_tried_more_and_more_rarely_until_it_is_old_news() -> None:
    due = datetime(2026, 7, 27, 8, tzinfo=UTC)
    now, waits = due, []
    for tries in range(1, 20):
        again = schedule.next_try(tries, due, now)
        if again is None:
            break
        waits.append(again - now)
        now = again
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert now - due <= schedule.WINDOW
    assert len(waits) >= 6
