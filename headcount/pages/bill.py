"""A bill: what an account is billed for one period, with all that is needed to work it out again."""

from datetime import date
from decimal import Decimal

from headcount.pages.forecast import forecasts
from headcount.pages.prices import Cards

# Of each bill the lines of its periods, of earlier ones settled with them, and the packages charged within, as in a packet.
_CHOSEN = """
    (
        select unnest($bills) as bill, unnest($places) as location_id, unnest($starts) as period_start_at,
            unnest($ends) as period_end_at
    ) as chosen
"""

_LINES = f"""
    select distinct chosen.bill, lines.*, amounts.billed_on, amounts.period_start_on,
        coalesce(locations.location_name, lines.location_id) as location_name
    from (select * from marts.fct_billing_lines where account_id = $account) as lines
    inner join (select billing_line_id, billed_on, period_start_on from marts.fct_billed_amounts where account_id = $account)
        as amounts using (billing_line_id)
    inner join {_CHOSEN}
        on (
            lines.location_id = chosen.location_id and lines.line_kind in ('active_users', 'adjustment')
            and (lines.period_start_at = chosen.period_start_at or lines.billed_at = chosen.period_end_at)
        ) or (
            lines.line_kind like 'package_%' and lines.billed_at >= chosen.period_start_at
            and coalesce(lines.billed_at < chosen.period_end_at, true)
        )
    left join marts.dim_locations as locations
        on lines.account_id = locations.account_id and lines.location_id = locations.location_id
    order by lines.line_kind = 'adjustment', lines.location_id, lines.line_kind, lines.period_start_at, lines.tier_number,
        lines.billed_at, lines.billing_line_id
"""

_CHARGES = "select * from marts.fct_package_charges where account_id = $account"

_EVIDENCE = f"""
    select chosen.bill, sources.source, rules.rule_id, count(distinct sources.customer_id) as users
    from (select * from marts.fct_active_user_sources where account_id = $account) as sources
    inner join {_CHOSEN} using (location_id, period_start_at)
    left join seeds.rule_conditions as rules
        on sources.rule_condition_id = concat(rules.ruleset_id, '/', rules.activity_type, '/', rules.price_kind)
    group by chosen.bill, sources.source, rules.rule_id
    order by users desc, sources.source, rules.rule_id
"""


def bills(reading, account: dict, location: str | None, chosen: list[tuple[date | None, list[dict]]]) -> list[dict]:
    """What the template says of each: a bill is of a day, and of the period at each place that holds it."""
    flat = [(number, period) for number, (_, periods) in enumerate(chosen) for period in periods]
    values = {"account": account["account_id"], "bills": [number for number, _ in flat]}
    columns = {"places": "location_id", "starts": "period_start_at", "ends": "period_end_at"}
    values |= {name: [period[column] for _, period in flat] for name, column in columns.items()}
    lines = reading.rows(_LINES, **values) if flat else []
    _work_out(reading, account, lines)
    evidence = reading.rows(_EVIDENCE, **values) if flat else []
    made = [
        _bill(account, location, on, periods, [line for line in lines if line["bill"] == number],
              [row for row in evidence if row["bill"] == number])
        for number, (on, periods) in enumerate(chosen)
    ]  # fmt: skip
    if not all(bill["is_final"] for bill in made):
        expected, limits = _expected(reading, account["account_id"]), _limits(reading, account["account_id"])
        for bill in made:
            if not bill["is_final"]:
                bill["coming"] = _coming(reading, bill, expected, limits)
    return made


def _bill(account: dict, location: str | None, on, periods: list[dict], lines: list[dict], evidence: list[dict]) -> dict:
    totals: dict[str, list] = {}
    for line in lines:
        totals.setdefault(line["currency"], []).append(line["amount"])
    return {
        "account": account, "location": location, "on": on, "periods": periods, "lines": lines,
        "totals": {currency: sum(amounts) for currency, amounts in totals.items()},
        "evidence": evidence,
        "rulesets": sorted({period["ruleset_id"] for period in periods}),
        "is_final": bool(periods) and all(period["period_status"] == "closed" for period in periods),
        "coming": None,
    }  # fmt: skip


def _expected(reading, account: str) -> dict[tuple, int]:
    """How many users the open period of each place will come to."""
    forecasts(reading)
    rows = reading.rows(
        "select location_id, period_start_at, forecast from forecasts where account_id = $account", account=account
    )
    return {(row["location_id"], row["period_start_at"]): row["forecast"] for row in rows}


def _limits(reading, account: str) -> dict:
    """The package of each period of the account: where there is one, users cost nothing by themselves."""
    rows = reading.rows("select * from marts.fct_package_usage where account_id = $account", account=account)
    return {row["period_start_at"]: row for row in rows}


def _coming(reading, bill: dict, expected: dict[tuple, int], limits: dict) -> dict:
    """What users of periods that have not closed come to by now, line by line, and what by the forecast."""
    cards, today, rows = reading.once("cards", Cards), reading.as_of.date(), []
    for period in bill["periods"]:
        if period["period_status"] == "closed":
            continue
        on = min(period["period_end_at"].date(), today) if period["period_end_at"] else today
        card = (period["product"], period["currency"], on)
        forecast = expected.get((period["location_id"], period["period_start_at"])) if period["period_status"] == "open" else None
        lines = cards.lines(*card, period["active_users"])
        rows.append({
            "period": period, "lines": lines, "package": limits.get(period["period_start_at"]), "forecast": forecast,
            "amount": None if lines is None else sum((line["amount"] for line in lines), Decimal(0)),
            "forecast_amount": None if forecast is None else cards.amount(*card, forecast),
        })  # fmt: skip
    return {"rows": rows, "totals": _totals(rows, "amount"), "forecast_totals": _totals(rows, "forecast_amount")}


def _totals(rows: list[dict], name: str) -> dict[str, Decimal]:
    """By currency, of places that have such an amount; none where one of them has none, since a part is no total."""
    if any(row[name] is None for row in rows):
        return {}
    totals: dict[str, Decimal] = {}
    for row in rows:
        currency = row["period"]["currency"]
        totals[currency] = totals.get(currency, Decimal(0)) + row[name]
    return totals


def _work_out(reading, account: dict, lines: list[dict]) -> None:
    """Beside each line what it is made of: the flat fee of its tier, or the days of a raise."""
    cards = reading.once("cards", Cards)
    charges = {
        (row["charged_at"], row["amount"], row["description"]): row
        for row in reading.rows(_CHARGES, account=account["account_id"])
    } if any(line["line_kind"].startswith("package_") for line in lines) else {}  # fmt: skip
    for line in lines:
        line["flat_fee"] = None
        line["charge"] = charges.get((line["billed_at"], line["amount"], line["description"]))
        if line["line_kind"] == "active_users":
            on = line["billed_on"]
            line["flat_fee"] = cards.flat_fee(account["product"], line["currency"], on, line["tier_number"])
