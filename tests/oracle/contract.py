"""The landing tables as the contract lists them: columns, their types, and what they refer to."""

from __future__ import annotations

from dataclasses import dataclass

STATUSES = ("active", "suspended", "archived")
DURATIONS = ("monthly", "quarterly", "biannual", "annual")
# Words that may be spelled in any case: a ticket is a ticket however its line is spelled.
LOWER_CASE = ("line_type", "edit_kind")


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind of value, whether it is required, and the table it refers to."""

    name: str
    kind: str  # text | word | zone | currency | product | status | duration | instant | date | boolean | decimal | integer
    required: bool
    refers_to: str | None = None


@dataclass(frozen=True)
class Table:
    """One landing table. The first column is the key; the order of the columns is the contract's."""

    name: str
    is_event: bool
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        return self.columns[0].name

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def references(self) -> list[Column]:
        return [column for column in self.columns if column.refers_to]


PARENTS = {
    "account_id": "accounts",
    "location_id": "locations",
    "customer_id": "customers",
    "paying_customer_id": "customers",
    "team_id": "teams",
    "invoice_id": "invoices",
    "subscription_id": "subscriptions",
}


def _table(name: str, kind: str, columns: str) -> Table:
    """Read `key! other:kind! ...`; `!` is required, the kind is text when none is written."""
    read = []
    for position, word in enumerate(columns.split()):
        required = word.endswith("!")
        column, _, value_kind = word.rstrip("!").partition(":")
        refers_to = PARENTS.get(column) if position > 0 else None
        read.append(Column(column, value_kind or "text", required, refers_to))
    return Table(name, kind == "event", tuple(read))


# Every table stands after the tables it refers to.
TABLES = {
    table.name: table
    for table in (
        _table("accounts", "record", "account_id! product:product! account_name timezone:zone! "
               "currency:currency! created_at:instant! history_complete_at:instant"),
        _table("locations", "record", "location_id! account_id! location_name timezone:zone! created_at:instant!"),
        _table("customers", "record", "customer_id! account_id! home_location_id display_name is_admin:boolean "
               "created_at:instant!"),
        _table("customer_status_changes", "event", "status_change_id! customer_id! status:status! changed_at:instant!"),
        _table("teams", "record", "team_id! account_id! location_id! paying_customer_id! "
               "has_merged_invoicing:boolean! created_at:instant!"),
        _table("team_memberships", "record", "membership_id! team_id! customer_id! joined_at:instant! left_at:instant"),
        _table("contracts", "record", "contract_id! customer_id! location_id! plan_name price:decimal! "
               "created_at:instant! starts_at:instant! cancelled_at:instant paused_at:instant"),
        _table("product_sales", "record", "sale_id! customer_id! location_id! product_name is_recurring:boolean! "
               "price:decimal! sold_at:instant!"),
        _table("bookings", "record", "booking_id! customer_id location_id! resource_name price:decimal! "
               "booked_at:instant! starts_at:instant! ends_at:instant! cancelled_at:instant"),
        _table("event_tickets", "record", "ticket_id! customer_id location_id! event_name price:decimal! "
               "purchased_at:instant!"),
        _table("invoices", "record", "invoice_id! customer_id! location_id! issued_at:instant! is_draft:boolean "
               "is_credit_note:boolean voided_at:instant"),
        _table("invoice_lines", "record", "invoice_line_id! invoice_id! line_type:word! amount:decimal!"),
        _table("platform_invoices", "event", "platform_invoice_id! account_id! location_id invoiced_at:instant! "
               "invoice_number billed_users:integer billed_amount:decimal billed_currency:currency"),
        _table("edits", "event", "edit_id! account_id! customer_id! edit_kind:word! edited_at:instant!"),
        _table("subscriptions", "record", "subscription_id! account_id! started_on:date! cancelled_on:date"),
        _table("subscription_changes", "event", "subscription_change_id! subscription_id! plan! "
               "duration:duration! client_limit:integer changed_at:instant!"),
    )
}

# Columns that never change from the first version of a record to a later one.
IMMUTABLE = {
    "accounts": ("product", "timezone", "currency", "created_at", "history_complete_at"),
    "locations": ("account_id", "timezone", "created_at"),
    "customers": ("account_id",),
    "teams": ("account_id",),
    "subscriptions": ("account_id", "started_on"),
}

# Pairs of (start, end) where an end before its start rejects the row.
ENDS_AFTER_STARTS = {
    "contracts": (("created_at", "cancelled_at"),),
    "team_memberships": (("joined_at", "left_at"),),
    "bookings": (("starts_at", "ends_at"), ("booked_at", "cancelled_at")),
    "subscriptions": (("started_on", "cancelled_on"),),
}

# The instants that cannot lie more than a day after the row was loaded.
HAPPENED_AT = {
    "edits": "edited_at",
    "bookings": "booked_at",
    "product_sales": "sold_at",
    "event_tickets": "purchased_at",
    "invoices": "issued_at",
    "customer_status_changes": "changed_at",
    "subscription_changes": "changed_at",
    "platform_invoices": "invoiced_at",
}

# Numbers with a smallest allowed value; an invoice line may be a credit and has none.
SMALLEST = {"price": 0, "client_limit": 1, "billed_users": 0}
