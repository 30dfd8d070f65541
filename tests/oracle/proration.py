"""N7: the part of a difference of two prices that a raise within a term bills, exactly and rounded once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from .local_days import TICK, add_months, first_instant


def round_half_up(amount: Fraction, minor_units: int) -> Decimal:
    """To the currency's minor unit, halves away from zero."""
    scale = 10**minor_units
    units = int(abs(amount) * scale + Fraction(1, 2))
    return Decimal(units if amount >= 0 else -units).scaleb(-minor_units)


def share_of_term(method: str, zone: str, start: date, end: date, months: int, changed_at: datetime,
                  changed_on: date) -> Fraction:
    """How much of the term `[start, end)` is left at a change, by the method of the ruleset."""
    if method == "day":
        return Fraction((end - changed_on).days, (end - start).days)
    if method == "second":
        first, last = first_instant(zone, start), first_instant(zone, end)
        return Fraction((last - changed_at) // TICK, (last - first) // TICK)
    if method == "full_difference":
        return Fraction(1)
    if method == "whole_months":
        begun = sum(add_months(start, month) <= changed_on for month in range(months))
        return Fraction(months - begun + 1, months)
    raise ValueError(f"no proration {method}")
