"""What a run is made for: its instant, landing zone, warehouse and exports, from options or the environment."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from headcount import spelling
from headcount.errors import UsageError

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?")


def parse_instant(text: str, name: str = "as-of") -> datetime:
    """An instant in ISO 8601 as a UTC datetime; without an offset it is UTC. Raises UsageError, which calls it `name`."""
    text = text.strip()
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError
        instant = datetime.fromisoformat(text)
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{name} {text!r} is not an instant; write it like 2026-03-31T22:59:59Z") from None
    # Folders, files and messages name it with four digits of year, which no library writes for an earlier one.
    if instant.year < 1000:
        raise UsageError(f"{name} {text!r} is before the year 1000; name a later instant")
    return instant


def as_of() -> datetime:
    """The run's instant: HEADCOUNT_AS_OF, else now."""
    text = os.environ.get("HEADCOUNT_AS_OF")
    return parse_instant(text) if text else now()


def as_of_night(text: str | None) -> datetime:
    """The instant of a night: `text`, else now. Raises UsageError for one that the machine's clock has not reached."""
    instant, clock = parse_instant(text) if text is not None else as_of(), now()
    if instant > clock:
        raise UsageError(
            f"as-of {spelling.instant(instant)} has not come: this machine's clock says {spelling.instant(clock)}; "
            "a night is billed for good, so give it an instant that has passed"
        )
    return instant


def moment() -> datetime:
    """Now: when what has been read elsewhere reaches the landing zone. Nothing but this reads the clock."""
    return datetime.now(UTC)


def now() -> datetime:
    """Now, to the second: of a run that is given no instant, and when somebody says something by a command."""
    return moment().replace(microsecond=0)


def landing() -> Path | None:
    """The landing folder of HEADCOUNT_LANDING, if it is set."""
    text = os.environ.get("HEADCOUNT_LANDING")
    return Path(text).resolve() if text else None


def sealed_until() -> datetime | None:
    """The earlier run that this one goes on from: HEADCOUNT_SEALED_UNTIL, which only a night sets; without a zone, UTC."""
    text = os.environ.get("HEADCOUNT_SEALED_UNTIL")
    return parse_instant(text).replace(tzinfo=None) if text else None


def memory() -> str:
    """What the engine may use: HEADCOUNT_MEMORY, else half of the machine's memory, between 1 and 2.8 GB. The night takes
    up to a GB more: 4 GiB in all."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**6
    return os.environ.get("HEADCOUNT_MEMORY") or f"{min(2800, max(1000, machine // 2))}MB"


def billing() -> Path | None:
    """The billing exports in the folder of HEADCOUNT_EXPORTS, if it is set."""
    text = os.environ.get("HEADCOUNT_EXPORTS")
    return Path(text).absolute() / "billing" if text else None
