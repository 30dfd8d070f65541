"""What is worth watching in each landed table: which columns hold money, words, the instant it happened, a parent."""

from dataclasses import dataclass
from functools import cache

from headcount.seeds import rows


@dataclass(frozen=True)
class Profile:
    """What is measured of a table.

    `happened_at`: when it happened; `money`: an amount whose size and share of zero have habits; `words`: columns with
    few values; `filled`: optional columns in which an empty value means something; `parent`: (column, table) that has
    to land before the row counts.
    """

    happened_at: str | None = None
    money: str | None = None
    words: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    parent: tuple[str, str] | None = None


_ACCOUNT, _CUSTOMER = ("account_id", "accounts"), ("customer_id", "customers")

PROFILES = {
    "accounts": Profile(words=("product",)),
    "locations": Profile(parent=_ACCOUNT),
    "customers": Profile(filled=("home_location_id",), parent=_ACCOUNT),
    "customer_status_changes": Profile("changed_at", words=("status",), parent=_CUSTOMER),
    "teams": Profile(parent=_ACCOUNT),
    "team_memberships": Profile("joined_at", parent=("team_id", "teams")),
    "contracts": Profile("created_at", "price", parent=_CUSTOMER),
    "product_sales": Profile("sold_at", "price", parent=_CUSTOMER),
    "bookings": Profile("booked_at", "price", filled=("customer_id",), parent=_CUSTOMER),
    "event_tickets": Profile("purchased_at", "price", filled=("customer_id",), parent=_CUSTOMER),
    "invoices": Profile("issued_at", parent=_CUSTOMER),
    "invoice_lines": Profile(money="amount", words=("line_type",), parent=("invoice_id", "invoices")),
    "platform_invoices": Profile("invoiced_at", filled=("location_id",), parent=_ACCOUNT),
    "edits": Profile("edited_at", words=("edit_kind",), parent=_CUSTOMER),
    "subscriptions": Profile(parent=_ACCOUNT),
    "subscription_changes": Profile(
        "changed_at", words=("duration",), filled=("client_limit",), parent=("subscription_id", "subscriptions")
    ),
}

# Words outside the list are rejected, or (edit_kind, line_type) allowed but counted by no rule.
_STATUSES = ("active", "archived", "suspended")


@cache
def known_words(column: str) -> tuple[str, ...]:
    """The words of a column that the contract or a rule names, sorted."""
    if column == "status":
        return _STATUSES
    if column == "duration":
        return _seed("maps/map_durations.csv", "duration")
    if column == "product":
        return _seed("rules/rule_rulesets.csv", "product")
    activity = {"edit_kind": "edit:", "line_type": "invoice_line:"}[column]
    named = (word.removeprefix(activity) for word in _seed("rules/rule_conditions.csv", "activity_type", activity))
    return tuple(word for word in named if word != "*")


def _seed(name: str, column: str, prefix: str = "") -> tuple[str, ...]:
    return tuple(sorted({row[column] for row in rows(name) if row[column].startswith(prefix)}))
