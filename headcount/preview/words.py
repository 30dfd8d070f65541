"""A preview in words: what would be billed, period by period, beside the period before."""

from headcount import spelling
from headcount.preview.bill import Bill
from headcount.spelling import money
from headcount.words import name


def in_words(bill: Bill) -> str:
    counts = bill.rows("counts")
    return "\n".join([_headline(bill, counts), *_totals(bill), *_exceptions(bill), *_periods(bill, counts)])


def _headline(bill: Bill, counts: list[dict]) -> str:
    ended = [row for row in counts if row["status_then"] == "closed"]
    stays = len(counts) - len(ended)
    accounts = len({row["account_id"] for row in counts})
    users, before = sum(row["active_users"] for row in ended), sum(row["previous_active_users"] or 0 for row in ended)
    return (
        f"if all ended at {spelling.instant(bill.ends_at)}, with what is known at {spelling.instant(bill.as_of)}: "
        f"{accounts:,} accounts, {len(ended):,} periods that end with {users:,} active users (before: {before:,}), "
        f"{stays:,} that stay open; nothing was exported"
    )


def _totals(bill: Bill) -> list[str]:
    said = []
    for row in bill.rows("totals"):
        before = row["previous_amount"]
        beside = f" (before: {money(before, row['currency'])})" if before is not None else ""
        kind = name("line", row["line_kind"])
        said.append(f"total       {row['lines']:>9,} lines, {kind}: {money(row['amount'], row['currency'])}{beside}")
    return said


def _exceptions(bill: Bill) -> list[str]:
    return [
        f"not billed  {name('exception', row['exception'])} ({row['exception']}) of {row['account_id']}"
        f"{', ' + row['location_id'] if row['location_id'] != row['account_id'] else ''}: {row['detail']}"
        for row in bill.rows("exceptions")
    ]


def _periods(bill: Bill, counts: list[dict]) -> list[str]:
    """Each period with its lines; then, of each account, packages and adjustments."""
    lines: dict[tuple, list[str]] = {}
    others: dict[str, list[str]] = {}
    for line in bill.rows("lines"):
        said = f"    {line['description']}: {money(line['amount'], line['currency'])}"
        if line["line_kind"] == "active_users":
            lines.setdefault(_period(line), []).append(said)
        else:
            others.setdefault(line["account_id"], []).append(said)
    said = []
    for row in counts:
        said.append(f"{_place(row)} from {row['period_start_on']}{_status(row)}: {_count(row)}")
        said += lines.get(_period(row), [])
    for account, of_account in others.items():
        said += [f"{account}, beside its users:", *of_account]
    return said


def _period(row: dict) -> tuple:
    return row["account_id"], row["location_id"], row["period_start_at"]


def _place(row: dict) -> str:
    account, location = row["account_id"], row["location_id"]
    return account if account == location else f"{account}, {location}"


def _status(row: dict) -> str:
    if row["status_then"] == "open":
        return " (stays open)"
    return " (has ended, in grace)" if row["status_now"] == "grace" else ""


def _count(row: dict) -> str:
    amount = f", {money(row['amount'], row['currency'])}" if row["amount"] is not None else ""
    if row["previous_active_users"] is None:
        return f"{row['active_users']:,} active users{amount} (the first period)"
    before = f", {money(row['previous_amount'], row['currency'])}" if row["previous_amount"] is not None else ""
    return f"{row['active_users']:,} active users{amount} (before: {row['previous_active_users']:,}{before})"
