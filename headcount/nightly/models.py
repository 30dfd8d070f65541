"""Runs dbt in this process, shows its progress, and says in one line what failed."""

import logging
import os
import re
import shlex
from pathlib import Path

from headcount import run
from headcount.errors import CheckFailed, UsageError
from headcount.landing.opened import first_spoiled
from headcount.nightly import parsed
from headcount.nightly.progress import Progress
from headcount.project import PROFILES, PROJECT

NO_ROOM = re.compile(r"No space left on device|File too large|Disk quota exceeded|Read-only file system|Could not write")
# Unit tests are about the SQL and not about a night.
EVERYTHING = ("build", "--exclude", "test_type:unit")


def build_models(state, environment: dict[str, str], stock, made_with: str, progress: Progress, what=EVERYTHING) -> None:
    """Build into `state.building`, over the landing zone that was looked at, every seed, model and test, or what the words
    to dbt say. Raises CheckFailed, LandingError when a landed file turns out to be broken, UsageError when there is no room."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from headcount.dbt_plugin import Plugin

    os.environ.update(environment, HEADCOUNT_MEMORY=run.memory(), DO_NOT_TRACK="1")
    os.environ.pop("HEADCOUNT_WAREHOUSE", None)
    Plugin.warehouse, Plugin.stock, Plugin.made_with = str(state.building), stock, made_with
    target = state.folder / "dbt"
    parsed.lend(target)
    # A log that cannot be written is no reason for a traceback of its own.
    logging.raiseExceptions = False
    runner = dbtRunner(callbacks=[progress.heard])
    result = runner.invoke(
        [
            # What dbt says of a failure stands in its log; people get one line. Statement by statement the log would cost a
            # small night a tenth of its time, and what was run stands in the target folder.
            *(what[0], "--quiet", "--log-level", "none", "--log-level-file", "info", *what[1:]),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES)),
            *("--target-path", str(target), "--log-path", str(state.folder / "logs")),
        ]
    )
    DuckDBConnectionManager.close_all_connections()
    Plugin.warehouse = Plugin.stock = Plugin.made_with = None
    parsed.keep(target)
    if result.success:
        return
    if not getattr(result.result, "results", None):
        if NO_ROOM.search(str(result.exception)):
            raise no_room(state, str(result.exception))
        raise CheckFailed(f"dbt did not run: {first_message(str(result.exception))}; see {state.folder / 'logs'}")
    raise _failure(state, stock, result.result)


def _failure(state, stock, results) -> Exception:
    broken = [r for r in results if str(r.status) in ("error", "fail", "runtime error")]
    without_room = [str(r.message) for r in broken if NO_ROOM.search(str(r.message))]
    if without_room:
        return no_room(state, without_room[0])
    if not broken:
        return CheckFailed(f"dbt stopped before it was done; see {state.folder / 'logs'}")
    first = broken[0]
    message = str(first.message or "")
    if "Out of Memory Error" in message and "offload" not in message:
        return CheckFailed(
            f"{first.node.name} needs more memory than the {run.memory()} that a night may take here; the warehouse in use is "
            "as it was; say more with HEADCOUNT_MEMORY (as in HEADCOUNT_MEMORY=6000MB), and run it again"
        )
    # A page deep in a file may be the cause, which no look at headers and footers shows.
    unreadable = first_spoiled(stock.opened.shapes) if str(first.status) != "fail" else None
    if unreadable:
        return unreadable
    failed = state.keep_failed()
    others = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    sql = state.folder / "dbt" / "compiled" / "headcount" / Path(first.node.original_file_path)
    if str(first.status) == "fail":
        compiled = getattr(first.node, "compiled_path", None) or sql
        return CheckFailed(
            f"test {first.node.name} failed with {first.failures} rows{others}; see them with: "
            f"duckdb -readonly {shlex.quote(str(failed))} < {shlex.quote(str(compiled))}"
        )
    return CheckFailed(f"{first.node.name} could not be built{others}: {first_message(message)}; see {failed}")


def no_room(state, message: str) -> UsageError:
    """What is said of a message that NO_ROOM finds something in."""
    line = next(line for line in message.splitlines() if NO_ROOM.search(line)).strip()[:200]
    return UsageError(
        f"warehouse {state.warehouse}: the night cannot be written ({line}); the one in use is as it was; "
        "make room, then run it again"
    )


def first_message(text: str) -> str:
    """The first line that says something of what dbt says of a failure."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    useful = [line for line in lines if not re.match(r"(Runtime|Database|Compilation) Error in", line)]
    return (useful or lines or ["no message"])[0][:200]
