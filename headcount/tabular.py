"""Rows of an answer, for people and for files: the same values, spelled in the same way."""

import csv
from datetime import datetime, time
from decimal import Decimal

from headcount.exports.files import cell
from headcount.spelling import decimal, minor_units

# Words in the names of columns that are money, of the currency in the same row.
_MONEY = ("amount", "price", "cost")


def lines(names: list[str], rows: list[tuple]) -> list[str]:
    """Columns with numbers to the right."""
    cells = [_texts(names, row) for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells)]
    numeric = [any(isinstance(row[place], (int, Decimal)) for row in rows) for place in range(len(names))]
    return [
        "  ".join(f"{cell:{'>' if right else '<'}{width}}" for cell, width, right in zip(line, widths, numeric)).rstrip()
        for line in (names, ["-" * width for width in widths], *cells)
    ]


def write(file, names: list[str], rows: list[tuple]) -> None:
    """As CSV. A text that a spreadsheet would run is written as exports write it."""
    texts = ([cell(value, 0) if isinstance(value, str) else text for value, text in zip(row, _texts(names, row))] for row in rows)
    csv.writer(file, lineterminator="\n").writerows([names, *texts])


def _texts(names: list[str], row: tuple) -> list[str]:
    """The values of a row: dates without a time, amounts with the digits of their currency, no needless digits elsewhere."""
    currency = next((value for name, value in zip(names, row) if "currency" in name), None)
    digits = minor_units().get(currency, 0)
    return [_text(value, digits if any(word in name for word in _MONEY) else 0) for name, value in zip(names, row)]


def _text(value, digits: int) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    if isinstance(value, Decimal):
        return decimal(value, digits)
    return str(value)
