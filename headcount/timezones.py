"""The zone offsets the project carries, made from the pinned tz database (PyPI's `tzdata`), never from the machine's.

`python -m headcount.timezones` writes seeds/tz/zone_offsets.parquet again, after the pin of tzdata was raised.
"""

import importlib.resources
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tzdata

from headcount.project import ZONE_OFFSETS

TZDATA_VERSION = tzdata.IANA_VERSION
FIRST, LAST = datetime(1, 1, 1), datetime(9999, 12, 31)
# Rules that go on for ever are written out until here.
HORIZON = datetime(2101, 1, 1)
_NOT_ZONES = ("posix", "right", "zoneinfo")


def zone_names() -> list[str]:
    """Every IANA zone of the pinned database, sorted."""
    text = importlib.resources.files("tzdata").joinpath("zones").read_text()
    return sorted(name for name in text.split() if name and not name.startswith(_NOT_ZONES))


def load_zone(name: str) -> zoneinfo.ZoneInfo:
    """The zone from the pinned database."""
    package, _, resource = ("tzdata.zoneinfo." + name.replace("/", ".")).rpartition(".")
    with importlib.resources.files(package).joinpath(resource).open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=name)


def offsets(zone: zoneinfo.ZoneInfo) -> list[tuple[datetime, datetime, int]]:
    """(from, until, seconds) of every offset of the zone, in order; instants UTC, naive, half-open."""

    def offset_at(instant: datetime) -> int:
        return int(instant.replace(tzinfo=UTC).astimezone(zone).utcoffset().total_seconds())

    starts = [(FIRST, offset_at(datetime(1800, 1, 1)))]
    # No zone has kept an offset for under five days since 1800 but for wartime and Ramadan rules of weeks.
    step, instant = timedelta(days=4), datetime(1800, 1, 1)
    while instant < HORIZON:
        following = instant + step
        if offset_at(following) != starts[-1][1]:
            low, high = instant, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if offset_at(middle) == starts[-1][1] else (low, middle)
            starts.append((high, offset_at(high)))
        instant = following
    ends = [start for start, _ in starts[1:]] + [LAST]
    return [(start, end, seconds) for (start, seconds), end in zip(starts, ends, strict=True)]


def write(path: Path = ZONE_OFFSETS) -> int:
    """Write the offsets of every zone as Parquet; returns the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [(name, *row) for name in zone_names() for row in offsets(load_zone(name))]
    columns = list(zip(*rows, strict=True))
    instant = pa.timestamp("us")
    table = pa.table(
        {
            "timezone": pa.array(columns[0], pa.string()),
            "offset_from_at": pa.array(columns[1], instant),
            "offset_until_at": pa.array(columns[2], instant),
            "offset_seconds": pa.array(columns[3], pa.int32()),
            "tzdata_version": pa.array([TZDATA_VERSION] * len(rows), pa.string()),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")
    return len(rows)


if __name__ == "__main__":
    print(f"{write()} rows of tzdata {TZDATA_VERSION}")
