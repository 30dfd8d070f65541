"""Landing zones with habits: two weeks of nightly loads of every table, healthy, or with the newest load spoiled."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

LOADS = 15
ROWS = 120
NEWEST = datetime(2026, 5, 30, 2)
AS_OF = NEWEST + timedelta(hours=3)
DAY = timedelta(days=1)

Row = dict[str, object]
Rows = list[Row]


def spelled(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def healthy(loads: int = LOADS, rows: int = ROWS) -> dict[str, Rows]:
    """Every table with `rows` rows in each of `loads` nightly loads."""
    tables: dict[str, Rows] = {}
    for age in reversed(range(loads)):
        loaded = NEWEST - age * DAY
        for number in range(rows):
            for table, row in _rows(f"{age}-{number}", number, loaded).items():
                tables.setdefault(table, []).append(row | {"_loaded_at": spelled(loaded)})
    return tables


def _rows(key: str, number: int, loaded: datetime) -> dict[str, Row]:
    at = spelled(loaded - timedelta(minutes=5 + number))
    account, location, customer = f"a{key}", f"l{key}", f"c{key}"
    price = f"{(number % 4) * 10}.50" if number % 3 else "0"
    who = {"customer_id": customer, "location_id": location}
    return {
        "accounts": {
            "account_id": account, "product": "nexudus", "timezone": "Europe/Lisbon", "currency": "EUR",
            "created_at": at,
        },
        "locations": {"location_id": location, "account_id": account, "timezone": "UTC", "created_at": at},
        "customers": {
            "customer_id": customer, "account_id": account, "home_location_id": location, "display_name": "Nobody",
            "created_at": at,
        },
        "customer_status_changes": {
            "status_change_id": f"s{key}", "customer_id": customer, "changed_at": at,
            "status": ["active", "suspended", "archived"][number % 3],
        },
        "teams": {
            "team_id": f"m{key}", "account_id": account, "location_id": location, "paying_customer_id": customer,
            "has_merged_invoicing": "true", "created_at": at,
        },
        "team_memberships": {
            "membership_id": f"h{key}", "team_id": f"m{key}", "customer_id": customer, "joined_at": at,
        },
        "contracts": {"contract_id": f"t{key}", **who, "price": price, "created_at": at, "starts_at": at},
        "product_sales": {"sale_id": f"d{key}", **who, "is_recurring": "false", "price": price, "sold_at": at},
        "bookings": {
            "booking_id": f"b{key}", **who, "price": price, "booked_at": at, "starts_at": at, "ends_at": at,
        },
        "event_tickets": {"ticket_id": f"k{key}", **who, "price": price, "purchased_at": at},
        "invoices": {"invoice_id": f"i{key}", **who, "issued_at": at},
        "invoice_lines": {
            "invoice_line_id": f"n{key}", "invoice_id": f"i{key}", "amount": price,
            "line_type": ["booking", "product", "plan", "charge", "event_ticket", "deposit"][number % 6],
        },
        "platform_invoices": {
            "platform_invoice_id": f"p{key}", "account_id": account, "location_id": location, "invoiced_at": at,
        },
        "edits": {
            "edit_id": f"e{key}", "account_id": account, "customer_id": customer, "edited_at": at,
            "edit_kind": ["information", "measurement", "recommendation", "food_plan", "merge"][number % 5],
        },
        "subscriptions": {"subscription_id": f"u{key}", "account_id": account, "started_on": "2026-04-01"},
        "subscription_changes": {
            "subscription_change_id": f"g{key}", "subscription_id": f"u{key}", "plan": "Follow Up",
            "duration": "monthly", "client_limit": "25", "changed_at": at,
        },
    }  # fmt: skip


def newest(rows: Rows) -> Rows:
    return [row for row in rows if row["_loaded_at"] == spelled(NEWEST)]


def spoiled(rows: Rows, spoil: Callable[[int, Row], None]) -> Rows:
    """The rows, those of the newest load changed in place by `spoil(number, row)`."""
    for number, row in enumerate(newest(rows)):
        spoil(number, row)
    return rows


def write(folder: Path, tables: dict[str, Rows]) -> Path:
    """One NDJSON file a table; a row with `file` goes into that file instead."""
    for table, rows in tables.items():
        files: dict[str, list[str]] = {}
        for row in rows:
            row = dict(row)
            files.setdefault(str(row.pop("file", "rows")), []).append(json.dumps(row) + "\n")
        for name, lines in files.items():
            (folder / table).mkdir(parents=True, exist_ok=True)
            (folder / table / f"{name}.ndjson").write_text("".join(lines), encoding="utf-8")
    return folder
