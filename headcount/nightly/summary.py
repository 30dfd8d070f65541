"""The end of a night in words: periods, counts, amounts, what was rejected, and where to look."""

import shlex
from pathlib import Path

import duckdb


def summary(built: Path, export, warnings: list[str], passed_over: list[str], warehouse: Path) -> str:
    """The summary of the file just built, which will be `warehouse`. `export` is the export written, or None."""
    with duckdb.connect(str(built), read_only=True) as connection:
        lines = [
            _headline(connection),
            *_periods(connection),
            *_corrections(connection),
            *_rejected(connection),
        ]
    lines += _money(export)
    lines.append(f"dashboard   headcount dashboard --warehouse {shlex.quote(str(warehouse))}")
    lines += [f"warning     {text}" for text in warnings]
    if passed_over:
        lines.append(f"warning     not a landed table, passed over: {', '.join(passed_over[:10])}")
    return "\n".join(lines)


def _headline(connection) -> str:
    as_of, ruleset = connection.execute("select max(as_of_at), max_by(ruleset_override, as_of_at) from marts.runs").fetchone()
    accounts, locations = connection.execute(
        "select count(distinct account_id), count(distinct (account_id, location_id)) from marts.dim_billing_periods"
    ).fetchone()
    what_if = f", every period under {ruleset}" if ruleset else ""
    return f"as of {as_of:%Y-%m-%dT%H:%M:%SZ}: {accounts:,} accounts, {locations:,} places{what_if}"


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


def _money(export) -> list[str]:
    if export is None:
        return ["export      none: nothing was exported (--no-export, or a what-if run, which bills nobody)"]
    amounts = ", ".join(f"{amount} {currency}" for currency, amount in export.totals.items()) or "nothing new"
    return [f"export      {export.lines:>9,} new billing lines: {amounts}", f"            {export.folder}"]
