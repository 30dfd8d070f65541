"""`headcount whatif`: closed periods under another ruleset beside the billed ones, with who moves and why."""

from pathlib import Path

from headcount.errors import UsageError
from headcount.spelling import decimal
from headcount.warehouse import open_warehouse

_PERIODS = """
    select
        compared.location_id, periods.period_start_on, compared.billed_ruleset_id,
        compared.billed_active_users, compared.active_users,
        compared.billed_amount, compared.amount, compared.currency, currencies.minor_units,
        compared.account_id, compared.period_start_at
    from marts.fct_whatif_counts as compared
    inner join marts.dim_billing_periods as periods
        on compared.account_id = periods.account_id
            and compared.location_id = periods.location_id
            and compared.period_start_at = periods.period_start_at
    left join seeds.map_currencies as currencies on compared.currency = currencies.currency
    where compared.ruleset_id = $ruleset
    order by compared.location_id, compared.period_start_at
"""

_MOVES = """
    select account_id, location_id, period_start_at, customer_id, move, why
    from marts.fct_whatif_moves
    where ruleset_id = $ruleset
    order by move, customer_id
"""


def whatif(warehouse: Path, ruleset: str) -> int:
    """Print the comparison. Raises UsageError for an unknown ruleset or a warehouse that cannot be read."""
    with open_warehouse(warehouse) as connection:
        known = [row[0] for row in connection.execute("select ruleset_id from seeds.rule_rulesets order by 1").fetchall()]
        if ruleset not in known:
            raise UsageError(f"ruleset {ruleset!r} is not one of {', '.join(known)}")
        own = connection.execute(
            "select count(*) from marts.dim_billing_periods where ruleset_id = $1 and period_status = 'closed'", [ruleset]
        ).fetchone()[0]
        rows = connection.execute(_PERIODS, {"ruleset": ruleset}).fetchall()
        print(f"{len(rows):,} closed periods under {ruleset}; {own:,} more were billed under it")
        moves: dict[tuple, list] = {}
        for *place_and_period, customer, move, why in connection.execute(_MOVES, {"ruleset": ruleset}).fetchall():
            moves.setdefault(tuple(place_and_period), []).append(f"    {move:<7} {customer}: {why}")
        sums: dict[str, list] = {}
        for location, start_on, billed_under, billed, users, was, would, currency, digits, account, start_at in rows:
            if currency and would is not None:
                of_currency = sums.setdefault(currency, [0, 0, digits])
                of_currency[0], of_currency[1] = of_currency[0] + was, of_currency[1] + would
            money = f", {decimal(was, digits)} -> {decimal(would, digits)} {currency}" if would is not None else ""
            print(f"  {location} from {start_on}: {billed:,} -> {users:,} active users{money} (billed under {billed_under})")
            for line in moves.get((account, location, start_at), ()):
                print(line)
        for currency, (was, would, digits) in sorted(sums.items()):
            print(f"all of them: {decimal(was, digits)} -> {decimal(would, digits)} {currency}")
    return 0
