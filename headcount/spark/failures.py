"""What is said in one line of a build that failed on Spark."""

import re
from pathlib import Path

from headcount.errors import CheckFailed
from headcount.nightly.models import NO_ROOM, first_message, no_room
from headcount.spark.place import Place

_NO_MEMORY = re.compile(
    r"OutOfMemoryError|Java heap space|GC overhead limit|UNABLE_TO_ACQUIRE_MEMORY|beyond physical memory limits|code:? 137"
)
# py4j's words, by turns, for a Java process that is not there any more, and Spark's for a session that has ended.
_GONE = re.compile(
    r"Answer from Java side is empty|Py4JNetworkError|Connection refused|ConnectionResetError|Connection reset by peer"
    r"|SparkContext was shut ?down|stopped SparkContext|JavaObject id="
)


def failure(state, place: Place, target: Path, result) -> Exception:
    """The error of a dbt command that did not succeed; `target` is its target folder."""
    logs = f"{state.folder / 'logs'} and {place.log}"
    results = getattr(result.result, "results", None)
    if not results:
        return _of_spark(state, place, "dbt", [str(result.exception)]) or CheckFailed(
            f"dbt did not run on Spark: {first_message(str(result.exception))}; see {logs}"
        )
    broken = [one for one in results if str(one.status) in ("error", "fail", "runtime error")]
    if not broken:
        return CheckFailed(f"dbt on Spark stopped before it was done; see {logs}")
    known = _of_spark(state, place, broken[0].node.name, [str(one.message) for one in broken])
    if known:
        return known
    first, more = broken[0], f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    if str(first.status) == "fail":
        sql = target / "compiled" / "headcount" / Path(first.node.original_file_path)
        compiled = getattr(first.node, "compiled_path", None) or sql
        return CheckFailed(
            f"test {first.node.name} failed on Spark with {first.failures} rows{more}; its SQL is {compiled}, "
            f"the tables are in {place.tables}"
        )
    return CheckFailed(f"{first.node.name} could not be built on Spark{more}: {first_message(str(first.message))}; see {logs}")


def _of_spark(state, place: Place, name: str, messages: list[str]) -> Exception | None:
    """What is no fault of the models: no room, no memory, or no Spark any more."""
    full = [message for message in messages if NO_ROOM.search(message)]
    if full:
        return no_room(state, full[0])
    if any(_NO_MEMORY.search(message) for message in messages):
        return CheckFailed(
            f"{name} needs more memory than Spark has; the warehouse in use is as it was; say more with HEADCOUNT_SPARK_OPTIONS "
            "(as in spark.driver.memory=4g spark.executor.memory=4g), and run it again"
        )
    if any(_GONE.search(message) for message in messages):
        return CheckFailed(
            f"{name} could not be built: Spark has ended in the midst of it; the warehouse in use is as it was; "
            f"see {place.log}, and run it again"
        )
    return None
