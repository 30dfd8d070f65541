"""A landing zone that grows over three nights, with something to bill in each."""

import random
from datetime import datetime, timedelta
from pathlib import Path

from tests.oracle.random_story import Story
from tests.support.files import write_rows

STORY = Story(random.Random(19), 8, allows_garbage=False)
# One in whose second night periods are adjusted, with any seeds of tests/support/finance.py.
UNSETTLED = Story(random.Random(14), 8, allows_garbage=False, is_unsettled=True)
BEFORE = "2020-01-01T00:00:00Z"
LONG_AFTER = "2026-10-15T00:00:00Z"
FORMATS = ("parquet", "csv", "ndjson", "parquet_text", "csv.gz")


def nights(story: Story = STORY) -> list[datetime]:
    """The instants of the nights."""
    return [story.end - timedelta(days=days) for days in (50, 35, 20)]


NIGHTS = nights()


def instant(night: int, story: Story = STORY) -> str:
    """`--as-of` of a night, counted from 1."""
    return f"{nights(story)[night - 1]:%Y-%m-%dT%H:%M:%SZ}"


def land(landing: Path, night: int, story: Story = STORY) -> None:
    """Add the files of a night: what was loaded since the night before."""
    ends = [datetime.min, *nights(story)]
    since, until = ends[night - 1], ends[night]
    for number, (table, rows) in enumerate(story.rows.items()):
        mine = [row for row in rows if since < (row["_loaded_at"] or ends[1]) <= until]
        if mine:
            write_rows(landing / table / f"night={night}" / "part-0", table, mine, FORMATS[number % len(FORMATS)])
