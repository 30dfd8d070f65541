"""What a process that runs `headcount` has imported before it knows what to do: of a small night, 6 s of 28."""

from headcount import cli, dbt_plugin
from headcount.expectations.library import _library
from headcount.nightly import job, models

_library()
# Imported by models only when it builds.
import dbt.adapters.duckdb.connections  # noqa: E402
import dbt.cli.main  # noqa: E402

__all__ = ["cli", "dbt", "dbt_plugin", "job", "models"]
