"""The end of a night in words: periods, counts, amounts, what was rejected, and where to look."""

import shlex
from pathlib import Path

from headcount.landing import Zone
from headcount.spelling import decimal, instant
from headcount.warehouse import attached


def summary(built: Path, export, warnings: list[str], zone: Zone, warehouse: Path) -> str:
    """The summary of the file just built, which will be `warehouse`. `export` is the export written, or None."""
    with attached(built) as connection:
        lines = [
            _headline(connection),
            *_periods(connection),
            *_corrections(connection),
            *_adjusted(connection),
            *_rejected(connection),
            *_passed_over(zone),
            *_over_limit(connection),
            *_reconciled(connection),
            *_thresholds(connection, export),
            *_unbilled(connection),
        ]
        lines += _money(export)
        lines += _older_than_landing(connection, export)
        warnings = [*warnings, *_nothing_landed(connection), *_before_first_activity(connection)]
    lines.append(f"dashboard   headcount dashboard --warehouse {shlex.quote(str(warehouse))}")
    lines += [f"warning     {text}" for text in warnings]
    if zone.passed_over:
        more = f", and {len(zone.passed_over) - 10:,} more" if len(zone.passed_over) > 10 else ""
        lines.append(f"warning     not a landed table, passed over: {', '.join(zone.passed_over[:10])}{more}")
    return "\n".join(lines)


def _headline(connection) -> str:
    as_of, ruleset = connection.execute("select max(as_of_at), max_by(ruleset_override, as_of_at) from marts.runs").fetchone()
    accounts, locations = connection.execute(
        "select count(distinct account_id), count(distinct (account_id, location_id)) from marts.dim_billing_periods"
    ).fetchone()
    what_if = f", every period under {ruleset}" if ruleset else ""
    return f"as of {instant(as_of)}: {accounts:,} accounts, {locations:,} places{what_if}"


def _periods(connection) -> list[str]:
    rows = connection.execute(
        """
        select period_status, count(*), sum(active_users)
        from marts.fct_active_user_counts group by period_status
        order by case period_status when 'closed' then 1 when 'grace' then 2 else 3 end
        """
    ).fetchall()
    return [f"{status:<11} {periods:>9,} periods   {users:>11,} active users" for status, periods, users in rows]


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
            lines.currency, currencies.minor_units, count(*),
            coalesce(sum(lines.amount) filter (where lines.amount > 0), 0),
            coalesce(sum(-lines.amount) filter (where lines.amount < 0), 0)
        from marts.fct_billing_lines as lines
        inner join seeds.map_currencies as currencies on lines.currency = currencies.currency
        where lines.line_kind = 'adjustment'
        group by lines.currency, currencies.minor_units
        order by lines.currency
        """
    ).fetchall()
    if not rows:
        return []
    number = sum(lines for _, _, lines, _, _ in rows)
    said = [
        f"{'':22}{decimal(more, digits)} {currency} billed and {decimal(less, digits)} {currency} paid back, in {lines:,} lines"
        for currency, digits, lines, more, less in rows
    ]
    return [f"adjusted    {number:>9,} lines of corrections to closed periods; see marts.fct_billing_adjustments", *said]


def _rejected(connection) -> list[str]:
    landed, rejected = connection.execute(
        "select sum(landed_rows), sum(rejected_rows) from marts.landing_reconciliation"
    ).fetchone()
    reasons = connection.execute(
        """
        select source_table, reason, count(*) from marts.rejected_records
        group by source_table, reason order by count(*) desc, source_table, reason limit 5
        """
    ).fetchall()
    lines = [f"landed      {landed:>9,} rows, {rejected:,} of them rejected"]
    lines += [f"            {number:>9,} {table}: {reason}" for table, reason, number in reasons]
    return lines


def _passed_over(zone: Zone) -> list[str]:
    """What writers leave beside their data: how much in each table's folder, and the first of it."""
    names: dict[str, list[str]] = {}
    for table, name in zone.passed_over_files:
        names.setdefault(table, []).append(name)
    lines = [
        f"{len(found):>9,} left by writers in {table}, such as {found[0]}" for table, found in sorted(names.items())
    ]
    return [f"{'' if number else 'passed over':<12}{line}" for number, line in enumerate(lines)]


def _over_limit(connection) -> list[str]:
    """Accounts whose newest period has more active clients than their package."""
    accounts = connection.execute(
        """
        select count(*) from (
            select max_by(is_over_limit, period_start_at) as is_over from marts.fct_package_usage group by account_id
        ) as newest where is_over
        """
    ).fetchone()[0]
    return [f"over limit  {accounts:>9,} accounts, in their newest period"] if accounts else []


def _reconciled(connection) -> list[str]:
    """The vendor's invoices that were held against the count, while nothing explains one of them."""
    invoices, unexplained = connection.execute(
        "select count(*), count(*) filter (where explanation = 'unexplained') from marts.fct_invoice_reconciliation"
    ).fetchone()
    said = f"of the vendor's invoices, {unexplained:,} of them unexplained; see marts.fct_invoice_reconciliation"
    return [f"reconciled  {invoices:>9,} {said}"] if unexplained else []


def _thresholds(connection, export) -> list[str]:
    """What leaves as alerts, or without an export what open periods have reached."""
    rows = connection.execute(
        "select measure, percent, count(*) "
        f"from {_REACHED if export is None else 'exports.exported_alerts'} "
        "group by measure, percent order by measure, percent"
    ).fetchall()
    if not rows:
        return []
    said = ", ".join(f"{number:,} {measure} {percent} %" for measure, percent, number in rows)
    what = "reached by periods that have not closed" if export is None else "newly reached, and told as alerts"
    return [f"thresholds  {sum(number for *_, number in rows):>9,} {what}: {said}"]


_REACHED = """
    marts.fct_threshold_crossings
    inner join marts.dim_billing_periods using (account_id, location_id, period_start_at)
    where period_status != 'closed'
"""


def _unbilled(connection) -> list[str]:
    """What should have been billed and could not be."""
    rows = connection.execute(
        "select exception, count(*), count(distinct account_id) from marts.billing_exceptions "
        "group by exception order by exception"
    ).fetchall()
    lines = [f"{number:,} {_UNBILLED[kind]} ({kind}), of {accounts:,} accounts" for kind, number, accounts in rows]
    if not lines:
        return []
    total = sum(number for _, number, _ in rows)
    return [f"not billed  {total:>9,} billing exceptions; see marts.billing_exceptions", *(f"{'':22}{line}" for line in lines)]


_UNBILLED = {
    "no_rate_card": "closed periods whose users have no rate card",
    "no_package_price": "charges whose package has no price",
    "no_package": "subscriptions without a package",
}


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


def _nothing_landed(connection) -> list[str]:
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
    amounts = ", ".join(f"{amount} {currency}" for currency, amount in export.totals.items()) or "nothing new"
    return [
        f"export      {export.lines:>9,} new billing lines: {amounts}",
        f"            {export.folder}",
        *_held(export),
    ]


def _held(export) -> list[str]:
    """Lines that wait for somebody's word, and how to see them."""
    if not export.held_lines:
        return []
    amounts = ", ".join(f"{amount} {currency}" for currency, amount in export.held_totals.items())
    where = shlex.quote(str(export.folder.parent.parent))
    return [
        f"held        {export.held_lines:>9,} billing lines wait for approval: {amounts}",
        f"            headcount held --exports {where}",
    ]
