"""The landing zone: which files there are, and how DuckDB reads each table from them."""

from headcount.landing.contract import Column, Table, landing_contract
from headcount.landing.views import register
from headcount.landing.zone import Zone, inspect

__all__ = ["Column", "Table", "Zone", "inspect", "landing_contract", "register"]
