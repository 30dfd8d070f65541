"""How instants and decimals are spelled, for people and for files."""

from datetime import datetime
from decimal import Decimal


def instant(at: datetime) -> str:
    """`2026-03-31T22:59:59Z`, with the fraction of a second where there is one; `at` is UTC, naive or not."""
    return f"{at.replace(tzinfo=None).isoformat()}Z"


def decimal(value: Decimal, digits: int = 0) -> str:
    """A decimal with at least so many digits after the point, and every digit that is not zero. Of money they are the
    minor digits of its currency."""
    return f"{value:.{max(digits, -value.normalize().as_tuple().exponent, 0)}f}"
