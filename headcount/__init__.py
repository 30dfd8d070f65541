"""headcount: the thin command line around the dbt project."""

__version__ = "0.1.0"
