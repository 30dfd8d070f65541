"""`headcount explain`: why a customer counts or does not, from the marts, in words."""

from datetime import date
from pathlib import Path

from headcount.errors import UsageError
from headcount.explain.money import adjustments_of_customer, money_of_period
from headcount.explain.scope import overlapping, people_ask_about, the_others
from headcount.explain.thresholds import thresholds_of_period
from headcount.warehouse import open_warehouse
from headcount.words import name, sentence

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


def explain(warehouse: Path, customer: str, period: str | None, everything: bool = False) -> int:
    """Print why the customer counts or not: on a day, in `everything`, or in what people ask about, with a line for each
    other period. Raises UsageError for an unknown customer, date or warehouse."""
    on = _date(period)
    if on and everything:
        raise UsageError("--all is every period, --period one of them; give one of the two")
    with open_warehouse(warehouse) as connection:
        periods = _rows(connection, _PERIODS, customer=customer)
        who = _rows(connection, "select * from marts.dim_customers where customer_id = $customer", customer=customer)
        if not periods and not who:
            raise UsageError(f"customer {customer!r} is not in the warehouse; look it up in marts.dim_customers")
        mine: dict[tuple, list[dict]] = {}
        for row in _rows(connection, _EXPLANATIONS, customer=customer):
            mine.setdefault((row["location_id"], row["period_start_at"]), []).append(row)
        adjusted = adjustments_of_customer(connection, customer)
        home = who[0]["home_location_id"] if who else None
        print(_who(customer, who))
        if on:
            shown = overlapping(connection, periods, on)
        else:
            shown = periods if everything else people_ask_about(periods, mine, home)
        for one in shown:
            of_period = (one["location_id"], one["period_start_at"])
            print("\n".join([*_period_in_words(one, mine.get(of_period, [])), *adjusted.get(of_period, ())]))
            if on:
                for line in (*money_of_period(connection, one), *thresholds_of_period(connection, one)):
                    print(line)
        if not shown:
            print(f"  no billing period{f' holds {on}' if on else ''}")
        elif not on and not everything:
            print("\n".join(the_others(periods, shown, mine)))
    return 0


def _who(customer: str, who: list[dict]) -> str:
    if not who:
        return f"{customer}: no longer on record"
    return f"{customer}: {who[0]['customer_kind']} of {who[0]['account_id']}, status {who[0]['status']}"


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"period {text!r} is not a date; write it like 2026-03-31") from None


def _rows(connection, sql: str, **parameters) -> list[dict]:
    found = connection.execute(sql, parameters)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _instant(value) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if value else "now"


def _period_in_words(period: dict, mine: list[dict]) -> list[str]:
    verdict = "counts" if any(row["is_counted"] for row in mine) else "does not count"
    lines = [
        f"  {period['location_name']} from {_instant(period['period_start_at'])} to {_instant(period['period_end_at'])} "
        f"({name('state', period['period_status'])}): {verdict}, by the {name('ruleset', period['ruleset_id'])} "
        f"({period['ruleset_id']})"
    ]
    if not mine:
        lines.append("    no activity of this customer is known there and then")
    lines += ["    " + (_source_in_words(row) if row["is_counted"] else _reason_in_words(row)) for row in mine]
    if period["correction"]:
        lines.append(f"    {sentence('correction', period['correction'])} ({period['correction']})")
    return lines


def _article(row: dict) -> str:
    if not row["rule_id"]:
        return "no rule names it"
    published = f", {row['published_on']}" if row["published_on"] else ""
    return f"rule {row['rule_id']}, {name('rule', row['rule_id'])}: {row['title']}{published}, sentence {row['sentence']}"


def _source_in_words(row: dict) -> str:
    payer = f", paid for by {row['payer_customer_id']}" if row["payer_customer_id"] else ""
    return (
        f"{row['source']}: {sentence('source', row['source'])} {row['activity_type']} {row['evidence_id']} at "
        f"{_instant(row['evidence_at'])}{payer} ({_article(row)})"
    )


def _reason_in_words(row: dict) -> str:
    return f"{row['activity_type']}: {sentence('reason', row['reason'])} ({row['reason']}; {_article(row)})"
