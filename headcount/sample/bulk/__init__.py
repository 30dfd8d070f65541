"""Accounts that look real: invented names, skewed activity, weeks and seasons, growth and leaving."""

from random import Random

from ..book import Book
from .clinics import Clinic
from .coworks import Cowork

#: People of the largest account of each product; the others are smaller, the tail is long.
LARGEST = 110


def write_bulk(book: Book, accounts: int, days: int, seed: int) -> None:
    """Writes `accounts` accounts, of the two products in turn. Each one depends on the seed and its number only."""
    book.scenario = ""
    for number in range(accounts):
        rank = number // 2 + 1
        size = max(8, round(LARGEST * rank**-0.6))
        kind = (Cowork, Clinic)[number % 2]
        kind(book, Random(f"{seed}:{number}"), rank, size, days).write()
