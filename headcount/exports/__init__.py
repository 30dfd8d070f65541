"""Billing exports: every line of a closed period and every final charge leaves exactly once."""

from headcount.exports.job import Export, export

__all__ = ["Export", "export"]
