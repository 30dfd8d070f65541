"""The marts of a warehouse in a PostgreSQL database, which any number of people and programs can read at once."""

from headcount.publish.job import publish

__all__ = ["publish"]
