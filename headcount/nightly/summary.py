"""The end of a night in words: what somebody has to look at, the worst first, then periods, counts and amounts, and where
to look."""

import shlex
from decimal import Decimal
from pathlib import Path

from headcount.landing import Zone
from headcount.nightly.attention import attention
from headcount.spelling import instant, money
from headcount.warehouse import attached
from headcount.words import name

# Of names of what was passed over.
_NAMED = 10


def summary(built: Path, export, warnings: list[str], zone: Zone, warehouse: Path) -> str:
    """The summary of the file just built, which will be `warehouse`. `export` is the export written, or None."""
    with attached(built) as connection:
        warnings = [*_nothing_landed(connection, zone), *warnings, *_before_first_activity(connection), *_no_tables(zone)]
        lines = [
            *_headline(connection),
            *attention(connection, export, warnings),
            *_periods(connection),
            *_corrections(connection),
            *_adjusted(connection),
            *_landed(connection),
            *_passed_over(zone),
            *_money(export),
            *_older_than_landing(connection, export),
        ]
    lines.append(f"dashboard   headcount dashboard --warehouse {shlex.quote(str(warehouse))}")
    return "\n".join(lines)


def _headline(connection) -> list[str]:
    """Accounts are those on record, here and on every page; what is not the same number is said beside it."""
    as_of, ruleset = connection.execute("select max(as_of_at), max_by(ruleset_override, as_of_at) from marts.runs").fetchone()
    accounts, uncounted, gone, places = connection.execute(
        """
        with counted as (select distinct account_id, location_id from marts.dim_billing_periods)
        select
            (select count(*) from marts.dim_accounts),
            (select count(*) from marts.dim_accounts where account_id not in (select account_id from counted)),
            (select count(distinct account_id) from counted where account_id not in (select account_id from marts.dim_accounts)),
            (select count(*) from counted)
        """
    ).fetchone()
    beside = [f"{uncounted:,} of them without a place to count at"] if uncounted else []
    beside += [f"beside them {gone:,} deleted with periods"] if gone else []
    what_if = f", every period under {ruleset}" if ruleset else ""
    note = f" ({'; '.join(beside)})" if beside else ""
    return [f"as of {instant(as_of)}: {accounts:,} accounts on record{note}, {places:,} places{what_if}"]


def _periods(connection) -> list[str]:
    rows = connection.execute(
        """
        select period_status, count(*), sum(active_users)
        from marts.fct_active_user_counts group by period_status
        order by case period_status when 'closed' then 1 when 'grace' then 2 else 3 end
        """
    ).fetchall()
    return [f"{name('state', state):<11} {periods:>9,} periods   {users:>11,} active users" for state, periods, users in rows]


def _corrections(connection) -> list[str]:
    rows = connection.execute(
        "select correction, count(*) from marts.fct_active_user_corrections group by correction order by correction"
    ).fetchall()
    words = {"late_addition": "late additions", "retraction": "retractions"}
    return [f"corrections {number:>9,} {words[kind]} to closed periods (billed as they closed)" for kind, number in rows]


def _adjusted(connection) -> list[str]:
    """What corrections have come to so far, in each currency: billed, and paid back."""
    rows = connection.execute(
        """
        select
            currency, count(*),
            coalesce(sum(amount) filter (where amount > 0), 0),
            coalesce(sum(-amount) filter (where amount < 0), 0)
        from marts.fct_billing_lines
        where line_kind = 'adjustment'
        group by currency
        order by currency
        """
    ).fetchall()
    if not rows:
        return []
    number = sum(lines for _, lines, _, _ in rows)
    said = [
        f"{'':22}{money(more, currency)} billed and {money(less, currency)} paid back, in {lines:,} lines"
        for currency, lines, more, less in rows
    ]
    return [f"adjusted    {number:>9,} lines of corrections to closed periods; see marts.fct_billing_adjustments", *said]


def _landed(connection) -> list[str]:
    (landed,) = connection.execute("select sum(landed_rows) from marts.landing_reconciliation").fetchone()
    return [f"landed      {landed:>9,} rows"]


def _passed_over(zone: Zone) -> list[str]:
    """What writers leave beside their data: how much in each table's folder, and the first of it."""
    names: dict[str, list[str]] = {}
    for table, left in zone.passed_over_files:
        names.setdefault(table, []).append(left)
    lines = [f"{len(found):>9,} left by writers in {table}, such as {found[0]}" for table, found in sorted(names.items())]
    return [f"{'' if number else 'passed over':<12}{line}" for number, line in enumerate(lines)]


def _no_tables(zone: Zone) -> list[str]:
    """What lies in the zone's own folder and is no table."""
    if not zone.passed_over:
        return []
    more = f", and {len(zone.passed_over) - _NAMED:,} more" if len(zone.passed_over) > _NAMED else ""
    return [f"not a landed table, passed over: {', '.join(zone.passed_over[:_NAMED])}{more}"]


def _older_than_landing(connection, export) -> list[str]:
    """History that leaves with this export: charges and lines from before their account was landed."""
    if export is None:
        return []
    rows = connection.execute(
        """
        select
            count(*) filter (where lines.line_kind like 'package%'),
            count(*) filter (where lines.line_kind not like 'package%'),
            count(distinct lines.account_id),
            cast(min(lines.billed_at) as date)
        from exports.exported_billing_lines as lines
        inner join intermediate.int_accounts__known as accounts on lines.account_id = accounts.account_id
        where lines.billed_at < greatest(accounts.first_known_at, accounts.history_complete_at)
        """
    ).fetchone()
    charges, users, accounts, first = rows
    if not charges + users:
        return []
    old = f"{charges:,} package charges and {users:,} lines of users among them"
    return [f"            {old} are older than the landing of their account ({accounts:,} accounts, from {first} on)"]


def _nothing_landed(connection, zone: Zone) -> list[str]:
    """An empty night is exit code 0, since a zone may be about to be filled; a folder that is not mounted looks the same."""
    if not zone.files:
        return [f"the landing folder {zone.folder} holds no file of a landed table: nothing was counted; is it the right one?"]
    (landed,) = connection.execute("select sum(landed_rows) from marts.landing_reconciliation").fetchone()
    return [] if landed else ["the landing zone holds no row that was loaded by then: everything is empty"]


def _before_first_activity(connection) -> list[str]:
    """Accounts with more than ten years of months before anybody did anything: a default in place of a date."""
    rows = connection.execute(
        """
        with active as (
            select account_id, period_start_at from marts.fct_active_users
            union all
            select account_id, period_start_at from marts.fct_uncounted_activity
        ),
        firsts as (select account_id, min(period_start_at) as first_at from active group by account_id)
        select periods.account_id, count(*)
        from marts.dim_billing_periods as periods
        left join firsts on periods.account_id = firsts.account_id
        where firsts.first_at is null or periods.period_start_at < firsts.first_at
        group by periods.account_id, periods.location_id
        having count(*) > 120
        order by count(*) desc, periods.account_id
        """
    ).fetchall()
    said = [f"account {one!r}: {periods:,} periods before its first activity; is created_at right?" for one, periods in rows]
    return said[:5] + ([f"and {len(said) - 5} more such accounts"] if len(said) > 5 else [])


def _money(export) -> list[str]:
    if export is None:
        return ["export      none: nothing was exported (--no-export, or a what-if run, which bills nobody)"]
    amounts = ", ".join(money(Decimal(amount), currency) for currency, amount in export.totals.items()) or "nothing new"
    return [f"export      {export.lines:>9,} new billing lines: {amounts}", f"            {export.folder}"]
