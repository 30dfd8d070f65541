"""The nightly job: landing checks, models with their tests, exports; all of it or nothing."""

from headcount.nightly.job import nightly

__all__ = ["nightly"]
