"""`headcount whatif`: closed periods under another ruleset beside the billed ones, with who moves and why."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from headcount.errors import UsageError
from headcount.spelling import money
from headcount.warehouse import open_warehouse
from headcount.words import name, sentence

# As many lines as somebody reads. What is longer is cut to the periods with the greatest differences, and says so.
LINES, PERIODS, MOVES = 100, 20, 5

# The greatest difference of users first; amounts are in several currencies, which cannot be compared.
_PERIODS = """
    with moves as (
        select account_id, location_id, period_start_at, count(*) as moves
        from marts.fct_whatif_moves
        where ruleset_id = $ruleset
        group by account_id, location_id, period_start_at
    )
    select
        compared.*, periods.period_start_on, coalesce(moves.moves, 0) as moves
    from marts.fct_whatif_counts as compared
    inner join marts.dim_billing_periods as periods
        on compared.account_id = periods.account_id
            and compared.location_id = periods.location_id
            and compared.period_start_at = periods.period_start_at
    left join moves
        on compared.account_id = moves.account_id
            and compared.location_id = moves.location_id
            and compared.period_start_at = moves.period_start_at
    where compared.ruleset_id = $ruleset
    order by
        abs(compared.active_users - compared.billed_active_users) desc, moves desc,
        compared.location_id, compared.account_id, compared.period_start_at
"""

_MOVES = """
    select account_id, location_id, period_start_at, customer_id, move, why
    from marts.fct_whatif_moves
    where ruleset_id = $ruleset
    order by move, customer_id
"""


def whatif(warehouse: Path, ruleset: str, everything: bool = False) -> int:
    """Print what all periods come to, then each, the greatest difference first: of a long list the beginning, unless
    `everything` is asked for. Raises UsageError for an unknown ruleset or a warehouse that cannot be read."""
    with open_warehouse(warehouse) as connection:
        known = [row[0] for row in connection.execute("select ruleset_id from seeds.rule_rulesets order by 1").fetchall()]
        if ruleset not in known:
            raise UsageError(f"ruleset {ruleset!r} is not one of {', '.join(known)}")
        own = connection.execute(
            "select count(*) from marts.dim_billing_periods where ruleset_id = $1 and period_status = 'closed'", [ruleset]
        ).fetchone()[0]
        periods = connection.execute(_PERIODS, {"ruleset": ruleset}).to_arrow_table().to_pylist()
        moves: dict[tuple, list] = {}
        for *period, customer, move, why in connection.execute(_MOVES, {"ruleset": ruleset}).fetchall():
            moves.setdefault(tuple(period), []).append((customer, move, why))
    print(f"{len(periods):,} closed periods under {ruleset}; {own:,} more were billed under it")
    print(f"  {name('ruleset', ruleset)}: {sentence('ruleset', ruleset)}")
    print("\n".join(_totals(periods)))
    is_whole = everything or len(periods) + sum(map(len, moves.values())) <= LINES
    shown = periods if is_whole else periods[:PERIODS]
    for row in shown:
        print("\n".join(_in_words(row, moves.get(_key(row), []), is_whole)))
    if len(shown) < len(periods):
        print(f"and {len(periods) - len(shown):,} more periods, with smaller differences or none; --all shows them")
    return 0


def _key(row: dict) -> tuple:
    return row["account_id"], row["location_id"], row["period_start_at"]


def _totals(periods: list[dict]) -> list[str]:
    """What all of them come to: users, and in each currency what has an amount both ways."""
    was, would = (sum(row[column] for row in periods) for column in ("billed_active_users", "active_users"))
    other = sum(row["billed_active_users"] != row["active_users"] or row["moves"] > 0 for row in periods)
    sums: dict[str, list[Decimal]] = {}
    for row in periods:
        if row["amount"] is not None and row["currency"]:
            of_currency = sums.setdefault(row["currency"], [Decimal(0), Decimal(0)])
            of_currency[0], of_currency[1] = of_currency[0] + row["billed_amount"], of_currency[1] + row["amount"]
    return [
        f"all of them: {was:,} -> {would:,} active users, {other:,} periods in which others count",
        *(f"all of them: {money(billed, one)} -> {money(other, one)}" for one, (billed, other) in sorted(sums.items())),
    ]


def _in_words(row: dict, moves: list[tuple], is_whole: bool) -> Iterator[str]:
    """A period, and below it who moves and why: by which source somebody counts, for which reasons somebody does not."""
    amounts = ""
    if row["amount"] is not None:
        amounts = f", {money(row['billed_amount'], row['currency'])} -> {money(row['amount'], row['currency'])}"
    yield (
        f"  {row['location_id']} from {row['period_start_on']}: {row['billed_active_users']:,} -> {row['active_users']:,} "
        f"active users{amounts} (billed under {row['billed_ruleset_id']})"
    )
    for customer, move, why in moves if is_whole else moves[:MOVES]:
        said = ", ".join(name("source" if move == "added" else "reason", code) for code in why.split(","))
        yield f"    {move:<7} {customer}: {said}" + (f" ({why})" if why.replace(",", ", ") != said else "")
    if not is_whole and len(moves) > MOVES:
        yield f"    and {len(moves) - MOVES:,} more customers"
