"""What a run is made for: its instant, landing zone, warehouse and exports, from options or the environment."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from headcount.errors import UsageError

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?")


def parse_instant(text: str) -> datetime:
    """An instant in ISO 8601 as a UTC datetime; without an offset it is UTC. Raises UsageError."""
    text = text.strip()
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"as-of {text!r} is not an instant; write it like 2026-03-31T22:59:59Z") from None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def as_of() -> datetime:
    """The run's instant: HEADCOUNT_AS_OF, else now. This is the only place that reads the clock."""
    text = os.environ.get("HEADCOUNT_AS_OF")
    return parse_instant(text) if text else datetime.now(UTC).replace(microsecond=0)


def landing() -> Path | None:
    """The landing folder of HEADCOUNT_LANDING, if it is set."""
    text = os.environ.get("HEADCOUNT_LANDING")
    return Path(text).resolve() if text else None
