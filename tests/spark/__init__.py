"""Holds Spark against DuckDB: python -m tests.spark (needs `make spark`)."""
