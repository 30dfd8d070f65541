"""`headcount explain`: why a customer counts or does not, from the marts, in words."""

from datetime import date
from pathlib import Path

from headcount.errors import UsageError
from headcount.explain_money import adjustments_of_customer, money_of_period
from headcount.explain_thresholds import thresholds_of_period
from headcount.warehouse import open_warehouse

_PERIODS = """
    select
        periods.account_id, periods.location_id, periods.period_start_at, periods.period_end_at,
        periods.period_start_on, periods.period_status, periods.ruleset_id, periods.knowledge_cutoff_at,
        coalesce(locations.location_name, periods.location_id) as location_name,
        locations.timezone, corrections.correction
    from marts.dim_billing_periods as periods
    left join marts.dim_locations as locations on periods.location_id = locations.location_id
    left join marts.fct_active_user_corrections as corrections
        on periods.account_id = corrections.account_id
            and periods.location_id = corrections.location_id
            and periods.period_start_at = corrections.period_start_at
            and corrections.customer_id = $customer
    where periods.account_id in (
        select account_id from marts.dim_customers where customer_id = $customer
        union
        select account_id from marts.active_user_explanations where customer_id = $customer
    )
    order by periods.location_id, periods.period_start_at
"""

_EXPLANATIONS = """
    select
        explanations.*, articles.title, articles.published_on
    from marts.active_user_explanations as explanations
    left join seeds.rule_articles as articles on explanations.article_id = articles.article_id
    where explanations.customer_id = $customer
    order by explanations.is_counted desc, explanations.evidence_at, explanations.source,
        explanations.activity_type, explanations.reason
"""

REASONS = {
    "kind_does_not_count": "this kind of activity never counts",
    "free_does_not_count": "it was free, and only paid ones count",
    "invoice_not_valid": "the invoice is a draft, a credit note or void",
    "cancelled_booking": "the booking was cancelled, and the ruleset ignores those",
    "suspended": "the customer was suspended",
    "contract_not_open_at_end": "the contract was cancelled before the period ended",
    "payer_not_counted": "the team's paying customer does not count there",
}


def explain(warehouse: Path, customer: str, period: str | None) -> int:
    """Print why the customer counts or not. Raises UsageError for an unknown customer, date or warehouse."""
    on = _date(period)
    connection = open_warehouse(warehouse)
    with connection:
        periods = _rows(connection, _PERIODS, customer=customer)
        who = _rows(connection, "select * from marts.dim_customers where customer_id = $customer", customer=customer)
        if not periods and not who:
            raise UsageError(f"customer {customer!r} is not in the warehouse; look it up in marts.dim_customers")
        explanations = _rows(connection, _EXPLANATIONS, customer=customer)
        adjusted = adjustments_of_customer(connection, customer)
        if who:
            print(f"{customer}: {who[0]['customer_kind']} of {who[0]['account_id']}, status {who[0]['status']}")
        else:
            print(f"{customer}: no longer on record")
        shown = 0
        for one in periods:
            if on and not _holds(connection, one, on):
                continue
            shown += 1
            mine = [
                row
                for row in explanations
                if (row["location_id"], row["period_start_at"]) == (one["location_id"], one["period_start_at"])
            ]
            for line in _period_in_words(one, mine):
                print(line)
            for line in adjusted.get((one["location_id"], one["period_start_at"]), ()):
                print(line)
            if on:
                for line in (*money_of_period(connection, one), *thresholds_of_period(connection, one)):
                    print(line)
        if not shown:
            print(f"  no billing period{f' holds {on}' if on else ''}")
    return 0


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"period {text!r} is not a date; write it like 2026-03-31") from None


def _rows(connection, sql: str, **parameters) -> list[dict]:
    found = connection.execute(sql, parameters)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _holds(connection, period: dict, on: date) -> bool:
    """Whether the local day overlaps the period."""
    days = connection.execute(
        "select starts_at, ends_at from marts.dim_local_days where timezone = $1 and local_on = $2",
        [period["timezone"], on],
    ).fetchall()
    end = period["period_end_at"]
    return any(period["period_start_at"] < ends_at and (end is None or end > starts_at) for starts_at, ends_at in days)


def _instant(value) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if value else "now"


def _period_in_words(period: dict, mine: list[dict]) -> list[str]:
    counted = any(row["is_counted"] for row in mine)
    verdict = "counts" if counted else "does not count"
    lines = [
        f"  {period['location_name']} from {_instant(period['period_start_at'])} to {_instant(period['period_end_at'])} "
        f"({period['period_status']}): {verdict}, under {period['ruleset_id']}"
    ]
    if not mine:
        lines.append("    no activity of this customer is known there and then")
    for row in mine:
        lines.append("    " + (_source_in_words(row) if row["is_counted"] else _reason_in_words(row)))
    if period["correction"] == "late_addition":
        lines.append("    would count with what is known now; it became known after the period had closed")
    if period["correction"] == "retraction":
        lines.append("    would not count with what is known now; it was counted as the period closed")
    return lines


def _article(row: dict) -> str:
    if not row["rule_id"]:
        return "no rule names it"
    published = f", {row['published_on']}" if row["published_on"] else ""
    return f"rule {row['rule_id']}: {row['title']}{published}, sentence {row['sentence']}"


def _source_in_words(row: dict) -> str:
    payer = f", paid for by {row['payer_customer_id']}" if row["payer_customer_id"] else ""
    return (
        f"{row['source']}: {row['activity_type']} {row['evidence_id']} at {_instant(row['evidence_at'])}{payer} "
        f"({_article(row)})"
    )


def _reason_in_words(row: dict) -> str:
    return f"{row['activity_type']}: {REASONS[row['reason']]} ({row['reason']}; {_article(row)})"
