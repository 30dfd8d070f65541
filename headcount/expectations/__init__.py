"""Checks at both edges with Great Expectations: what lands, and the written export files.

What a single row shows is judged by the models; here stands what only many rows together show.
"""

from headcount.expectations.earlier import Earlier
from headcount.expectations.export import check_export
from headcount.expectations.landing import LandingReport, check_landing

__all__ = ["Earlier", "LandingReport", "check_export", "check_landing"]
