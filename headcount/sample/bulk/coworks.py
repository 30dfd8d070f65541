"""A house of desks and rooms: members and contacts who come, book, buy, are invoiced, and leave."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from ..book import Book
from ..clock import SAMPLE_AS_OF
from . import names
from .rhythm import OFFICE_WEEK, OFFICE_YEAR, busy, days_of, how_many, loads, office_hour, price, share


@dataclass
class Person:
    """A customer while they are around."""

    customer_id: str
    home: str
    keenness: float
    contract_id: str | None = None
    plan: tuple | None = None
    leaves_on: date | None = None


class Cowork:
    """One account counted by location, written down day by day."""

    def __init__(self, book: Book, rng: Random, number: int, size: int, days: int):
        self.book, self.rng, self.size = book, rng, size
        name, self.timezone, self.offset, self.currency, places = names.COWORKS[(number - 1) % len(names.COWORKS)]
        self.account_id = f"cw-{number:02}"
        self.name = name if number <= len(names.COWORKS) else f"{name} {number}"
        self.days = days_of(days)
        self.places = {f"{self.account_id}-{index}": place for index, place in enumerate(places, 1)}
        self.people: list[Person] = []
        self.customers = 0
        self.numbers: dict[str, int] = {}

    def write(self) -> None:
        self._open()
        for number, day in enumerate(self.days):
            self._join(day, number)
            self._leave(day)
            self._book_rooms(day)
            self._buy(day)
            if day.weekday() == 3:
                self._meet(day)
            if day.day == 1:
                self._invoice_members(day)
            self._platform_invoices(day)

    def _key(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{self.account_id}-{kind}{self.numbers[kind]:06}"

    def _at(self, day: date) -> datetime:
        return office_hour(self.rng, day, self.offset)

    # Who is there

    def _open(self) -> None:
        opened = datetime.combine(self.days[0], time(6))
        self.book.account(self.account_id, "nexudus", self.timezone, self.currency, opened, self.name)
        for location_id, place in self.places.items():
            self.book.location(location_id, self.account_id, self.timezone, opened, f"{self.name} {place}")
        for _ in range(max(2, self.size * 6 // 10)):
            self._person(self.days[0])
        self.invoice_days = {location_id: self.rng.randint(2, 27) for location_id in self.places}
        if self.rng.random() < 0.5:
            self.invoice_days = {None: self.rng.randint(2, 27)}
        self._teams()

    def _person(self, day: date) -> Person:
        self.customers += 1
        weights = [3, 2, 1][: len(self.places)]
        home = self.rng.choices(list(self.places), weights)[0]
        person = Person(f"{self.account_id}-c{self.customers:04}", home, min(self.rng.paretovariate(1.2), 25.0))
        is_admin = self.customers <= 2
        self.book.customer(person.customer_id, self.account_id, self._at(day), names.person(self.rng), person.home, is_admin)
        if share(self.rng, 0.62):
            self._sign(person, day)
        self.people.append(person)
        return person

    def _sign(self, person: Person, day: date) -> None:
        person.plan = self.rng.choices(names.PLANS, [weight for _, _, weight in names.PLANS])[0]
        person.contract_id = self._key("ct")
        person.leaves_on = day + timedelta(days=14 + int(self.rng.expovariate(1 / 420)))
        created = self._at(day)
        starts = created if share(self.rng, 0.7) else created + timedelta(days=self.rng.randint(1, 25))
        cancelled = paused = None
        if person.leaves_on < SAMPLE_AS_OF.date():
            cancelled = self._at(person.leaves_on)
        elif share(self.rng, 0.06) and day + timedelta(days=60) < SAMPLE_AS_OF.date():
            paused = created + timedelta(days=self.rng.randint(20, 59))
        self.book.contract(
            person.contract_id,
            person.customer_id,
            person.home,
            created,
            price(person.plan[1], self.currency),
            starts,
            cancelled,
            paused,
            person.plan[0],
        )
        if share(self.rng, 0.2):
            self._sell(person, day, names.RECURRING, recurring=True)

    def _teams(self) -> None:
        """A team for every dozen people: the payer and a few of those who are there from the start."""
        for number in range(self.size // 12):
            payer, *members = self.rng.sample(self.people, min(len(self.people), self.rng.randint(3, 6)))
            created = self._at(self.days[0])
            team_id = self._key("tm")
            merged = share(self.rng, 0.75)
            self.book.team(team_id, self.account_id, payer.home, payer.customer_id, created, merged)
            for member in members:
                left = created + timedelta(days=self.rng.randint(60, 900))
                self.book.membership(
                    self._key("mb"),
                    team_id,
                    member.customer_id,
                    created + timedelta(hours=1 + number % 3),
                    left if left < SAMPLE_AS_OF else None,
                )

    def _join(self, day: date, number: int) -> None:
        growth = self.size * 0.9 / 365 * (0.7 + 0.7 * number / len(self.days))
        for _ in range(how_many(self.rng, growth * busy(day, OFFICE_WEEK, OFFICE_YEAR))):
            self._person(day)

    def _leave(self, day: date) -> None:
        """Contracts end; some of those who leave are archived, some return; a few are suspended for a while."""
        for person in [person for person in self.people if person.leaves_on == day]:
            person.contract_id = person.plan = person.leaves_on = None
            fate = self.rng.random()
            if fate < 0.35:
                self._status(person, "archived", self._at(day) + timedelta(hours=12))
                self.people.remove(person)
            elif fate < 0.5:
                returns = day + timedelta(days=self.rng.randint(20, 90))
                if returns < SAMPLE_AS_OF.date():
                    self._sign(person, returns)
        for _ in range(how_many(self.rng, len(self.people) * 0.0004)):
            person = self.rng.choice(self.people)
            suspended = self._at(day)
            self._status(person, "suspended", suspended)
            self._status(person, "active", suspended + timedelta(days=self.rng.randint(10, 50)))

    def _status(self, person: Person, status: str, changed: datetime) -> None:
        if changed < SAMPLE_AS_OF:
            self.book.status(self._key("st"), person.customer_id, status, changed)

    # What they do

    def _keen(self, number: int) -> list[Person]:
        return self.rng.choices(self.people, [person.keenness for person in self.people], k=number) if self.people else []

    def _somewhere(self, person: Person) -> str:
        return person.home if share(self.rng, 0.85) else self.rng.choice(list(self.places))

    def _book_rooms(self, day: date) -> None:
        number = how_many(self.rng, min(len(self.people) * 0.11 * busy(day, OFFICE_WEEK, OFFICE_YEAR), 300))
        for person in self._keen(number):
            room, euros = self.rng.choices(names.ROOMS, (6, 3, 5, 5, 2, 2, 6, 1))[0]
            booked = self._at(day)
            starts = (booked + timedelta(days=int(self.rng.expovariate(1 / 4)))).replace(minute=0, second=0)
            starts = max(starts + timedelta(hours=1), booked)
            cost = price(euros * self.rng.randint(1, 3), self.currency)
            if person.plan and share(self.rng, 0.4):
                cost = price(0, self.currency)
            walk_in = share(self.rng, 0.04)
            booking = dict(
                booking_id=self._key("bk"),
                customer_id=None if walk_in else person.customer_id,
                location_id=self._somewhere(person),
                booked=booked,
                price=cost,
                starts=starts,
                ends=starts + timedelta(minutes=30 * self.rng.randint(1, 6)),
                resource=room,
                source_channel=self.rng.choice(("app", "app", "web", "front_desk")),
            )
            nights = loads(self.rng, booked, 8)
            for loaded in nights:
                self.book.booking(**booking, loaded=loaded)
            if share(self.rng, 0.06) and booked + timedelta(hours=30) < SAMPLE_AS_OF:
                self.book.booking(**booking, cancelled=booked + timedelta(hours=2), loaded=nights[-1] + timedelta(minutes=5))
            if cost and not person.plan and not walk_in and share(self.rng, 0.5):
                self._invoice(person, booked + timedelta(minutes=1), [("booking", cost)], booking["location_id"])

    def _buy(self, day: date) -> None:
        for person in self._keen(how_many(self.rng, len(self.people) * 0.012 * busy(day, OFFICE_WEEK, OFFICE_YEAR))):
            self._sell(person, day, names.ONE_OFF, recurring=False)

    def _sell(self, person: Person, day: date, products: tuple, recurring: bool) -> None:
        product, euros = self.rng.choice(products)
        sold = self._at(day)
        if sold >= SAMPLE_AS_OF:
            return
        sale_id, cost = self._key("sl"), price(euros, self.currency)
        for loaded in loads(self.rng, sold, 7):
            self.book.sale(sale_id, person.customer_id, person.home, sold, cost, recurring, product, loaded=loaded)

    def _meet(self, day: date) -> None:
        """An evening a week: guests and people of the house."""
        if not self.people:
            return
        location_id = self.rng.choice(list(self.places))
        event, euros = self.rng.choice(names.EVENTS)
        for person in self._keen(how_many(self.rng, min(2 + len(self.people) * 0.03, 25))):
            guest = share(self.rng, 0.3)
            purchased = self._at(day)
            self.book.ticket(
                self._key("tk"),
                None if guest else person.customer_id,
                location_id,
                purchased,
                price(euros, self.currency),
                event,
            )
            if euros and not guest and share(self.rng, 0.5):
                self._invoice(person, purchased, [("event_ticket", price(euros, self.currency))], location_id)

    def _invoice_members(self, day: date) -> None:
        for person in self.people:
            if person.plan and person.plan[1]:
                lines = [("plan", price(person.plan[1], self.currency))]
                if share(self.rng, 0.2):
                    lines.append(("charge", price(self.rng.randint(2, 30), self.currency)))
                if share(self.rng, 0.02):
                    lines.append(("plan", -price(10, self.currency)))
                self._invoice(person, datetime.combine(day, time(5, self.rng.randrange(60))), lines, person.home)

    def _invoice(self, person: Person, issued: datetime, lines: list, location_id: str) -> None:
        kind = self.rng.random()
        flags = dict(is_draft=kind < 0.02, is_credit_note=0.02 <= kind < 0.03)
        if not person.plan and kind > 0.98:
            flags["voided_at"] = issued + timedelta(minutes=30)
        self.book.invoice(self._key("in"), person.customer_id, location_id, issued, lines, **flags)

    def _platform_invoices(self, day: date) -> None:
        for location_id, invoice_day in self.invoice_days.items():
            if day.day == invoice_day and day != self.days[0]:
                self.book.platform_invoice(self._key("pi"), self.account_id, datetime.combine(day, time(6)), location_id)
