"""The one Spark session of a process: its settings, its start and its end. dbt-spark finds it and sets none of its own."""

import logging
import os
import sys
from contextlib import contextmanager, suppress

from headcount.errors import UsageError
from headcount.spark.place import Place

# Of a small build, as on this machine alone, nearly all is planning and compiling: there each step goes the plainest way.
_ALONE = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    # Every statement is written down as text for a user interface that is off.
    "spark.sql.debug.maxToStringFields": "0",
    "spark.sql.ui.explainMode": "simple",
}
_JAVA_ALONE = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"


def settings(place: Place, catalog: str) -> dict[str, str]:
    """Spark's settings, those of HEADCOUNT_SPARK_OPTIONS (`name=value`, parted by blanks) last."""
    host = os.environ.get("HEADCOUNT_SPARK_HOST", "127.0.0.1")
    master = os.environ.get("HEADCOUNT_SPARK_MASTER", "local[2]")
    is_alone = master.startswith("local")
    java = f"-Dderby.system.home={place.folder / 'derby'}{' ' + _JAVA_ALONE if is_alone else ''}"
    given = {
        "spark.master": master,
        "spark.app.name": "headcount",
        "spark.driver.host": host,
        "spark.driver.bindAddress": host,
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": java,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.catalogImplementation": catalog,
        "spark.sql.warehouse.dir": str(place.tables),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={place.folder / 'metastore'};create=true",
        # A result never depends on where it is made.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.compression.codec": "zstd",
        # A location may have any number of invoices, and a term any number of changes.
        "spark.sql.cteRecursionLevelLimit": "-1",
        "spark.sql.cteRecursionRowLimit": "-1",
        # What follows from the conditions of a judged row is worked out for a minute, and saves nothing.
        "spark.sql.constraintPropagation.enabled": "false",
    }
    options = dict(option.split("=", 1) for option in os.environ.get("HEADCOUNT_SPARK_OPTIONS", "").split() if "=" in option)
    return given | (_ALONE if is_alone else {}) | options


def start(place: Place, catalog: str):
    """Start the session of this process. What Java says goes into the folder's log."""
    from pyspark.sql import SparkSession

    given = settings(place, catalog)
    os.environ["SPARK_LOCAL_IP"] = given["spark.driver.bindAddress"]
    builder = SparkSession.builder
    for name, value in given.items():
        builder = builder.config(name, value)
    place.folder.mkdir(parents=True, exist_ok=True)
    try:
        with _said_into(place.log):
            session = builder.enableHiveSupport().config("spark.sql.catalogImplementation", catalog).getOrCreate()
    except Exception as error:
        # Java's, py4j's and pyspark's own, by turns: whoever set the master or a setting can mend it.
        raise UsageError(
            f"target spark: no session of {given['spark.master']} could be started ({_cause(error)}); "
            "HEADCOUNT_SPARK_MASTER and HEADCOUNT_SPARK_OPTIONS say what it is"
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    if given["spark.master"].startswith("local") and catalog == "in-memory" and not os.environ.get("HADOOP_CONF_DIR"):
        _without_defaults(session, given)
    # What fails is said by dbt; pyspark would write it to standard error too, with all of Java's steps.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    return session


def _without_defaults(session, given: dict[str, str]) -> None:
    """Take the thousand defaults of Hadoop out of the session, which has them in its code too: each reading of a table packs
    and sends them all, a third of what a small table costs."""
    hadoop = session.sparkContext._jvm.org.apache.hadoop
    settings = session.sparkContext._jsc.hadoopConfiguration()
    # What is loaded later would bring its defaults, and all others with them.
    hadoop.mapred.JobConf()
    hadoop.fs.FileSystem.get(settings)
    settings.clear()
    for name, value in given.items():
        if name.startswith("spark.hadoop."):
            settings.set(name.removeprefix("spark.hadoop."), value)


def stop() -> None:
    """End the session and its Java process, so that what comes next has their memory."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    # A Java process that has died cannot even be asked, and there is nothing left to stop.
    with suppress(Py4JError, OSError):
        session = SparkSession.getActiveSession()
        if session is not None:
            session.stop()
    gateway = SparkContext._gateway
    if gateway is not None:
        SparkContext._gateway = SparkContext._jvm = None
        with suppress(Py4JError, OSError):
            gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(timeout=60)


def _cause(error: Exception) -> str:
    """What Java says comes after a line that only says that it did."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if "Exception" in line), (lines or ["no message"])[0])[:200]


@contextmanager
def _said_into(log):
    """Java is a child of this process and has the same standard output and error; meanwhile both are a file."""
    kept = [os.dup(number) for number in (1, 2)]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with open(log, "ab") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        for number, own in zip((1, 2), kept, strict=True):
            os.dup2(own, number)
            os.close(own)
