"""The landing zone: which files there are, and how DuckDB reads each table from them.

zone (which files) -> shapes (what each is made of) -> views (each column as the contract's type), values; opened has the
shapes of the files that somebody reads; stock keeps what is known of each file; trouble puts into words what is wrong with one.
"""

from headcount.landing.contract import Column, Table, landing_contract
from headcount.landing.register import register
from headcount.landing.stock import Stock, take_stock
from headcount.landing.zone import Zone, inspect

__all__ = ["Column", "Stock", "Table", "Zone", "inspect", "landing_contract", "register", "take_stock"]
