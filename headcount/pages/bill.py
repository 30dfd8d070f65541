"""A bill: what an account is billed for one period, with all that is needed to work it out again."""

from datetime import date

from headcount.pages.account import chosen_periods
from headcount.pages.prices import Cards

# Lines of the period itself, of earlier ones settled with it, and the packages charged within it, as in a packet.
_LINES = """
    select lines.*, amounts.billed_on, amounts.period_start_on,
        coalesce(locations.location_name, lines.location_id) as location_name
    from marts.fct_billing_lines as lines
    inner join marts.fct_billed_amounts as amounts using (billing_line_id)
    left join marts.dim_locations as locations
        on lines.account_id = locations.account_id and lines.location_id = locations.location_id
    where lines.account_id = $account and exists (
        select 1
        from (
            select unnest($places) as location_id, unnest($starts) as start_at, unnest($ends) as end_at
        ) as chosen
        where (
            lines.location_id = chosen.location_id and lines.line_kind in ('active_users', 'adjustment')
            and (lines.period_start_at = chosen.start_at or lines.billed_at = chosen.end_at)
        ) or (
            lines.line_kind like 'package_%' and lines.billed_at >= chosen.start_at
            and coalesce(lines.billed_at < chosen.end_at, true)
        )
    )
    order by lines.line_kind = 'adjustment', lines.location_id, lines.line_kind, lines.period_start_at, lines.tier_number,
        lines.billed_at, lines.billing_line_id
"""

_CHARGES = "select * from marts.fct_package_charges where account_id = $account"

_EVIDENCE = """
    select sources.source, rules.rule_id, count(distinct sources.customer_id) as users
    from (select * from marts.fct_active_user_sources where account_id = $account) as sources
    inner join (select unnest($places) as location_id, unnest($starts) as period_start_at) as chosen
        using (location_id, period_start_at)
    left join seeds.rule_conditions as rules
        on sources.rule_condition_id = concat(rules.ruleset_id, '/', rules.activity_type, '/', rules.price_kind)
    group by sources.source, rules.rule_id
    order by users desc, sources.source, rules.rule_id
"""


def bill(reading, account: dict, location: str | None, on: date | None, chosen: tuple | None = None) -> dict:
    """What the template says."""
    on, periods, _ = chosen or chosen_periods(reading, account["account_id"], location, on)
    where = {"account": account["account_id"], "places": [period["location_id"] for period in periods],
             "starts": [period["period_start_at"] for period in periods]}  # fmt: skip
    ends = [period["period_end_at"] for period in periods]
    lines = reading.rows(_LINES, **where, ends=ends) if periods else []
    _work_out(reading, account, lines)
    totals: dict[str, list] = {}
    for line in lines:
        totals.setdefault(line["currency"], []).append(line["amount"])
    return {
        "account": account, "location": location, "on": on, "periods": periods, "lines": lines,
        "totals": {currency: sum(amounts) for currency, amounts in totals.items()},
        "evidence": reading.rows(_EVIDENCE, **where) if periods else [],
        "rulesets": sorted({period["ruleset_id"] for period in periods}),
        "is_final": bool(periods) and all(period["period_status"] == "closed" for period in periods),
    }  # fmt: skip


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
