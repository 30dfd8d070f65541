"""The money behind a period: its billing lines, adjustments and packages, with the arithmetic in words."""

from headcount.spelling import money

# A period of a place has the lines that are of it, its account's packages, and the adjustments of earlier periods that are
# billed with it.
_LINES = """
    select
        lines.description, lines.amount, lines.currency, lines.billing_line_id,
        lines.line_kind = 'adjustment' as is_adjustment,
        lines.line_kind = 'adjustment' and lines.period_start_at < $start_at as is_of_another
    from marts.fct_billing_lines as lines
    where lines.account_id = $account
        and (lines.location_id = $location or lines.location_id = $account)
        and (
            lines.period_start_at < coalesce($end_at, timestamp '9999-12-31')
            and coalesce(lines.period_end_at, timestamp '9999-12-31') > $start_at
            or lines.line_kind = 'adjustment' and lines.billed_at = $end_at
        )
    order by is_of_another, lines.billed_at, lines.line_kind, lines.tier_number, lines.period_start_at, lines.billing_line_id
"""

_ADJUSTED = """
    select users.location_id, users.period_start_at, users.correction, lines.billed_at, lines.billing_line_id
    from marts.fct_billing_adjustment_users as users
    inner join marts.fct_billing_adjustments as adjustments
        using (account_id, location_id, period_start_at, settled_period_start_at)
    inner join marts.fct_billing_lines as lines
        on users.account_id = lines.account_id
            and users.location_id = lines.location_id
            and users.period_start_at = lines.period_start_at
            and adjustments.settled_at = lines.billed_at
            and lines.line_kind = 'adjustment'
    where users.customer_id = $customer
    order by lines.billed_at
"""

_KNOWN = {
    "late_addition": "counts by what was known later: among the users of the adjustment",
    "retraction": "does not count by what was known later: taken back with the adjustment",
}


def money_of_period(connection, period: dict) -> list[str]:
    """The billing lines of a period of an account and location, a text line each, and below it what holds it."""
    rows = connection.execute(
        _LINES,
        {
            "account": period["account_id"],
            "location": period["location_id"],
            "start_at": period["period_start_at"],
            "end_at": period["period_end_at"],
        },
    ).fetchall()
    held = _holds_of(connection, [row[3] for row in rows])
    said = []
    for text, amount, currency, line_id, is_adjustment, is_of_another in rows:
        worth = money(abs(amount) if is_adjustment else amount, currency)
        said.append(f"    {_did(is_adjustment, is_of_another, amount)} {worth}: {text} (line {line_id})")
        said += held.get(line_id, [])
    return said


def _did(is_adjustment: bool, is_of_another: bool, amount) -> str:
    if not is_adjustment:
        return "billed"
    return f"{'with this period' if is_of_another else 'later'} {'billed' if amount > 0 else 'paid back'}"


def adjustments_of_customer(connection, customer: str) -> dict[tuple, list[str]]:
    """In which adjustments of which period (location, start) a customer counts or is taken back, one text line each."""
    found: dict[tuple, list[str]] = {}
    for location, start_at, correction, billed_at, line_id in connection.execute(_ADJUSTED, {"customer": customer}).fetchall():
        line = f"    {_KNOWN[correction]} billed at {billed_at:%Y-%m-%d %H:%M:%S} UTC (line {line_id})"
        found.setdefault((location, start_at), []).append(line)
    return found


def _holds_of(connection, line_ids: list[str]) -> dict[str, list[str]]:
    """What holds each of the lines, or held it until it was approved, by its id."""
    rows = connection.execute(
        "select billing_line_id, hold_id, detail from marts.fct_held_lines "
        "where billing_line_id in (select unnest($lines)) order by billing_line_id, hold_id",
        {"lines": line_ids},
    ).fetchall()
    said: dict[str, list[str]] = {}
    for line, hold, detail in rows:
        said.setdefault(line, []).append(f"      held until somebody approves it, by {hold}: {detail}")
    return said
