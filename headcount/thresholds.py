"""What the rows of the seed of thresholds may say, looked at before anything is built: a mistyped one would be silent."""

import re
from pathlib import Path

from headcount.errors import UsageError
from headcount.project import SEEDS
from headcount.seeds import is_date, rows

NAME = "rules/rule_thresholds.csv"
MEASURES = ("share_of_limit", "growth")
# With the largest limit that a landed number can be, the product of the two still fits a whole number of 64 bits.
GREATEST_PERCENT = 100_000


def forbid_bad_thresholds(folder: Path = SEEDS) -> None:
    """Raises UsageError, one line, for a row that cannot be read, means nothing, or says again what another says."""
    products = sorted({row["product"] for row in rows("rules/rule_rulesets.csv", folder)})
    seen: dict[tuple, int] = {}
    for number, row in enumerate(rows(NAME, folder), 2):
        if wrong := _wrong(row, products):
            raise UsageError(f"seeds/{NAME}: row {number}: {wrong}")
        key = row["product"], row["measure"], int(row["percent"])
        if key in seen:
            raise UsageError(
                f"seeds/{NAME}: row {number}: {key[0]} has {key[1]} {key[2]} in row {seen[key]} already; a threshold holds "
                "from its valid_from on, so leave one of them out"
            )
        seen[key] = number


def _wrong(row: dict[str, str], products: list[str]) -> str | None:
    """What is wrong with a row by itself."""
    if row["product"] not in products:
        return f"product {row['product']!r} is not one of {', '.join(products)}, which the rulesets name"
    if row["measure"] not in MEASURES:
        return f"measure {row['measure']!r} is not one of {', '.join(MEASURES)}"
    if not re.fullmatch("[1-9][0-9]{0,5}", row["percent"]) or int(row["percent"]) > GREATEST_PERCENT:
        return f"percent {row['percent']!r} is no whole number from 1 to {GREATEST_PERCENT}; write 80 for 80 %"
    if not is_date(row["valid_from"]):
        return f"valid_from {row['valid_from']!r} is not a date; write it like 2026-03-31"
    return None
