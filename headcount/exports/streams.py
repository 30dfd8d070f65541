"""What leaves: billing lines and alerts, each once, by one machinery and each with a ledger of its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stream:
    """One kind of export. `name` is its folder below EXPORTS, `key` the column that says which row is which."""

    name: str
    key: str
    # The file of a complete export that holds its rows, and the model whose rows leave.
    file: str
    leaving: str
    # In the warehouse: the view of what has left, and the table of the exports.
    left: str
    exports: str
    # The columns that its ledger cannot be without.
    needed: frozenset[str]
    # Where a column that is younger than the ledger is looked up; None of a ledger that holds the keys alone.
    looked_up: str | None = None

    def remembered(self, export: str) -> str:
        """How a warehouse calls an export that it remembers. Those of billing were there first, and have no prefix."""
        return export if self == BILLING else f"{self.name}/{export}"


BILLING = Stream(
    name="billing",
    key="billing_line_id",
    file="billing_lines.parquet",
    leaving="exports.exported_billing_lines",
    left="ledger.lines",
    exports="ledger.exports",
    needed=frozenset({"billing_line_id", "amount", "export"}),
    looked_up="marts.fct_billing_lines",
)
ALERTS = Stream(
    name="alerts",
    key="alert_id",
    file="alerts.ndjson",
    leaving="exports.exported_alerts",
    left="ledger.alerts",
    exports="ledger.alert_exports",
    needed=frozenset({"alert_id", "export"}),
)
STREAMS = (BILLING, ALERTS)
