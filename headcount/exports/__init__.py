"""Billing exports: every line of a closed period and every final charge leaves exactly once."""

from headcount.exports.job import Export, Leaving, forbid_lost_exports

__all__ = ["Export", "Leaving", "forbid_lost_exports"]
