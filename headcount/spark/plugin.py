"""dbt's plugin for the target spark, what headcount/dbt_plugin.py is on DuckDB: reads the landing zone and starts the session."""

import atexit

from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import DbtRuntimeError

from headcount import run
from headcount.errors import HeadcountError

# What looks at files only needs no session.
_READING = ("parse", "deps", "list", "clean", "init", "debug")


class SparkPlugin(dbtPlugin):
    """Starts the session of a dbt command, unless the process has one: a night has its own."""

    def initialize(self) -> None:
        flags = get_flags()
        if flags.TARGET != "spark" or flags.WHICH in _READING:
            return
        try:
            _start()
        except HeadcountError as error:
            raise DbtRuntimeError(str(error)) from error


def _start() -> None:
    from headcount.spark.needs import forbid_missing

    forbid_missing()
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() is not None:
        return
    from headcount.landing import inspect, take_stock
    from headcount.spark import session
    from headcount.spark.build import read_landed
    from headcount.spark.landed import write_landed
    from headcount.spark.place import Place
    from headcount.spark.relations import register
    from headcount.warehouse import in_memory

    place = Place.of_dbt()
    # Without HEADCOUNT_LANDING, say to run the tests again, what was read by the command before stays.
    if run.landing() or not place.landed.exists():
        place.start_landed()
        with in_memory() as connection:
            read_landed(connection, take_stock(inspect(run.landing()), {}), run.as_of(), None)
            write_landed(connection, place)
    register(session.start(place, "hive"), place)
    atexit.register(session.stop)
