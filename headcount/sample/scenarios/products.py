"""Products and event tickets."""

from ..book import Book
from .registry import scenario
from .stages import MAIN, OCT, SEP, person


@scenario
def a_recurring_product_counts_free_or_paid(book: Book) -> None:
    """Sold in the period, whatever it costs; it does not carry over while it is held (X4, X16)."""
    for kind, price in (("free", "0.00"), ("paid", "15.00")):
        who = person(book, f"nx-recurring-{kind}")
        book.sale(f"sl-recurring-{kind}", who, MAIN, "2026-09-16 11:00", price, recurring=True, product="Mail Handling")
        book.counts(who, SEP, "recurring_product")
        book.does_not_count(who, OCT)


@scenario
def a_one_off_product_counts_only_when_paid(book: Book) -> None:
    """A free one does not make its buyer count, a paid one does (X9)."""
    for kind, price in (("free", "0"), ("paid", "4.50")):
        who = person(book, f"nx-one-off-{kind}")
        book.sale(f"sl-one-off-{kind}", who, MAIN, "2026-09-16 12:00", price, recurring=False, product="Coffee Card")
    book.does_not_count("nx-one-off-free", SEP, "free_does_not_count")
    book.counts("nx-one-off-paid", SEP, "one_off_product")


@scenario
def a_free_product_on_an_invoice_does_not_count(book: Book) -> None:
    """A line of zero for a free product is not being invoiced (X6, X9)."""
    who = person(book, "nx-one-off-free-invoiced")
    book.sale("sl-free-invoiced", who, MAIN, "2026-09-16 12:00", "0", recurring=False, product="Welcome Tote")
    book.invoice("in-free-invoiced", who, MAIN, "2026-09-16 12:05", [("product", "0.00")])
    book.does_not_count(who, SEP, "free_does_not_count")


@scenario
def an_event_ticket_never_counts(book: Book) -> None:
    """Neither free nor paid, and not when it stands on an invoice (X10)."""
    book.ticket("tk-free", person(book, "nx-ticket-free"), MAIN, "2026-09-17 18:00", "0")
    book.ticket("tk-paid", person(book, "nx-ticket-paid"), MAIN, "2026-09-17 18:00", "25.00")
    who = person(book, "nx-ticket-invoiced")
    book.ticket("tk-invoiced", who, MAIN, "2026-09-17 18:00", "25.00", event="Night of the Makers")
    book.invoice("in-ticket", who, MAIN, "2026-09-17 18:01", [("event_ticket", "25.00")])
    for customer in ("nx-ticket-free", "nx-ticket-paid", "nx-ticket-invoiced"):
        book.does_not_count(customer, SEP, "kind_does_not_count")


@scenario
def a_guests_ticket_makes_nobody_count(book: Book) -> None:
    """A ticket without a customer is accepted and counts for nobody (X10)."""
    book.ticket("tk-guest", None, MAIN, "2026-09-17 18:30", "25.00")
