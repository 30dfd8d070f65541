"""`headcount held`: the billing lines that are held, why, and which of them have been approved."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from headcount.exports.approvals import Approval
from headcount.exports.waiting import Listing, listing
from headcount.spelling import money
from headcount.words import name


def held(exports: Path) -> int:
    """Print what is held in a folder of exports. Raises UsageError where nothing was exported or it cannot be read."""
    found = listing(exports)
    approved = {line: found.approval(row) for line, row in found.lines.items()}
    waiting = [row for line, row in found.lines.items() if approved[line] is None]
    leaving = [row for line, row in found.lines.items() if approved[line] is not None]
    as_of = f" as of {found.as_of}" if found.as_of else ""
    print(f"held{as_of}: {len(waiting):,} billing lines wait for approval{after(totals(waiting))}")
    if leaving:
        print(f"approved: {len(leaving):,} billing lines leave with the next export{after(totals(leaving))}")
    for row in [*waiting, *leaving]:
        print("\n".join(_in_words(found, row, approved[row["billing_line_id"]])))
    return 0


def _in_words(found: Listing, row: dict, approval: Approval | None) -> list[str]:
    place = "" if row["location_id"] == row["account_id"] else f", {row['location_id']}"
    worth = money(row["amount"], row["currency"])
    lines = [
        f"  {row['billing_line_id']}  {row['account_id']}{place}: {name('line', row['line_kind'])}, {worth}",
        f"      {row['description']}",
        f"      held by {row['held_by']}",
    ]
    if approval:
        return [*lines, f"      approved {by_whom(approval)}"]
    return lines + [f"      {changed(row, one)}" for one in found.about(row)]


def changed(row: dict, approval: Approval) -> str:
    """Of a line that has been approved at another amount, in words."""
    was, now = approval.lines[row["billing_line_id"]], (row["amount"], row["currency"])
    return f"was approved at {money(*was)} {by_whom(approval)}, and is now {money(*now)}"


def by_whom(approval: Approval) -> str:
    """Who approved, when and in which file, on one line whatever they wrote."""
    note = f" ({' '.join(approval.note.split())})" if approval.note else ""
    return f"by {' '.join(approval.approved_by.split())} at {approval.approved_at}{note}, approval {approval.name}"


def totals(lines: Iterable[dict]) -> list[str]:
    """What lines come to in each currency, in words."""
    sums: Counter = Counter()
    for row in lines:
        sums[row["currency"]] += row["amount"]
    return [money(amount, currency) for currency, amount in sorted(sums.items())]


def after(amounts: list[str]) -> str:
    """Amounts at the end of a sentence."""
    return f": {', '.join(amounts)}" if amounts else ""
