"""What would be billed: a run on a copy of the warehouse, with platform invoices that have not come."""

from headcount.preview.job import preview

__all__ = ["preview"]
