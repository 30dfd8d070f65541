"""Landing zones to measure on: one of a size, and the same days on a part of its history."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path

from benchmarks.make_landing import AS_OF, STREAMED, Size, write_landing

#: The night that is measured reads what was loaded on this day; the one before it ends the day before.
DAY = date.fromisoformat(AS_OF) - timedelta(days=3)


def landing_zone(folder: Path, size: Size) -> Path:
    """The landing zone of that size below the folder, written unless it stands there whole."""
    landing = folder / "-".join(str(part) for part in ("landing", *vars(size).values()) if part is not None)
    whole = landing.with_suffix(".whole")
    if not whole.exists():
        shutil.rmtree(landing, ignore_errors=True)
        write_landing(landing, size, report=lambda _: None)
        whole.touch()
    return landing


def part_of_history(landing: Path, days: int) -> Path:
    """The same zone with the activity of the last days alone: the same accounts and customers, the same files of each of
    those days, as hard links. Only for a zone whose files hold a load day each."""
    part = landing.with_name(f"{landing.name}-last-{days}")
    shutil.rmtree(part, ignore_errors=True)
    for file in landing.rglob("*.parquet"):
        table = file.relative_to(landing).parts[0]
        if table not in STREAMED or file.parent.name >= f"load_day={DAY - timedelta(days=days)}":
            place = part / file.relative_to(landing)
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, place)
    return part
