"""Small landing zones written by hand, with the instants of their rows in short."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from . import marts

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
LONG_AFTER = datetime(2027, 1, 1)


def at(text: str) -> str:
    """A short instant of the landing: `2026-05-01`, or with a time."""
    return text if "T" in text else f"{text}T00:00:00Z"


class SmallLanding:
    """Writes a small landing zone; `_loaded_at` is the first instant of a row unless it is given."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.tables: dict[str, list[dict]] = {}

    def add(self, table: str, **row):
        self.tables.setdefault(table, []).append(row)
        return self

    def account(self, product="nexudus", zone="UTC", loaded="2020-01-01", created="2020-01-01", **more):
        return self.add("accounts", account_id="a", product=product, timezone=zone, currency="EUR",
                        created_at=at(created), _loaded_at=at(loaded), **more)

    def location(self, key="l", created="2020-01-01", loaded="2020-01-01", **more):
        return self.add("locations", **{"location_id": key, "account_id": "a", "timezone": "UTC",
                                        "created_at": at(created), "_loaded_at": at(loaded), **more})

    def customer(self, key="c", loaded="2020-01-01", **more):
        return self.add("customers", **{"customer_id": key, "account_id": "a", "created_at": at("2020-01-01"),
                                        "_loaded_at": at(loaded), **more})

    def invoiced(self, when, loaded=None, key=None, location="l"):
        return self.add("platform_invoices", platform_invoice_id=key or f"{location}-{when}", account_id="a",
                        location_id=location, invoiced_at=at(when), _loaded_at=at(loaded or when))

    def booking(self, when, key="b", customer="c", loaded=None, location="l", price="5", **more):
        return self.add("bookings", **{"booking_id": key, "customer_id": customer, "location_id": location,
                                       "price": price, "booked_at": at(when), "starts_at": at(when),
                                       "ends_at": at(when), "_loaded_at": at(loaded or when), **more})

    def contract(self, created, cancelled=None, key="t", customer="c", loaded=None, price="0"):
        return self.add("contracts", contract_id=key, customer_id=customer, location_id="l", price=price,
                        created_at=at(created), starts_at=at(created), cancelled_at=cancelled and at(cancelled),
                        _loaded_at=at(loaded or created))

    def status(self, when, status, key="s", loaded=None, customer="c"):
        return self.add("customer_status_changes", status_change_id=key, customer_id=customer, status=status,
                        changed_at=at(when), _loaded_at=at(loaded or when))

    def team(self, payer, location="l", created="2020-01-02"):
        return self.add("teams", team_id="m", account_id="a", location_id=location, paying_customer_id=payer,
                        has_merged_invoicing="true", created_at=at(created), _loaded_at=at(created))

    def member(self, customer, joined="2020-01-02", key=None):
        return self.add("team_memberships", membership_id=key or f"h-{customer}", team_id="m", customer_id=customer,
                        joined_at=at(joined), left_at=None, _loaded_at=at(joined))

    def edit(self, when, key="e", kind="information", loaded=None):
        return self.add("edits", edit_id=key, account_id="a", customer_id="c", edit_kind=kind, edited_at=at(when),
                        _loaded_at=at(loaded or when))

    def subscription(self, started_on, cancelled_on=None, loaded=None, key="u"):
        return self.add("subscriptions", subscription_id=key, account_id="a", started_on=started_on,
                        cancelled_on=cancelled_on, _loaded_at=at(loaded or "2020-01-02"))

    def change(self, when, limit=10, plan="Meal Plan", duration="monthly", key=None, loaded=None, subscription="u"):
        return self.add("subscription_changes", subscription_change_id=key or f"g-{when}",
                        subscription_id=subscription, plan=plan, duration=duration, client_limit=limit,
                        changed_at=at(when), _loaded_at=at(loaded or when))

    def write(self):
        for table, rows in self.tables.items():
            (self.folder / table).mkdir(parents=True, exist_ok=True)
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (self.folder / table / "rows.ndjson").write_text(text, encoding="utf-8")

    def evaluate(self, as_of=LONG_AFTER, ruleset=None, seeds=SEEDS):
        self.write()
        return marts.evaluate(self.folder, as_of, seeds, ruleset)
