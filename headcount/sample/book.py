"""The book: every row the sample will land, and what a reader of the rules expects of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from .clock import next_load
from .expectations import Charge, Correction, Count, Crossing, Reconciliation, Rejection, Window
from .tables import TABLES


class Spelled(str):
    """A text that is landed exactly as it is written here, whatever the type of its column."""


class Book:
    """Collects rows for the landing zone. Rows stand in the order they were written down."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[datetime, dict]]] = {name: [] for name in TABLES}
        self.expectations: list[Count | Correction | Charge | Reconciliation | Crossing | Rejection] = []
        self.scenario = ""
        self._loads_at: datetime | None = None

    # Rows

    def add(self, table: str, happened_at: datetime | None = None, loaded=None, filed=None, **values) -> dict:
        """Lands a row: `loaded` says when, else the load of the night after it happened.

        `loaded` may be an unreadable text; `filed` then says in which load the row is found.
        """
        if loaded is None:
            minute = list(TABLES).index(table)
            loaded = self._loads_at or next_load(happened_at, minute)
        row = {**values, "_loaded_at": loaded}
        self.rows[table].append((filed or loaded, row))
        return row

    @contextmanager
    def loading_at(self, loaded_at: datetime) -> Iterator[None]:
        """Everything added inside reaches the landing zone at this one instant."""
        before, self._loads_at = self._loads_at, loaded_at
        yield
        self._loads_at = before

    # Expectations

    def counts(self, customer_id: str, window: Window, sources: str) -> None:
        """The customer counts in the period by these sources (sorted, joined by a comma)."""
        self.expectations.append(Count(self.scenario, window, customer_id, sources))

    def does_not_count(self, customer_id: str, window: Window, reason: str | None = None) -> None:
        """The customer does not count in the period; `reason` where there is activity to explain."""
        self.expectations.append(Count(self.scenario, window, customer_id, None, reason))

    def corrects(self, customer_id: str, window: Window, correction: str) -> None:
        """The customer is a `late_addition` or a `retraction` of the closed period."""
        self.expectations.append(Correction(self.scenario, window, customer_id, correction))

    def charges(self, subscription_id, kind, on, client_limit, days_charged, days_in_term) -> None:
        """The subscription is charged on this local day for this share of its term."""
        self.expectations.append(Charge(self.scenario, subscription_id, kind, on, client_limit, days_charged, days_in_term))

    def reconciles(self, platform_invoice_id, active_users, explanation, difference_amount, ruleset=None) -> None:
        """The vendor's invoice is held against so many users, and that explains it; its amount is so much more."""
        self.expectations.append(
            Reconciliation(self.scenario, platform_invoice_id, active_users, explanation, difference_amount, ruleset)
        )

    def crosses(self, window: Window, measure, percent, base, active_users, on) -> None:
        """The period reaches the threshold by its n-th user, on this local day."""
        self.expectations.append(Crossing(self.scenario, window, measure, percent, base, active_users, on))

    def rejects(self, table: str, key: str | None, *reasons: str) -> None:
        """The row with this key is rejected for these reasons."""
        self.expectations.append(Rejection(self.scenario, table, key, reasons))

    # What a scenario writes down, in its own words

    def account(self, account_id, product, timezone, currency, created, name, history_complete=None, **other):
        created_at = _instant(created)
        return self.add(
            "accounts",
            created_at,
            account_id=account_id,
            product=product,
            account_name=name,
            timezone=timezone,
            currency=currency,
            created_at=created_at,
            history_complete_at=_instant(history_complete),
            **other,
        )

    def location(self, location_id, account_id, timezone, created, name, **other):
        created_at = _instant(created)
        return self.add(
            "locations",
            created_at,
            location_id=location_id,
            account_id=account_id,
            location_name=name,
            timezone=timezone,
            created_at=created_at,
            **other,
        )

    def customer(self, customer_id, account_id, created, name=None, home=None, admin=None, **other):
        created_at = _instant(created)
        return self.add(
            "customers",
            created_at,
            customer_id=customer_id,
            account_id=account_id,
            home_location_id=home,
            display_name=name or customer_id.replace("-", " ").title(),
            is_admin=admin,
            created_at=created_at,
            **other,
        )

    def status(self, status_change_id, customer_id, status, changed, **other):
        changed_at = _instant(changed)
        return self.add(
            "customer_status_changes",
            changed_at,
            status_change_id=status_change_id,
            customer_id=customer_id,
            status=status,
            changed_at=changed_at,
            **other,
        )

    def team(self, team_id, account_id, location_id, payer, created, merged=True, **other):
        created_at = _instant(created)
        return self.add(
            "teams",
            created_at,
            team_id=team_id,
            account_id=account_id,
            location_id=location_id,
            paying_customer_id=payer,
            has_merged_invoicing=merged,
            created_at=created_at,
            **other,
        )

    def membership(self, membership_id, team_id, customer_id, joined, left=None, **other):
        """A membership; leaving is a second version, known the night after."""
        joined_at, left_at = _instant(joined), _instant(left)
        values = dict(membership_id=membership_id, team_id=team_id, customer_id=customer_id, joined_at=joined_at)
        row = self.add("team_memberships", joined_at, **values, left_at=None, **other)
        if left_at is not None and self._loads_at is None:
            row = self.add("team_memberships", left_at, **values, left_at=left_at, **other)
        elif left_at is not None:
            row["left_at"] = left_at
        return row

    def contract(
        self,
        contract_id,
        customer_id,
        location_id,
        created,
        price="90.00",
        starts=None,
        cancelled=None,
        paused=None,
        plan="Hot Desk",
        **other,
    ):
        """A contract; pausing and cancelling are later versions, known the night after."""
        created_at, cancelled_at, paused_at = _instant(created), _instant(cancelled), _instant(paused)
        values = dict(
            contract_id=contract_id,
            customer_id=customer_id,
            location_id=location_id,
            plan_name=plan,
            price=Decimal(price),
            created_at=created_at,
            starts_at=_instant(starts) or created_at,
        )
        row = self.add("contracts", created_at, **values, cancelled_at=None, paused_at=None, **other)
        if self._loads_at is not None or "loaded" in other:
            row |= {"cancelled_at": cancelled_at, "paused_at": paused_at}
            return row
        if paused_at is not None:
            row = self.add("contracts", paused_at, **values, cancelled_at=None, paused_at=paused_at)
        if cancelled_at is not None:
            row = self.add("contracts", cancelled_at, **values, cancelled_at=cancelled_at, paused_at=paused_at)
        return row

    def sale(self, sale_id, customer_id, location_id, sold, price, recurring, product="Locker", **other):
        sold_at = _instant(sold)
        return self.add(
            "product_sales",
            sold_at,
            sale_id=sale_id,
            customer_id=customer_id,
            location_id=location_id,
            product_name=product,
            is_recurring=recurring,
            price=_money(price),
            sold_at=sold_at,
            **other,
        )

    def booking(
        self,
        booking_id,
        customer_id,
        location_id,
        booked,
        price="12.00",
        starts=None,
        ends=None,
        cancelled=None,
        resource="Juniper Room",
        **other,
    ):
        booked_at = _instant(booked)
        starts_at = _instant(starts) or booked_at
        return self.add(
            "bookings",
            booked_at,
            booking_id=booking_id,
            customer_id=customer_id,
            location_id=location_id,
            resource_name=resource,
            price=_money(price),
            booked_at=booked_at,
            starts_at=starts_at,
            ends_at=_instant(ends) or starts_at,
            cancelled_at=_instant(cancelled),
            **other,
        )

    def ticket(self, ticket_id, customer_id, location_id, purchased, price, event="Founders' Breakfast", **other):
        purchased_at = _instant(purchased)
        return self.add(
            "event_tickets",
            purchased_at,
            ticket_id=ticket_id,
            customer_id=customer_id,
            location_id=location_id,
            event_name=event,
            price=_money(price),
            purchased_at=purchased_at,
            **other,
        )

    def invoice(self, invoice_id, customer_id, location_id, issued, lines=(), loaded=None, **other):
        """An invoice with its lines, each a (line_type, amount)."""
        issued_at = _instant(issued)
        row = self.add(
            "invoices",
            issued_at,
            loaded,
            invoice_id=invoice_id,
            customer_id=customer_id,
            location_id=location_id,
            issued_at=issued_at,
            **other,
        )
        for number, (line_type, amount) in enumerate(lines, 1):
            self.line(f"{invoice_id}-{number}", invoice_id, line_type, amount, issued, loaded=loaded)
        return row

    def line(self, invoice_line_id, invoice_id, line_type, amount, issued=None, **other):
        return self.add(
            "invoice_lines",
            _instant(issued),
            invoice_line_id=invoice_line_id,
            invoice_id=invoice_id,
            line_type=line_type,
            amount=_money(amount),
            **other,
        )

    def platform_invoice(self, platform_invoice_id, account_id, invoiced, location=None, billed_amount=None, **other):
        invoiced_at = _instant(invoiced)
        return self.add(
            "platform_invoices",
            invoiced_at,
            platform_invoice_id=platform_invoice_id,
            account_id=account_id,
            location_id=location,
            invoiced_at=invoiced_at,
            billed_amount=_money(billed_amount),
            **other,
        )

    def edit(self, edit_id, account_id, customer_id, edited, kind="information", **other):
        edited_at = _instant(edited)
        return self.add(
            "edits",
            edited_at,
            edit_id=edit_id,
            account_id=account_id,
            customer_id=customer_id,
            edit_kind=kind,
            edited_at=edited_at,
            **other,
        )

    def subscription(self, subscription_id, account_id, started, cancelled=None, known=None, **other):
        """A subscription, known the night after `known` (an instant; else noon of its first day)."""
        return self.add(
            "subscriptions",
            _instant(known or f"{started} 12:00"),
            subscription_id=subscription_id,
            account_id=account_id,
            started_on=_date(started),
            cancelled_on=_date(cancelled),
            **other,
        )

    def change(self, change_id, subscription_id, changed, client_limit, plan="Meal Plan", duration="monthly", **other):
        changed_at = _instant(changed)
        return self.add(
            "subscription_changes",
            changed_at,
            subscription_change_id=change_id,
            subscription_id=subscription_id,
            plan=plan,
            duration=duration,
            client_limit=client_limit,
            changed_at=changed_at,
            **other,
        )


def _instant(value):
    return datetime.fromisoformat(value) if type(value) is str else value


def _date(value):
    return datetime.fromisoformat(value).date() if type(value) is str else value


def _money(value):
    """A decimal, or for a value that is spelled oddly on purpose (`spelled`) its text."""
    if value is None or isinstance(value, Spelled):
        return value
    return Decimal(value)
