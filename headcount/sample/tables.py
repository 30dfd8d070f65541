"""The tables of the landing contract as the sample writes them: columns, types, file formats."""

from dataclasses import dataclass

#: Formats of a table's files. In every one but `parquet` all values are text.
FORMATS = ("parquet", "parquet_text", "csv", "csv.gz", "ndjson")


@dataclass(frozen=True)
class Table:
    """One landed table: its columns in the order of the contract, key first, then `_loaded_at`."""

    name: str
    types: dict[str, str]
    file_format: str
    instant_unit: str = "us"
    instant_zone: str | None = None

    @property
    def key(self) -> str:
        return next(iter(self.types))


def _table(name: str, columns: str, file_format: str = "parquet", **options) -> Table:
    """A table from `column:type` words; text is the type of a column without one."""
    types = dict((word.split(":") + ["text"])[:2] for word in columns.split())
    types |= {"_deleted": "boolean", "_loaded_at": "instant"}
    if name in EVENTS:
        del types["_deleted"]
    return Table(name, types, file_format, **options)


#: Tables whose rows are immutable events; all others are records with versions.
EVENTS = ("customer_status_changes", "platform_invoices", "edits", "subscription_changes")

#: `source_channel` is no column of the contract: readers must ignore what they do not know.
TABLES = {
    table.name: table
    for table in (
        _table(
            "accounts",
            "account_id product account_name timezone currency created_at:instant history_complete_at:instant",
        ),
        _table("locations", "location_id account_id location_name timezone created_at:instant", instant_zone="UTC"),
        _table(
            "customers",
            "customer_id account_id home_location_id display_name is_admin:boolean created_at:instant",
            "csv",
        ),
        _table("customer_status_changes", "status_change_id customer_id status changed_at:instant", instant_zone="UTC"),
        _table(
            "teams",
            "team_id account_id location_id paying_customer_id has_merged_invoicing:boolean created_at:instant",
        ),
        _table("team_memberships", "membership_id team_id customer_id joined_at:instant left_at:instant"),
        _table(
            "contracts",
            "contract_id customer_id location_id plan_name price:money created_at:instant starts_at:instant"
            " cancelled_at:instant paused_at:instant",
        ),
        _table(
            "product_sales",
            "sale_id customer_id location_id product_name is_recurring:boolean price:money sold_at:instant",
            "parquet_text",
        ),
        _table(
            "bookings",
            "booking_id customer_id location_id resource_name price:money booked_at:instant starts_at:instant"
            " ends_at:instant cancelled_at:instant source_channel",
        ),
        _table(
            "event_tickets",
            "ticket_id customer_id location_id event_name price:money purchased_at:instant",
            "ndjson",
        ),
        _table(
            "invoices",
            "invoice_id customer_id location_id issued_at:instant is_draft:boolean is_credit_note:boolean"
            " voided_at:instant",
            instant_unit="ms",
        ),
        _table("invoice_lines", "invoice_line_id invoice_id line_type amount:money", "csv.gz"),
        _table("platform_invoices", "platform_invoice_id account_id location_id invoiced_at:instant"),
        _table("edits", "edit_id account_id customer_id edit_kind edited_at:instant", instant_zone="UTC"),
        _table("subscriptions", "subscription_id account_id started_on:date cancelled_on:date", "parquet_text"),
        _table(
            "subscription_changes",
            "subscription_change_id subscription_id plan duration client_limit:integer changed_at:instant",
        ),
    )
}
