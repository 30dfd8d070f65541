"""Random subscriptions in a landing zone: raises, cancellations, corrections and deletions, many of them late."""

import csv
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

FIRST = datetime(2026, 1, 20, tzinfo=UTC)
ZONES = ("Europe/Lisbon", "America/New_York", "Pacific/Auckland", "Asia/Tokyo", "America/Scoresbysund")


def _text(value) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else "" if value is None else str(value)


class Story:
    """Rows by table; every choice comes from the seed."""

    def __init__(self, seed: int, subscriptions: int = 40):
        self.chance = random.Random(seed)
        self.tables: dict[str, list[dict]] = {}
        for number in range(subscriptions):
            self._account(f"a{number:02}")

    def _land(self, table, loaded_at, **values):
        self.tables.setdefault(table, []).append(values | {"_loaded_at": loaded_at})

    def _instant(self, from_at, hours):
        """An instant within the hours: often a midnight somewhere, or another second."""
        at = from_at + timedelta(seconds=self.chance.randrange(max(1, int(hours * 3600))))
        return at.replace(minute=0, second=0) if self.chance.random() < 0.4 else at

    def _delay(self):
        return timedelta(hours=self.chance.choice([0, 0, 1, 23, 24, 25, 60, 500]))

    def _account(self, key):
        created_at = self._instant(FIRST, 24 * 20)
        landed_at = created_at + self._delay()
        complete_at = landed_at + timedelta(days=self.chance.choice([2, 9])) if self.chance.random() < 0.2 else None
        self._land(
            "accounts",
            landed_at,
            account_id=key,
            product="nutrium",
            account_name=key,
            timezone=self.chance.choice(ZONES),
            currency=self.chance.choice(["EUR", "JPY", "KWD", "KWD"]),
            created_at=created_at,
            history_complete_at=complete_at,
        )
        self._land("customers", landed_at, customer_id=f"{key}-c", account_id=key, created_at=created_at)
        edited_at = self._instant(created_at, 24 * 80)
        self._land(
            "edits",
            edited_at + self._delay(),
            edit_id=f"{key}-e",
            account_id=key,
            customer_id=f"{key}-c",
            edit_kind="information",
            edited_at=edited_at,
        )
        for number in range(self.chance.choice([1, 1, 2])):
            self._subscription(f"{key}-s{number}", key, created_at)

    def _subscription(self, key, account, created_at):
        started_on = (created_at + timedelta(days=self.chance.choice([-3, 0, 0, 11]))).date()
        if self.chance.random() < 0.3:
            started_on = date(2026, 1, 31)
        loaded_at = created_at + self._delay()
        record = {"subscription_id": key, "account_id": account, "started_on": started_on, "cancelled_on": None}
        self._land("subscriptions", loaded_at, **record, _deleted=None)
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            loaded_at += timedelta(hours=self.chance.randrange(1, 1500))
            cancelled_on = (loaded_at + timedelta(days=self.chance.randrange(-20, 40))).date()
            if cancelled_on < started_on or self.chance.random() < 0.3:
                cancelled_on = None
            is_deleted = self.chance.random() < 0.15 or None
            self._land("subscriptions", loaded_at, **(record | {"cancelled_on": cancelled_on}), _deleted=is_deleted)
        changed_at = created_at
        for number in range(self.chance.randrange(1, 8)):
            self._land(
                "subscription_changes",
                changed_at + self._delay(),
                subscription_change_id=f"{key}-{number}",
                subscription_id=key,
                plan=self.chance.choice(["Meal Plan", "Follow Up", "Follow Up", "Unknown"]),
                duration=self.chance.choice(["monthly", "monthly", "monthly", "quarterly", "biannual"]),
                client_limit=self.chance.choice([10, 25, 75, None]),
                changed_at=changed_at,
            )
            if self.chance.random() < 0.8:
                changed_at = self._instant(changed_at, 24 * 30)

    def write(self, folder: Path) -> Path:
        for table, rows in self.tables.items():
            (folder / table).mkdir(parents=True, exist_ok=True)
            with (folder / table / "all.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows({name: _text(value) for name, value in row.items()} for row in rows)
        return folder
