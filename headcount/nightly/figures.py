"""The end of a night in figures, for programs; headcount/nightly/summary.py says it in words."""

from pathlib import Path

from headcount.spelling import instant
from headcount.warehouse import attached


def figures(built: Path, export, warnings: list[str], sealed_until) -> dict:
    """What whoever watches nights wants to know of the file just built. `export` is the export written, or None."""
    with attached(built) as connection:
        (as_of,) = connection.execute("select max(as_of_at) from marts.runs").fetchone()
        periods = connection.execute(
            "select period_status, count(*) from marts.fct_active_user_counts group by all order by all"
        ).fetchall()
        rows = connection.execute("select sum(landed_rows), sum(rejected_rows) from marts.landing_reconciliation").fetchone()
        return {
            "as_of": instant(as_of),
            "is_whole_build": sealed_until is None,
            "periods": dict(periods),
            "landed_rows": int(rows[0] or 0),
            "rejected_rows": int(rows[1] or 0),
            "billing_exceptions": connection.execute("select count(*) from marts.billing_exceptions").fetchone()[0],
            "corrections": connection.execute("select count(*) from marts.fct_active_user_corrections").fetchone()[0],
            "export": str(export.folder) if export else None,
            "new_billing_lines": export.lines if export else None,
            "new_amounts": export.totals if export else None,
            "warnings": len(warnings),
        }
