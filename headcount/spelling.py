"""How instants, decimals and money are spelled, for people and for files."""

from datetime import datetime
from decimal import Decimal
from functools import cache

from headcount.seeds import rows


def instant(at: datetime) -> str:
    """`2026-03-31T22:59:59Z`, with the fraction of a second where there is one; `at` is UTC, naive or not."""
    return f"{at.replace(tzinfo=None).isoformat()}Z"


def decimal(value: Decimal, digits: int = 0) -> str:
    """A decimal with at least so many digits after the point, and every digit that is not zero. Of money they are the
    minor digits of its currency."""
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(digits, "0")
    return f"{whole}.{fraction}" if fraction else whole


def money(amount: Decimal, currency: str) -> str:
    """`1210.00 EUR`: the amount with the digits of its currency and no others, as the descriptions of billing lines have
    it. Whatever a command prints is spelled here."""
    return f"{decimal(amount, minor_units().get(currency, 0))} {currency}"


@cache
def minor_units() -> dict[str, int]:
    """The digits of each currency."""
    return {row["currency"]: int(row["minor_units"]) for row in rows("maps/map_currencies.csv")}
