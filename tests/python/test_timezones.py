"""Local time comes from the pinned tz database alone, to the second, for every zone and decade. About 30 s.

The offsets that the project carries are held against the transitions written in the database's own files, and local
days against a search, half minute by half minute, for the first instant at which the clocks of a zone show a date.
"""

import bisect
import importlib.metadata
import importlib.resources
import struct
import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest
import tzdata

from headcount.project import ZONE_OFFSETS
from headcount.timezones import HORIZON, TZDATA_VERSION, offsets
from tests.oracle.small_landing import SmallLanding
from tests.support.warehouse import build

SECOND, HALF_A_MINUTE, DAY = timedelta(seconds=1), timedelta(seconds=30), timedelta(days=1)
EPOCH = datetime(1970, 1, 1)


def tzif(name: str) -> bytes:
    """The compiled file of a zone in the pinned database."""
    package, _, resource = ("tzdata.zoneinfo." + name.replace("/", ".")).rpartition(".")
    return importlib.resources.files(package).joinpath(resource).read_bytes()


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    package, _, resource = ("tzdata.zoneinfo." + name.replace("/", ".")).rpartition(".")
    with importlib.resources.files(package).joinpath(resource).open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=name)


def transitions(content: bytes) -> list[datetime]:
    """The instants in the 64-bit part of a TZif file (RFC 8536) that a datetime can hold."""
    header = ">4sc15x6l"
    size = struct.calcsize(header)
    assert content[:4] == b"TZif"
    assert content[4:5] >= b"2"
    _, _, utc, standard, leaps, times, types, letters = struct.unpack(header, content[:size])
    second = size + times * 5 + types * 6 + letters + leaps * 8 + standard + utc
    *_, times, _, _ = struct.unpack(header, content[second : second + size])
    seconds = struct.unpack(f">{times}q", content[second + size : second + size + 8 * times])
    return [EPOCH + timedelta(seconds=at) for at in seconds if at > -62_000_000_000]


@pytest.fixture(scope="module")
def carried() -> dict[str, tuple[list[datetime], list[datetime], list[int]]]:
    """zone -> (from, until, seconds) as the project carries them."""
    found: dict[str, tuple[list, list, list]] = {}
    for row in pq.read_table(ZONE_OFFSETS).to_pylist():
        columns = found.setdefault(row["timezone"], ([], [], []))
        for column, name in zip(columns, ("offset_from_at", "offset_until_at", "offset_seconds")):
            column.append(row[name])
    return found


def test_the_version_is_recorded_and_the_pinned_one():
    versions = set(pq.read_table(ZONE_OFFSETS, columns=["tzdata_version"]).column(0).to_pylist())
    assert versions == {TZDATA_VERSION} == {tzdata.IANA_VERSION}
    year, letter = TZDATA_VERSION[:4], TZDATA_VERSION[4:]
    assert importlib.metadata.version("tzdata") == f"{year}.{ord(letter) - ord('a') + 1}"


def test_every_zone_is_carried(carried):
    listed = importlib.resources.files("tzdata").joinpath("zones").read_text().split()
    assert set(carried) == set(listed)
    assert len(listed) > 550


def test_offsets_follow_one_another_without_a_gap(carried):
    for name, (starts, ends, seconds) in carried.items():
        assert starts[0] == datetime(1, 1, 1), name
        assert ends[-1] == datetime(9999, 12, 31), name
        assert starts[1:] == ends[:-1], name
        assert starts == sorted(starts), name
        assert all(one != other for one, other in zip(seconds, seconds[1:])), name


def test_offsets_are_right_at_every_transition_and_a_second_before(carried):
    """Of the database's files, and of what the project carries until the horizon."""
    looked_at = 0
    for name, (starts, _, seconds) in carried.items():
        zone = zone_named(name)
        written = transitions(tzif(name))
        for instant in {*written, *starts[1:], datetime(2026, 1, 1), datetime(2026, 7, 1), HORIZON - SECOND}:
            for moment in (instant - SECOND, instant):
                offset = zone.utcoffset(moment.replace(tzinfo=UTC).astimezone(zone)).total_seconds()
                ours = seconds[bisect.bisect_right(starts, moment) - 1]
                assert ours == offset, (name, moment)
                looked_at += 1
    assert looked_at > 100_000


def test_a_rule_of_a_few_days_would_be_seen():
    """The search for offsets misses no transition that is written down, however close to the next."""
    for name in ("Africa/Casablanca", "Europe/Lisbon", "America/St_Johns", "Pacific/Apia"):
        zone = zone_named(name)
        found = {start for start, _, _ in offsets(zone)}
        for instant in transitions(tzif(name)):
            before, after = ((instant + shift).replace(tzinfo=UTC).astimezone(zone) for shift in (-SECOND, timedelta()))
            assert (instant in found) == (before.utcoffset() != after.utcoffset()), (name, instant)


# -- local days ------------------------------------------------------------------------------

ODD_ZONES = {
    "Pacific/Apia": 1990,
    "Pacific/Kiritimati": 1990,
    "Asia/Beirut": 1984,
    "America/Sao_Paulo": 1985,
    "America/St_Johns": 1987,
    "Africa/Casablanca": 2008,
    "Australia/Lord_Howe": 1981,
    "Europe/Lisbon": 1992,
    "Asia/Kathmandu": 1985,
    "Africa/Monrovia": 1971,
}
LAST = datetime(2028, 1, 1)


@pytest.fixture(scope="module")
def local_days(compiled, tmp_path_factory):
    """zone -> [(local_on, starts_at, ends_at)] of the mart, for places that are decades old."""
    landing = SmallLanding(tmp_path_factory.mktemp("zones")).account(created="1971-01-01")
    for name, year in ODD_ZONES.items():
        landing.location(name, created=f"{year}-01-15", timezone=name)
    landing.evaluate(datetime(1970, 1, 1))
    with build(compiled, landing.folder, LAST.isoformat(), only={"dim_local_days"}) as connection:
        found = connection.execute("select timezone, local_on, starts_at, ends_at from marts.dim_local_days order by all")
        days: dict[str, list] = {}
        for name, *day in found.fetchall():
            days.setdefault(name, []).append(tuple(day))
    return days


def shown(zone: zoneinfo.ZoneInfo, instant: datetime) -> date:
    """The date on the clocks of a zone."""
    return instant.replace(tzinfo=UTC).astimezone(zone).date()


def first_shown(zone: zoneinfo.ZoneInfo, day: date) -> datetime | None:
    """The first half minute at which the clocks show the date, looked for one by one; None if they never do."""
    instant = datetime(day.year, day.month, day.day) - timedelta(hours=16)
    for _ in range(44 * 60 * 2):
        if shown(zone, instant) == day:
            return instant
        instant += HALF_A_MINUTE
    return None


def is_quiet(zone: zoneinfo.ZoneInfo, day: date) -> bool:
    """Whether the offset stays the same around a date, so that its midnight is plain arithmetic."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return len({(noon + hours * timedelta(hours=6)).astimezone(zone).utcoffset() for hours in range(-9, 8)}) == 1


@pytest.mark.parametrize("name", ODD_ZONES)
def test_local_days_start_when_the_clocks_first_show_them(local_days, name):
    """rules.md: a local day is [its first instant, the first instant of the next one that exists)."""
    zone = zone_named(name)
    found = local_days[name]
    assert found[0][0] <= date(ODD_ZONES[name], 1, 15)
    assert found[-1][0] >= LAST.date() - DAY
    assert [end for _, _, end in found[:-1]] == [start for _, start, _ in found[1:]]
    starts = {day: start for day, start, _ in found}
    day, searched = found[0][0], 0
    while day <= found[-1][0]:
        if is_quiet(zone, day):
            midnight = datetime(day.year, day.month, day.day)
            expected = midnight - zone.utcoffset(midnight)
        else:
            expected = first_shown(zone, day)
            searched += 1
        assert starts.get(day) == expected, day
        day += DAY
    assert searched >= 3


def test_a_date_that_a_zone_skips_has_no_day(local_days):
    """Apia went from 29 to 31 December 2011; Kiritimati from 30 December 1994 to 1 January 1995."""
    days = {name: {day for day, *_ in found} for name, found in local_days.items()}
    assert date(2011, 12, 30) not in days["Pacific/Apia"]
    assert date(1994, 12, 31) not in days["Pacific/Kiritimati"]
    (apia,) = [found for found in local_days["Pacific/Apia"] if found[0] == date(2011, 12, 29)]
    assert apia[1:] == (datetime(2011, 12, 29, 10), datetime(2011, 12, 30, 10))


def test_a_date_shown_twice_is_one_day(local_days):
    """St John's put its clocks back from 00:01 to 23:01: the minute after midnight belongs to the new day."""
    (day,) = [found for found in local_days["America/St_Johns"] if found[0] == date(2010, 11, 7)]
    assert day[1:] == (datetime(2010, 11, 7, 2, 30), datetime(2010, 11, 8, 3, 30))
