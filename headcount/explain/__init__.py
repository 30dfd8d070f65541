"""Why a customer counts or does not, from the marts, in words: what `headcount explain` says."""

from headcount.explain.job import explain

__all__ = ["explain"]
