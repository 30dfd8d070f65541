"""Builds on Spark that lose an executor, or the driver."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from headcount.project import PROJECT
from tests.checks.report import Outcome
from tests.spark.engines import said
from tests.spark.nights import night, place, together
from tests.support.command import command, environment, from_scratch, settings_of_spark

_YESTERDAY, _TODAY = "2026-10-31T00:00:00Z", "2026-11-01T00:00:00Z"


def killed(folder: Path) -> Outcome:
    """A night without its driver leaves yesterday's warehouse; one without an executor too, or it ends right. Yesterday's night
    was on DuckDB, so that one on Spark carries it on."""
    landing = folder / "landing"
    from_scratch("sample", "--landing", landing).check_returncode()
    here = place(folder / "duckdb", landing)
    night(here, _YESTERDAY, "duckdb").check_returncode()
    there = here.copy(folder / "spark")
    there.landing = here.landing
    before = there.warehouse.read_bytes()
    night(here, _TODAY, "duckdb").check_returncode()

    code, _ = _night_without(there, _driver, "reading the landed tables")
    outcome = said("driver killed: yesterday's warehouse stays in use", _changed(there, before) + ["exit 0"][: code == 0])
    code, lines = _night_without(there, _java, "reading the landed tables")
    wrong = _changed(there, before) + ([] if (code, len(lines)) == (1, 1) else [f"exit {code}", *lines])
    outcome += said("Java killed: one line, and yesterday's warehouse stays in use", wrong)
    code, _ = _night_without(there, _executor, "looking for conditions that count")
    if code != 0:
        outcome += said(f"executor killed: exit {code}, yesterday's warehouse stays in use", _changed(there, before))
        night(there, _TODAY, "spark").check_returncode()
    else:
        outcome += said("executor killed: the night went on", [])
    return outcome + together("afterwards", here, there)


def _changed(one, before: bytes) -> list[str]:
    return [] if one.warehouse.read_bytes() == before else ["another warehouse is in use"]


def _night_without(one, victim, step: str) -> tuple[int, list[str]]:
    """The exit code of a night that loses a process as it comes to a step, and what it says then beside its progress."""
    words = command(*one.words("--as-of", _TODAY, "--target", "spark"))
    settings = environment(**settings_of_spark())
    with subprocess.Popen(words, cwd=PROJECT, env=settings, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            print(line, end="", flush=True)
            if step in line:
                os.kill(victim(process.pid), signal.SIGKILL)
                break
        rest = process.stderr.read()
        print(rest, flush=True)
        return process.wait(), [line for line in rest.splitlines() if not line.startswith("[")]


def _driver(night_id: int) -> int:
    return night_id


def _java(night_id: int) -> int:
    """The Java process that the night itself has started."""
    return _below(night_id, b"org.apache.spark.deploy.SparkSubmit")


def _executor(night_id: int) -> int:
    """A process below the night that runs Spark's executor."""
    return _below(night_id, b"CoarseGrainedExecutorBackend")


def _below(night_id: int, named: bytes) -> int:
    """A process of the night's with this in its command line."""
    for _ in range(100):
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if named in (process / "cmdline").read_bytes() and night_id in _above(int(process.name)):
                    return int(process.name)
            except OSError:
                continue
        time.sleep(0.1)
    raise AssertionError(f"the night has no process of {named.decode()}")


def _above(process_id: int) -> list[int]:
    """The processes that a process descends from."""
    found = []
    while process_id > 1:
        status = Path(f"/proc/{process_id}/stat").read_text()
        process_id = int(status.rpartition(")")[2].split()[1])
        found.append(process_id)
    return found
