"""Suspended customers under the 2026 rules."""

from ..book import Book
from ..clock import at
from .registry import scenario
from .stages import MAIN, OCT, SEP, person


@scenario
def suspended_for_the_whole_period_a_contract_is_void(book: Book) -> None:
    """An open contract does not count while its customer is suspended (X11)."""
    who = person(book, "nx-suspended-whole")
    book.contract("ct-suspended-whole", who, MAIN, "2026-06-10 09:00")
    book.status("st-suspended-whole", who, "suspended", "2026-08-10 09:00")
    book.does_not_count(who, SEP, "suspended")


@scenario
def suspended_for_a_part_of_the_period_a_contract_counts(book: Book) -> None:
    """Suspended on the 15th, and suspended until the 20th (X11)."""
    who = person(book, "nx-suspended-mid")
    book.contract("ct-suspended-mid", who, MAIN, "2026-06-10 09:00")
    book.status("st-suspended-mid", who, "suspended", "2026-09-15 09:00")
    book.counts(who, SEP, "contract")
    book.does_not_count(who, OCT, "suspended")
    who = person(book, "nx-suspended-back")
    book.contract("ct-suspended-back", who, MAIN, "2026-06-10 09:00")
    book.status("st-suspended-back-1", who, "suspended", "2026-08-10 09:00")
    book.status("st-suspended-back-2", who, "active", "2026-09-20 09:00")
    book.counts(who, SEP, "contract")


@scenario
def what_a_suspended_customer_does_still_counts(book: Book) -> None:
    """Point conditions stand: a booking made while suspended counts by itself, not by the contract (X11)."""
    who = person(book, "nx-suspended-booking")
    book.contract("ct-suspended-booking", who, MAIN, "2026-06-10 09:00")
    book.status("st-suspended-booking", who, "suspended", "2026-08-10 09:00")
    book.booking("bk-suspended", who, MAIN, "2026-09-15 09:00")
    book.counts(who, SEP, "booking")


@scenario
def a_suspension_at_the_boundary_instants(book: Book) -> None:
    """From the very start of September void in September; from its very end only in October (X11, P5)."""
    for name, changed, september, october in (
        ("start", "2026-09-05 10:00", False, False),
        ("end", "2026-10-05 10:00", True, False),
    ):
        who = person(book, f"nx-suspended-at-{name}")
        book.contract(f"ct-suspended-at-{name}", who, MAIN, "2026-06-10 09:00")
        book.status(f"st-suspended-at-{name}", who, "suspended", changed)
        for window, counts in ((SEP, september), (OCT, october)):
            if counts:
                book.counts(who, window, "contract")
            else:
                book.does_not_count(who, window, "suspended")


@scenario
def two_status_changes_at_one_instant(book: Book) -> None:
    """The later known one wins, and of two known at once the greater key (X11)."""
    who = person(book, "nx-status-tie-known")
    book.contract("ct-tie-known", who, MAIN, "2026-06-10 09:00")
    book.status("st-tie-known-b", who, "active", "2026-08-10 09:00", loaded=at("2026-08-11 01:03"))
    book.status("st-tie-known-a", who, "suspended", "2026-08-10 09:00", loaded=at("2026-08-12 01:03"))
    book.does_not_count(who, SEP, "suspended")
    who = person(book, "nx-status-tie-key")
    book.contract("ct-tie-key", who, MAIN, "2026-06-10 09:00")
    book.status("st-tie-key-2", who, "active", "2026-08-10 09:00")
    book.status("st-tie-key-1", who, "suspended", "2026-08-10 09:00")
    book.counts(who, SEP, "contract")
