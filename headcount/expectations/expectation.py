"""One thing that is expected of the landing zone, with how bad it is when it is not so, and how to see the rows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from headcount.spelling import instant

WARN, STOP = "warn", "stop"


@dataclass(frozen=True)
class Expectation:
    """An expectation on `asset`, a table. `kind` and `arguments` are those of Great Expectations.

    `severity`: `stop` only where bills would certainly be wrong; `reason` says what is at stake. `found` puts the
    result into words. `rows`: SQL condition for the rows to look at. `detail`: more words for when it does not hold.
    """

    check: str
    table: str
    asset: str
    severity: str
    words: str
    reason: str
    kind: str
    arguments: dict
    found: Callable[[dict], str]
    rows: str
    detail: str = ""


@dataclass(frozen=True)
class NotAsked:
    """An expectation that too few rows or loads give no ground for, and why."""

    check: str
    table: str
    severity: str
    words: str
    reason: str
    why: str


@dataclass
class Suite:
    """The expectations on one table, or on the zone as a whole."""

    name: str
    asked: list[Expectation] = field(default_factory=list)
    not_asked: list[NotAsked] = field(default_factory=list)


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


def found_count(unit: str) -> Callable[[dict], str]:
    return lambda result: f"{count(result['observed_value'])} {unit}"


def found_share(unit: str) -> Callable[[dict], str]:
    return lambda result: f"{share(result['observed_value'])} {unit}"


def found_outside(unit: str) -> Callable[[dict], str]:
    """Of a result that counts the values that do not fit."""

    def words(result: dict) -> str:
        asked = result["element_count"] - result.get("missing_count", 0)
        wrong = result["unexpected_count"]
        return f"{count(wrong)} of {count(asked)} {unit} ({share(wrong / asked if asked else 0)})"

    return words


def found_instant(result: dict) -> str:
    return instant(result["observed_value"])


def found_amount(result: dict) -> str:
    return decimal(result["observed_value"])


def found_quantiles(result: dict) -> str:
    median, high = result["observed_value"]["values"]
    return f"median {decimal(median)}, 90th percentile {decimal(high)}"
