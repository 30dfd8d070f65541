"""Contracts under the 2026 rules: open at any time of the period."""

from ..book import Book
from ..clock import at
from .registry import scenario
from .stages import AUG, MAIN, OCT, SEP, person


@scenario
def any_contract_that_is_not_cancelled_counts(book: Book) -> None:
    """Paid, of zero value, and not started yet (X3, X14)."""
    book.contract("ct-paid", person(book, "nx-contract-paid"), MAIN, "2026-08-20 09:00", plan="Resident Desk")
    book.contract("ct-free", person(book, "nx-member-free"), MAIN, "2026-08-20 09:00", price="0", plan="Community")
    who = person(book, "nx-contract-not-started")
    book.contract("ct-not-started", who, MAIN, "2026-09-25 09:00", starts="2027-01-01 00:00")
    for customer in ("nx-contract-paid", "nx-member-free", "nx-contract-not-started"):
        book.counts(customer, SEP, "contract")
        book.counts(customer, OCT, "contract")


@scenario
def a_customer_without_a_contract_is_a_contact(book: Book) -> None:
    """A contact who does nothing does not count (X14)."""
    person(book, "nx-contact")
    book.does_not_count("nx-contact", SEP)


@scenario
def a_paused_contract_counts_until_it_is_cancelled(book: Book) -> None:
    """Paused in July and still open: counts in September (X12)."""
    who = person(book, "nx-contract-paused")
    book.contract("ct-paused", who, MAIN, "2026-06-10 09:00", paused="2026-07-10 09:00")
    book.counts(who, SEP, "contract")
    who = person(book, "nx-contract-paused-cancelled")
    book.contract("ct-paused-cancelled", who, MAIN, "2026-06-10 09:00", "60", None, "2026-08-30 09:00", "2026-07-10 09:00")
    book.counts(who, AUG, "contract")
    book.does_not_count(who, SEP)


@scenario
def an_archived_customer_counts_like_others(book: Book) -> None:
    """Archived with an open contract, with a paused one, and with nothing (X12)."""
    who = person(book, "nx-archived")
    book.contract("ct-archived", who, MAIN, "2026-06-10 09:00")
    book.status("st-archived", who, "archived", "2026-08-10 09:00")
    book.counts(who, SEP, "contract")
    who = person(book, "nx-archived-paused")
    book.contract("ct-archived-paused", who, MAIN, "2026-06-10 09:00", paused="2026-08-10 09:00")
    book.status("st-archived-paused", who, "archived", "2026-08-10 09:00")
    book.counts(who, SEP, "contract")
    who = person(book, "nx-archived-idle")
    book.status("st-archived-idle", who, "archived", "2026-08-10 09:00")
    book.does_not_count(who, SEP)


@scenario
def a_cancelled_contract_counts_for_the_time_it_was_open(book: Book) -> None:
    """Cancelled before, within, at the very start and at the very end of the period (X3)."""
    for name, cancelled, in_september, in_october in (
        ("before", "2026-09-01 09:00", False, False),
        ("at-start", "2026-09-05 10:00", False, False),
        ("within", "2026-09-15 09:00", True, False),
        ("at-end", "2026-10-05 10:00", True, False),
        ("after", "2026-10-15 09:00", True, True),
    ):
        who = person(book, f"nx-contract-cancelled-{name}")
        book.contract(f"ct-cancelled-{name}", who, MAIN, "2026-06-10 09:00", cancelled=cancelled)
        for window, counts in ((SEP, in_september), (OCT, in_october)):
            book.counts(who, window, "contract") if counts else book.does_not_count(who, window)


@scenario
def a_contract_made_at_the_boundary_belongs_to_the_later_period(book: Book) -> None:
    """Nothing that begins at the end of a period matters to it (X3, P5)."""
    who = person(book, "nx-contract-at-boundary")
    book.contract("ct-at-boundary", who, MAIN, "2026-10-05 10:00")
    book.does_not_count(who, SEP)
    book.counts(who, OCT, "contract")


@scenario
def a_contract_cancelled_as_it_was_made_never_lasted(book: Book) -> None:
    """Created and cancelled at one instant (X3)."""
    who = person(book, "nx-contract-empty")
    book.contract("ct-empty", who, MAIN, "2026-09-15 09:00", cancelled="2026-09-15 09:00", loaded=at("2026-09-16 01:06"))
    book.does_not_count(who, SEP)
