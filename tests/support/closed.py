"""What a run says for ever: rows of closed periods, final charges and billing lines, held against later runs."""

from collections import Counter
from datetime import datetime

from tests.support.contents import rows_of, unlike

# What of a mart a run at `as_of` says for ever, as a condition on its rows in any later run.
PERIODS_CLOSED = (
    "(account_id, period_start_at) in (select (closed.account_id, closed.period_start_at) "
    "from marts.dim_billing_periods as closed where closed.knowledge_cutoff_at <= timestamp '{as_of}' "
    "and closed.location_id = {location})"
)
OF_LOCATIONS = PERIODS_CLOSED.replace("{location}", "{mart}.location_id")
# A period between may close later, up to a day, and the adjustment waits for it.
OF_ADJUSTMENTS = (
    f"{OF_LOCATIONS} and {OF_LOCATIONS.replace('(account_id, period', '(account_id, settled_period', 1)} "
    "and not exists (select 1 from marts.dim_billing_periods as between_them where between_them.location_id = {mart}.location_id "
    "and between_them.period_start_at > {mart}.period_start_at "
    "and between_them.period_start_at < {mart}.settled_period_start_at "
    "and between_them.knowledge_cutoff_at > timestamp '{as_of}')"
)
FOR_EVER = {
    "dim_billing_periods": "knowledge_cutoff_at <= timestamp '{as_of}'",
    "fct_active_users": OF_LOCATIONS,
    "fct_active_user_sources": OF_LOCATIONS,
    "fct_active_user_counts": OF_LOCATIONS,
    "fct_daily_active_users": OF_LOCATIONS,
    "fct_uncounted_activity": OF_LOCATIONS,
    # A period before may close later, up to a day, and who is new depends on it.
    "fct_active_user_movements": f"{OF_LOCATIONS} and not exists (select 1 from marts.dim_billing_periods as earlier "
    "where earlier.location_id = {mart}.location_id and earlier.period_start_at < {mart}.period_start_at "
    "and earlier.knowledge_cutoff_at > timestamp '{as_of}')",
    "fct_package_usage": PERIODS_CLOSED.replace("{location}", "{mart}.account_id"),
    "fct_billing_lines": f"line_kind = 'active_users' and {OF_LOCATIONS}",
    "fct_billing_adjustments": OF_ADJUSTMENTS,
    "fct_billing_adjustment_users": OF_ADJUSTMENTS,
    "fct_threshold_crossings": OF_LOCATIONS,
}


def for_ever(connection, as_of: datetime) -> dict[str, Counter]:
    """The rows of closed periods, as the run at the (later or same) instant of the connection has them."""
    return {
        mart: rows_of(connection, mart, condition.format(as_of=as_of, mart=mart))
        for mart, condition in FOR_EVER.items()
    }


def charges_and_lines(connection) -> dict[str, Counter]:
    return {
        "fct_package_charges": rows_of(connection, "fct_package_charges", "is_final"),
        "fct_billing_lines": rows_of(connection, "fct_billing_lines"),
        "fct_billed_amounts": rows_of(connection, "fct_billed_amounts"),
    }


def holds_of(connection) -> dict[str, set[str]]:
    """By which holds each billing line waits."""
    rows = connection.execute(
        "select lines.billing_line_id, list(hold_id) filter (where hold_id is not null) from marts.fct_billing_lines as lines "
        "left join marts.fct_held_lines as held on lines.billing_line_id = held.billing_line_id group by lines.billing_line_id"
    ).fetchall()
    return {line: set(holds or []) for line, holds in rows}


class Closed:
    """Runs over one landing zone, the earliest first; `held` counts the rows that were held against later ones."""

    def __init__(self):
        self.held = 0
        self._runs: list[tuple[datetime, dict[str, Counter], dict[str, Counter]]] = []
        # Of the first run that has the line: what left then cannot be held later.
        self._holds: dict[str, set[str]] = {}

    def held_against(self, connection, as_of: datetime) -> list[str]:
        """A line for each row of the earlier runs that the run of a connection has lost, changed or added to."""
        said, kept = [], charges_and_lines(connection)
        for earlier_at, closed, billed in self._runs:
            now = for_ever(connection, earlier_at)
            said += [f"closed at {earlier_at}, other at {as_of}: {line}" for line in unlike(closed, now)]
            said += [f"billed at {earlier_at}, gone at {as_of}: {mart}: {row}" for mart in billed
                     for row in billed[mart] - kept[mart]]  # fmt: skip
        for line, holds in holds_of(connection).items():
            said += [f"held at {as_of} and not before: {line} by {hold}" for hold in holds - self._holds.setdefault(line, holds)]
        closed = for_ever(connection, as_of)
        self.held += sum(map(Counter.total, closed.values())) + sum(map(Counter.total, kept.values()))
        self._runs.append((as_of, closed, kept))
        return said
