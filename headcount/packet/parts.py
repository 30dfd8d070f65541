"""What a customer may see of one account and period, each part by a query over the marts."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from headcount.errors import UsageError

# The periods that the local day overlaps, at each place. A day on which one ends and the next begins is in both.
_CHOSEN = """
    create temp table chosen as
    select
        periods.account_id, periods.location_id, periods.period_start_at, periods.period_end_at, places.timezone,
        places.currency
    from marts.dim_billing_periods as periods
    inner join intermediate.int_periods as places using (account_id, location_id, period_start_at)
    inner join marts.dim_local_days as days
        on places.timezone = days.timezone
            and days.local_on = $day
            and periods.period_start_at < days.ends_at
            and coalesce(periods.period_end_at > days.starts_at, true)
    where periods.account_id = $account
        and ($location is null or periods.location_id = $location)
"""

_OF_PERIOD = "inner join chosen using (account_id, location_id, period_start_at)"

PARTS = {
    "periods": f"""
        select
            periods.account_id, accounts.account_name, accounts.product, periods.location_id, locations.location_name,
            chosen.timezone, periods.period_start_on, periods.period_start_at, periods.period_end_at, periods.period_status,
            periods.knowledge_cutoff_at, periods.ruleset_id, counts.active_users, counts.registered_customers
        from marts.dim_billing_periods as periods
        {_OF_PERIOD}
        inner join marts.fct_active_user_counts as counts using (account_id, location_id, period_start_at)
        left join marts.dim_accounts as accounts on periods.account_id = accounts.account_id
        left join marts.dim_locations as locations
            on periods.account_id = locations.account_id and periods.location_id = locations.location_id
    """,
    # What has been counted since, which no bill holds yet.
    "open_periods": """
        select
            counts.account_id, counts.location_id, counts.period_start_on, counts.period_start_at, periods.period_end_at,
            counts.period_status, counts.active_users, counts.registered_customers, counts.ruleset_id
        from marts.fct_active_user_counts as counts
        inner join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at)
        where counts.period_status = 'open'
            and (counts.account_id, counts.location_id) in (select (account_id, location_id) from chosen)
    """,
    "counted": f"""
        select
            counted.account_id, counted.location_id, counted.period_start_at, counted.customer_id,
            counted.source, counted.activity_type, sources.is_paid, counted.evidence_id, counted.evidence_at,
            counted.payer_customer_id, counted.ruleset_id, counted.rule_id, articles.title as article,
            articles.published_on as article_published_on, counted.sentence
        from marts.active_user_explanations as counted
        {_OF_PERIOD}
        inner join marts.fct_active_user_sources as sources
            using (account_id, location_id, period_start_at, customer_id, source)
        left join seeds.rule_articles as articles on counted.article_id = articles.article_id
        where counted.is_counted
    """,
    "not_counted": f"""
        select
            uncounted.account_id, uncounted.location_id, uncounted.period_start_at, uncounted.customer_id,
            uncounted.activity_type, uncounted.reason, uncounted.ruleset_id, uncounted.rule_id, articles.title as article,
            articles.published_on as article_published_on, uncounted.sentence
        from marts.active_user_explanations as uncounted
        {_OF_PERIOD}
        left join seeds.rule_articles as articles on uncounted.article_id = articles.article_id
        where not uncounted.is_counted
    """,
    "corrections": f"""
        select account_id, location_id, period_start_at, customer_id, correction
        from marts.fct_active_user_corrections
        {_OF_PERIOD}
    """,
    "live_vs_invoiced": """
        select account_id, location_id, customer_id, counted_invoiced, counted_live, reason
        from marts.fct_live_vs_invoiced
        where (account_id, location_id) in (select (account_id, location_id) from chosen)
    """,
    "reconciliation": """
        select
            platform_invoice_id, account_id, invoice_number, invoiced_at, periods, is_closed,
            billed_users, active_users, difference_users, billed_amount, billed_currency, computed_amount, currency,
            difference_amount, explanation, explaining_ruleset_id
        from marts.fct_invoice_reconciliation
        where (account_id, invoiced_at) in (select (account_id, period_end_at) from chosen)
    """,
    # Of the period itself, of earlier ones that are settled with it, and the packages charged within it.
    "lines": """
        select lines.*
        from marts.fct_billing_lines as lines
        where exists (
            select 1 from chosen
            where lines.account_id = chosen.account_id
                and (
                    (
                        lines.location_id = chosen.location_id
                        and lines.line_kind in ('active_users', 'adjustment')
                        and (lines.period_start_at = chosen.period_start_at or lines.billed_at = chosen.period_end_at)
                    )
                    or (
                        lines.line_kind like 'package_%'
                        and lines.billed_at >= chosen.period_start_at
                        and coalesce(lines.billed_at < chosen.period_end_at, true)
                    )
                )
        )
    """,
    "adjustments": """
        select
            account_id, location_id, period_start_at, settled_period_start_at, billed_users, known_users, users_before, amount,
            currency
        from marts.fct_billing_adjustments as adjustments
        where exists (
            select 1 from chosen
            where adjustments.account_id = chosen.account_id
                and adjustments.location_id = chosen.location_id
                and chosen.period_start_at in (adjustments.period_start_at, adjustments.settled_period_start_at)
        )
    """,
    "adjustment_users": """
        select account_id, location_id, period_start_at, settled_period_start_at, customer_id, correction
        from marts.fct_billing_adjustment_users as adjusted
        where exists (
            select 1 from chosen
            where adjusted.account_id = chosen.account_id
                and adjusted.location_id = chosen.location_id
                and chosen.period_start_at in (adjusted.period_start_at, adjusted.settled_period_start_at)
        )
    """,
}


@dataclass(frozen=True)
class Packet:
    """What goes into the folder: a table for each part. An account that is not on record any more has no pages."""

    account: str
    location: str | None
    on: date
    has_pages: bool
    as_of: datetime
    tables: dict[str, pa.Table]
    minor_units: dict[str, int]


def gather(connection, warehouse: Path, account: str, location: str | None, on: date) -> Packet:
    """Every part. Raises UsageError for an account, location or date that the warehouse does not know."""
    _forbid_unknown(connection, warehouse, account, location)
    connection.execute(_CHOSEN, {"account": account, "location": location, "day": on})
    if not connection.execute("select 1 from chosen").fetchone():
        where = f"account {account!r}" if location is None else f"location {location!r}"
        raise UsageError(f"period {on}: no billing period of {where} holds that day; marts.dim_billing_periods has them")
    found = connection.execute("select table_name from information_schema.tables where table_schema = 'marts'").fetchall()
    marts = {mart for (mart,) in found}
    tables = {
        name: connection.execute(f"select * from ({sql}) order by all").to_arrow_table()
        for name, sql in PARTS.items()
        if _marts_of(sql) <= marts
    }
    has_pages = bool(connection.execute("select 1 from marts.dim_accounts where account_id = $1", [account]).fetchone())
    (as_of,) = connection.execute("select max(as_of_at) from marts.runs").fetchone()
    minor_units = dict(connection.execute("select currency, minor_units from seeds.map_currencies").fetchall())
    return Packet(account, location, on, has_pages, as_of, tables, minor_units)


def _marts_of(sql: str) -> set[str]:
    """The marts that a part is made of; a warehouse may have been built without the newest."""
    return set(re.findall(r"marts\.(\w+)", sql))


def _forbid_unknown(connection, warehouse: Path, account: str, location: str | None) -> None:
    found = connection.execute("select distinct location_id from marts.dim_billing_periods where account_id = $1", [account])
    places = sorted(place for (place,) in found.fetchall())
    if not places:
        raise UsageError(f"account {account!r} has no billing period in {warehouse}; look it up in marts.dim_accounts")
    if location is not None and location not in places:
        some = ", ".join(places[:10]) + (f", and {len(places) - 10} more" if len(places) > 10 else "")
        raise UsageError(f"location {location!r} is none of account {account!r}, which is counted at {some}")
