"""What happens in a random landing zone: accounts, customers and what they do, late, repeated and rotten.

Instants lie on a coarse grid or on the marks of their account (boundaries, the end of the grace, the start of
a ruleset), so that coincidences happen all the time.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from .contract import IMMUTABLE, TABLES, Table
from .local_days import add_months, first_instant, local_day
from .random_finance import name_figures, unsettle
from .random_words import CURRENCIES, Unspelled

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
STEP = 6 * HOUR

# Around the start of each ruleset, and around the odd days of a zone: midnights and dates that do not exist.
SCENES = [
    (datetime(2022, 10, 18), 80, 3), (datetime(2023, 8, 20), 80, 3), (datetime(2026, 3, 20), 80, 4),
    (datetime(2023, 3, 10), 60, 1), (datetime(2018, 10, 20), 60, 1), (datetime(2011, 12, 10), 60, 1),
]
STARTS_OF_RULESETS = [date(2022, 11, 2), date(2023, 9, 4), date(2026, 4, 21)]
ZONES = ["Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca",
         "America/Sao_Paulo", "Asia/Beirut", "Pacific/Auckland"]
PLANS = ["Meal Plan", "Follow Up"]
LIMITS = [10, 25, 75, None]
TIGHT_LIMITS = [1, 2, 3]  # not on any price list, but soon exceeded
LINE_TYPES = ["booking", "product", "plan", "charge", "event_ticket", "deposit"]
EDIT_KINDS = ["information", "measurement", "recommendation", "food_plan", "merge"]
PRICES = [Decimal("0"), Decimal("0"), Decimal("12.5"), Decimal("40"), Decimal("0.000001"), Decimal("99.99")]


class Account:
    """One account of the story with what its rows refer to, and the instants that matter to it."""

    def __init__(self, account_id: str, product: str, zone: str, created_at: datetime):
        self.account_id, self.product, self.zone, self.created_at = account_id, product, zone, created_at
        self.history_at: datetime | None = None
        self.locations: list[str] = []
        self.customers: list[str] = []
        self.teams: list[str] = []
        self.marks: list[datetime] = [created_at]


class Story:
    """Makes the rows of every table; `allows_garbage` when values may be written that are not of their type,
    `is_unsettled` when more than usual is learnt about periods that have closed."""

    def __init__(self, rng: random.Random, size: int, allows_garbage: bool, is_unsettled: bool = False):
        self.rng = rng
        self.allows_garbage = allows_garbage
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.numbers: dict[str, int] = {}
        self.accounts: list[Account] = []
        self.owner: dict[int, Account] = {}
        start, days, _ = rng.choices(SCENES, [scene[2] for scene in SCENES])[0]
        self.start, self.end = start, start + days * DAY
        for _ in range(max(1, size)):
            self._account()
        for account in self.accounts:
            self._activity(account)
        self._spoil()
        if is_unsettled:
            unsettle(self)
        name_figures(self)

    # -- small draws -------------------------------------------------------------------------

    def chance(self, percent: float) -> bool:
        return self.rng.random() * 100 < percent

    def key(self, prefix: str) -> str:
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}{self.numbers[prefix]}"

    def grid(self) -> datetime:
        """An instant of the scene, nearly always on the grid."""
        instant = self.start + self.rng.randrange(int((self.end - self.start) / STEP)) * STEP
        if self.chance(8):
            instant += self.rng.choice([HOUR, timedelta(minutes=30), timedelta(seconds=1), timedelta(microseconds=1),
                                        timedelta(milliseconds=-500)])
        return instant

    def moment(self, account: Account) -> datetime:
        """An instant on a mark of the account, or anywhere in the scene."""
        return self.rng.choice(account.marks) if self.chance(35) else self.grid()

    def later(self, account: Account, instant: datetime) -> datetime:
        """An instant at or after another, mostly soon."""
        after = [mark for mark in account.marks if mark >= instant]
        if after and self.chance(40):
            return self.rng.choice(after)
        return instant + self.rng.choice([0, 1, 1, 4, 20, 80, 200]) * STEP

    def loaded(self, account: Account, happened: datetime, table: str) -> datetime:
        """When a row of something that happened then is loaded; what others refer to is seldom late."""
        if account.history_at is not None and happened <= account.history_at and not self.chance(10):
            return account.history_at
        if self.chance(93 if table in ("accounts", "locations", "customers", "teams") else 72):
            return happened + self.rng.choice([0, 0, 1, 3, 6, 12]) * HOUR
        if self.chance(50):
            after = [mark for mark in account.marks if mark >= happened]
            if after:
                return self.rng.choice(after) + self.rng.choice([0, 24, 24, 24, 25]) * HOUR + self.rng.choice(
                    [timedelta(0), timedelta(0), timedelta(seconds=1), timedelta(microseconds=1)])
        if self.chance(15):
            return happened - self.rng.choice([1, 24, 24]) * HOUR
        return happened + self.rng.randrange(1, 50) * DAY

    def add(self, account: Account, table: str, happened: datetime, **values: Any) -> dict[str, Any]:
        row = {name: values.get(name) for name in TABLES[table].names}
        row["_loaded_at"] = self.loaded(account, happened, table)
        self.rows[table].append(row)
        self.owner[id(row)] = account
        return row

    # -- accounts ----------------------------------------------------------------------------

    def _account(self) -> None:
        rng = self.rng
        product = rng.choice(["nexudus", "nexudus", "nutrium"])
        zone = rng.choice(ZONES)
        created_at = self.start + rng.randrange(-20, 60) * STEP
        if self.chance(20):
            local = local_day(zone, created_at)
            created_at = first_instant(zone, date(local.year, local.month, 1))
        account = Account(self.key("A"), product, zone, created_at)
        self._mark(account)
        complete_at = None
        if self.chance(30):
            account.history_at = self.start + rng.randrange(40, 200) * STEP
            complete_at = account.history_at + rng.choice([0, 0, 2, 10]) * STEP if self.chance(70) else None
        self.add(account, "accounts", created_at, account_id=account.account_id, product=product,
                 account_name=f"Account {account.account_id}", timezone=zone, currency=rng.choice(CURRENCIES),
                 created_at=created_at, history_complete_at=complete_at)
        self.accounts.append(account)
        for _ in range(rng.choice([1, 2, 2, 3]) if product == "nexudus" else rng.choice([0, 0, 1])):
            self._location(account)
        for _ in range(rng.randrange(3, 7)):
            created = created_at + rng.randrange(0, 40) * STEP
            customer_id = self.key("C")
            account.customers.append(customer_id)
            self.add(account, "customers", created, customer_id=customer_id, account_id=account.account_id,
                     home_location_id=rng.choice([*account.locations, None, "nowhere"]),
                     display_name=f"Person {customer_id}", is_admin=rng.choice([True, False, None]),
                     created_at=created)

    def _mark(self, account: Account) -> None:
        """Month boundaries and starts of rulesets in the account's zone."""
        month = date(self.start.year, self.start.month, 1)
        while first_instant(account.zone, month) < self.end + 10 * DAY:
            if account.product == "nutrium":
                account.marks.append(first_instant(account.zone, month))
            month = add_months(month, 1)
        for day in STARTS_OF_RULESETS:
            if self.start < first_instant(account.zone, day) < self.end:
                account.marks.append(first_instant(account.zone, day))

    def _location(self, account: Account) -> None:
        location_id = self.key("L")
        created_at = account.created_at + self.rng.choice([-8, 0, 0, 4, 12, 60]) * STEP
        zone = account.zone if self.chance(60) else self.rng.choice(ZONES)
        account.locations.append(location_id)
        self.add(account, "locations", created_at, location_id=location_id, account_id=account.account_id,
                 location_name=f"Place {location_id}", timezone=zone, created_at=created_at)
        if account.product == "nutrium":
            return
        invoiced_at = created_at + self.rng.randrange(20, 80) * STEP
        while invoiced_at < self.end:
            account.marks += [invoiced_at, invoiced_at]
            self._platform_invoice(account, location_id, invoiced_at)
            invoiced_at += self.rng.choice([40, 60, 100, 120]) * STEP
        for _ in range(self.rng.choice([0, 1, 2])):
            self._platform_invoice(account, location_id, self.moment(account))

    def _platform_invoice(self, account: Account, location_id: str, invoiced_at: datetime) -> None:
        names = self.rng.choice([location_id, location_id, None])
        self.add(account, "platform_invoices", invoiced_at, platform_invoice_id=self.key("P"),
                 account_id=account.account_id, location_id=names, invoiced_at=invoiced_at)

    # -- what customers do -------------------------------------------------------------------

    def _activity(self, account: Account) -> None:
        if account.product == "nutrium":
            for customer_id in account.customers:
                for _ in range(self.rng.choice([0, 1, 2, 3, 5])):
                    self._edit(account, customer_id)
            for _ in range(self.rng.choice([0, 1, 1, 2])):
                self._subscription(account)
            if self.chance(25):
                account.locations.append(account.account_id)
        if not account.locations or (account.product == "nutrium" and not self.chance(40)):
            return
        for _ in range(self.rng.choice([0, 1, 1, 2])):
            self._team(account)
        doings = [self._booking, self._booking, self._sale, self._sale, self._ticket, self._invoice, self._invoice,
                  self._contract, self._contract, self._status, self._status]
        if account.product == "nexudus" and self.chance(20):
            doings.append(self._edit)
        for customer_id in account.customers:
            for _ in range(self.rng.choice([0, 2, 3, 4, 6])):
                self.rng.choice(doings)(account, customer_id)
            if self.chance(30):
                at = self.rng.choice(account.marks)
                self._status(account, customer_id, at)
                self._status(account, customer_id, at)
        for _ in range(self.rng.choice([0, 1])):
            self.rng.choice([self._booking, self._ticket])(account, None)

    def _place(self, account: Account) -> str:
        return self.rng.choice(account.locations)

    def _edit(self, account: Account, customer_id: str) -> None:
        at = self.moment(account)
        self.add(account, "edits", at, edit_id=self.key("E"), account_id=account.account_id,
                 customer_id=customer_id, edit_kind=self.rng.choice(EDIT_KINDS), edited_at=at)

    def _status(self, account: Account, customer_id: str, at: datetime | None = None) -> None:
        at = at or self.moment(account)
        self.add(account, "customer_status_changes", at, status_change_id=self.key("S"), customer_id=customer_id,
                 status=self.rng.choice(["suspended", "suspended", "active", "archived"]), changed_at=at)

    def _booking(self, account: Account, customer_id: str | None) -> None:
        at = self.moment(account)
        starts_at = at + self.rng.randrange(0, 40) * STEP
        self.add(account, "bookings", at, booking_id=self.key("B"), customer_id=customer_id,
                 location_id=self._place(account), resource_name="Room, \"small\"", price=self.rng.choice(PRICES),
                 booked_at=at, starts_at=starts_at, ends_at=starts_at + HOUR,
                 cancelled_at=self.later(account, at) if self.chance(20) else None)

    def _sale(self, account: Account, customer_id: str) -> None:
        at = self.moment(account)
        self.add(account, "product_sales", at, sale_id=self.key("D"), customer_id=customer_id,
                 location_id=self._place(account), product_name="Locker", is_recurring=self.chance(50),
                 price=self.rng.choice(PRICES), sold_at=at)

    def _ticket(self, account: Account, customer_id: str | None) -> None:
        at = self.moment(account)
        self.add(account, "event_tickets", at, ticket_id=self.key("K"), customer_id=customer_id,
                 location_id=self._place(account), event_name="Breakfast", price=self.rng.choice(PRICES),
                 purchased_at=at)

    def _invoice(self, account: Account, customer_id: str) -> None:
        at = self.moment(account)
        invoice_id = self.key("I")
        self.add(account, "invoices", at, invoice_id=invoice_id, customer_id=customer_id,
                 location_id=self._place(account), issued_at=at, is_draft=self.rng.choice([False, False, None, True]),
                 is_credit_note=self.rng.choice([False, False, False, None, True]),
                 voided_at=self.later(account, at) if self.chance(12) else None)
        for _ in range(self.rng.choice([1, 1, 2])):
            self.add(account, "invoice_lines", at, invoice_line_id=self.key("N"), invoice_id=invoice_id,
                     line_type=self.rng.choice(LINE_TYPES), amount=self.rng.choice([*PRICES, Decimal("-5")]))

    def _contract(self, account: Account, customer_id: str) -> None:
        at = self.moment(account)
        self.add(account, "contracts", at, contract_id=self.key("T"), customer_id=customer_id,
                 location_id=self._place(account), plan_name="Desk", price=self.rng.choice(PRICES), created_at=at,
                 starts_at=at + self.rng.choice([-4, 0, 40]) * STEP,
                 cancelled_at=self.later(account, at) if self.chance(50) else None,
                 paused_at=self.later(account, at) if self.chance(10) else None)

    def _team(self, account: Account) -> None:
        rng = self.rng
        team_id = self.key("M")
        account.teams.append(team_id)
        payer = rng.choice(account.customers)
        created_at = self.moment(account)
        self.add(account, "teams", created_at, team_id=team_id, account_id=account.account_id,
                 location_id=self._place(account), paying_customer_id=payer, has_merged_invoicing=self.chance(85),
                 created_at=created_at)
        if account.product == "nexudus" and self.chance(75):
            rng.choice([self._booking, self._contract, self._invoice])(account, payer)
        members = rng.sample(account.customers, min(len(account.customers), rng.choice([1, 2, 3])))
        for customer_id in members + ([payer] if self.chance(20) else []):
            joined_at = self.moment(account)
            self.add(account, "team_memberships", joined_at, membership_id=self.key("H"), team_id=team_id,
                     customer_id=customer_id, joined_at=joined_at,
                     left_at=self.later(account, joined_at) if self.chance(40) else None)

    def _subscription(self, account: Account) -> None:
        rng = self.rng
        anchor = local_day(account.zone, account.created_at) + rng.randrange(0, 15) * DAY
        if self.chance(50):
            month = date(anchor.year, anchor.month, 1)
            anchor = add_months(month, 1) - rng.choice([1, 1, 2, 3]) * DAY
        cancelled_on = add_months(anchor, rng.choice([1, 1, 2])) + rng.choice([0, 0, -1, 1]) * DAY
        begins = first_instant(account.zone, anchor)
        subscription_id = self.key("U")
        self.add(account, "subscriptions", begins, subscription_id=subscription_id, account_id=account.account_id,
                 started_on=anchor, cancelled_on=cancelled_on if self.chance(25) else None)
        account.marks.append(begins)
        at = begins + rng.choice([-4, 0, 0, 1, 2, 30]) * STEP
        plan, limit, duration = rng.choice(PLANS), rng.choice([10, 10, 25, None]), "monthly"
        if self.chance(35):
            limit = rng.choice(TIGHT_LIMITS)
        for _ in range(rng.choice([1, 2, 3, 5])):
            self.add(account, "subscription_changes", at, subscription_change_id=self.key("G"),
                     subscription_id=subscription_id, plan=plan, duration=duration, client_limit=limit, changed_at=at)
            if self.chance(30):
                at = first_instant(account.zone, add_months(anchor, rng.choice([1, 2]))) + rng.choice(
                    [0, 0, -1, 1]) * STEP
            else:
                at += rng.choice([0, 1, 12, 40, 90]) * STEP
            limit = rng.choice([*LIMITS, limit])
            plan = rng.choice([*PLANS, plan, plan, "Trial"] if self.chance(20) else [*PLANS, plan, plan])
            duration = rng.choice(["monthly", "monthly", "monthly", "quarterly", "biannual", "annual"])

    # -- what goes wrong ---------------------------------------------------------------------

    def _spoil(self) -> None:
        """Versions, deletes, redeliveries, conflicts and rotten rows on top of the good ones."""
        for name, table in TABLES.items():
            parents = name in ("accounts", "locations", "customers")
            for row in list(self.rows[name]):
                account = self.owner[id(row)]
                if self.chance(8):
                    self.rows[name].append(dict(row))
                if table.is_event:
                    if self.chance(15):
                        self._append(name, self._changed(account, table, row))
                else:
                    for _ in range(self.rng.choice([0, 0, 0, 1, 2])):
                        self._append(name, self._changed(account, table, row))
                    if self.chance(5):
                        self._append(name, self._deleted(account, table, row))
                if self.chance(3 if parents else 8):
                    self._append(name, self._rotten(table, dict(row)), instead_of=row if self.chance(40) else None)
        for rows in self.rows.values():
            self.rng.shuffle(rows)

    def _append(self, name: str, row: dict[str, Any], instead_of: dict[str, Any] | None = None) -> None:
        if instead_of is not None:
            self.rows[name] = [other for other in self.rows[name] if other is not instead_of]
        self.rows[name].append(row)
        if self.chance(10):
            self.rows[name].append(dict(row))

    def _reloaded(self, account: Account, row: dict[str, Any]) -> datetime:
        """When another delivery of a row is loaded: with it, after it, at times before it."""
        if self.chance(12):
            return row["_loaded_at"]
        if self.chance(10):
            return row["_loaded_at"] - self.rng.choice([1, 30]) * HOUR
        return self.later(account, row["_loaded_at"]) + self.rng.choice([0, 0, 24, 30]) * HOUR

    def _changed(self, account: Account, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """Another delivery that differs in one column or two; seldom in one that never changes."""
        changed = {**row, "_loaded_at": self._reloaded(account, row)}
        frozen = IMMUTABLE.get(table.name, ())
        columns = [column for column in table.columns[1:] if column.name not in frozen or self.chance(6)]
        for column in self.rng.sample(columns, min(len(columns), self.rng.choice([1, 1, 2]))):
            value = row[column.name]
            if not column.required and value is not None and self.chance(40):
                changed[column.name] = None
            elif column.refers_to is not None:
                kin = {"accounts": [other.account_id for other in self.accounts] if self.chance(20) else [value],
                       "locations": account.locations, "customers": account.customers,
                       "teams": account.teams}.get(column.refers_to) or [value]
                changed[column.name] = self.rng.choice(kin)
            elif column.kind == "instant":
                changed[column.name] = (self.later(account, value) if value is not None and self.chance(60)
                                        else self.moment(account))
            elif column.kind == "date":
                base = value or row["started_on"]
                changed[column.name] = base + self.rng.choice([1, 28, 30, 31, 60]) * DAY
            elif column.kind == "boolean":
                changed[column.name] = not value
            elif column.kind == "decimal":
                changed[column.name] = self.rng.choice(PRICES)
            elif column.kind == "integer":
                changed[column.name] = self.rng.choice(LIMITS)
            elif column.kind in ("zone", "currency", "status", "duration"):
                changed[column.name] = self.rng.choice({
                    "zone": ZONES, "currency": CURRENCIES, "status": ["active", "suspended", "archived"],
                    "duration": ["monthly", "quarterly", "annual"]}[column.kind])
            elif column.kind == "text":
                changed[column.name] = f"{value or 'none'}'"
        return changed

    def _deleted(self, account: Account, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """A delete, with its columns kept, empty or full of anything."""
        deleted = {**row, "_loaded_at": self._reloaded(account, row), "_deleted": True}
        if self.chance(60):
            for column in table.columns[1:]:
                deleted[column.name] = None
        elif self.allows_garbage and self.chance(30):
            deleted[table.columns[-1].name] = Unspelled("gone")
        return deleted

    def _rotten(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """The row with something wrong in it."""
        column = self.rng.choice(table.columns)
        how = self.rng.choice(["missing", "unknown", "word", "garbage", "garbage", "time", "loaded"])
        references = table.references
        if how == "unknown" and references:
            reference = self.rng.choice(references)
            others = {"customers": "customers", "locations": "locations", "teams": "teams"}.get(reference.refers_to)
            account = self.rng.choice(self.accounts)
            kin = getattr(account, others) if others else []
            row[reference.name] = self.rng.choice(kin) if kin and self.chance(50) else "nobody"
        elif how == "garbage" and self.allows_garbage:
            row[column.name] = Unspelled(self.rng.choice([
                "soon", "2026-02-30T00:00:00Z", "2026-04-01", "2026-04-01 25:00", "12,50", "1e3", "1234567890123.00",
                "0.1234567", ".5", "5.", "yes", "Europe/Atlantis", "eur", "--1", "   ", "", "-3", "0", "Monthly"]))
        elif how == "loaded":
            if self.allows_garbage:
                row["_loaded_at"] = self.rng.choice([None, Unspelled("yesterday"), Unspelled(" ")])
            else:
                row["_loaded_at"] = None
        elif how == "time" and any(other.kind == "instant" for other in table.columns):
            late = self.rng.choice([other for other in table.columns if other.kind == "instant"])
            row[late.name] = row["_loaded_at"] + self.rng.choice([24, 25, 240, -2400]) * HOUR
        elif how == "word":
            for other in table.columns:
                if other.kind in ("zone", "currency", "product", "status", "duration"):
                    row[other.name] = self.rng.choice(["gym", "Active", "Monthly", "Mars/Base", "ZZZ"])
                elif other.kind == "decimal":
                    row[other.name] = Decimal("-0.01")
                elif other.kind == "integer":
                    row[other.name] = self.rng.choice([0, -1])
        elif how == "missing":
            row[column.name] = None
        if self.allows_garbage and not table.is_event and self.chance(5):
            row["_deleted"] = Unspelled("perhaps")
        return row
