"""The page on which every code of the marts stands with what it means."""

from headcount import words

# Kinds in the order of the page: its heading, and where the codes stand. Rules have pages of their own.
_KINDS = {
    "source": ("Sources", "What makes somebody count: `source` of `fct_active_user_sources`, `sources` of `fct_active_users`."),
    "activity": ("Kinds of activity", "`activity_type`; `*` is any other word."),
    "reason": ("Why activity does not count", "`reason` of `fct_uncounted_activity`, `why` of `fct_whatif_moves`."),
    "correction": ("Corrections", "`correction` of `fct_active_user_corrections` and `fct_billing_adjustment_users`."),
    "movement": ("Movements", "`movement` of `fct_active_user_movements`."),
    "live": ("The open period against the last", "`reason` of `fct_live_vs_invoiced`."),
    "move": ("Moves under another ruleset", "`move` of `fct_whatif_moves`."),
    "customer_kind": ("Kinds of customers", "`customer_kind` of `dim_customers`."),
    "status": ("Status of a customer", "`status` of `dim_customers`."),
    "state": ("States of a period", "`period_status` of `dim_billing_periods`."),
    "ruleset": ("Rulesets", "`ruleset_id`."),
    "period_rule": ("Periods", "`period` of `rule_rulesets`."),
    "counted_by": ("Counted by", "`counted_by` of `rule_rulesets`."),
    "contract_condition": ("Which contracts count", "`contract_condition` of `rule_rulesets`."),
    "contract_from": ("From when a contract counts", "`contract_from` of `rule_rulesets`."),
    "suspension": ("Suspension", "`suspension` of `rule_rulesets`."),
    "team_condition": ("Teams", "`team_condition` of `rule_rulesets`."),
    "cancelled_bookings": ("Cancelled bookings", "`cancelled_bookings` of `rule_rulesets`."),
    "proration": ("Raises within a term", "`proration` of `rule_rulesets`."),
    "corrections": ("What becomes of corrections", "`corrections` of `rule_rulesets`."),
    "price_kind": ("Free and paid", "`price_kind` of `rule_conditions`."),
    "line": ("Billing lines", "`line_kind` of `fct_billing_lines`."),
    "charge": ("Package charges", "`charge_kind` of `fct_package_charges`."),
    "duration": ("Durations of packages", "`duration` of `fct_package_charges` and `fct_package_usage`."),
    "adjustment": ("Adjustments", "An `amount` of `fct_billing_adjustments` above or below zero."),
    "exception": ("What could not be billed", "`exception` of `billing_exceptions`."),
    "reconciliation": ("Vendor's invoices", "`explanation` of `fct_invoice_reconciliation`."),
    "hold": ("Holds", "`measure` of `rule_holds` and `fct_held_lines`."),
    "threshold": ("Thresholds", "`measure` of `rule_thresholds` and `fct_threshold_crossings`."),
    "rejection": ("Why a landed row is rejected", "`reason` of `rejected_records`; `*` is the column."),
    "check": ("Checks", "What one says that failed, about what has landed or what is built; `*` is a column or a table."),
}


def codes_page() -> str:
    """A table for each kind."""
    lines = ["# What each code means", "", "Marts and files have codes; pages, packets and commands say these sentences.", ""]
    for kind, (heading, where) in _KINDS.items():
        lines += [f"## {heading}", "", where, "", "| code | called | means |", "| --- | --- | --- |"]
        for code in words.codes(kind):
            # Code that is no name of anything here: a source is called like a table, a check like its file.
            shown = f"<code>{code.replace('*', '&#42;')}</code>"
            # `{}` stands for whatever the `*` of the code is.
            word = code.replace("*", "…") if kind in ("rejection", "check", "activity") else code
            lines.append(f"| {shown} | {_cell(words.name(kind, word))} | {_cell(words.sentence(kind, word))} |")
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
