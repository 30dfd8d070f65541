"""A check: what is expected, why, the figures that say whether it is so, and how bad it is when it is not."""

from dataclasses import dataclass

WARN, STOP = "warn", "stop"


@dataclass(frozen=True)
class Check:
    """`figures`: each with its least and its most, ends included. Without any, too few rows or loads give ground for the
    check, and `found` says so. `severity` is `stop` only where bills would certainly be wrong. `rows`: SQL condition for
    the rows to look at. `detail`: more words for when it does not hold."""

    check: str
    table: str
    severity: str
    expected: str
    reason: str
    found: str
    figures: tuple[tuple, ...] = ()
    rows: str = "true"
    detail: str = ""


def count(number) -> str:
    """A whole number with thousands marked."""
    return f"{int(number):,}"


def decimal(number) -> str:
    """A number without needless digits: two after the point, more for small ones."""
    number = float(number)
    text = f"{number:,.2f}" if abs(number) >= 1 or number == 0 else f"{number:.6f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(part: float) -> str:
    return f"{100 * float(part):.1f} %"


def parts(wrong: int, asked: int, what: str) -> str:
    return f"{count(wrong)} of {count(asked)} {what} ({share(wrong / asked if asked else 0)})"
