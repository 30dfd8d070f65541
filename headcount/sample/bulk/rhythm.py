"""When things happen: weeks, seasons, growth, and how they reach the landing zone."""

import math
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from ..clock import SAMPLE_AS_OF, next_load

#: Monday to Sunday.
OFFICE_WEEK = (1.0, 1.12, 1.15, 1.08, 0.8, 0.22, 0.12)
CLINIC_WEEK = (1.1, 1.1, 1.0, 1.0, 0.85, 0.25, 0.02)

#: January to December.
OFFICE_YEAR = (1.0, 1.02, 1.05, 1.0, 1.0, 0.95, 0.82, 0.62, 1.05, 1.12, 1.12, 0.74)
CLINIC_YEAR = (1.4, 1.15, 1.1, 1.05, 1.05, 0.95, 0.75, 0.55, 1.2, 1.05, 0.95, 0.65)

#: Units of a currency for one euro, and its digits.
CURRENCIES = {
    "EUR": (Decimal("1"), 2),
    "USD": (Decimal("1.1"), 2),
    "GBP": (Decimal("0.85"), 2),
    "JPY": (Decimal("160"), 0),
    "KWD": (Decimal("0.34"), 3),
}

#: Shares of what reaches the landing zone late, and of what reaches it twice.
LATE, TWICE = 0.01, 0.01


def price(euros: int, currency: str) -> Decimal:
    """A price in the currency, with its digits."""
    rate, digits = CURRENCIES[currency]
    return (rate * euros).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def days_of(days: int) -> list[date]:
    """The days of the sample, the last one the day before it is made for."""
    last = SAMPLE_AS_OF.date() - timedelta(days=1)
    return [last - timedelta(days=back) for back in range(days - 1, -1, -1)]


def busy(day: date, week: tuple, year: tuple) -> float:
    """How busy a day is, about 1 on a good one."""
    return week[day.weekday()] * year[day.month - 1]


def office_hour(rng: Random, day: date, offset: int) -> datetime:
    """An instant of the working day of a place `offset` hours ahead of UTC, most often before noon."""
    minutes = int(rng.triangular(8 * 60, 19 * 60, 10 * 60 + 30)) - offset * 60
    instant = datetime.combine(day, time(0)) + timedelta(minutes=minutes, seconds=rng.randrange(60))
    return min(instant, SAMPLE_AS_OF - timedelta(minutes=1))


def how_many(rng: Random, mean: float) -> int:
    """A number of independent things of which `mean` are expected."""
    limit, product, number = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        number += 1
    return number


def share(rng: Random, wanted: float) -> bool:
    """True for this share of the calls."""
    return rng.random() < wanted


def loads(rng: Random, happened_at: datetime, minute: int = 0) -> list[datetime]:
    """The loads a row is delivered in: the next night's, some nights later for a few, twice for a few."""
    night = next_load(happened_at, minute)
    if share(rng, LATE):
        night += timedelta(days=rng.randint(1, 14))
    nights = [night]
    if share(rng, TWICE):
        nights.append(night + timedelta(days=rng.choice((0, 1, 7))))
    last = next_load(SAMPLE_AS_OF - timedelta(days=1), minute)
    return [min(night, last) for night in nights]
