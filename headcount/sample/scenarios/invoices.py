"""Being invoiced, and invoices that are none."""

from ..book import Book
from ..clock import at
from .registry import scenario
from .stages import MAIN, OCT, SEP, person


@scenario
def being_invoiced_counts_for_four_kinds_of_line(book: Book) -> None:
    """Bookings, products, plans and charges count under the 2026 rules, a deposit does not (X6)."""
    for line_type in ("booking", "product", "plan", "charge"):
        who = person(book, f"nx-invoiced-{line_type}")
        book.invoice(f"in-{line_type}", who, MAIN, "2026-09-18 09:00", [(line_type, "30.00")])
        book.counts(who, SEP, "invoice")
    who = person(book, "nx-invoiced-deposit")
    book.invoice("in-deposit", who, MAIN, "2026-09-18 09:00", [("deposit", "100.00")])
    book.does_not_count(who, SEP, "kind_does_not_count")


@scenario
def one_line_that_counts_is_enough(book: Book) -> None:
    """A ticket and a booking on one invoice: the booking's line counts (X6, X10)."""
    who = person(book, "nx-invoice-mixed")
    book.invoice("in-mixed", who, MAIN, "2026-09-18 09:00", [("event_ticket", "25.00"), ("booking", "12.00")])
    book.counts(who, SEP, "invoice")


@scenario
def drafts_credit_notes_and_voided_invoices_are_no_activity(book: Book) -> None:
    """Three invoices that do not count, the third voided ten days after it was issued (X6)."""
    line = [("plan", "90.00")]
    book.invoice("in-draft", person(book, "nx-invoice-draft"), MAIN, "2026-09-18 09:00", line, is_draft=True)
    who = person(book, "nx-invoice-credit-note")
    book.invoice("in-credit", who, MAIN, "2026-09-18 09:00", line, is_credit_note=True)
    who = person(book, "nx-invoice-voided")
    book.invoice("in-voided", who, MAIN, "2026-09-18 09:00", line)
    book.invoice("in-voided", who, MAIN, "2026-09-18 09:00", voided_at=at("2026-09-28 10:00"), loaded=at("2026-09-29 01:10"))
    for kind in ("draft", "credit-note", "voided"):
        book.does_not_count(f"nx-invoice-{kind}", SEP, "invoice_not_valid")


@scenario
def a_draft_that_is_issued_counts(book: Book) -> None:
    """The version in force decides: a draft of the 18th that is final on the 20th (X6)."""
    who = person(book, "nx-invoice-finalised")
    book.invoice("in-finalised", who, MAIN, "2026-09-18 09:00", [("plan", "90.00")], is_draft=True)
    book.invoice("in-finalised", who, MAIN, "2026-09-18 09:00", is_draft=False, loaded=at("2026-09-21 01:10"))
    book.counts(who, SEP, "invoice")


@scenario
def lines_of_zero_and_below_do_not_count(book: Book) -> None:
    """A negative line is a credit and no activity; a line of zero is not being invoiced (X6)."""
    book.invoice("in-negative", person(book, "nx-line-negative"), MAIN, "2026-09-18 09:00", [("charge", "-15.00")])
    book.invoice("in-zero", person(book, "nx-line-zero"), MAIN, "2026-09-18 09:00", [("charge", "0")])
    book.does_not_count("nx-line-negative", SEP)
    book.does_not_count("nx-line-zero", SEP, "free_does_not_count")
    who = person(book, "nx-line-credited")
    book.invoice("in-credited", who, MAIN, "2026-09-18 09:00", [("plan", "90.00"), ("plan", "-90.00")])
    book.counts(who, SEP, "invoice")


@scenario
def a_line_lands_before_its_invoice(book: Book) -> None:
    """It is unknown until the invoice has landed, and counts from then on (X6)."""
    who = person(book, "nx-line-before-invoice")
    book.line("in-late-1", "in-late", "plan", "90.00", loaded=at("2026-10-20 01:11"))
    book.invoice("in-late", who, MAIN, "2026-10-19 09:00", loaded=at("2026-10-23 01:10"))
    book.counts(who, OCT, "invoice")


@scenario
def an_invoice_without_lines_is_no_activity(book: Book) -> None:
    """There is nothing on it that could count (X6)."""
    who = person(book, "nx-invoice-empty")
    book.invoice("in-empty", who, MAIN, "2026-09-18 09:00")
    book.does_not_count(who, SEP)
