"""The documentation as one folder of static pages: the project's own pages, dbt's, and the lineage of columns.

`make docs`, or `python -m headcount.docs --warehouse FILE --out FOLDER`. Nothing in the folder asks anything of another
machine, and nothing in it is a row of the warehouse: only names and types of columns are read.
"""

from headcount.docs.site import build_site

__all__ = ["build_site"]
