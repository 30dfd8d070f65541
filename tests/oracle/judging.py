"""Every landed row is accepted, a redelivery or rejected; what is known of each record and event, and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .contract import (
    DURATIONS,
    ENDS_AFTER_STARTS,
    HAPPENED_AT,
    IMMUTABLE,
    LOWER_CASE,
    SMALLEST,
    STATUSES,
    TABLES,
    Table,
)
from .reading import Unreadable
from .seeds import Rules

A_DAY = timedelta(hours=24)
BEFORE_EVERYTHING = datetime.min


def readable(value: Any) -> bool:
    """Whether a value is there and could be read."""
    return value is not None and not isinstance(value, Unreadable)


def _in_lower_case(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the words that have no case in lower case."""
    return row | {name: row[name].lower() for name in LOWER_CASE if isinstance(row.get(name), str)}


def ordered(values: Iterable[Any]) -> tuple:
    """Values as a sort key: null smallest, false before true, text by code point."""
    return tuple((value is not None, value) if value is not None else (False, 0) for value in values)


@dataclass
class Delivery:
    """One landed row, without its copies: what it says, why it is rejected, since when it is known."""

    table: Table
    values: dict[str, Any]
    reasons: list[str] = field(default_factory=list)
    known_at: datetime | None = None
    is_redelivery: bool = False

    @property
    def key(self) -> Any:
        return self.values[self.table.key]

    @property
    def loaded_at(self) -> Any:
        return self.values["_loaded_at"]

    @property
    def is_delete(self) -> bool:
        return self.values.get("_deleted") is True

    @property
    def order(self) -> tuple:
        """The order of two deliveries that share key and `_loaded_at`: a delete is the greatest."""
        if self.is_delete:
            return (True,)
        return (False, ordered(self.values[name] for name in self.table.names))

    def identity(self) -> tuple:
        """What makes two rows copies of one: typed values, or the text of those that cannot be read."""
        if self.is_delete:
            return ("delete", self.key, self.loaded_at)
        names = [*self.table.names, "_loaded_at"]
        return (*[self.values[name] for name in names], self.values.get("_deleted") or False)


class Judged:
    """The landing zone as a run at `as_of` judges it."""

    def __init__(self, landing: dict[str, list[dict[str, Any]]], as_of: datetime, rules: Rules):
        self.rules = rules
        self.as_of = as_of
        self.landed: Counter[str] = Counter()
        self.deliveries: dict[str, list[Delivery]] = {}
        self.versions: dict[str, dict[str, list[Delivery]]] = defaultdict(dict)
        self.events: dict[str, dict[str, Delivery]] = defaultdict(dict)
        self._first_known: dict[tuple[str, str], datetime] = {}
        self._account_of: dict[tuple[str, str], str] = {}
        for name, table in TABLES.items():
            visible = [_in_lower_case(row) for row in landing.get(name, [])
                       if not readable(row["_loaded_at"]) or row["_loaded_at"] <= as_of]
            self.landed[name] = len(visible)
            self.deliveries[name] = self._without_copies(table, visible)
            self._judge(table)

    # -- one delivery ------------------------------------------------------------------------

    @staticmethod
    def _without_copies(table: Table, rows: list[dict[str, Any]]) -> list[Delivery]:
        """The distinct rows; further copies of one are redeliveries, whether it is good or rejected."""
        distinct: dict[tuple, Delivery] = {}
        for row in rows:
            delivery = Delivery(table, row)
            distinct.setdefault(delivery.identity(), delivery)
        return list(distinct.values())

    def _reasons_of_the_row(self, delivery: Delivery) -> list[str]:
        """The reasons that can be seen in the row alone."""
        table, values = delivery.table, delivery.values
        reasons = []
        needed = {column.name for column in table.columns if column.required} | {"_loaded_at"}
        read = [*table.names, "_loaded_at"]
        if delivery.is_delete:
            needed = {table.key, "_loaded_at"}
            read = [table.key, "_loaded_at"]
        elif isinstance(values.get("_deleted"), Unreadable):
            reasons.append("unreadable:_deleted")
        for name in read:
            if values[name] is None and name in needed:
                reasons.append(f"missing:{name}")
            elif isinstance(values[name], Unreadable):
                reasons.append(f"unreadable:{name}")
        if delivery.is_delete:
            return reasons
        allowed = {"status": STATUSES, "duration": DURATIONS, "product": self.rules.products,
                   "currency": self.rules.minor_units}
        for column in table.columns:
            value = values[column.name]
            if readable(value) and column.kind in allowed and value not in allowed[column.kind]:
                reasons.append(f"not_allowed:{column.name}")
            if readable(value) and column.name in SMALLEST and value < SMALLEST[column.name]:
                reasons.append(f"negative:{column.name}")
        spans = ENDS_AFTER_STARTS.get(table.name, ())
        if any(readable(values[start]) and readable(values[end]) and values[end] < values[start]
               for start, end in spans):
            reasons.append("ends_before_start")
        happened = values.get(HAPPENED_AT.get(table.name, ""))
        if readable(happened) and readable(delivery.loaded_at) and happened - delivery.loaded_at > A_DAY:
            reasons.append("in_the_future")
        return reasons

    def _reasons_of_its_parents(self, delivery: Delivery) -> list[str]:
        """`unknown:` and `other_account:`: a row's own account is its account_id, its team's or its location's."""
        reasons, accounts = [], {}
        for column in delivery.table.references:
            parent = delivery.values[column.name]
            if parent is None:
                continue
            if self.first_known(column.refers_to, parent) is None:
                reasons.append(f"unknown:{column.name}")
            else:
                accounts[column.name] = self.account_of(column.refers_to, parent)
        owner = next((name for name in ("account_id", "team_id", "location_id") if name in delivery.values), None)
        if owner in accounts:
            for name in ("location_id", "customer_id", "paying_customer_id", "team_id"):
                if name != owner and name in accounts and accounts[name] != accounts[owner]:
                    reasons.append(f"other_account:{name}")
        return reasons

    # -- one table ---------------------------------------------------------------------------

    def _judge(self, table: Table) -> None:
        acceptable = []
        for delivery in self.deliveries[table.name]:
            delivery.reasons = self._reasons_of_the_row(delivery)
            if not delivery.is_delete:
                delivery.reasons += self._reasons_of_its_parents(delivery)
            if not delivery.reasons:
                delivery.known_at = self._known_at(delivery)
                acceptable.append(delivery)
        by_key: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in acceptable:
            by_key[delivery.key].append(delivery)
        for key, deliveries in by_key.items():
            if table.is_event:
                self._choose_event(table, key, deliveries)
            else:
                self._judge_versions(table, key, deliveries)

    def _known_at(self, delivery: Delivery) -> datetime:
        """The latest of its own `_loaded_at` and the first known_at of every row it refers to."""
        instants = [delivery.loaded_at]
        if not delivery.is_delete:
            for column in delivery.table.references:
                if delivery.values[column.name] is not None:
                    instants.append(self.first_known(column.refers_to, delivery.values[column.name]))
        return max(instants)

    def _choose_event(self, table: Table, key: str, deliveries: list[Delivery]) -> None:
        """The delivery known first is the event, for ever; the others change nothing."""
        event = min(deliveries, key=lambda delivery: (delivery.known_at, delivery.loaded_at, delivery.order))
        for delivery in deliveries:
            delivery.is_redelivery = delivery is not event
        self.events[table.name][key] = event

    def _judge_versions(self, table: Table, key: str, deliveries: list[Delivery]) -> None:
        """Deletes first, then what never changes, then conflicts.

        A delete and another version of one instant are known together, so the other never counted.
        """
        deleted_at = {delivery.loaded_at for delivery in deliveries if delivery.is_delete}
        standing = []
        for delivery in deliveries:
            if not delivery.is_delete and delivery.loaded_at in deleted_at:
                delivery.reasons.append("conflicting_version")
            else:
                standing.append(delivery)
        written = [delivery for delivery in standing if not delivery.is_delete]
        if written:
            greatest_first = sorted(written, key=lambda delivery: delivery.order, reverse=True)
            first = min(greatest_first, key=lambda delivery: (delivery.known_at, delivery.loaded_at))
            for delivery in written:
                delivery.reasons += [f"immutable:{name}" for name in IMMUTABLE.get(table.name, ())
                                     if delivery.values[name] != first.values[name]]
            self._first_known[table.name, key] = first.known_at
            account = key if table.name == "accounts" else first.values.get("account_id")
            self._account_of[table.name, key] = account
        versions = [delivery for delivery in standing if not delivery.reasons]
        self.versions[table.name][key] = versions
        for delivery in versions:
            if any(other.loaded_at == delivery.loaded_at and other.order > delivery.order for other in versions):
                delivery.reasons.append("conflicting_version")

    # -- what is known -----------------------------------------------------------------------

    def first_known(self, table: str, key: Any) -> datetime | None:
        """When the first version of a record was known, or None when none has been by as_of.

        An account counted by account is its own location without landing one.
        """
        known = self._first_known.get((table, key))
        if known is None and table == "locations" and self._is_own_location(key):
            return self._first_known["accounts", key]
        return known

    def account_of(self, table: str, key: str) -> str | None:
        """The account a record belongs to."""
        if (table, key) not in self._account_of and table == "locations" and self._is_own_location(key):
            return key
        return self._account_of.get((table, key))

    def _is_own_location(self, account_id: Any) -> bool:
        if ("accounts", account_id) not in self._first_known:
            return False
        return self.rules.counted_by(self.first_version("accounts", account_id)["product"]) == "account"

    def first_version(self, table: str, key: str) -> dict[str, Any]:
        """The values of the first version: the ones that never change are read from it."""
        versions = [version for version in self.versions[table][key] if not version.is_delete]
        return min(versions, key=lambda version: (version.known_at, version.loaded_at)).values

    def in_force(self, table: str, key: str, k: datetime) -> dict[str, Any] | None:
        """The values of the version in force with what is known at k; None without one, or deleted.

        A version that a greater one of its instant will beat later on still was in force before that one was known.
        """
        known = [version for version in self.versions[table].get(key, ()) if version.known_at <= k]
        if not known:
            return None
        version = max(known, key=lambda version: (version.loaded_at, version.order))
        return None if version.is_delete else version.values

    def event(self, table: str, key: str, k: datetime) -> dict[str, Any] | None:
        """The values of an event, when it is known at k."""
        event = self.events[table].get(key)
        return event.values if event is not None and event.known_at <= k else None

    def fact(self, table: str, key: str, k: datetime) -> dict[str, Any] | None:
        """The record in force or the event, as known at k."""
        return self.event(table, key, k) if TABLES[table].is_event else self.in_force(table, key, k)

    def said(self, table: str) -> Iterable[tuple[str, dict[str, Any]]]:
        """Every (key, values) that was ever accepted for a table: all versions, and the events."""
        if TABLES[table].is_event:
            for key, event in self.events[table].items():
                yield key, event.values
        for key, versions in self.versions[table].items():
            for version in versions:
                if not version.is_delete:
                    yield key, version.values

    # -- the audit ---------------------------------------------------------------------------

    def rejected(self) -> list[dict[str, Any]]:
        """Each table, key and reason with the number of distinct rows it rejects."""
        counted: Counter[tuple] = Counter()
        for name, deliveries in self.deliveries.items():
            for delivery in deliveries:
                for reason in delivery.reasons:
                    counted[name, delivery.key, reason] += 1
        return [{"source_table": table, "record_key": key, "reason": reason, "rows": rows}
                for (table, key, reason), rows in counted.items()]

    def reconciliation(self) -> list[dict[str, Any]]:
        """landed = accepted + redelivered + rejected for every table of the contract."""
        rows = []
        for name, deliveries in self.deliveries.items():
            rejected = sum(bool(delivery.reasons) for delivery in deliveries)
            chosen = sum(not delivery.reasons and not delivery.is_redelivery for delivery in deliveries)
            rows.append({
                "source_table": name, "landed_rows": self.landed[name], "accepted_rows": chosen,
                "redelivered_rows": self.landed[name] - chosen - rejected, "rejected_rows": rejected,
            })
        return rows
