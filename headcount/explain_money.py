"""The money behind a period: its billing lines and packages, with the arithmetic in words."""

from headcount.explain_holds import holds_of
from headcount.spelling import decimal


def money_of_period(connection, period: dict) -> list[str]:
    """The billing lines of a period of an account and location, a text line each, and below it what holds it."""
    rows = connection.execute(
        """
        select lines.description, lines.amount, lines.currency, lines.billing_line_id, currencies.minor_units
        from marts.fct_billing_lines as lines
        inner join seeds.map_currencies as currencies on lines.currency = currencies.currency
        where account_id = $account
            and (location_id = $location or location_id = $account)
            and period_start_at < coalesce($end_at, timestamp '9999-12-31')
            and coalesce(period_end_at, timestamp '9999-12-31') > $start_at
        order by billed_at, line_kind, tier_number, billing_line_id
        """,
        {
            "account": period["account_id"],
            "location": period["location_id"],
            "start_at": period["period_start_at"],
            "end_at": period["period_end_at"],
        },
    ).fetchall()
    held, said = holds_of(connection, [row[3] for row in rows]), []
    for text, amount, currency, line_id, digits in rows:
        said += [f"    billed {decimal(amount, digits)} {currency}: {text} (line {line_id})", *held.get(line_id, [])]
    return said
