"""The accounts and calendars the scenarios play on.

`nx-2026`, `nx-2023` and `nx-2022` are accounts of the product counted by location, each named for the ruleset
its scenarios show; `nu-months` is one of the product counted by account. Scenarios that need a calendar or a
package of their own make their own account.
"""

from ..book import Book
from ..clock import at
from ..expectations import Window
from .registry import scenario

NX26, MAIN, ANNEX = "nx-2026", "nx-2026-main", "nx-2026-annex"
NX23, MAIN23, ANNEX23 = "nx-2023", "nx-2023-main", "nx-2023-annex"
NX22, LONDON22, TOKYO22 = "nx-2022", "nx-2022-london", "nx-2022-tokyo"
NU = "nu-months"

#: Closed periods and the open one of `nx-2026`, invoiced on the fifth of each month at 10:00.
AUG, SEP, OCT = (Window(NX26, MAIN, at(f"2026-{month}-05 10:00")) for month in ("08", "09", "10"))
SEP_ANNEX, OCT_ANNEX = (Window(NX26, ANNEX, at(f"2026-{month}-05 10:00")) for month in ("09", "10"))

#: Closed periods of `nx-2023`, judged by the ruleset of 4 September 2023.
FEB23, MAR23 = (Window(NX23, MAIN23, at(f"2026-{month}-05 15:00")) for month in ("02", "03"))
FEB23_ANNEX = Window(NX23, ANNEX23, at("2026-02-05 15:00"))

#: A closed period of `nx-2022`, judged by the ruleset of 2 November 2022.
FEB22 = Window(NX22, LONDON22, at("2023-02-05 12:00"))
FEB22_TOKYO = Window(NX22, TOKYO22, at("2023-02-05 12:00"))

#: The first load of `nx-2022` took three nights.
HISTORY_NIGHTS = tuple(at(f"2025-09-{day} 03:00") for day in (28, 29, 30))


@scenario
def an_account_counted_by_location_under_the_2026_rules(book: Book) -> None:
    """Two locations, account-wide platform invoices, charged for each location (X1, X2, P2)."""
    book.account(NX26, "nexudus", "Europe/Lisbon", "EUR", "2026-04-01 09:00", "Two Bridges Cowork")
    book.location(MAIN, NX26, "Europe/Lisbon", "2026-04-01 09:00", "Two Bridges Riverside")
    book.location(ANNEX, NX26, "Europe/Madrid", "2026-04-01 09:00", "Two Bridges Annex")
    for month in range(5, 11):
        book.platform_invoice(f"pi-nx-2026-{month:02}", NX26, f"2026-{month:02}-05 10:00")


@scenario
def an_account_counted_by_location_under_the_2023_rules(book: Book) -> None:
    """Charged in US dollars; its periods that end before 21 April 2026 are judged by the 2023 ruleset (X1, P6)."""
    book.account(NX23, "nexudus", "America/New_York", "USD", "2025-10-01 14:00", "Copper Kettle Works")
    book.location(MAIN23, NX23, "America/New_York", "2025-10-01 14:00", "Copper Kettle Mill")
    book.location(ANNEX23, NX23, "America/Los_Angeles", "2025-10-01 14:00", "Copper Kettle Pier")
    months = ["2025-11", "2025-12", *(f"2026-{month:02}" for month in range(1, 11))]
    for month in months:
        book.platform_invoice(f"pi-nx-2023-{month}", NX23, f"{month}-05 15:00")


@scenario
def an_account_whose_history_landed_in_three_nights(book: Book) -> None:
    """History of 2022 and 2023, loaded late and whole on the third night: its periods know all of it (P4).

    Its first period ends before any ruleset: the first one judges it. Two boundaries are at the very instant a
    ruleset takes effect in London, and one falls between the two locations' own midnights (P6).
    """
    first, second, _ = HISTORY_NIGHTS
    opened = "2022-09-15 08:00"
    with book.loading_at(first):
        book.account(NX22, "nexudus", "Europe/London", "GBP", opened, "Signal Box Studios", history_complete="2025-09-30 06:00")
        book.location(LONDON22, NX22, "Europe/London", opened, "Signal Box Wharf")
        book.location(TOKYO22, NX22, "Asia/Tokyo", opened, "Signal Box Kanda")
    with book.loading_at(second):
        for invoiced in ("2022-10-05 12:00", "2022-11-02 00:00"):
            book.platform_invoice(f"pi-nx-2022-{invoiced[:10]}", NX22, invoiced)
        for month in ("2022-12", *(f"2023-{month:02}" for month in range(1, 9))):
            book.platform_invoice(f"pi-nx-2022-{month}-05", NX22, f"{month}-05 12:00")
        # 20:00 UTC is 21:00 on the 3rd in London and 05:00 on the 4th in Tokyo: two rulesets for one invoice.
        for invoiced in ("2023-09-03 20:00", "2023-09-03 23:00", "2023-10-05 12:00"):
            book.platform_invoice(f"pi-nx-2022-{invoiced[:13].replace(' ', 'T')}", NX22, invoiced)
    book.platform_invoice("pi-nx-2022-2026-10-05", NX22, "2026-10-05 12:00")


@scenario
def an_account_counted_by_month(book: Book) -> None:
    """Months of the account's zone, from the month it was opened in (P1)."""
    book.account(NU, "nutrium", "Europe/Lisbon", "EUR", "2026-01-15 10:00", "Clinic of the Olive Tree")
    # Opened on the 15th, and the whole of January is its first period.
    client(book, "nu-edited-before-opening", "2026-01-10 10:00")
    book.edit("ed-before-opening", NU, "nu-edited-before-opening", "2026-01-11 10:00", loaded=at("2026-01-16 01:13"))
    book.counts("nu-edited-before-opening", month("2026-01"), "edit")


def month(text: str, account: str = NU, starts: str | None = None) -> Window:
    """A month of `nu-months` (or of another account whose month starts at this UTC instant)."""
    if starts is None:
        # Lisbon: one hour ahead of UTC from the last Sunday of March to the last of October.
        starts = f"{text}-01 00:00"
        if 4 <= int(text[5:]) <= 10:
            year, number = int(text[:4]), int(text[5:])
            last_day = 31 if number - 1 in (3, 5, 7, 8) else 30
            starts = f"{year}-{number - 1:02}-{last_day} 23:00"
    return Window(account, account, at(starts))


def client(book: Book, customer_id: str, created: str = "2026-01-20 10:00", account: str = NU) -> str:
    """A client of an account counted by month."""
    book.customer(customer_id, account, created)
    return customer_id


def person(book: Book, customer_id: str, **other) -> str:
    """A customer of `nx-2026`."""
    book.customer(customer_id, NX26, "2026-05-10 09:00", home=MAIN, **other)
    return customer_id


def person23(book: Book, customer_id: str) -> str:
    """A customer of `nx-2023`."""
    book.customer(customer_id, NX23, "2025-10-06 15:00", home=MAIN23)
    return customer_id


def person22(book: Book, customer_id: str) -> str:
    """A customer of `nx-2022`; call it while a night of the history is loading."""
    book.customer(customer_id, NX22, "2022-09-20 09:00", home=LONDON22)
    return customer_id
