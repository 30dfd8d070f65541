"""Exports: every line of a closed period, every final charge and every alert leaves exactly once."""

from headcount.exports.job import Export, Leaving, forbid_lost_exports

__all__ = ["Export", "Leaving", "forbid_lost_exports"]
