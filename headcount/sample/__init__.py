"""The sample landing zone: every edge of the rules as a named scenario, and accounts that look real."""

from .book import Book
from .clock import SAMPLE_AS_OF
from .expectations import Charge, Correction, Count, Crossing, Reconciliation, Rejection, Window
from .scenarios import SCENARIOS, rules_of
from .write import sample_book, write_sample

__all__ = [
    "SAMPLE_AS_OF",
    "SCENARIOS",
    "Book",
    "Charge",
    "Correction",
    "Count",
    "Crossing",
    "Reconciliation",
    "Rejection",
    "Window",
    "rules_of",
    "sample_book",
    "write_sample",
]
