"""How pages spell figures, days and money; the same for every page."""

import re
from datetime import date, datetime
from decimal import Decimal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTHING = "–"
# A day by itself, not one within the ID of a ruleset or within an instant.
_ISO_DAY = re.compile(r"(?<![\w-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w-])")


def day(on: date | None) -> str:
    """`1 Oct 2026`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}" if on else NOTHING


def days_in(text: str) -> str:
    """A sentence of a mart or of the words with its days spelled as the page spells days."""
    return _ISO_DAY.sub(lambda found: f"{int(found[3])} {MONTHS[int(found[2]) - 1]} {found[1]}", text)


def month(on: date) -> str:
    """`Oct 2026`."""
    return f"{MONTHS[on.month - 1]} {on.year}"


def instant(at: datetime | None) -> str:
    """`1 Oct 2026, 08:00 UTC`."""
    return f"{day(at)}, {at:%H:%M} UTC" if at else NOTHING


def due(at: datetime, as_of: datetime) -> str:
    """`2 Nov 2026, 05:00 UTC (1 day)`."""
    days = (at - as_of).days
    return f"{instant(at)} ({'today' if days < 1 else '1 day' if days == 1 else f'{days} days'})"


def number(value: int | None) -> str:
    """`12,345`, and a minus sign as wide as a digit."""
    return NOTHING if value is None else f"{int(value):,}".replace("-", "−")


def change(value: int | None) -> str:
    """A number with its sign: `+28`, `−3`, `0`."""
    return NOTHING if value is None else ("+" if value > 0 else "") + number(value)


def money(amount: Decimal | None, currency: str | None, digits: dict[str, int]) -> str:
    """`1,234.50 EUR`: exact, with the minor digits of the currency and any other that is not zero. Never a bare number."""
    if amount is None:
        return NOTHING
    amount = Decimal(amount)
    places = max(digits.get(currency or "", 0), -amount.normalize().as_tuple().exponent)
    return f"{amount:,.{places}f} {currency or 'in no currency known'}".replace("-", "−")
