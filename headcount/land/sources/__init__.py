"""The databases that data is landed from. Each gives what its queries say at one instant, through DuckDB's own extension."""

from headcount.land.sources.source import Source, source

__all__ = ["Source", "source"]
