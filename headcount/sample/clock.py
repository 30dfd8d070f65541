"""Instants of the sample: fixed, never the clock of the machine."""

from datetime import date, datetime, time, timedelta

#: The instant the sample is made for. Run the nightly job with this `as_of` to see it as described.
SAMPLE_AS_OF = datetime(2026, 11, 1)

#: Hour (UTC) at which a night's load begins.
LOAD_HOUR = 1

#: The last days of the sample have a folder a night; older nights share one folder a month.
NIGHTLY_DAYS = 35


def at(text: str) -> datetime:
    """The UTC instant of a text such as `2026-09-15` or `2026-09-15 10:00`."""
    return datetime.fromisoformat(text)


def on(text: str) -> date:
    """The date of a text such as `2026-09-15`."""
    return date.fromisoformat(text)


def next_load(happened_at: datetime, minute: int = 0) -> datetime:
    """When a thing that happened reaches the landing zone: in the load of the next night."""
    return datetime.combine(happened_at.date() + timedelta(days=1), time(LOAD_HOUR, minute))


def load_folder(loaded_at: datetime) -> str:
    """The sub-folder of a load: its night, or for an older night the last night of its month.

    Folders sort as the loads came, and no folder holds a row loaded after the folder's date.
    """
    loaded_on = loaded_at.date()
    first_nightly = SAMPLE_AS_OF.date() - timedelta(days=NIGHTLY_DAYS)
    if loaded_on < first_nightly:
        next_month = (loaded_on.replace(day=1) + timedelta(days=31)).replace(day=1)
        loaded_on = min(next_month, first_nightly) - timedelta(days=1)
    return f"load_date={loaded_on.isoformat()}"
