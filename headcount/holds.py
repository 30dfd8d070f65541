"""The seed `rule_holds` before a night is begun: each row can be read, and no two say the same."""

import re

from headcount.errors import UsageError
from headcount.seeds import is_date, rows

SEED = "rules/rule_holds.csv"
# What each measure needs beside a product and a day.
MEASURES = {
    "amount_at_least": ("value", "currency"),
    "change_percent": ("value",),
    "first_bill": (),
    "adjustment": ("value",),
}
_NUMBER = re.compile(r"[0-9]{1,12}([.][0-9]{1,6}0*)?")


def forbid_unclear_holds() -> None:
    """Raises UsageError, one line with its number, for a row that is unclear, or is there twice."""
    products = {row["product"] for row in rows("rules/rule_rulesets.csv")}
    currencies = {row["currency"] for row in rows("maps/map_currencies.csv")}
    keys: dict[tuple, int] = {}
    for number, row in enumerate(rows(SEED), 2):
        if wrong := _wrong(row, products, currencies):
            raise UsageError(f"seeds/{SEED}: row {number}: {wrong}")
        said = tuple(row[name] for name in ("product", "measure", "currency", "valid_from"))
        for key, what in ((row["hold_id"], f"hold_id {row['hold_id']!r} is"), (said, "the same is said of the same day")):
            if key in keys:
                raise UsageError(f"seeds/{SEED}: row {number}: {what} in row {keys[key]} too; keep one of them")
            keys[key] = number


def _wrong(row: dict[str, str], products: set[str], currencies: set[str]) -> str | None:
    """What is unclear in a row, and what to do."""
    if not row["hold_id"].strip():
        return "hold_id is empty; give the hold a name"
    for name, known in (("product", products), ("measure", set(MEASURES))):
        if row[name] not in known:
            return f"{name} {row[name]!r} is not one of {', '.join(sorted(known))}"
    if row["currency"] and row["currency"] not in currencies:
        return f"currency {row['currency']!r} is not one of seeds/maps/map_currencies.csv"
    for name in MEASURES[row["measure"]]:
        if not row[name]:
            return f"{name} is empty; {row['measure']} needs one"
    if row["value"] and not _NUMBER.fullmatch(row["value"]):
        return f"value {row['value']!r} is no number with at most 12 digits and 6 more; write it like 1000 or 12.50"
    if row["measure"] == "first_bill" and row["value"].strip("0."):
        return f"value {row['value']!r} means nothing for first_bill; leave it empty"
    return None if is_date(row["valid_from"]) else f"valid_from {row['valid_from']!r} is no day; write it like 2026-03-31"
