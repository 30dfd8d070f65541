"""A practice of dietitians: clients who come, are seen every few weeks, and stay away again."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from ..book import Book
from ..clock import SAMPLE_AS_OF
from . import names
from .rhythm import CLINIC_WEEK, CLINIC_YEAR, busy, days_of, how_many, loads, office_hour, share

KINDS = ("information", "measurement", "recommendation", "food_plan", "appointment")
KIND_WEIGHTS = (30, 32, 14, 22, 2)
LIMITS = (10, 25, 75, None)
DURATIONS, DURATION_WEIGHTS = ("monthly", "quarterly", "biannual", "annual"), (6, 2, 1, 2)


class Clinic:
    """One account counted by month, written down day by day."""

    def __init__(self, book: Book, rng: Random, number: int, size: int, days: int):
        self.book, self.rng, self.size = book, rng, size
        name, self.timezone, self.offset, self.currency = names.CLINICS[(number - 1) % len(names.CLINICS)]
        self.account_id = f"cl-{number:02}"
        self.name = name if number <= len(names.CLINICS) else f"{name} {number}"
        self.days = days_of(days)
        self.next_visit: dict[date, list[str]] = defaultdict(list)
        self.clients = 0
        self.active: set[str] = set()
        self.limit: int | None = None
        self.plan, self.duration = "Meal Plan", "monthly"
        self.changes = 0
        self.edits = 0

    def write(self) -> None:
        self._open()
        for number, day in enumerate(self.days):
            if day.day == 1:
                self.active.clear()
            self._register(day, number)
            self._see(day)
            self._keep_up(day)

    def _open(self) -> None:
        opened = datetime.combine(self.days[0], datetime.min.time()) + timedelta(hours=6)
        self.book.account(self.account_id, "nutrium", self.timezone, self.currency, opened, self.name)
        self.limit = next((limit for limit in LIMITS if limit and limit >= self.size * 0.2), None)
        self.duration = self.rng.choices(DURATIONS, DURATION_WEIGHTS)[0]
        self.plan = self.rng.choice(("Meal Plan", "Follow Up"))
        self.subscription_id = f"{self.account_id}-sub"
        started = self.days[min(len(self.days) - 1, self.rng.randint(1, 20))]
        self.book.subscription(self.subscription_id, self.account_id, started.isoformat())
        self._change(office_hour(self.rng, started, self.offset))
        self.started = started
        for _ in range(max(1, self.size // 2)):
            self._client(self.days[0], self.rng.randint(0, 25))

    def _client(self, day: date, first_visit: int) -> None:
        self.clients += 1
        client_id = f"{self.account_id}-c{self.clients:04}"
        created = office_hour(self.rng, day, self.offset)
        self.book.customer(client_id, self.account_id, created, names.person(self.rng), None, False)
        if not share(self.rng, 0.12):
            self.next_visit[day + timedelta(days=first_visit)].append(client_id)

    def _register(self, day: date, number: int) -> None:
        growth = self.size * 1.6 / 365 * (0.8 + 0.5 * number / len(self.days))
        for _ in range(how_many(self.rng, growth * busy(day, CLINIC_WEEK, CLINIC_YEAR))):
            self._client(day, self.rng.randint(0, 6))

    def _see(self, day: date) -> None:
        for client_id in self.next_visit.pop(day, ()):
            if not share(self.rng, min(1.0, busy(day, CLINIC_WEEK, CLINIC_YEAR))):
                self.next_visit[day + timedelta(days=self.rng.randint(1, 3))].append(client_id)
                continue
            began = office_hour(self.rng, day, self.offset)
            for kind in self.rng.choices(KINDS, KIND_WEIGHTS, k=self.rng.randint(1, 4)):
                self._edit(client_id, began, kind)
                began += timedelta(minutes=self.rng.randint(2, 15))
            if share(self.rng, 0.35):
                self._edit(client_id, began + timedelta(days=self.rng.randint(1, 4)), "food_plan")
            self.active.add(client_id)
            if not share(self.rng, 0.16):
                wait = int(self.rng.triangular(10, 70, 28))
                self.next_visit[day + timedelta(days=wait)].append(client_id)

    def _edit(self, client_id: str, edited: datetime, kind: str) -> None:
        if edited >= SAMPLE_AS_OF:
            return
        self.edits += 1
        for loaded in loads(self.rng, edited, 13):
            self.book.edit(f"{self.account_id}-e{self.edits:06}", self.account_id, client_id, edited, kind, loaded=loaded)

    def _keep_up(self, day: date) -> None:
        """Above the limit it is raised, soon and not always; in quiet August a few lower it."""
        if day <= self.started:
            return
        at_noon = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
        if self.limit and len(self.active) > self.limit and share(self.rng, 0.08):
            self.limit = LIMITS[LIMITS.index(self.limit) + 1]
            self._change(at_noon)
        elif self.plan == "Meal Plan" and share(self.rng, 0.001):
            self.plan = "Follow Up"
            self._change(at_noon)
        elif (day.month, day.day) == (8, 3) and self.limit != 10 and len(self.active) < 25 and share(self.rng, 0.5):
            self.limit = 25 if self.limit in (None, 75) else 10
            self._change(at_noon)

    def _change(self, changed: datetime) -> None:
        self.changes += 1
        self.book.change(
            f"{self.subscription_id}-{self.changes}",
            self.subscription_id,
            changed,
            self.limit,
            self.plan,
            self.duration,
        )
