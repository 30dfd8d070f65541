"""Local days of a zone, by their boundaries, from the pinned tz database alone."""

from __future__ import annotations

import zoneinfo
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import cache

zoneinfo.reset_tzpath(to=())  # never the machine's own tz database

ZONES = frozenset(zoneinfo.available_timezones())
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


@cache
def _zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


def _local(instant: datetime, zone: str) -> datetime:
    """The wall clock of a zone at a UTC instant, as a naive datetime."""
    return instant.replace(tzinfo=UTC).astimezone(_zone(zone)).replace(tzinfo=None)


def _shift(instant: datetime, zone: str) -> timedelta:
    return _local(instant, zone) - instant


def _transition_between(early: datetime, late: datetime, zone: str) -> datetime:
    """The first instant of the offset that is in force at `late`, when it differs from that at `early`."""
    old = _shift(early, zone)
    while late - early > TICK:
        middle = early + (late - early) // 2
        if _shift(middle, zone) == old:
            early = middle
        else:
            late = middle
    return late


@cache
def first_instant(zone: str, day: date) -> datetime:
    """The first instant at which the clocks of the zone show this date or a later one.

    It is either an instant at which they show midnight, or one at which they are put forward over it.
    """
    midnight = datetime(day.year, day.month, day.day)
    samples = [midnight + hours * HOUR for hours in range(-36, 37, 3)]
    shifts = [_shift(sample, zone) for sample in samples]
    candidates = {midnight - shift for shift in shifts}
    for position in range(1, len(samples)):
        if shifts[position] != shifts[position - 1]:
            candidates.add(_transition_between(samples[position - 1], samples[position], zone))
    return min(instant for instant in candidates if _local(instant, zone).date() >= day)


def local_day(zone: str, instant: datetime) -> date:
    """The local day that holds the instant: boundaries decide, not the date the clocks show."""
    day = _local(instant, zone).date() + 2 * DAY
    while first_instant(zone, day) > instant:
        day -= DAY
    return day


def day_end(zone: str, day: date) -> datetime:
    """The first instant of the next local day that exists."""
    start = first_instant(zone, day)
    following = day + DAY
    while first_instant(zone, following) == start:
        following += DAY
    return first_instant(zone, following)


def days_between(zone: str, start: datetime, end: datetime) -> list[date]:
    """Every local day that overlaps `[start, end)`."""
    days = []
    if start >= end:
        return days
    day = local_day(zone, start)
    while first_instant(zone, day) < end:
        if first_instant(zone, day) != first_instant(zone, day + DAY):
            days.append(day)
        day += DAY
    return days


def add_months(day: date, months: int) -> date:
    """The day that many months later, clamped to the end of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
