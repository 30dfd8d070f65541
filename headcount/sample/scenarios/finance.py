"""Around the bill: the vendor's invoice held against the count, and thresholds that a period reaches, in five currencies."""

from ..book import Book
from ..clock import at
from ..expectations import Window
from .packages import _account, _subscribe
from .registry import scenario
from .stages import client


def _place(book: Book, account: str, timezone: str, currency: str, name: str, places: tuple[str, ...] = ("floor",)) -> str:
    """An account counted by location since July, with its locations; returns the first."""
    opened = "2026-07-01 06:00"
    book.account(account, "nexudus", timezone, currency, opened, name)
    for place in places:
        book.location(f"{account}-{place}", account, timezone, opened, f"{name} {place.title()}")
    return f"{account}-{places[0]}"


def _bookers(book: Book, account: str, location: str, number: int, day: str, **other) -> list[str]:
    """Customers who book on a day, each an hour after the one before."""
    found = [f"{account}-{day[5:]}-{one}" for one in range(1, number + 1)]
    for hour, customer in enumerate(found):
        book.customer(customer, account, "2026-07-02 06:00")
        book.booking(f"bk-{customer}", customer, location, f"{day} {6 + hour:02}:00", **other)
    return found


@scenario
def an_invoice_counts_more_than_the_panel(book: Book) -> None:
    """Five are billed, two are on the live panel: the invoice is right, and each of the others says why not (F1, X16).

    Of the five one has still a contract; one was suspended, one's contract was cancelled, one left the team that the first
    pays for, and one only booked. Someone new is on the panel already.
    """
    account = "nx-panel"
    floor = _place(book, account, "Europe/Lisbon", "EUR", "Lanternfish House")
    for month, more in (("09", {}), ("10", {"invoice_number": "LF-2026-10", "billed_users": 5, "billed_amount": "37.10",
                                           "billed_currency": "EUR"})):  # fmt: skip
        book.platform_invoice(f"pi-panel-{month}", account, f"2026-{month}-05 10:00", **more)
    invoiced, live = (Window(account, floor, at(f"2026-{month}-05 10:00")) for month in ("09", "10"))
    for name in ("member", "suspended", "cancelled", "team", "booked", "new"):
        book.customer(f"nx-panel-{name}", account, "2026-09-06 09:00")
    book.contract("ct-panel-member", "nx-panel-member", floor, "2026-09-06 10:00")
    book.contract("ct-panel-suspended", "nx-panel-suspended", floor, "2026-09-06 10:00")
    book.status("st-panel", "nx-panel-suspended", "suspended", "2026-09-20 10:00")
    book.contract("ct-panel-cancelled", "nx-panel-cancelled", floor, "2026-09-06 10:00", cancelled="2026-10-01 10:00")
    book.team("tm-panel", account, floor, "nx-panel-member", "2026-09-07 10:00")
    book.membership("mb-panel", "tm-panel", "nx-panel-team", "2026-09-08 10:00", left="2026-10-02 10:00")
    book.booking("bk-panel-booked", "nx-panel-booked", floor, "2026-09-15 10:00")
    book.booking("bk-panel-new", "nx-panel-new", floor, "2026-10-10 10:00")
    for name, source in (("member", "contract"), ("suspended", "contract"), ("cancelled", "contract"), ("team", "team"),
                         ("booked", "booking")):  # fmt: skip
        book.counts(f"nx-panel-{name}", invoiced, source)
    book.counts("nx-panel-member", live, "contract")
    book.counts("nx-panel-new", live, "booking")
    book.reconciles("pi-panel-10", 5, "agrees", "0")


@scenario
def an_invoice_knows_what_came_too_late(book: Book) -> None:
    """Three are billed in yen, two counted when the period closed: the third's booking landed a week later (F1, P4)."""
    account = "nx-known-later"
    floor = _place(book, account, "Asia/Tokyo", "JPY", "Maple Gate Works")
    _bookers(book, account, floor, 2, "2026-08-10")
    late = _bookers(book, account, floor, 1, "2026-08-11", loaded=at("2026-09-12 01:08"))[0]
    book.platform_invoice("pi-known-later", account, "2026-09-01 03:00", invoice_number="MG-9", billed_users=3,
                          billed_amount="4919", billed_currency="JPY")  # fmt: skip
    period = Window(account, floor, at("2026-07-01 06:00"))
    book.does_not_count(late, period)
    book.corrects(late, period, "late_addition")
    book.reconciles("pi-known-later", 2, "known_later", "509")


@scenario
def an_invoice_follows_an_older_article(book: Book) -> None:
    """Billed in pounds by the article of 2023, which leaves out whose contract is void while suspended at the end; that of
    2022 gives the same number, and the later of the two is told (F1, X11)."""
    account = "nx-other-rules"
    floor = _place(book, account, "Europe/London", "GBP", "Tidewater Desks")
    _bookers(book, account, floor, 2, "2026-08-10")
    book.customer("nx-other-rules-suspended", account, "2026-07-02 09:00")
    book.contract("ct-other-rules", "nx-other-rules-suspended", floor, "2026-07-02 09:00")
    book.status("st-other-rules", "nx-other-rules-suspended", "suspended", "2026-08-20 09:00")
    book.platform_invoice("pi-other-rules", account, "2026-09-01 10:00", invoice_number="TD-9", billed_users=2,
                          billed_amount="24.26")  # fmt: skip
    book.counts("nx-other-rules-suspended", Window(account, floor, at("2026-07-01 06:00")), "contract")
    book.reconciles("pi-other-rules", 3, "other_ruleset", "-2.80", "nexudus-2023-09-04")


@scenario
def an_invoice_that_nothing_explains(book: Book) -> None:
    """One invoice of two places with nine users, where five were, and in euros where the account is billed in dollars;
    another of the same instant, which came later, ended nothing (F1)."""
    account = "nx-unexplained"
    _place(book, account, "America/Denver", "USD", "Juniper Rail", ("depot", "yard"))
    _bookers(book, account, "nx-unexplained-depot", 3, "2026-08-10")
    _bookers(book, account, "nx-unexplained-yard", 2, "2026-08-11")
    book.platform_invoice("pi-unexplained", account, "2026-09-01 16:00", invoice_number="JR-9", billed_users=9,
                          billed_amount="70.00", billed_currency="EUR")  # fmt: skip
    book.platform_invoice("pi-unexplained-copy", account, "2026-09-01 16:00", "nx-unexplained-yard", invoice_number="JR-9b",
                          billed_users=2, loaded=at("2026-09-03 01:12"))  # fmt: skip
    book.reconciles("pi-unexplained", 5, "unexplained", None)


@scenario
def invoices_of_an_amount_and_of_yesterday(book: Book) -> None:
    """In dinars, with three digits: one says only the amount, which agrees; the next is of a period in grace, which has no
    amount to be held against yet (F1, P3)."""
    account = "nx-dinars"
    floor = _place(book, account, "Asia/Kuwait", "KWD", "Pearl Quay")
    _bookers(book, account, floor, 2, "2026-09-10")
    _bookers(book, account, floor, 3, "2026-10-10")
    book.platform_invoice("pi-dinars-10", account, "2026-10-01 10:00", billed_amount="9.232", billed_currency="KWD")
    book.platform_invoice("pi-dinars-11", account, "2026-10-30 12:00", billed_users=3, billed_amount="10.297",
                          billed_currency="KWD")  # fmt: skip
    book.reconciles("pi-dinars-10", 2, None, "0")
    book.reconciles("pi-dinars-11", 3, "agrees", None)
    # 120 % of two are three.
    book.crosses(Window(account, floor, at("2026-10-01 10:00")), "growth", 120, 2, 3, "2026-10-10")


@scenario
def four_fifths_of_the_limit_are_reached(book: Book) -> None:
    """Ten clients are allowed: the eighth of October is the warning, in Chicago while the month still runs, elsewhere in its
    grace (F4, N6)."""
    for account, timezone, currency, name, starts in (
        ("nu-near-jpy", "Asia/Tokyo", "JPY", "Persimmon Clinic", "2026-09-30 15:00"),
        ("nu-near-kwd", "Asia/Kuwait", "KWD", "Date Grove Clinic", "2026-09-30 21:00"),
        ("nu-near-usd", "America/Chicago", "USD", "Maize & Bean", "2026-10-01 05:00"),
        ("nu-near-gbp", "Europe/London", "GBP", "Damson Table", "2026-09-30 23:00"),
        ("nu-near-eur", "Europe/Lisbon", "EUR", "Olive Row", "2026-09-30 23:00"),
    ):
        _account(book, account, name, timezone, currency, opened="2026-09-10 09:00")
        _subscribe(book, account, "2026-10-01", 10, account=account)
        for number in range(1, 10):
            who = client(book, f"{account}-{number}", "2026-09-11 10:00", account)
            book.edit(f"ed-{account}-{number}", account, who, f"2026-10-{number + 5:02} 12:00")
        book.charges(f"sub-{account}", "start", "2026-10-01", 10, 31, 31)
        book.crosses(Window(account, account, at(starts)), "share_of_limit", 80, 10, 8, "2026-10-13")


@scenario
def a_place_grows_by_a_fifth(book: Book) -> None:
    """Five in the last closed period, six in the open one: the sixth makes 120 %. Where nobody was, nothing grows (F4)."""
    account = "nx-growth"
    floor = _place(book, account, "Europe/Madrid", "EUR", "Saltworks", ("floor", "attic"))
    book.platform_invoice("pi-growth", account, "2026-10-05 10:00")
    _bookers(book, account, floor, 5, "2026-09-10")
    _bookers(book, account, floor, 7, "2026-10-20")
    _bookers(book, account, "nx-growth-attic", 1, "2026-10-21")
    book.crosses(Window(account, floor, at("2026-10-05 10:00")), "growth", 120, 5, 6, "2026-10-20")
