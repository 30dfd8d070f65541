"""Great Expectations, kept quiet: figures go in as a table of one row, a suite says between what each has to be.

DuckDB measures; the library holds what was measured against what is expected. It takes seconds to import, so that is done
only here, and can be begun early.
"""

import logging
import os
import warnings
from collections.abc import Iterable
from threading import Thread

from headcount.expectations.check import Check


def begin_importing() -> None:
    """Import the library in a thread of its own."""
    Thread(target=_library, daemon=True).start()


def failing(checks: Iterable[Check]) -> set[str]:
    """The names of the checks that do not hold."""
    figures = {f"{one.check} {number}": (one, *figure) for one in checks for number, figure in enumerate(one.figures)}
    if not figures:
        return set()
    library = _library()
    import pandas

    asked = [
        library.expectations.ExpectColumnValuesToBeBetween(
            column=column, min_value=least, max_value=most, meta={"check": one.check, "expected": one.expected}
        )
        for column, (one, _, least, most) in figures.items()
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = library.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        table = pandas.DataFrame({column: [value] for column, (_, value, _, _) in figures.items()})
        assets = context.data_sources.add_pandas("headcount")
        batch = assets.add_dataframe_asset("figures").add_batch_definition_whole_dataframe("figures")
        suite = library.ExpectationSuite("headcount", expectations=asked)
        outcome = batch.get_batch({"dataframe": table}).validate(suite)
    found = {result.expectation_config.kwargs["column"]: result for result in outcome.results}
    for column in figures:
        # A value that could not be compared has no counts.
        if column not in found or "unexpected_count" not in found[column].result or found[column].result["missing_count"]:
            raise RuntimeError(f"{column}: Great Expectations gave no result")
    return {figures[column][0].check for column, result in found.items() if not result.success}


def _library():
    """Without telemetry and log lines: some of its modules set a level of their own, and dbt gives the root logger a handler."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    import great_expectations

    logger = logging.getLogger("great_expectations")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return great_expectations
