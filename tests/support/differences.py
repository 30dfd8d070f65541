"""Compares the marts of a warehouse with the oracle's, row by row."""

from collections import Counter
from decimal import Decimal

# What the oracle does not say: names made up for people, hashes and raw texts.
_LEFT_OUT = {"fct_billing_lines": {"billing_line_id", "description"}}
_REJECTED = ["source_table", "record_key", "reason"]
# For the oracle a line is all that stands on it, and held lines name it by that.
_HELD = "select lines.*, held.hold_id from marts.fct_held_lines as held left join marts.fct_billing_lines as lines"
_READ_FROM = {"fct_held_lines": f"({_HELD} using (billing_line_id))"}


def differences(connection, expected: dict[str, list[dict]], marts: list[str] | None = None) -> list[str]:
    """One line for each row that only one of the two has; empty when they agree."""
    found = []
    for mart, wanted_rows in expected.items():
        if marts is not None and mart not in marts:
            continue
        columns = _columns(connection, mart, wanted_rows)
        if not columns:
            continue
        ours = connection.execute(f"select {', '.join(columns)} from {_read_from(mart)}").fetchall()
        wanted = Counter()
        for row in wanted_rows:
            wanted[tuple(_value(row[c]) for c in columns)] += row.get("rows", 1) if mart == "rejected_records" else 1
        built = Counter(tuple(_value(value) for value in row) for row in ours)
        found += [f"{mart}: only the oracle has {_said(columns, row)}" for row in sorted(wanted - built, key=repr)]
        found += [f"{mart}: only the warehouse has {_said(columns, row)}" for row in sorted(built - wanted, key=repr)]
    return found


def _read_from(mart: str) -> str:
    return _READ_FROM.get(mart, f"marts.{mart}")


def _columns(connection, mart: str, wanted_rows: list[dict]) -> list[str]:
    there = [row[0] for row in connection.execute(f"describe select * from {_read_from(mart)}").fetchall()]
    if mart == "rejected_records":
        return _REJECTED
    if not wanted_rows:
        return there[:1]
    missing = set(wanted_rows[0]) - set(there)
    assert not missing, f"{mart} has no column {missing}"
    return [c for c in wanted_rows[0] if c not in _LEFT_OUT.get(mart, ())]


def _value(value):
    return value.normalize() + 0 if isinstance(value, Decimal) else value


def _said(columns, row) -> str:
    return ", ".join(f"{c}={v}" for c, v in zip(columns, row, strict=True))
