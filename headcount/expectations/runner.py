"""Great Expectations over an in-memory DuckDB: made to work, made quiet, and imported only here and only when used."""

import itertools
import logging
import os
import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from headcount.expectations.expectation import Expectation

# The name is private to the library; a test holds that it is still there. Without this the library closes a DuckDB
# connection before it has fetched, and with it the in-memory database.
PRIVATE_NAME = "_PERSISTED_CONNECTION_DIALECTS"
_numbers = itertools.count(1)


class _DuckDB(str):
    """A dialect as the library compares it: by equality, or by its `value`."""

    value = "duckdb"


def _library():
    """The library, taught DuckDB and without telemetry, progress bars or log lines."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    # Some of its modules set a level of their own, and dbt gives the root logger a handler: nothing is passed up.
    logger = logging.getLogger("great_expectations")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    dialects = getattr(engine, PRIVATE_NAME)
    if "duckdb" not in dialects:
        setattr(engine, PRIVATE_NAME, (*dialects, _DuckDB("duckdb")))
    return great_expectations


class Runner:
    """An ephemeral context on an in-memory DuckDB of its own; `connection` is for making the tables that are checked.

    The library takes seconds to import: it does so in a thread of its own, while DuckDB measures.
    """

    def __init__(self):
        import sqlalchemy

        # A named in-memory database, so that every connection of the library sees the same one.
        self._url = f"duckdb:///:memory:headcount_checks_{next(_numbers)}"
        self._engine = sqlalchemy.create_engine(self._url)
        self._pooled = self._engine.raw_connection()
        self.connection = self._pooled.driver_connection
        threads = ThreadPoolExecutor(max_workers=1)
        self._importing = threads.submit(_library)
        threads.shutdown(wait=False)
        self._source = None

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_) -> None:
        """Closes every connection; with the last one the database and its memory go."""
        self._importing.result()
        if self._source is not None:
            self._source.get_engine().dispose()
            self._source.get_execution_engine().close()
        self._pooled.close()
        self._engine.dispose()

    def _open(self):
        """The library's view of the database, made when it is first asked for."""
        self._gx = self._importing.result()
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = self._gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._source = context.data_sources.add_sql("checks", connection_string=self._url, create_temp_table=False)

    def run(self, asset: str, expectations: Iterable[Expectation]) -> dict[str, tuple[bool, dict]]:
        """Check name -> (holds, the library's result) for expectations on one table."""
        if self._source is None:
            self._open()
        expectations = list(expectations)
        suite = self._gx.ExpectationSuite(asset)
        for one in expectations:
            kind = getattr(self._gx.expectations, one.kind)
            suite.add_expectation(kind(**one.arguments, meta={"check": one.check}))
        batch = (
            self._source.add_table_asset(asset, table_name=asset)
            .add_batch_definition_whole_table("all")
            .get_batch()
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = batch.validate(suite, result_format="BASIC")
        found = {}
        for result in outcome.results:
            check = result.expectation_config.meta["check"]
            if result.exception_info and result.exception_info.get("raised_exception", True):
                raise RuntimeError(f"{check}: {result.exception_info}")
            found[check] = (bool(result.success), dict(result.result))
        if missing := [one.check for one in expectations if one.check not in found]:
            raise RuntimeError(f"expectations without a result: {', '.join(missing)}")
        return found
